"""How soon after its tables are visible a booking call reaches a platform 40 ms away.

The platform is the Resy look-alike in a process of its own, 20 ms each way; the jobs are armed plans of people in
the chats, each with an account of its own. The look-alike's journal says when each call arrived.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import Connection

from bench.bot import Bot
from bench.crowd import Crowd, DiscordCrowd, TelegramCrowd, sit_down, talk
from bench.lateness import GROUPS, RATE
from bench.numbers import percentile
from bot.store import open_store
from core.accounts.keeper import AccountKeeper
from core.clock import SystemClock
from core.domain.almanac import Claim, Source
from core.domain.drop import DropRule
from core.domain.job_state import JobState, Strategy
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState
from core.domain.venue import VenueRef
from core.drops import almanac
from core.persistence import jobs, plans
from core.powers.accounts import Credentials, SignedIn
from core.runtime.bell import Bell
from core.security.keys import key_ring
from core.security.secret import Secret
from core.security.vault import Vault
from platforms.house.own_venues import HouseVenues
from platforms.resy.lookalike import (
    Card,
    City,
    DaysAhead,
    Entry,
    Knobs,
    Person,
    RemoteLookAlike,
    Scenario,
    Venue,
    each_way,
    in_child,
    seatings,
)
from tests.settings import settings_of

ROUND_TRIP = timedelta(milliseconds=40)
MOST_LOOKS = 30

_CITY = City(
    id=900, code="bench", slug="bench-city", name="Bench", zone="UTC", latitude=40.7, longitude=-74.0
)
_LEAD = timedelta(seconds=17)  # before the first drop of a series: preflights, as minutes before a real one
_START = timedelta(seconds=6)
_WINDOW = timedelta(seconds=20)
_AHEAD = 21
_TIMES = (time(19), time(19, 30))


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """`drops` instants, `apart` from one another, each with so many plans of as many accounts for as many tables."""

    busy: bool
    late_by: timedelta
    plans: int
    drops: int
    apart: timedelta

    def instants(self, first_at: datetime) -> list[datetime]:
        return [first_at + self.apart * n for n in range(self.drops)]


_ON_TIME, _LATE = timedelta(0), timedelta(milliseconds=120)
_APART, _FAR_APART = timedelta(seconds=2), timedelta(seconds=6)

SERIES = tuple(
    Series(busy=busy, late_by=late_by, plans=count, drops=drops, apart=apart)
    for busy in (False, True)
    for late_by, count, drops, apart in (
        (_ON_TIME, 1, 10, _APART),
        (_LATE, 1, 10, _APART),
        (_ON_TIME, 50, 2, _FAR_APART),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raced:
    """From tables being visible to the booking call at the server, milliseconds: p50, p95 and the slowest.

    `first` is when the first look of a drop arrived there, after the drop; `looks` is the most that one plan made.
    """

    series: Series
    booked: int
    first: tuple[float, float, float]
    to_book: tuple[float, float, float]
    looks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Armed:
    """One plan: its venue at the look-alike, and when its tables are visible."""

    plan_id: str
    venue_id: int
    visible_at: datetime
    user_id: int


async def resy_drops(wanted: Sequence[Series] = SERIES) -> Sequence[Raced]:
    """Have the series one after the other, in one process; those that are busy last."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        quick = Knobs(latency=each_way(ROUND_TRIP / timedelta(milliseconds=2)))
        remote = await stack.enter_async_context(in_child(Scenario(knobs=quick)))
        telegram = await stack.enter_async_context(TelegramCrowd(GROUPS))
        discord = await stack.enter_async_context(DiscordCrowd(GROUPS))
        crowds: Sequence[Crowd] = [telegram, discord]
        settings = settings_of(data_dir=folder)
        database = open_store(settings)
        await HouseVenues().add(
            database, HouseVenues().samples(), file="samples", clock=clock
        )  # what the crowds talk about
        seated = [await database.write(lambda tx, one=one: one.seat(tx, clock.now())) for one in crowds]
        groups = [group for pair in zip(*seated, strict=True) for group in pair]
        keeper = AccountKeeper(
            database=database, vault=Vault(key_ring(settings).values()), clock=clock, bell=Bell()
        )
        begins = _begins(wanted, clock.now())
        armed = []
        for n, (series, first_at) in enumerate(zip(wanted, begins, strict=True)):
            stands = await _stand(remote, n, series, first_at)
            armed.append([one for one, _, _ in stands])
            await database.write(
                lambda tx, stands=stands, at=first_at: _arm(tx, keeper, stands, at - _LEAD, groups)
            )
        await database.aclose()
        environment = {
            "FOURTOP_DATA_DIR": str(folder),
            "FOURTOP_HTTP_PORT": "0",
            "FOURTOP_LOG_LEVEL": "warning",
            "FOURTOP_RESY_API_URL": remote.url,
        }
        environment |= telegram.environment() | discord.environment()
        async with Bot(environment, log=folder / "log"):
            for series, first_at in zip(wanted, begins, strict=True):
                await remote.turn(Knobs(latency=quick.latency, drop_offset=series.late_by))
                await _attend(series, first_at, crowds)
        journal = await remote.journal()
        database = open_store(settings)
        told = [
            _told(series, mine, journal, await database.read(lambda tx, mine=mine: _booked(tx, mine)))
            for series, mine in zip(wanted, armed, strict=True)
        ]
        await database.aclose()
        return told


def _begins(wanted: Sequence[Series], now: datetime) -> list[datetime]:
    """The first drop of each series, on a whole second."""
    begins: list[datetime] = []
    free_at = (
        now + _START + sum((s.plans * s.drops * timedelta(seconds=0.02) for s in wanted), timedelta())
    ).replace(microsecond=0)
    for series in wanted:
        begins.append(free_at + _LEAD)
        free_at = begins[-1] + series.apart * series.drops + timedelta(seconds=1)
    return begins


async def _attend(series: Series, first_at: datetime, crowds: Sequence[Crowd]) -> None:
    last_at = series.instants(first_at)[-1]
    if series.busy:
        if not all(group.ready for crowd in crowds for group in crowd.groups):
            await sit_down(crowds)
        await SystemClock().sleep_until(first_at - timedelta(seconds=14))
        until = last_at.timestamp() + 1
        await asyncio.gather(*(talk(one, per_second=RATE, until=until) for one in crowds))
    await SystemClock().sleep_until(last_at + timedelta(seconds=4))


async def _stand(
    remote: RemoteLookAlike, number: int, series: Series, first_at: datetime
) -> list[tuple[_Armed, Plan, SignedIn]]:
    """A venue a drop, with one table for each plan, and an account a plan."""
    stands: list[tuple[_Armed, Plan, SignedIn]] = []
    for n, at in enumerate(series.instants(first_at)):
        venue = await remote.add_venue(
            Venue(
                name=f"Drop {number} {n}",
                city=_CITY,
                release=DaysAhead(days=_AHEAD, at=at.time()),
                sittings=seatings(_TIMES, {"Dining Room": series.plans}),
            )
        )
        for place in range(series.plans):
            who = f"{number}-{n}-{place}"
            person = await remote.add_person(Person(email=f"{who}@example.org", cards=(Card(),)))
            pair = await remote.sign_in(person)
            on = at.date() + timedelta(days=_AHEAD)
            one = _Armed(plan_id=who, venue_id=venue.id, visible_at=at + series.late_by, user_id=person.id)
            signed_in = SignedIn(
                credentials=Credentials(
                    token=Secret(pair.auth),
                    expires_at=at + timedelta(days=40),
                    refresh=Secret(pair.refresh),
                    refresh_expires_at=at + timedelta(days=80),
                ),
                external_id=str(person.id),
                holder=who,
            )
            stands.append((one, _plan(who, venue, on), signed_in))
    return stands


def _arm(
    tx: Connection,
    keeper: AccountKeeper,
    stands: Sequence[tuple[_Armed, Plan, SignedIn]],
    due_at: datetime,
    groups: Sequence[tuple[int, int]],
) -> None:
    """Plans in groups of their own as far as there are any: friends of one chat would not race."""
    now = datetime.now(UTC)
    for n, (one, plan, signed_in) in enumerate(stands):
        chat_id, guest_id = groups[n % len(groups)]
        account = keeper.connect_in(tx, guest_id=guest_id, platform="resy", signed_in=signed_in)
        drop_at = _drop_at(plan, one)
        rule = DropRule(days_ahead=_AHEAD, at=drop_at.time(), zone="UTC")
        claim = Claim(rule=rule, source=Source.ADMIN, by="bench")
        almanac.told(tx, plan.wish.venue, claim, guest_id, now=now)
        plans.add(tx, _of(plan, chat_id, guest_id, account.id))
        jobs.add(
            tx,
            plan_id=plan.id,
            strategy=Strategy.DROP,
            due_at=due_at,
            drop_at=drop_at,
            until=drop_at + _WINDOW,
            now=now,
        )


def _drop_at(plan: Plan, one: _Armed) -> datetime:
    return one.visible_at.replace(microsecond=0)


def _plan(plan_id: str, venue: Venue, on: date) -> Plan:
    wish = Wish(venue=VenueRef(platform="resy", id=venue.key), on=on, party_size=2, times=_TIMES)
    return Plan(
        id=plan_id,
        organiser_id=0,
        chat_id=0,
        thread_id=None,
        wish=wish,
        venue_name=venue.name,
        zone="UTC",
        state=PlanState.ARMED,
        created_at=datetime.now(UTC),
    )


def _of(plan: Plan, chat_id: int, guest_id: int, account_id: int) -> Plan:
    return replace(plan, organiser_id=guest_id, chat_id=chat_id, friends=(guest_id,), accounts=(account_id,))


def _booked(tx: Connection, mine: Sequence[_Armed]) -> int:
    return sum(job.state is JobState.BOOKED for one in mine for job in jobs.of_plan(tx, one.plan_id))


def _told(series: Series, mine: Sequence[_Armed], journal: Sequence[Entry], booked: int) -> Raced:
    first: list[float] = []
    to_book: list[float] = []
    looks = 0
    for venue_id in {one.venue_id for one in mine}:
        visible_at = next(one.visible_at for one in mine if one.venue_id == venue_id).timestamp()
        near = [one for one in journal if one.venue == venue_id and one.at > visible_at - 3]
        finds = sorted(one.at for one in near if one.endpoint == "find")
        first.extend(at - (visible_at - series.late_by.total_seconds()) for at in finds[:1])
        looks = max(looks, -(-len(finds) // series.plans))
        calls: dict[int | None, float] = {}
        for entry in near:
            if entry.endpoint == "book":
                calls.setdefault(entry.user, entry.at)
        to_book.extend(at - visible_at for at in calls.values())
    return Raced(series=series, booked=booked, first=_cut(first), to_book=_cut(to_book), looks=looks)


def _cut(seconds: Sequence[float]) -> tuple[float, float, float]:
    return (percentile(seconds, 50) * 1e3, percentile(seconds, 95) * 1e3, max(seconds, default=0.0) * 1e3)


if __name__ == "__main__":
    picked = [SERIES[int(number)] for number in sys.argv[1:]] or SERIES
    for one in asyncio.run(resy_drops(picked)):
        print(one)
