"""One thing that happened in an attempt, as it is kept: a closed union, so that decisions are taken from types."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from core.domain.booking import GuestAction
from core.domain.job_state import JobState, Strategy
from core.domain.outcome import Reason
from core.domain.slot import Slot
from core.domain.trouble import Trouble


class StepKind(StrEnum):
    """The name of what happened, in the table and on a host's screen."""

    WOKEN = "woken"
    PREFLIGHT_OK = "preflight_ok"
    TROUBLE = "trouble"
    REARMED = "rearmed"
    WARMED = "warmed"
    CLOCK = "clock"
    FIRST_REQUEST = "first_request"
    SLOTS_SEEN = "slots_seen"
    UNHEARD = "unheard"
    SLOT_TRIED = "slot_tried"
    SLOT_LOST = "slot_lost"
    SLOT_GONE = "slot_gone"
    PLATFORM_DOWN = "platform_down"
    NEEDS_GUEST = "needs_guest"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"
    HANDED_OVER = "handed_over"
    LOOKED_UP = "looked_up"
    BOOKED = "booked"
    GAVE_UP = "gave_up"
    BROKE_OFF = "broke_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfSlot:
    """What happened to one slot: its token, its local time (`19:30`) and where in the venue it is."""

    token: str
    time: str
    seating: str

    @classmethod
    def of(cls, slot: Slot, **more: str) -> Self:
        return cls(token=slot.token, time=f"{slot.starts_at:%H:%M}", seating=slot.seating, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Woken:
    """A worker took the job in hand, so many whole seconds after it was due."""

    kind: ClassVar[StepKind] = StepKind.WOKEN
    strategy: Strategy | None = None
    state: JobState | None = None
    late_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightMade:
    """All was well at the stage that begins so many minutes before the drop."""

    kind: ClassVar[StepKind] = StepKind.PREFLIGHT_OK
    stage_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleTold:
    """Somebody was told of what may spoil the plan; `stage_min` says at which preflight, None: not at one.

    `about` names what stands in the way, where it has a name.
    """

    kind: ClassVar[StepKind] = StepKind.TROUBLE
    what: Trouble
    stage_min: int | None = None
    account: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rearmed:
    """The drop is at another moment (UTC)."""

    kind: ClassVar[StepKind] = StepKind.REARMED
    drop_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Warmed:
    """Connections were open before the drop."""

    kind: ClassVar[StepKind] = StepKind.WARMED


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMeasured:
    """How far the platform's clock is from ours, in microseconds."""

    kind: ClassVar[StepKind] = StepKind.CLOCK
    offset_us: int = 0
    uncertainty_us: int = 0
    round_trip_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRequest:
    """The first look of a drop left so late; `budget` is how many there may be."""

    kind: ClassVar[StepKind] = StepKind.FIRST_REQUEST
    late_us: int
    budget: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotsSeen:
    """A list came back. `wanted` and `offered` are local times (`19:30 20:00`).

    In a burst looks are numbered from 1, and `sent_us` and `answered_us` count from the drop by the platform's clock.
    """

    kind: ClassVar[StepKind] = StepKind.SLOTS_SEEN
    listed: int = 0
    wanted: str = ""
    offered: str | None = None
    cause: str = ""
    nr: int | None = None
    sent_us: int | None = None
    answered_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """A look of a burst that was still without an answer when the attempt ended."""

    kind: ClassVar[StepKind] = StepKind.UNHEARD
    nr: int
    sent_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotTried(OfSlot):
    """A booking call for it left."""

    kind: ClassVar[StepKind] = StepKind.SLOT_TRIED


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotLost(OfSlot):
    """It went to somebody else."""

    kind: ClassVar[StepKind] = StepKind.SLOT_LOST


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotGone:
    """A slot that was lost is off the list: it may come back."""

    kind: ClassVar[StepKind] = StepKind.SLOT_GONE
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformBroke:
    """The platform did not answer a look (numbered, in a burst), a booking call (with its slot), or a question."""

    kind: ClassVar[StepKind] = StepKind.PLATFORM_DOWN
    why: str = ""
    token: str | None = None
    time: str | None = None
    seating: str | None = None
    nr: int | None = None
    sent_us: int | None = None
    answered_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotNeedsGuest(OfSlot):
    """The platform books it once the guest has done something."""

    kind: ClassVar[StepKind] = StepKind.NEEDS_GUEST
    action: GuestAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicted(OfSlot):
    """Another reservation of the account stands in the way; its venue's name and local time, where they are known."""

    kind: ClassVar[StepKind] = StepKind.CONFLICT
    venue_name: str = ""
    with_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered(OfSlot):
    """The answer to its booking call was lost."""

    kind: ClassVar[StepKind] = StepKind.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSwitched:
    """The next account books from here on (0: one that is nobody's)."""

    kind: ClassVar[StepKind] = StepKind.HANDED_OVER
    from_account: int
    to_account: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """The platform's list of reservations was asked for; whether ours was on it."""

    kind: ClassVar[StepKind] = StepKind.LOOKED_UP
    listed: int = 0
    found: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotBooked(OfSlot):
    """The platform confirmed it."""

    kind: ClassVar[StepKind] = StepKind.BOOKED


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnded:
    """The job ended without a table."""

    kind: ClassVar[StepKind] = StepKind.GAVE_UP
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokeOff:
    """The attempt, or one call of it, ended in an error that nobody foresaw."""

    kind: ClassVar[StepKind] = StepKind.BROKE_OFF
    error: str = ""


What = (
    Woken
    | PreflightMade
    | TroubleTold
    | Rearmed
    | Warmed
    | ClockMeasured
    | FirstRequest
    | SlotsSeen
    | Unheard
    | SlotTried
    | SlotLost
    | SlotGone
    | PlatformBroke
    | SlotNeedsGuest
    | Conflicted
    | Unanswered
    | AccountSwitched
    | LookedUp
    | SlotBooked
    | JobEnded
    | BrokeOff
)

SHAPES: Mapping[StepKind, type[What]] = {shape.kind: shape for shape in What.__args__}
"""The shape of each kind of step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`what` happened at `at` (UTC), in the attempt that holds the fence `attempt`."""

    at: datetime
    attempt: int
    what: What

    @property
    def kind(self) -> StepKind:
        return self.what.kind


def detail_of(what: What) -> dict[str, str | int]:
    """What happened, flat, without what is not known: as it is kept, and shown to a host."""
    values = {each.name: getattr(what, each.name) for each in fields(what)}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if value is not None
    }
