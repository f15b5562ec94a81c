"""By password or by token: with honest words on what either means."""

from dataclasses import replace

from bot.conversation.flow import Scene
from bot.conversation.form import Sorry
from bot.conversation.messages import Card, Choice, Look
from bot.flows.connect.draft import ConnectDraft
from bot.wording import accounts as wording
from core.persistence import plans


class WayQuestion:
    """The first thing to decide, and the card that says what is kept and what is done with it."""

    name = "way"

    def open(self, draft: ConnectDraft) -> bool:
        return not draft.way

    def blank(self, draft: ConnectDraft) -> ConnectDraft:
        return replace(draft, way="", email="")

    async def settle(self, scene: Scene, draft: ConnectDraft) -> ConnectDraft | Sorry[ConnectDraft]:
        return draft

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
