"""The client before a look-alike of the server, and a server that says what it is told to."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import Any

from starlette.types import Receive, Scope, Send

from core.domain.almanac import Claim, DropKnowledge
from core.domain.booking import Booker
from core.domain.slot import Slot
from core.domain.venue import VenueRef
from core.powers.accounts import Credentials
from core.security.secret import Secret
from platforms.resy import lookalike
from platforms.resy.lookalike import Card, DaysAhead, Knobs, LookAlike, Person, Policy, seatings
from platforms.resy.lookalike.endpoints import Endpoint
from platforms.resy.platform import ResyPlatform
from tests.fakes.clock import FakeClock
from tests.fakes.wallet import FakeWallet

KEY = Knobs().api_key
ANN = Booker(guest_id=1, name="Ann", account_id=1)
BOB = Booker(guest_id=2, name="Bob", account_id=2)
NOBODY = Booker(guest_id=3, name="Cas")
ON = date(2026, 12, 10)
"""Released; the clock stands at noon UTC on 1 December 2026."""

TIMES = (time(18), time(19, 30), time(21))


@dataclass
class FirstClaim:
    """An almanac that has seen nothing: the first claim is the best. `asked` are the claims that were stated."""

    asked: list[Sequence[Claim]] = field(default_factory=list)

    async def best(self, ref: VenueRef, zone: str, claims: Sequence[Claim] = ()) -> DropKnowledge | None:
        self.asked.append(claims)
        return DropKnowledge(claim=claims[0]) if claims else None


class Resy:
    """The platform, and the world that it talks to. Accounts 1, 2 … are Ann's, Bob's …, with a card each."""

    def __init__(self, world: LookAlike, url: str, clock: FakeClock) -> None:
        self.world, self.url, self.clock = world, url, clock
        self.almanac = FirstClaim()
        self.wallet = FakeWallet(self._open)
        self.people: dict[int, Person] = {}
        self.platform = ResyPlatform(url, KEY, clock, wallet=self.wallet, almanac=self.almanac)

    def venue(self, **changes: Any) -> lookalike.Venue:
        """Carbone, with a table at each of three times, unless told otherwise."""
        usual: dict[str, Any] = {
            "name": "Carbone",
            "release": DaysAhead(days=14, at=time(10)),
            "sittings": seatings(TIMES, {"Dining Room": 1}),
        }
        return self.world.add_venue(lookalike.Venue(**(usual | changes)))

    def person(self, account_id: int, *, cards: tuple[Card, ...] = (Card(),)) -> Person:
        """Whose account it is; made when asked for first."""
        if account_id not in self.people:
            self.people[account_id] = self.world.add_person(f"guest{account_id}@example.org", cards=cards)
        return self.people[account_id]

    def change(self, account_id: int, **changes: object) -> None:
        self.people[account_id] = replace(self.person(account_id), **changes)
        self.world.accounts.change(self.people[account_id])

    def turn(self, **knobs: object) -> None:
        self.world.knobs = replace(self.world.knobs, **knobs)

    async def slots(self, venue: lookalike.Venue, *, on: date = ON, size: int = 2) -> list[Slot]:
        return list((await self.platform.slots(ref_of(venue), on=on, party_size=size)).slots)

    async def slot(self, venue: lookalike.Venue, at: time = TIMES[1], *, on: date = ON) -> Slot:
        return next(slot for slot in await self.slots(venue, on=on) if slot.starts_at.time() == at)

    def asked(self, endpoint: Endpoint) -> int:
        """How many calls of an endpoint the server had."""
        return len(self.world.journal.of(endpoint))

    async def _open(self, account_id: int) -> Credentials:
        pair = self.world.sign_in(self.person(account_id))
        return Credentials(token=Secret(pair.auth), refresh=Secret(pair.refresh))


def ref_of(venue: lookalike.Venue) -> VenueRef:
    return VenueRef(platform="resy", id=f"{venue.city.slug}/{venue.slug}")


@asynccontextmanager
async def resy_before(world: LookAlike, clock: FakeClock) -> AsyncIterator[Resy]:
    async with lookalike.serving(world) as url:
        resy = Resy(world, url, clock)
        yield resy
        await resy.platform.aclose()


@dataclass
class Heard:
    method: str
    path: str
    query: str
    headers: dict[str, list[str]]
    body: str

    def header(self, name: str) -> str | None:
        return ", ".join(self.headers[name]) if name in self.headers else None


@dataclass
class Said:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


class Scripted:
    """An app that answers every call with `says`, or what `at` has for the path, and keeps what it heard."""

    def __init__(self) -> None:
        self.says = Said()
        self.at: dict[str, list[Said]] = {}
        self.heard: list[Heard] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode(), []).append(value.decode())
        self.heard.append(
            Heard(scope["method"], scope["path"], scope["query_string"].decode(), headers, body.decode())
        )
        waiting = self.at.get(scope["path"])
        said = (waiting.pop(0) if len(waiting) > 1 else waiting[0]) if waiting else self.says
        raw = [(name.encode(), value.encode()) for name, value in said.headers.items()]
        await send({"type": "http.response.start", "status": said.status, "headers": raw})
        await send({"type": "http.response.body", "body": said.body})


FEE = Policy(fee=25.0, cut_off=timedelta(hours=24), text="$25 a person if you don't come.")
