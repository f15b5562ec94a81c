"""Telegram as a front-end: updates in, messages out."""

import asyncio
import secrets
from collections.abc import Sequence

from starlette.routing import BaseRoute

from bot.commands import CommandSpec
from bot.conversation.messages import Card, Notice, Place
from bot.conversation.ports import Ears, FrontEndState, Pace, Receipt
from bot.frontends.telegram.bot import TelegramBot, keep_out_of_logs
from bot.frontends.telegram.commands import publish
from bot.frontends.telegram.connection_state import ConnectionState
from bot.frontends.telegram.event_handler import TelegramEventHandler
from bot.frontends.telegram.polling import poll
from bot.frontends.telegram.sender import TelegramSender
from bot.frontends.telegram.updates import NAME, Me
from bot.frontends.telegram.webhook import Webhook
from core.clock import Clock
from core.runtime.quiet_window import QuietWindow

_FINISH_SECONDS = 2.0


class TelegramFrontEnd:
    """`FrontEnd` for Telegram. With `webhook_url`, updates are delivered there: serve `routes()`.

    `commands` are published as menus and tell our commands from other bots' in a group. `quiet_window` holds updates
    back around a drop. Close it after the last message.
    """

    name = NAME
    pace = Pace(per_chat_second=1, per_group_minute=20, per_second=30)

    def __init__(
        self,
        *,
        token: str,
        api_url: str,
        clock: Clock,
        commands: Sequence[CommandSpec] = (),
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        quiet_window: QuietWindow | None = None,
    ) -> None:
        self._clock = clock
        self._quiet_window = quiet_window or QuietWindow()
        self._commands = tuple(commands)
        secret = webhook_secret or secrets.token_urlsafe(32)
        keep_out_of_logs((token, secret))
        self._bot = TelegramBot(token=token, api_url=api_url)
        self._connection = ConnectionState(clock)
        self._sender = TelegramSender(self._bot, clock)
        self._webhook: Webhook | None = None
        if webhook_url:
            self._webhook = Webhook(self._bot, self._connection, clock, url=webhook_url, secret=secret)
        self._me: Me | None = None

    @property
    def state(self) -> FrontEndState:
        return self._connection.state

    async def run(self, ears: Ears) -> None:
        handler: TelegramEventHandler | None = None
        publishing: asyncio.Task[bool] | None = None
        try:
            while True:
                try:
                    self._me = await self._bot.identity()
                    if publishing is None or (publishing.done() and not publishing.result()):
                        publishing = asyncio.create_task(publish(self._bot, self._commands))
                    handler = handler or self._handler(ears, self._me)
                    if self._webhook:
                        await self._webhook.run(handler)
                    else:
                        await poll(self._bot, self._connection, handler)
                except Exception as error:  # noqa: BLE001 - whatever it was, the other front-ends go on and so does this
                    await self._connection.lost(error)
        finally:
            if publishing:
                publishing.cancel()
            if handler:
                await handler.finish(within=_FINISH_SECONDS)

    async def show(
        self, place: Place, card: Card, *, dialogue_id: str, message_id: str | None, key: str
    ) -> Receipt:
        del key  # Telegram has nothing to tell a repeated sending by
        return await self._sender.show(place, card, dialogue_id=dialogue_id, message_id=message_id)

    async def tell(self, place: Place, notice: Notice, *, key: str) -> Receipt:
        return await self._sender.tell(place, notice, key=key)

    async def erase(self, place: Place, message_id: str) -> Receipt:
        return await self._sender.erase(place, message_id)

    def door(self, payload: str) -> str | None:
        return f"https://t.me/{self._me.username}?start={payload}" if self._me else None

    def private_chat(self, account_id: str) -> str | None:
        return None

    def routes(self) -> Sequence[BaseRoute]:
        """What the HTTP server is to serve; nothing where updates are fetched."""
        return (self._webhook.route,) if self._webhook else ()

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._bot.aclose()

    def _handler(self, ears: Ears, me: Me) -> TelegramEventHandler:
        return TelegramEventHandler(
            ears=ears,
            responder=self._sender,
            me=me,
            commands=frozenset(one.name for one in self._commands),
            clock=self._clock,
            quiet_window=self._quiet_window,
        )
