"""The local chat page as a chat network: a group chat for friends at this machine, a private chat each.

For whoever is not a browser (shapes are in `protocol`):

- `GET /chat/people`: who there is.
- `GET /chat/state?person=Ann`: all that Ann's page shows, as JSON.
- `WS /chat/socket?person=Ann`: the same as the first frame, then every change. Ann's own frames are
  `{"type": "say", "id": "a1", "chat": "friends", "text": "/reserve luna"}` (her private chat is `dm:ann`),
  `{"type": "tap", "id": "a2", "message": "17", "ref": "x9"}` and a few more. Each is answered by `taken` once
  it cannot be lost, and by `acted` once Fourtop is done with it; one not taken is sent again, same id.
- `GET /chat/files/17/table.ics`: the file of message 17.

Each wants the page's token: as `&token=…` in the address, or as the cookie for which `GET /?token=…` exchanges it.
A close with code 1013 means: connect again in a moment.
"""

from collections.abc import Sequence
from datetime import datetime

from starlette.routing import BaseRoute

from bot.commands import CommandSpec
from bot.conversation.messages import Card, Notice, Place
from bot.conversation.ports import Delivered, Ears, FrontEndState, MessageGone, Pace, Receipt, Unreachable
from bot.frontends.web.chat_room import ChatRoom
from bot.frontends.web.chats import NAME, place, private_chat
from bot.frontends.web.event_handler import WebEventHandler
from bot.frontends.web.message_body import card_body, notice_body
from bot.frontends.web.page_token import PageToken
from bot.frontends.web.protocol import CommandHint
from bot.frontends.web.routes import page_routes
from bot.who import Who
from bot.wording import web as wording
from core.clock import Clock
from core.persistence.database import Database
from core.runtime.trusted_proxies import TrustedProxies


class WebFrontEnd:
    """The page's side of `FrontEnd`; `routes()` go to the HTTP server."""

    name = NAME
    pace = Pace(per_chat_second=20, per_group_minute=600, per_second=200)

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        token: PageToken,
        proxies: TrustedProxies,
        commands: Sequence[CommandSpec] = (),
        friends: Sequence[str] = ("Ann", "Bob", "Cas"),
    ) -> None:
        self._clock = clock
        self._token = token
        self._proxies = proxies
        self._room = ChatRoom(
            database=database, clock=clock, friends=friends, commands=tuple(map(_hint, commands))
        )
        self._handler = WebEventHandler(self._room, clock, [command.name for command in commands])
        self._since: datetime | None = None

    def routes(self) -> Sequence[BaseRoute]:
        return page_routes(self._handler, self._room, token=self._token, proxies=self._proxies)

    @property
    def state(self) -> FrontEndState:
        if not self._handler.running:
            return FrontEndState(up=False, reason=wording.NOT_RUNNING)
        return FrontEndState(up=True, since=self._since)

    async def run(self, ears: Ears) -> None:
        self._since = self._clock.now()
        try:
            await self._handler.run(ears)
        finally:
            self._room.empty()

    async def show(
        self, place: Place, card: Card, *, dialogue_id: str, message_id: str | None, key: str
    ) -> Receipt:
        if (nowhere := _nowhere(place)) is not None:
            return nowhere
        body = card_body(card, dialogue_id)
        if message_id is None:
            message = await self._room.post(place.chat_id, body, author="", key=f"out:{key}")
            return Delivered(message_id=message.id)
        edited = await self._room.edit(place.chat_id, message_id, body)
        return MessageGone() if edited is None else Delivered(message_id=edited.id)

    async def tell(self, place: Place, notice: Notice, *, key: str) -> Receipt:
        if (nowhere := _nowhere(place)) is not None:
            return nowhere
        message = await self._room.post(
            place.chat_id, notice_body(notice), author="", key=f"out:{key}", file=notice.file
        )
        return Delivered(message_id=message.id)

    async def erase(self, place: Place, message_id: str) -> Receipt:
        await self._room.erase(place.chat_id, message_id)
        return Delivered(message_id=message_id)

    def private_chat(self, account_id: str) -> str | None:
        return private_chat(account_id)

    def door(self, payload: str) -> str | None:
        return f"/?start={payload}"


def _hint(spec: CommandSpec) -> CommandHint:
    venues = any(option.suggests_venues for option in spec.options)
    return CommandHint(
        name=spec.name,
        summary=spec.summary,
        where=spec.where.value,
        admin=spec.may is Who.ADMIN,
        venues=venues,
    )


def _nowhere(where: Place) -> Unreachable | None:
    return Unreachable(reason="the page has no such chat") if place(where.chat_id) is None else None
