"""Others who want the same tables: a process of its own, which books at the house over HTTP.

`python -m bot.demo.rivals RACE` with a `Race` as JSON, and a key to the house in `FOURTOP_HOUSE_TOKEN`; prints one
`Taking` as JSON a line, as each rival ends.
"""

import asyncio
import os
import secrets
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pydantic import TypeAdapter

from core.clock import Clock, SystemClock
from core.domain.booking import Booked, Booker, Unknown
from core.domain.mandate import for_this
from core.domain.plan import Wish
from core.domain.reservation import Reservation
from core.domain.venue import VenueRef
from core.errors import PlatformDown
from core.ports import Platform
from core.security.secret import Secret

KEY = "FOURTOP_HOUSE_TOKEN"
"""The variable that the process finds its key in."""

_WARM = timedelta(seconds=4)
_MOST_FAILURES = 3

_PRIME = (time(19, 30), time(19), time(20))
_LATER = (time(21), time(21, 30), time(17))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Somebody with a habit: the first look is `first` after the drop, the next ones start `gap` apart.

    Whatever comes of it, there are no more than `looks`, and none later than `patience` after the drop.
    """

    name: str
    habit: str
    first: timedelta
    gap: timedelta
    party_size: int
    times: tuple[time, ...]
    looks: int = 300
    patience: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """Who wants tables for the day `on`, which come out at `drop_at`, of the venues at `url`."""

    url: str
    venue: VenueRef
    on: date
    drop_at: datetime
    rivals: tuple[Rival, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RivalTable:
    """What a rival got, `after` the drop."""

    starts_at: datetime
    seating: str
    confirmation: str
    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """How it went for one rival: how often they looked, how many tables they tried to book, and which they got."""

    name: str
    habit: str
    looks: int
    tries: int
    table: RivalTable | None = None


race_json: TypeAdapter[Race] = TypeAdapter(Race)
taking_json: TypeAdapter[Taking] = TypeAdapter(Taking)

USUAL = (
    Rival(
        name="Nonstop",
        habit="asks without a pause from 2 s before",
        first=timedelta(seconds=-2),
        gap=timedelta(0),
        party_size=4,
        times=_PRIME,
        looks=3000,
    ),
    Rival(
        name="Metronome",
        habit="asks on the dot, then every 50 ms",
        first=timedelta(0),
        gap=timedelta(milliseconds=50),
        party_size=2,
        times=(*_PRIME, *_LATER),
    ),
    Rival(
        name="Stroller",
        habit="asks on the dot, then every 500 ms",
        first=timedelta(0),
        gap=timedelta(milliseconds=500),
        party_size=3,
        times=_PRIME,
    ),
    Rival(
        name="Latecomer",
        habit="asks 200 ms after, then every 200 ms",
        first=timedelta(milliseconds=200),
        gap=timedelta(milliseconds=200),
        party_size=4,
        times=(*_PRIME, *_LATER),
    ),
    Rival(
        name="Human",
        habit="opens the page 10 s after",
        first=timedelta(seconds=10),
        gap=timedelta(seconds=2),
        party_size=2,
        times=(*_PRIME, *_LATER),
        patience=timedelta(seconds=11),
    ),
)


async def compete(rival: Rival, *, number: int, race: Race, platform: Platform, clock: Clock) -> Taking:
    """Look as the rival does, and book the best table seen, once."""
    wish = Wish(venue=race.venue, on=race.on, party_size=rival.party_size, times=rival.times)
    booker, key = Booker(guest_id=number, name=rival.name), secrets.token_hex(8)
    looks = tries = failures = 0
    await clock.sleep_until(race.drop_at + min(rival.first, timedelta(0)) - _WARM)
    await platform.warm()
    await clock.sleep_until(race.drop_at + rival.first)
    while looks < rival.looks and failures < _MOST_FAILURES:
        looked_at = clock.now()
        if looked_at > race.drop_at + rival.patience:
            break
        looks += 1
        try:
            found = await platform.slots(race.venue, on=race.on, party_size=rival.party_size)
            for slot in wish.rank(found.slots):
                tries += 1
                match await platform.book(slot, mandate=for_this(slot, booker), key=key):
                    case Booked(reservation=got):
                        table = _table(got, after=clock.now() - race.drop_at)
                        return Taking(
                            name=rival.name, habit=rival.habit, looks=looks, tries=tries, table=table
                        )
                    case Unknown():  # whether they have a table is theirs to find out
                        return Taking(name=rival.name, habit=rival.habit, looks=looks, tries=tries)
                    case _:
                        pass
        except PlatformDown:
            failures += 1
        await clock.sleep_until(looked_at + rival.gap)
    return Taking(name=rival.name, habit=rival.habit, looks=looks, tries=tries)


def _table(got: Reservation, *, after: timedelta) -> RivalTable:
    return RivalTable(
        starts_at=got.starts_at, seating=got.seating, confirmation=got.confirmation, after=after
    )


async def _run(race: Race) -> None:
    from bot.platforms import keeps_venues  # noqa: PLC0415 - whoever only starts this process need not load it

    clock, (_, venues), key = SystemClock(), keeps_venues(), Secret(os.environ[KEY])

    async def act(number: int, rival: Rival) -> None:
        platform = venues.elsewhere(race.url, clock, caller=f"rival {rival.name}", key=key)
        try:
            taking = await compete(rival, number=number, race=race, platform=platform, clock=clock)
        finally:
            await platform.aclose()
        sys.stdout.write(taking_json.dump_json(taking).decode() + "\n")
        sys.stdout.flush()

    await asyncio.gather(*(act(number, rival) for number, rival in enumerate(race.rivals, start=1)))


if __name__ == "__main__":
    asyncio.run(_run(race_json.validate_json(sys.argv[1])))
