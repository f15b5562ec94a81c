"""A look-alike in another process, as seen from this one."""

from datetime import date, datetime, time, timedelta

import httpx

from platforms.resy.lookalike.accounts import Pair
from platforms.resy.lookalike.contest import Contest
from platforms.resy.lookalike.control import (
    CONTEST,
    ENTRIES,
    FAULT_WISH,
    KEY,
    KNOBS,
    MOMENT,
    NOT_UNDERSTOOD,
    PAIR,
    PERSON,
    SALE_WISH,
    TOKEN_WISH,
    TRUTH,
    VENUE,
    FaultWish,
    SaleWish,
    TokenWish,
    Truth,
)
from platforms.resy.lookalike.endpoints import Endpoint
from platforms.resy.lookalike.faults import Fault
from platforms.resy.lookalike.journal import Entry
from platforms.resy.lookalike.knobs import Knobs
from platforms.resy.lookalike.person import Person
from platforms.resy.lookalike.venue import Venue


class RemoteLookAlike:
    """The same words as `LookAlike` has, over the control endpoint; `url` is where clients of the platform go."""

    def __init__(self, url: str, *, key: str, http: httpx.AsyncClient) -> None:
        self.url = url
        self._key = key
        self._http = http

    async def add_venue(self, venue: Venue) -> Venue:
        return VENUE.validate_json(await self._tell("POST", "venues", VENUE.dump_json(venue)))

    async def add_person(self, person: Person) -> Person:
        return PERSON.validate_json(await self._tell("POST", "people", PERSON.dump_json(person)))

    async def sign_in(self, person: Person, *, life: timedelta | None = None) -> Pair:
        wish = TOKEN_WISH.dump_json(TokenWish(person_id=person.id, life=life))
        return PAIR.validate_json(await self._tell("POST", "tokens", wish))

    async def turn(self, knobs: Knobs) -> None:
        """Put these in place of the knobs there."""
        await self._tell("PUT", "knobs", KNOBS.dump_json(knobs))

    async def break_next(self, endpoint: Endpoint, fault: Fault, *, times: int = 1, skip: int = 0) -> None:
        wish = FaultWish(endpoint=endpoint, fault=fault, times=times, skip=skip)
        await self._tell("POST", "faults", FAULT_WISH.dump_json(wish))

    async def let_in(self, contest: Contest) -> None:
        await self._tell("POST", "contests", CONTEST.dump_json(contest))

    async def sell_out(self, venue: Venue, day: date, *, when: datetime | None = None) -> None:
        wish = SaleWish(venue_id=venue.id, day=day, when=when)
        await self._tell("POST", "sales", SALE_WISH.dump_json(wish))

    async def give_back(
        self, venue: Venue, day: date, at: time, seating: str, *, when: datetime | None = None
    ) -> None:
        wish = SaleWish(venue_id=venue.id, day=day, at=at, seating=seating, when=when)
        await self._tell("POST", "sales", SALE_WISH.dump_json(wish))

    async def journal(self, *, since: int = 0) -> list[Entry]:
        return ENTRIES.validate_json(await self._tell("GET", f"journal?since={since}"))

    async def clear_journal(self) -> None:
        await self._tell("DELETE", "journal")

    async def truth(self) -> Truth:
        return TRUTH.validate_json(await self._tell("GET", "truth"))

    async def drop_at(self, venue: Venue, day: date) -> datetime:
        answer = await self._tell("GET", f"drop?venue_id={venue.id}&day={day}")
        return MOMENT.validate_json(answer).drop_at

    async def _tell(self, method: str, path: str, body: bytes = b"") -> bytes:
        answer = await self._http.request(
            method, f"{self.url}/_lookalike/{path}", content=body, headers={KEY: self._key}
        )
        if answer.status_code == NOT_UNDERSTOOD:
            raise ValueError(answer.text)
        return answer.raise_for_status().content
