"""What is asked before what opens an account: which platform, by which way, under which address."""

import re
from dataclasses import replace

from bot.conversation.flow import Scene, Turn
from bot.conversation.form import Question, Sorry
from bot.conversation.messages import Card, Choice, Look
from bot.flows.connect.account_platforms import with_accounts
from bot.flows.connect.draft import ConnectDraft
from bot.wording import accounts as wording
from core.persistence import plans

_ADDRESS = re.compile(
    r"[^\s@<>\"',;:()\[\]]{1,64}@(?:[^\s@.<>\"',;:()\[\]]{1,63}\.)+[^\s@.<>\"',;:()\[\]]{2,63}"
)
_LONGEST = 254


class PlatformQuestion(Question[ConnectDraft]):
    """Asked only where several platforms have accounts."""

    name = "platform"

    def open(self, draft: ConnectDraft) -> bool:
        return not draft.platform

    def blank(self, draft: ConnectDraft) -> ConnectDraft:
        return replace(draft, platform="")

    async def ask(self, scene: Scene, draft: ConnectDraft) -> Card:
        options = tuple(Choice(label=wording.called(name), value=name) for name in with_accounts(scene))
        return Card(text=wording.WHICH_PLATFORM, options=options)

    async def said(self, scene: Scene, draft: ConnectDraft, text: str) -> ConnectDraft | Sorry[ConnectDraft]:
        if (name := text.strip().casefold()) in with_accounts(scene):
            return replace(draft, platform=name)
        return Sorry(text=wording.NO_SUCH_PLATFORM, draft=draft)

    async def chose(self, scene: Scene, draft: ConnectDraft, value: str) -> ConnectDraft:
        return replace(draft, platform=value)


class WayQuestion(Question[ConnectDraft]):
    """By password or by token, with honest words on what either means: what is kept, and what is done with it."""

    name = "way"

    def open(self, draft: ConnectDraft) -> bool:
        return not draft.way

    def blank(self, draft: ConnectDraft) -> ConnectDraft:
        return replace(draft, way="", email="")

    async def ask(self, scene: Scene, draft: ConnectDraft) -> Card:
        plan_id = draft.plan_id
        plan = None if plan_id is None else await scene.world.database.read(lambda tx: plans.get(tx, plan_id))
        return Card(
            text=wording.which_way(draft.platform, plan, again=draft.again is not None),
            options=(
                Choice(label=wording.BY_PASSWORD, value="password", look=Look.PRIMARY),
                Choice(label=wording.BY_TOKEN, value="token"),
            ),
            wide=True,
        )

    async def said(self, scene: Scene, draft: ConnectDraft, text: str) -> Sorry[ConnectDraft]:
        return Sorry(text=wording.PICK_A_WAY, draft=draft)

    async def chose(self, scene: Scene, draft: ConnectDraft, value: str) -> ConnectDraft:
        return replace(draft, way="token" if value == "token" else "password")


class EmailQuestion(Question[ConnectDraft]):
    """The e-mail address that the account is under: asked on the way by password."""

    name = "email"

    def open(self, draft: ConnectDraft) -> bool:
        return draft.way == "password" and not draft.email

    def blank(self, draft: ConnectDraft) -> ConnectDraft:
        return replace(draft, email="")

    async def ask(self, scene: Scene, draft: ConnectDraft) -> Card:
        return Card(text=wording.which_email(draft.platform), typing=wording.TYPE_EMAIL)

    async def said(
        self, scene: Scene, draft: ConnectDraft, text: str
    ) -> ConnectDraft | Sorry[ConnectDraft] | Turn[ConnectDraft]:
        words = text.strip().removeprefix("mailto:").strip("<>").strip()
        if len(words) <= _LONGEST and _ADDRESS.fullmatch(words):
            return replace(draft, email=words)
        # Whoever is in a hurry sends the password along: it is not to stay there.
        return Turn(draft=draft, sorry=wording.NOT_AN_EMAIL, erase=True)

    async def chose(self, scene: Scene, draft: ConnectDraft, value: str) -> ConnectDraft:
        return draft
