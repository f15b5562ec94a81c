"""`/connect`: a guest's own account on a platform, in private."""

import re
from dataclasses import replace

from bot.conversation.actions import Chosen
from bot.conversation.flow import Scene, Turn
from bot.conversation.form import Form
from bot.conversation.messages import Card
from bot.flows.connect.account_platforms import with_accounts
from bot.flows.connect.draft import ConnectDraft, begun
from bot.flows.connect.questions import EmailQuestion, PlatformQuestion, WayQuestion
from bot.flows.connect.secret import SecretQuestion
from bot.flows.connect.spec import SPEC, ConnectAction
from bot.wording import accounts as wording
from bot.wording import common
from core.errors import PlanOver
from core.persistence import plans

_PLAN = re.compile(r"[0-9a-f]{16}")
_LONGEST_NAME = 12


class ConnectFlow:
    """Which platform, which way, and then what opens the account."""

    spec = SPEC
    draft = ConnectDraft

    async def begin(self, scene: Scene, words: str) -> Turn[ConnectDraft]:
        known, draft, unknown = with_accounts(scene), begun(scene), list[str]()
        if not known:
            return Turn(draft=draft, open=False, last_card=Card(text=wording.NO_ACCOUNTS_HERE))
        for word in words.split():
            if word.casefold() in known:
                draft = replace(draft, platform=word.casefold())
            elif await _is_a_plan_of(scene, word):
                draft = replace(draft, plan_id=word)
            else:
                unknown.append(word)
        turn = await _form(scene).settled(scene, draft)
        if not unknown:
            return turn
        # A single word is another platform's name; more of them may be what opens an account.
        secret = len(unknown) > 1 or len(unknown[0]) > _LONGEST_NAME or not unknown[0].isalpha()
        sorry = wording.NOT_WITH_THE_COMMAND if secret else wording.NO_SUCH_PLATFORM
        return replace(turn, sorry=sorry, erase=secret)

    async def show(self, scene: Scene, draft: ConnectDraft) -> Card:
        return await _form(scene).show(scene, draft)

    async def said(self, scene: Scene, draft: ConnectDraft, text: str) -> Turn[ConnectDraft]:
        return await _form(scene).said(scene, draft, text)

    async def chose(
        self, scene: Scene, draft: ConnectDraft, chosen: Chosen[ConnectAction]
    ) -> Turn[ConnectDraft]:
        if chosen.action is ConnectAction.CANCEL:
            return await self.leave(scene, draft)
        return await _form(scene).chose(scene, draft, chosen)

    async def leave(self, scene: Scene, draft: ConnectDraft) -> Turn[ConnectDraft]:
        return Turn(draft=ConnectDraft(), open=False, last_card=Card(text=common.DROPPED))


def _form(scene: Scene) -> Form[ConnectDraft]:
    """The questions that there are here: one platform needs no asking, and nothing to go back to."""
    rest = (WayQuestion(), EmailQuestion(), SecretQuestion())
    return Form(rest if len(with_accounts(scene)) == 1 else (PlatformQuestion(), *rest))


async def _is_a_plan_of(scene: Scene, word: str) -> bool:
    """Whether it names a plan that the speaker has a part in: links that bring one are made by anybody."""
    if _PLAN.fullmatch(word) is None:
        return False
    try:
        plan = await scene.world.database.read(lambda tx: plans.get(tx, word))
    except PlanOver:
        return False
    return scene.speaker.id in plan.people
