"""What somebody asks of the inventory, and how it says no."""

from dataclasses import dataclass

from core.domain.slot import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose reservation it is: a guest of a caller. The same number at two callers is two guests."""

    caller: str
    guest_id: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """A wish for one table: `token` is the slot's, `key` the plan's id."""

    token: str
    owner: Owner
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTable:
    """There is no table: why."""

    cause: Cause
