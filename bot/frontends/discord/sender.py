"""Cards and notices on their way to a channel, and what became of them."""

import hashlib
import io
import json
from datetime import timedelta
from typing import cast

import aiohttp
import discord
from discord.http import Route

from bot.conversation.messages import Card, File, Notice, Place
from bot.conversation.ports import ChatMoved, Delivered, Later, Receipt, Refused
from bot.frontends.discord.client import DiscordClient
from bot.frontends.discord.components import Json, Pages
from bot.frontends.discord.connection_state import ConnectionState
from bot.frontends.discord.interaction import account_of
from bot.frontends.discord.message_body import card_body, notice_body
from bot.frontends.discord.receipts import AFTER_REFUSED, NETWORK_ERRORS, SOON, receipt

_ALT = 1024
_REQUEST = aiohttp.ClientTimeout(total=15)


class DiscordSender:
    """Sends and edits by the `client` that is connected, and knows which page of its options each card shows."""

    def __init__(self, connection: ConnectionState) -> None:
        self.client: DiscordClient | None = None
        self._connection = connection
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
        sent = await self._request("PATCH", path, body, channel_id=place.chat_id, message_id=message_id)
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
            opened = await self._request("POST", "/users/@me/channels", {"recipient_id": account_id})
            return ChatMoved(new_chat_id=str(opened["id"])) if isinstance(opened, dict) else opened
        # The same key makes the same nonce, for which Discord gives back the message it already has.
        if file is not None and file.alt:
            body = body | {"attachments": [{"id": 0, "filename": file.name, "description": file.alt[:_ALT]}]}
        once: Json = {"nonce": hashlib.sha256(key.encode()).hexdigest()[:24], "enforce_nonce": True}
        path = "/channels/{channel_id}/messages"
        sent = await self._request("POST", path, body | once, file=file, channel_id=place.chat_id)
        return Delivered(message_id=str(sent["id"])) if isinstance(sent, dict) else sent

    async def _request(
        self, method: str, path: str, body: Json, *, file: File | None = None, **parameters: str
    ) -> Json | Receipt:
        """One request to Discord: its answer, or what its refusal means."""
        client = self.client
        if self._connection.refused:
            return Later(after=AFTER_REFUSED)
        if client is None or client.user is None or client.is_closed():
            return Later(after=SOON)
        route = Route(method, path, **parameters)
        try:
            if file is None:
                return cast("Json", await client.http.request(route, json=body, timeout=_REQUEST))
            part = discord.File(io.BytesIO(file.content), filename=file.name)
            form = [
                {"name": "payload_json", "value": json.dumps(body)},
                {
                    "name": "files[0]",
                    "value": part.fp,
                    "filename": part.filename,
                    "content_type": file.media_type,
                },
            ]
            return cast("Json", await client.http.request(route, files=[part], form=form, timeout=_REQUEST))
        except discord.RateLimited as error:
            return Later(after=timedelta(seconds=error.retry_after))
        except discord.HTTPException as error:
            if error.status == 401:
                self._connection.refuse()
                await client.shut()
            reason = f"{error.status} {error.code} {error.text}"
            wait = error.response.headers.get("Retry-After")
            return receipt(status=error.status, code=error.code, reason=reason, retry_after=wait)
        except NETWORK_ERRORS:
            return Later(after=SOON)
