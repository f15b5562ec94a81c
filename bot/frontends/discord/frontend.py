"""Discord as a front-end: slash commands, taps, forms and private messages in, messages edited in place out.

A place is a channel (a thread is a channel of its own). A private chat goes by its channel too; one that
has not been opened yet goes by `user:<account id>`: the first sending answers with the channel (`ChatMoved`).
"""

import asyncio
import logging
from collections.abc import Sequence

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from starlette.routing import BaseRoute

from bot.commands import CommandSpec
from bot.conversation.messages import Card, Notice, Place
from bot.conversation.ports import Ears, FrontEndState, Pace, Receipt, Refused
from bot.frontends.discord.client import DiscordClient
from bot.frontends.discord.connection_state import ConnectionState
from bot.frontends.discord.event_handler import DiscordEventHandler
from bot.frontends.discord.interaction import private_chat
from bot.frontends.discord.sender import DiscordSender
from core.clock import Clock

_API_URL = "https://discord.com/api/v10"
_GATEWAY_URL = "wss://gateway.discord.gg/"


class DiscordFrontEnd:
    """Discord, by the real discord.py over HTTP and its gateway.

    `api_url` and `gateway_url` point it elsewhere; without the latter the API says where the gateway is.
    """

    def __init__(
        self,
        *,
        token: str,
        commands: Sequence[CommandSpec],
        clock: Clock,
        api_url: str = _API_URL,
        gateway_url: str | None = None,
    ) -> None:
        self._token = token
        self._commands = commands
        self._clock = clock
        self._api_url = api_url.rstrip("/")
        self._gateway_url = gateway_url
        self._connection = ConnectionState(clock)
        self._sender = DiscordSender(self._connection)

    @property
    def name(self) -> str:
        return "discord"

    @property
    def pace(self) -> Pace:
        return Pace(per_chat_second=1.0, per_group_minute=60.0, per_second=45.0)

    @property
    def state(self) -> FrontEndState:
        return self._connection.state

    def private_chat(self, account_id: str) -> str | None:
        return private_chat(account_id)

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    def door(self, payload: str) -> str | None:
        user = self._sender.client.user if self._sender.client else None
        return f"https://discord.com/users/{user.id}" if user else None

    async def show(
        self, place: Place, card: Card, *, dialogue_id: str, message_id: str | None, key: str
    ) -> Receipt:
        return await self._sender.show(place, card, dialogue_id=dialogue_id, message_id=message_id, key=key)

    async def tell(self, place: Place, notice: Notice, *, key: str) -> Receipt:
        return await self._sender.tell(place, notice, key=key)

    async def erase(self, place: Place, message_id: str) -> Receipt:
        del place, message_id
        return Refused(reason="Discord lets nobody delete what somebody else wrote in a private chat")

    async def run(self, ears: Ears) -> None:
        while not self._connection.refused:
            client = self.client(ears)
            await client.stay_connected(self._token)
            if not self._connection.refused:
                await self._connection.pause()
        # There is nothing to do until the host acts.
        await asyncio.get_running_loop().create_future()

    def client(self, ears: Ears) -> DiscordClient:
        """A client that reports to `ears` and by which this front-end sends; nothing has connected it yet."""
        Route.BASE = self._api_url
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self._gateway_url or _GATEWAY_URL)
        # At its debug level discord.py writes down the tokens of interactions.
        logging.getLogger("discord").setLevel(logging.INFO)
        handler = DiscordEventHandler(ears, self._clock, self._sender.turn)
        elsewhere = self._gateway_url is not None
        client = DiscordClient(self._connection, handler, self._commands, self._clock, elsewhere=elsewhere)
        self._sender.client = client
        return client
