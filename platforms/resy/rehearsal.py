"""A drop played on the look-alike, in a process of its own, by an account that exists nowhere else."""

import math
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.clock import Clock
from core.domain.account import AccountState
from core.domain.almanac import Claim, DropKnowledge
from core.domain.booking import Booker
from core.domain.plan import Wish
from core.domain.venue import VenueRef
from core.errors import SignInNeeded
from core.ports import Platform
from core.powers.accounts import Credentials, Renewal, Wallet
from core.powers.rehearsal import RehearsedDrop, Script, TakenTable
from core.security.secret import Secret
from platforms.resy.almanac import DropAlmanac
from platforms.resy.lookalike import (
    NEW_YORK,
    RIVALS,
    Card,
    City,
    Contest,
    DaysAhead,
    Knobs,
    Person,
    RemoteLookAlike,
    Rival,
    Scenario,
    Sitting,
    Venue,
    each_way,
    in_child,
)
from platforms.resy.lookalike.chance import chance
from platforms.resy.lookalike.city import CITIES

Build = Callable[[str, str, Wallet, DropAlmanac], Platform]
"""From an address, the key that it wants, a wallet and what is known of drops to the platform there."""

_ACCOUNT = 1
_WAY_MS = 20
_MOST_SKEW_S = 0.4
_SOON = timedelta(days=14)
_AROUND = (timedelta(minutes=-60), timedelta(minutes=-30), timedelta(minutes=30), timedelta(minutes=60))
_USUAL_SEATING = "Dining Room"
_PERSON = Person(email="drill@fourtop.invalid", first_name="Drill", last_name="Fourtop", cards=(Card(),))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResyRehearsal:
    """`core.powers.rehearsal.Rehearsal` over a look-alike; tables come out at `out_at`, by its clock."""

    scene: RehearsedDrop
    venue: Venue
    remote: RemoteLookAlike
    out_at: datetime

    async def taken(self) -> Sequence[TakenTable]:
        truth = await self.remote.truth()
        ours = [
            TakenTable(by="us", time=f"{one.sitting.at:%H:%M}", after=one.booked_at - self.out_at)
            for one in truth.live
        ]
        theirs = [
            TakenTable(by=one.rival, time=f"{one.at:%H:%M}", after=one.taken_at - self.out_at)
            for one in truth.takings
        ]
        return sorted((*ours, *theirs), key=lambda each: each.after)


@asynccontextmanager
async def rehearsal(build: Build, clock: Clock, script: Script) -> AsyncGenerator[ResyRehearsal]:
    """Wanted times have one table each and their neighbours two; everybody wants the wanted ones first."""
    skew = timedelta(seconds=chance(script.seed, "skew").uniform(-_MOST_SKEW_S, _MOST_SKEW_S))
    knobs = Knobs(latency=each_way(_WAY_MS), drop_offset=script.late_by)
    async with in_child(Scenario(seed=script.seed, skew=skew, knobs=knobs)) as remote:
        drop_at = _whole_second(clock.now() + skew + script.lead)
        local = drop_at.astimezone(ZoneInfo(script.zone))
        on = script.wish.on if script.wish.on > local.date() else local.date() + _SOON
        played = replace(script.wish, on=on)
        venue = await remote.add_venue(
            _venue(played, script.zone, DaysAhead(days=(on - local.date()).days, at=local.time()))
        )
        pair = await remote.sign_in(await remote.add_person(_PERSON))
        await remote.let_in(_contest(venue, played, script.rivals))
        wallet = _Pocket(Credentials(token=Secret(pair.auth), refresh=Secret(pair.refresh)))
        platform = build(remote.url, knobs.api_key, wallet, _NoAlmanac())
        booker = Booker(guest_id=0, name=_PERSON.first_name, account_id=_ACCOUNT)
        scene = RehearsedDrop(platform=platform, wish=played, booker=booker, drop_at=drop_at)
        try:
            yield ResyRehearsal(scene=scene, venue=venue, remote=remote, out_at=drop_at + script.late_by)
        finally:
            await platform.aclose()


def _venue(wish: Wish, zone: str, release: DaysAhead) -> Venue:
    city, _, slug = wish.venue.id.rpartition("/")
    return Venue(
        name=slug.replace("-", " ").title(),
        slug=slug,
        city=_city(city, zone),
        zone=zone,
        release=release,
        sittings=_sittings(wish),
        largest=max(6, wish.party_size),
    )


def _sittings(wish: Wish) -> tuple[Sitting, ...]:
    seating, most = (wish.seatings or (_USUAL_SEATING,))[0], max(6, wish.party_size)
    return (
        *(Sitting(at=at, seating=seating, tables=1, largest=most) for at in wish.times),
        *(Sitting(at=at, seating=seating, tables=2, largest=most) for at in _around(wish)),
    )


def _around(wish: Wish) -> tuple[time, ...]:
    """Times of the same day near the wanted ones."""
    near = (datetime.combine(wish.on, at, UTC) + by for at in wish.times for by in _AROUND)
    return tuple(sorted({each.time() for each in near if each.date() == wish.on} - set(wish.times)))


def _city(slug: str, zone: str) -> City:
    known = next((city for city in CITIES if city.slug == slug), None)
    return known or replace(NEW_YORK, id=900, code=slug, slug=slug, name=slug, zone=zone, region="")


def _contest(venue: Venue, wish: Wish, rivals: Mapping[str, int]) -> Contest:
    return Contest(
        venue_id=venue.id,
        day=wish.on,
        rivals=tuple(each for letter, count in rivals.items() for each in _rivals(letter, count)),
        times=(*wish.times, *(one.at for one in venue.sittings if one.at not in wish.times)),
        party_size=wish.party_size,
    )


def _rivals(letter: str, count: int) -> Sequence[Rival]:
    return (RIVALS[letter],) * count if letter in RIVALS else ()


def _whole_second(at: datetime) -> datetime:
    return datetime.fromtimestamp(math.ceil(at.timestamp()), UTC)


class _Pocket:
    """A wallet with one account in it, that nobody keeps."""

    def __init__(self, pair: Credentials) -> None:
        self._pair = pair

    async def credentials(self, account_id: int) -> Credentials:
        if account_id != _ACCOUNT:
            raise SignInNeeded(account_id)
        return self._pair

    async def renewed(self, account_id: int, *, stale: Credentials, renew: Renewal) -> Credentials:
        if self._pair == stale:
            self._pair = await renew(stale)
        return self._pair

    async def lost(self, account_id: int, state: AccountState) -> None:
        pass


class _NoAlmanac:
    """Nobody has told anything of a drop that never was."""

    async def best(self, ref: VenueRef, zone: str, claims: Sequence[Claim] = ()) -> DropKnowledge | None:
        return None
