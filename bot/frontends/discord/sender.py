"""Cards and notices on their way to a channel."""

import hashlib
from typing import Protocol

from bot.conversation.messages import Card, File, Notice, Place
from bot.conversation.ports import ChatMoved, Delivered, Receipt, Refused
from bot.frontends.discord.components import Json, Pages
from bot.frontends.discord.interaction import account_of
from bot.frontends.discord.message_body import card_body, notice_body

_ALT = 1024


class Wire(Protocol):
    """One request to Discord: its answer, or what its refusal means."""

    async def __call__(
        self, method: str, path: str, body: Json, *, file: File | None = None, **parameters: str
    ) -> Json | Receipt: ...


class DiscordSender:
    """Sends and edits by `wire`, and knows which page of its options each card shows."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._pages = Pages()

    async def show(
        self, place: Place, card: Card, *, dialogue_id: str, message_id: str | None, key: str
    ) -> Receipt:
        try:
            page = self._pages.of(dialogue_id, card)
            body = card_body(card, dialogue_id=dialogue_id, page=page, private=place.private)
        except ValueError as error:
            return Refused(reason=str(error))
        if message_id is None:
            return await self._post(place, body, key)
        path = "/channels/{channel_id}/messages/{message_id}"
        sent = await self._wire("PATCH", path, body, channel_id=place.chat_id, message_id=message_id)
        return Delivered(message_id=message_id) if isinstance(sent, dict) else sent

    async def tell(self, place: Place, notice: Notice, *, key: str) -> Receipt:
        return await self._post(place, notice_body(notice), key, notice.file)

    async def turn(self, place: Place, card: Card, dialogue_id: str, message_id: str, page: int) -> None:
        """Show another page of a card's options, to everybody who sees the card."""
        self._pages.turn(dialogue_id, card, page)
        await self.show(place, card, dialogue_id=dialogue_id, message_id=message_id, key="")

    async def _post(self, place: Place, body: Json, key: str, file: File | None = None) -> Receipt:
        account_id = account_of(place)
        if account_id is not None:
            opened = await self._wire("POST", "/users/@me/channels", {"recipient_id": account_id})
            return ChatMoved(new_chat_id=str(opened["id"])) if isinstance(opened, dict) else opened
        # The same key makes the same nonce, for which Discord gives back the message it already has.
        if file is not None and file.alt:
            body = body | {"attachments": [{"id": 0, "filename": file.name, "description": file.alt[:_ALT]}]}
        once: Json = {"nonce": hashlib.sha256(key.encode()).hexdigest()[:24], "enforce_nonce": True}
        path = "/channels/{channel_id}/messages"
        sent = await self._wire("POST", path, body | once, file=file, channel_id=place.chat_id)
        return Delivered(message_id=str(sent["id"])) if isinstance(sent, dict) else sent
