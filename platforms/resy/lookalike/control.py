"""How another process sets the scene and reads the truth: JSON below `/_lookalike/`, for who has the key.

POST venues, people, tokens, faults, contests, sales     PUT knobs
GET  journal?since=, truth, drop?venue_id=&day=          DELETE journal
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from platforms.resy.lookalike.accounts import Pair
from platforms.resy.lookalike.contest import Contest, let_in
from platforms.resy.lookalike.endpoints import Endpoint
from platforms.resy.lookalike.faults import Fault
from platforms.resy.lookalike.journal import Entry
from platforms.resy.lookalike.knobs import Knobs
from platforms.resy.lookalike.ledger import Reserved
from platforms.resy.lookalike.person import Person
from platforms.resy.lookalike.taking import Taking
from platforms.resy.lookalike.venue import Venue
from platforms.resy.lookalike.world import LookAlike

KEY = "X-Lookalike-Key"
NOT_UNDERSTOOD = 422

Asked = TypeVar("Asked")
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWish:
    """Sign somebody in, for `life` or as long as usual."""

    person_id: int
    life: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultWish:
    """As `Faults.next`."""

    endpoint: Endpoint
    fault: Fault
    times: int = 1
    skip: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleWish:
    """Strangers take a whole day, or give a table back where `at` says which; at `when` or now."""

    venue_id: int
    day: date
    at: time | None = None
    seating: str = ""
    when: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is so at the server; `now` is its clock."""

    now: datetime
    live: tuple[Reserved, ...]
    takings: tuple[Taking, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a day's tables appear."""

    drop_at: datetime


VENUE = TypeAdapter(Venue)
PERSON = TypeAdapter(Person)
PAIR = TypeAdapter(Pair)
KNOBS = TypeAdapter(Knobs)
CONTEST = TypeAdapter(Contest)
TOKEN_WISH = TypeAdapter(TokenWish)
FAULT_WISH = TypeAdapter(FaultWish)
SALE_WISH = TypeAdapter(SaleWish)
ENTRIES = TypeAdapter(list[Entry])
TRUTH = TypeAdapter(Truth)
MOMENT = TypeAdapter(Moment)


def control_of(world: LookAlike, *, key: str) -> Starlette:
    """The ASGI app that answers below `/_lookalike/`."""
    room = _Room(world)

    def route(path: str, method: str, answer: Callable[[Request, bytes], bytes]) -> Route:
        async def endpoint(request: Request) -> Response:
            if not secrets.compare_digest(request.headers.get(KEY, ""), key):
                return Response(status_code=404)
            try:
                body = answer(request, await request.body())
            except (ValidationError, KeyError, ValueError) as error:
                return Response(str(error), status_code=NOT_UNDERSTOOD)
            return Response(body, media_type="application/json")

        return Route(path, endpoint, methods=[method])

    return Starlette(
        routes=[
            Mount(
                "/_lookalike",
                routes=[
                    route("/venues", "POST", room.add_venue),
                    route("/people", "POST", room.add_person),
                    route("/tokens", "POST", room.sign_in),
                    route("/knobs", "PUT", room.turn),
                    route("/faults", "POST", room.break_next),
                    route("/contests", "POST", room.let_in),
                    route("/sales", "POST", room.sell),
                    route("/journal", "GET", room.journal),
                    route("/journal", "DELETE", room.forget),
                    route("/truth", "GET", room.truth),
                    route("/drop", "GET", room.drop),
                ],
            )
        ]
    )


class _Room:
    """What each address does to the world."""

    def __init__(self, world: LookAlike) -> None:
        self._world = world

    def add_venue(self, _: Request, body: bytes) -> bytes:
        return VENUE.dump_json(self._world.add_venue(VENUE.validate_json(body)))

    def add_person(self, _: Request, body: bytes) -> bytes:
        return PERSON.dump_json(self._world.accounts.add(PERSON.validate_json(body)))

    def sign_in(self, _: Request, body: bytes) -> bytes:
        wish = TOKEN_WISH.validate_json(body)
        return PAIR.dump_json(self._world.sign_in(self._world.accounts.by_id(wish.person_id), life=wish.life))

    def turn(self, _: Request, body: bytes) -> bytes:
        self._world.knobs = KNOBS.validate_json(body)
        return b"{}"

    def break_next(self, _: Request, body: bytes) -> bytes:
        wish = FAULT_WISH.validate_json(body)
        self._world.faults.next(wish.endpoint, wish.fault, times=wish.times, skip=wish.skip)
        return b"{}"

    def let_in(self, _: Request, body: bytes) -> bytes:
        let_in(self._world, CONTEST.validate_json(body))
        return b"{}"

    def sell(self, _: Request, body: bytes) -> bytes:
        wish = SALE_WISH.validate_json(body)
        venue = self._venue(wish.venue_id)
        if wish.at is None:
            self._world.sell_out(venue, wish.day, when=wish.when)
        else:
            self._world.give_back(venue, wish.day, wish.at, wish.seating, when=wish.when)
        return b"{}"

    def journal(self, request: Request, _: bytes) -> bytes:
        since = int(request.query_params.get("since", "0"))
        return ENTRIES.dump_json(self._world.journal[since:])

    def forget(self, _: Request, __: bytes) -> bytes:
        self._world.journal.clear()
        return b"{}"

    def truth(self, _: Request, __: bytes) -> bytes:
        world = self._world
        live = tuple(world.live_reservations())
        return TRUTH.dump_json(Truth(now=world.now(), live=live, takings=tuple(world.takings)))

    def drop(self, request: Request, _: bytes) -> bytes:
        venue = self._venue(int(request.query_params["venue_id"]))
        day = date.fromisoformat(request.query_params["day"])
        return MOMENT.dump_json(Moment(drop_at=self._world.drop_at(venue, day)))

    def _venue(self, venue_id: int) -> Venue:
        venue = self._world.directory.by_id(venue_id)
        if venue is None:
            raise KeyError(venue_id)
        return venue
