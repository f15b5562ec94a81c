"""News: facts on their way to people. The words are found when they are sent."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Trouble(StrEnum):
    """What may spoil a drop, found out ahead of it; `LOCKED_OUT`: who can't be asked what became of a call."""

    VENUE_GONE = "venue_gone"
    PLATFORM_DOWN = "platform_down"
    DROP_MOVED = "drop_moved"
    CHAT_GONE = "chat_gone"
    SIGN_IN = "sign_in"
    NO_CARD = "no_card"
    CONFLICT = "conflict"
    NOT_CONNECTED = "not_connected"
    CLOCK_OFF = "clock_off"
    LOCKED_OUT = "locked_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBooked:
    plan_id: str
    kind: Literal["booked"] = "booked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLost:
    plan_id: str
    kind: Literal["lost"] = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTroubled:
    """`trouble` is a `Trouble`; `about` names what stands in the way, where it has a name."""

    plan_id: str
    trouble: str
    about: str = ""
    kind: Literal["troubled"] = "troubled"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestNeeded:
    plan_id: str
    action: str
    kind: Literal["needed"] = "needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    plan_id: str
    kind: Literal["reminded"] = "reminded"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReleased:
    """A reservation was given back by `by`."""

    plan_id: str
    by: str
    kind: Literal["released"] = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableUnlisted:
    """The platform confirmed a table, and an hour later its list does not have it."""

    plan_id: str
    kind: Literal["unlisted"] = "unlisted"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestJudged:
    """An admin decided about a guest; `state` is a `GuestState`."""

    state: str
    kind: Literal["judged"] = "judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorClosed:
    """A guest of a plan could not be written to: mention them where they will see it, with a way in."""

    plan_id: str
    guest_id: int
    kind: Literal["door_closed"] = "door_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DropReported:
    """How a drop went, some seconds after its result: the story of one job of the plan."""

    plan_id: str
    job_id: int
    kind: Literal["reported"] = "reported"


News = (
    PlanBooked
    | PlanLost
    | PlanTroubled
    | GuestNeeded
    | Reminded
    | TableReleased
    | TableUnlisted
    | GuestJudged
    | DoorClosed
    | DropReported
)
