"""The e-mail address that an account is under."""

import re
from dataclasses import replace

from bot.conversation.flow import Scene, Turn
from bot.conversation.form import Sorry
from bot.conversation.messages import Card
from bot.flows.connect.draft import ConnectDraft
from bot.wording import accounts as wording

_ADDRESS = re.compile(
    r"[^\s@<>\"',;:()\[\]]{1,64}@(?:[^\s@.<>\"',;:()\[\]]{1,63}\.)+[^\s@.<>\"',;:()\[\]]{2,63}"
)
_LONGEST = 254


class EmailQuestion:
    """Asked on the way by password."""

    name = "email"

    def open(self, draft: ConnectDraft) -> bool:
        return draft.way == "password" and not draft.email

    def blank(self, draft: ConnectDraft) -> ConnectDraft:
        return replace(draft, email="")

    async def settle(self, scene: Scene, draft: ConnectDraft) -> ConnectDraft | Sorry[ConnectDraft]:
        return draft

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
