"""Reservations, live and cancelled."""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime

from platforms.resy.lookalike.venue import Sitting

FIRST_ID = 933_020_068


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """A table in somebody's name; instants are UTC."""

    id: int
    person_id: int
    venue_key: str
    day: date
    sitting: Sitting
    party_size: int
    starts_at: datetime
    ends_at: datetime
    cut_off_at: datetime | None
    booked_at: datetime
    cancelled_at: datetime | None = None
    request: str | None = None
    occasion: str | None = None
    card_id: int | None = None

    @property
    def live(self) -> bool:
        return self.cancelled_at is None


class Ledger:
    """Who has which table."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._all: dict[int, Reserved] = {}
        self._tokens: dict[str, int] = {}
        self._newest: dict[int, str] = {}

    def next_id(self) -> int:
        return FIRST_ID + len(self._all)

    def put(self, reserved: Reserved) -> None:
        """Add, or put in place of the one with the same id."""
        self._all[reserved.id] = reserved

    def cancel(self, reserved: Reserved, *, now: datetime) -> None:
        self.put(replace(reserved, cancelled_at=now))

    def live(self, person_id: int | None = None) -> list[Reserved]:
        """Reservations that stand, of one person or of all, oldest first."""
        return [one for one in self.all(person_id) if one.live]

    def all(self, person_id: int | None = None) -> list[Reserved]:
        """Also those that were cancelled."""
        return [one for one in self._all.values() if person_id in (None, one.person_id)]

    def conflict(
        self,
        person_id: int,
        *,
        venue_key: str,
        day: date,
        starts_at: datetime,
        ends_at: datetime,
        allow_multiple: bool,
    ) -> Reserved | None:
        """What the person already has that keeps them from sitting there then."""
        for one in self.live(person_id):
            overlaps = one.starts_at < ends_at and starts_at < one.ends_at
            same_evening = one.venue_key == venue_key and one.day == day
            if overlaps or (same_evening and not allow_multiple):
                return one
        return None

    def new_token(self, reserved: Reserved) -> str:
        """A new `resy_token` for it."""
        token = f"{self._rng.randbytes(48).hex()}|{reserved.id:x}_-{self._rng.randbytes(8).hex()}"
        self._tokens[token] = reserved.id
        self._newest[reserved.id] = token
        return token

    def token(self, reserved: Reserved) -> str:
        """The newest `resy_token`, made if there is none."""
        return self._newest.get(reserved.id) or self.new_token(reserved)

    def by_token(self, token: str, *, newest_only: bool) -> Reserved | None:
        """What a `resy_token` stands for, cancelled or not."""
        reserved_id = self._tokens.get(token)
        if reserved_id is None or (newest_only and self._newest[reserved_id] != token):
            return None
        return self._all[reserved_id]
