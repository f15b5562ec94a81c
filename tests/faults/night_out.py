"""A bot as a process, three friends at its page, and a house whose tables come out in a few seconds."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot.frontends.web.chats import person
from bot.frontends.web.page_token import PageToken
from bot.store import open_store
from core.clock import SystemClock
from core.domain.guest import GuestState
from core.domain.plan import Plan
from core.persistence import guests, plans
from core.persistence.database import Database
from core.runtime.settings import Settings
from platforms.house.own_venues import HouseVenues
from tests.faults.bot_process import BotProcess, token_of
from tests.faults.page import GONE, Friend
from tests.faults.truth import is_over, is_told, plan_ids, untruths

FRIENDS = ("Ann", "Bob", "Cas")
CLOCK = SystemClock()
_LOOKS = timedelta(seconds=0.1)
_PATIENCE = 60


@dataclass(slots=True)
class NightOut:
    """`drop_at` is when tables for the day `on` come out, once `release` has said so; the day stays when that moves."""

    folder: Path
    database: Database
    drop_at: datetime = datetime.max
    on: date = date.max
    friends: dict[str, Friend] = field(default_factory=lambda: {name: Friend(name) for name in FRIENDS})
    bot: BotProcess | None = None
    starts: int = 0

    async def start(self, **settings: str) -> None:
        """The host starts the bot, and the friends' pages find it."""
        self.starts += 1
        self.bot = await BotProcess.start(self.folder, **settings)
        url, token = await self.bot.url(), token_of(self.folder)
        for friend in self.friends.values():
            await _open(friend, url, token)

    async def release(self, *, after: timedelta, tables: int) -> None:
        """A venue's tables, so many at each time, are to come out after that long."""
        self.drop_at = (CLOCK.now() + after).replace(microsecond=0)
        if self.on == date.max:
            self.on = self.drop_at.date() + timedelta(days=14)
        venue = _venue(self.drop_at, (self.on - self.drop_at.date()).days, tables)
        await HouseVenues().add(self.database, venue, file="venue", clock=CLOCK)

    async def kill(self) -> None:
        if self.bot is not None:
            await self.bot.kill()
            self.bot = None

    async def do(self, friend: str, event_id: str, *, killed_after: float | None = None) -> None:
        """What a friend did reaches the bot: this one or, if it is killed meanwhile, the next."""
        doing = asyncio.create_task(self.friends[friend].deliver(event_id))
        if killed_after is not None:
            await CLOCK.sleep(timedelta(seconds=killed_after))
            await self.kill()
        with suppress(*GONE):
            await doing
        if self.bot is None:
            await self.start()

    async def untruths(self) -> list[str]:
        now = CLOCK.now()
        return await self.database.read(lambda tx: untruths(tx, now=now))

    async def told(self) -> None:
        """Wait until everything that is due has been told."""
        await self._until(lambda tx: is_told(tx, now=CLOCK.now()))

    async def over(self) -> None:
        """Wait until every plan has ended and everything that is due has been told."""
        await self._until(lambda tx: is_over(tx, now=CLOCK.now()))

    async def _until(self, look: Callable[[Connection], bool]) -> None:
        async with asyncio.timeout(_PATIENCE):
            while not await self.database.read(look):
                await CLOCK.sleep(_LOOKS)

    async def plans(self) -> Sequence[Plan]:
        return await self.database.read(lambda tx: [plans.get(tx, each) for each in plan_ids(tx)])


@asynccontextmanager
async def night_out(folder: Path) -> AsyncIterator[NightOut]:
    """Prepared and not started; nothing of it runs afterwards."""
    database = open_store(Settings.model_construct(data_dir=folder))
    night = NightOut(folder=folder, database=database)
    try:
        await database.write(_seat)
        yield night
    finally:
        for friend in night.friends.values():
            await friend.close()
        await night.kill()
        await database.aclose()


def _venue(drop_at: datetime, days_ahead: int, tables: int) -> str:
    return f"""
venues:
  - id: casa-luna
    name: Casa Luna
    zone: UTC
    horizon_days: 60
    drop: {{ days_ahead: {days_ahead}, at: "{drop_at.astimezone(UTC):%H:%M:%S}" }}
    shifts: [{{ name: dinner, days: daily, first: "18:00", last: "21:00", every: 30 }}]
    tables: [{{ name: T, count: {tables}, seats: 1-4 }}]
    turn: {{ 4: 240 }}
"""


def _seat(tx: Connection) -> None:
    for name in FRIENDS:
        who = person(name)
        assert who is not None
        guest = guests.meet(
            tx,
            frontend=who.frontend,
            account_id=who.account_id,
            name=who.name,
            handle=None,
            origin="",
            now=CLOCK.now(),
        )
        guests.set_state(tx, guest.id, GuestState.APPROVED)
        guests.set_admin(tx, guest.id, is_admin=name == "Ann")


async def _open(friend: Friend, url: str, token: PageToken) -> None:
    """Open the page as soon as the bot listens there."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            try:
                await friend.open(url, token)
            except GONE:
                await CLOCK.sleep(_LOOKS)
            else:
                return
