"""Telegram, spoken to through python-telegram-bot: the only file that knows the library.

The library's HTTP client is replaced at its own seam (`BaseRequest`) by aiohttp: a call then costs a quarter
of the CPU, a burst does not choke its pool, and a call that was never sent can be told from one whose answer
was lost, which decides whether a message may be sent again.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import cast
from urllib.parse import urlencode

from starlette.routing import BaseRoute
from telegram import Bot, BotCommand
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.conversation.messages import Card, File, Notice, Place
from bot.conversation.ports import Ears, FrontEndState, Pace, Receipt
from bot.frontends.telegram.commands import CommandLine, publish
from bot.frontends.telegram.event_handler import TelegramEventHandler
from bot.frontends.telegram.http import ANSWER_SECONDS, Body, Connections, as_fields, form
from bot.frontends.telegram.keyboard import Keyboard
from bot.frontends.telegram.line import CallFailed, Scope, Spot, as_sent, plain
from bot.frontends.telegram.markup import Marked
from bot.frontends.telegram.polling import LONG_POLL, Listening
from bot.frontends.telegram.receipts import Failure
from bot.frontends.telegram.redaction import keep_out_of_logs
from bot.frontends.telegram.sender import TelegramSender
from bot.frontends.telegram.updates import ALLOWED_UPDATES, NAME, Json, Me
from bot.frontends.telegram.webhook import webhook_route
from core.clock import Clock
from core.runtime.quiet_window import QuietWindow

_CONNECTIONS = 32
_FILE_SECONDS = 30.0
_FINISH_SECONDS = 2.0

_TALKATIVE = ("telegram.Bot", "telegram.request.BaseRequest", "telegram.request.HTTPXRequest", "asyncio")


class TelegramFrontEnd:
    """`FrontEnd` for Telegram. With `webhook_url`, updates are delivered there: serve `webhook_routes()`.

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
        commands: Sequence[CommandLine] = (),
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        quiet_window: QuietWindow | None = None,
    ) -> None:
        self._clock = clock
        self._quiet_window = quiet_window or QuietWindow()
        self._commands = tuple(commands)
        self._webhook_url = webhook_url or None
        self._secret = webhook_secret or secrets.token_urlsafe(32)
        keep_out_of_logs((token, self._secret), loggers=_TALKATIVE)
        self._line = TelegramLine(token=token, api_url=api_url)
        self._sending = TelegramSender(line=self._line, clock=clock)
        self._listening = Listening(
            line=self._line, clock=clock, webhook_url=self._webhook_url, webhook_secret=self._secret
        )
        self._me: Me | None = None

    @property
    def state(self) -> FrontEndState:
        return self._listening.state

    async def run(self, ears: Ears) -> None:
        hearing: TelegramEventHandler | None = None
        publishing: asyncio.Task[bool] | None = None
        try:
            while True:
                try:
                    self._me = await self._line.me()
                    if publishing is None or (publishing.done() and not publishing.result()):
                        publishing = asyncio.create_task(publish(self._line, self._commands))
                    hearing = hearing or self._hearing(ears, self._me)
                    await self._listening.listen(hearing)
                except Exception as error:  # noqa: BLE001 - whatever it was, the other front-ends go on and so does this
                    await self._listening.lost(error)
        finally:
            if publishing:
                publishing.cancel()
            if hearing:
                await hearing.finish(within=_FINISH_SECONDS)

    async def show(
        self, place: Place, card: Card, *, dialogue_id: str, message_id: str | None, key: str
    ) -> Receipt:
        del key  # Telegram has nothing to tell a repeated sending by
        return await self._sending.show(place, card, dialogue_id=dialogue_id, message_id=message_id)

    async def tell(self, place: Place, notice: Notice, *, key: str) -> Receipt:
        return await self._sending.tell(place, notice, key=key)

    async def erase(self, place: Place, message_id: str) -> Receipt:
        return await self._sending.erase(place, message_id)

    def door(self, payload: str) -> str | None:
        return f"https://t.me/{self._me.username}?start={payload}" if self._me else None

    def private_chat(self, account_id: str) -> str | None:
        return None

    def routes(self) -> Sequence[BaseRoute]:
        """What the HTTP server is to serve; nothing where updates are fetched."""
        if self._webhook_url is None:
            return ()
        return (webhook_route(self._webhook_url, secret=self._secret, take=self._listening.deliver),)

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._line.aclose()

    def _hearing(self, ears: Ears, me: Me) -> TelegramEventHandler:
        return TelegramEventHandler(
            ears=ears,
            voice=self._sending,
            me=me,
            commands=frozenset(one.name for one in self._commands),
            clock=self._clock,
            quiet_window=self._quiet_window,
        )


class TelegramLine:
    """`Line` by way of the library's `Bot`."""

    def __init__(self, *, token: str, api_url: str) -> None:
        self._calls = _Request(api_url, connections=_CONNECTIONS)
        self._fetching = _Request(api_url, connections=1)
        root = f"{api_url.rstrip('/')}/bot"
        self._bot = _Bot(token, base_url=root, request=self._calls, get_updates_request=self._fetching)

    async def me(self) -> Me:
        async with _plain_failures():
            user = await self._bot.get_me()
        return Me(id=user.id, username=user.username or "")

    async def updates(self, *, offset: int | None, wait: int) -> Sequence[Json]:
        # The library's own get_updates makes an object of every part, and fails for one it does not know.
        ask: dict[str, object] = {
            "timeout": wait,
            "limit": 100,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
        }
        if offset is not None:
            ask["offset"] = offset
        url = f"{self._bot.base_url}/getUpdates?{urlencode(ask)}"
        async with _plain_failures():
            answer = await self._fetching.post(url, read_timeout=LONG_POLL + ANSWER_SECONDS)
        return cast("Sequence[Json]", answer) if isinstance(answer, list) else ()

    async def send(
        self,
        spot: Spot,
        words: Marked,
        *,
        keyboard: Keyboard | None = None,
        quiet: bool = False,
        reply_to: str | None = None,
    ) -> str:
        more = plain(words, keyboard)
        if reply_to:
            more["reply_parameters"] = {"message_id": int(reply_to), "allow_sending_without_reply": True}
        async with _plain_failures():
            sent = await self._bot.send_message(
                as_sent(spot.chat_id),
                words.text,
                message_thread_id=spot.topic,
                disable_notification=quiet or None,
                api_kwargs=more,
            )
        return str(sent.message_id)

    async def edit(self, chat_id: str, message_id: str, words: Marked, *, keyboard: Keyboard) -> None:
        async with _plain_failures():
            await self._bot.edit_message_text(
                words.text,
                chat_id=as_sent(chat_id),
                message_id=int(message_id),
                api_kwargs=plain(words, keyboard),
            )

    async def erase(self, chat_id: str, message_id: str) -> None:
        async with _plain_failures():
            await self._bot.delete_message(as_sent(chat_id), int(message_id))

    async def send_file(self, spot: Spot, file: File, caption: Marked | None, *, quiet: bool = False) -> str:
        entities = {"caption_entities": list(caption.entities)} if caption and caption.entities else {}
        async with _plain_failures():
            # A picture is shown in the chat; as a document it would have to be opened.
            send = self._bot.send_photo if file.is_picture else self._bot.send_document
            sent = await send(
                as_sent(spot.chat_id),
                file.content,
                filename=file.name,
                caption=caption.text if caption else None,
                message_thread_id=spot.topic,
                disable_notification=quiet or None,
                read_timeout=_FILE_SECONDS,
                api_kwargs=entities,
            )
        return str(sent.message_id)

    async def answer_tap(self, callback_id: str, words: str) -> None:
        async with _plain_failures():
            await self._bot.answer_callback_query(callback_id, text=words or None)

    async def menu(self, scope: Scope) -> Sequence[tuple[str, str]]:
        async with _plain_failures():
            commands = await self._bot.get_my_commands(api_kwargs={"scope": {"type": scope.value}})
        return [(one.command, one.description) for one in commands]

    async def set_menu(self, scope: Scope, menu: Sequence[tuple[str, str]]) -> None:
        commands = [BotCommand(name, summary) for name, summary in menu]
        async with _plain_failures():
            await self._bot.set_my_commands(commands, api_kwargs={"scope": {"type": scope.value}})

    async def webhook(self) -> str:
        async with _plain_failures():
            return (await self._bot.get_webhook_info()).url

    async def set_webhook(self, url: str, *, secret: str) -> None:
        async with _plain_failures():
            await self._bot.set_webhook(
                url, allowed_updates=ALLOWED_UPDATES, secret_token=secret, max_connections=40
            )

    async def delete_webhook(self) -> None:
        async with _plain_failures():
            await self._bot.delete_webhook()

    async def aclose(self) -> None:
        await self._calls.shutdown()
        await self._fetching.shutdown()


class _Bot(Bot):
    """The library's bot, which would show its token in its `repr`."""

    def __repr__(self) -> str:
        return "Bot"


class _FailedError(TelegramError):
    """A failure on its way through the library, which passes its own errors on as they are."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.description)
        self.failure = failure


class _Request(BaseRequest):
    """The library's seam for HTTP: what is no success becomes a `_FailedError` with all we know."""

    def __init__(self, api_url: str, *, connections: int) -> None:
        self._connections = Connections(api_url, most=connections)

    @property
    def read_timeout(self) -> float:
        return ANSWER_SECONDS

    async def initialize(self) -> None:
        """Nothing to do before the first call."""

    async def shutdown(self) -> None:
        await self._connections.aclose()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, object]:
        """The answer, less our own words coming back: the library would make an object of every button."""
        answer: dict[str, object] = BaseRequest.parse_json_payload(payload)
        sent = as_fields(answer.get("result"))
        if "message_id" in sent:
            answer["result"] = {name: sent[name] for name in ("message_id", "date", "chat")}
        return answer

    async def do_request(  # noqa: PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        within = float(read_timeout) if isinstance(read_timeout, int | float) else ANSWER_SECONDS
        try:
            return await self._connections.exchange(method, url, _body(request_data), answer_within=within)
        except CallFailed as error:
            raise _FailedError(error.failure) from None


@asynccontextmanager
async def _plain_failures() -> AsyncGenerator[None]:
    try:
        yield
    except _FailedError as error:
        raise CallFailed(error.failure) from None
    except (TelegramError, KeyError, TypeError, ValueError) as error:
        # A good status, and an answer that the library cannot read: the call was done.
        raise CallFailed(Failure(status=0, description=type(error).__name__)) from None


def _body(data: RequestData | None) -> Body:
    if data is None or not data.contains_files:
        return data.json_payload if data else None
    return form(data.json_parameters, data.multipart_data or {})
