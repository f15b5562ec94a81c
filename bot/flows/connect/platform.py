"""Which platform the account is on."""

from dataclasses import replace

from bot.conversation.flow import Scene
from bot.conversation.form import Sorry
from bot.conversation.messages import Card, Choice
from bot.flows.connect.account_platforms import with_accounts
from bot.flows.connect.draft import ConnectDraft
from bot.wording import accounts as wording


class PlatformQuestion:
    """Asked only where several platforms have accounts."""

    name = "platform"

    def open(self, draft: ConnectDraft) -> bool:
        return not draft.platform

    def blank(self, draft: ConnectDraft) -> ConnectDraft:
        return replace(draft, platform="")

    async def settle(self, scene: Scene, draft: ConnectDraft) -> ConnectDraft | Sorry[ConnectDraft]:
        return draft

    async def ask(self, scene: Scene, draft: ConnectDraft) -> Card:
        options = tuple(Choice(label=wording.called(name), value=name) for name in with_accounts(scene))
        return Card(text=wording.WHICH_PLATFORM, options=options)

    async def said(self, scene: Scene, draft: ConnectDraft, text: str) -> ConnectDraft | Sorry[ConnectDraft]:
        if (name := text.strip().casefold()) in with_accounts(scene):
            return replace(draft, platform=name)
        return Sorry(text=wording.NO_SUCH_PLATFORM, draft=draft)

    async def chose(self, scene: Scene, draft: ConnectDraft, value: str) -> ConnectDraft:
        return replace(draft, platform=value)
