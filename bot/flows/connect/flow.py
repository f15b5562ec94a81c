"""`/connect`: a guest's own account on a platform, in private."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.conversation.actions import Chosen
from bot.conversation.flow import Scene, Turn
from bot.conversation.messages import Card
from bot.flows.connect import cards
from bot.flows.connect.account_platforms import with_accounts
from bot.flows.connect.draft import ConnectDraft, begun
from bot.flows.connect.lending_word import is_lending_word
from bot.flows.connect.spec import SPEC, ConnectAction
from bot.flows.connect.steps import answered, question_of
from bot.wording import common
from bot.wording import connect as wording
from core.errors import PlanOver
from core.persistence import plans
from core.powers.accounts import Accounts
from core.powers.sign_in import PickWay, TypeEmail
from core.security.secret import Secret

_PLAN = re.compile(r"[0-9a-f]{16}")
_LONGEST_NAME = 12
_ADDRESS = re.compile(
    r"[^\s@<>\"',;:()\[\]]{1,64}@(?:[^\s@.<>\"',;:()\[\]]{1,63}\.)+[^\s@.<>\"',;:()\[\]]{2,63}"
)
_LONGEST_ADDRESS = 254


class ConnectFlow:
    """Which platform, and then whatever that asks, until the account opens."""

    spec = SPEC
    draft = ConnectDraft

    async def begin(self, scene: Scene, words: str) -> Turn[ConnectDraft]:
        known, draft, unknown = with_accounts(scene), begun(scene), list[str]()
        if not known:
            return Turn(draft=draft, open=False, last_card=Card(text=wording.NO_ACCOUNTS_HERE))
        said = words.split()
        lent_to = _lent_to(scene, said)
        for word in said:
            if word.casefold() in known:
                draft = replace(draft, platform=word.casefold())
            elif lent_to is not None and word in lent_to:
                draft = replace(draft, plan_id=lent_to[0], lends=True)
            elif await _is_a_plan_of(scene, word):
                draft = replace(draft, plan_id=word)
            else:
                unknown.append(word)
        if not unknown:
            return Turn(draft=draft)
        # A single word is another platform's name; more of them may be what opens an account.
        secret = len(unknown) > 1 or len(unknown[0]) > _LONGEST_NAME or not unknown[0].isalpha()
        sorry = wording.NOT_WITH_THE_COMMAND if secret else wording.NO_SUCH_PLATFORM
        return Turn(draft=draft, sorry=sorry, erase=secret)

    async def show(self, scene: Scene, draft: ConnectDraft) -> Card:
        accounts = _accounts(scene, draft)
        return cards.which_platform(scene) if accounts is None else await cards.step(scene, draft, accounts)

    async def said(self, scene: Scene, draft: ConnectDraft, text: str) -> Turn[ConnectDraft]:
        accounts = _accounts(scene, draft)
        if accounts is None:
            return _picked(scene, draft, text.strip().casefold())
        match question_of(draft, accounts):
            case PickWay():
                return Turn(draft=draft, sorry=wording.PICK_A_WAY)
            case TypeEmail():
                address = text.strip().removeprefix("mailto:").strip("<>").strip()
                if len(address) > _LONGEST_ADDRESS or _ADDRESS.fullmatch(address) is None:
                    # Whoever is in a hurry sends the password along: it is not to stay there.
                    return Turn(draft=draft, sorry=wording.NOT_AN_EMAIL, erase=True)
                return await answered(scene, draft, accounts, Secret(address))
            case _:
                return await answered(scene, draft, accounts, Secret(text.strip()))

    async def chose(
        self, scene: Scene, draft: ConnectDraft, chosen: Chosen[ConnectAction]
    ) -> Turn[ConnectDraft]:
        accounts = _accounts(scene, draft)
        match chosen.action:
            case ConnectAction.CANCEL:
                return await self.leave(scene, draft)
            case ConnectAction.BACK:
                return Turn(draft=_back(draft))
            case ConnectAction.PLATFORM:
                return _picked(scene, draft, chosen.about) if accounts is None else Turn(draft=draft)
            case ConnectAction.WAY if accounts is not None:
                question = question_of(draft, accounts)
                if isinstance(question, PickWay) and chosen.about in question.ways:
                    return await answered(scene, draft, accounts, Secret(chosen.about))
                return Turn(draft=draft)
            case ConnectAction.WAY:
                return Turn(draft=draft)

    async def leave(self, scene: Scene, draft: ConnectDraft) -> Turn[ConnectDraft]:
        return Turn(draft=ConnectDraft(), open=False, last_card=Card(text=common.DROPPED))


def _accounts(scene: Scene, draft: ConnectDraft) -> Accounts | None:
    """The platform that was picked, unless it has no accounts (any more)."""
    return with_accounts(scene).get(draft.platform)


def _picked(scene: Scene, draft: ConnectDraft, platform: str) -> Turn[ConnectDraft]:
    if platform in with_accounts(scene):
        return Turn(draft=replace(draft, platform=platform, steps=()))
    return Turn(draft=draft, sorry=wording.NO_SUCH_PLATFORM)


def _back(draft: ConnectDraft) -> ConnectDraft:
    """To the step before or, from the first, to the platforms."""
    return replace(draft, steps=draft.steps[:-1]) if draft.steps else replace(draft, platform="")


def _lent_to(scene: Scene, said: Sequence[str]) -> tuple[str, str] | None:
    """The plan that the speaker has tapped to lend to and the word that proves it, where a link brought both."""
    for plan_id, word in pairwise(said):
        if _PLAN.fullmatch(plan_id) and is_lending_word(word, scene.world.secret, scene.speaker.id, plan_id):
            return plan_id, word
    return None


async def _is_a_plan_of(scene: Scene, word: str) -> bool:
    """Whether it names a plan that the speaker has a part in: links that bring one are made by anybody."""
    if _PLAN.fullmatch(word) is None:
        return False
    try:
        plan = await scene.world.database.read(lambda tx: plans.get(tx, word))
    except PlanOver:
        return False
    return scene.speaker.id in plan.people
