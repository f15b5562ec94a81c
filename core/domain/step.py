"""One thing that happened in an attempt, as it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StepKind(StrEnum):
    """What happened."""

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


Detail = Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened, at `at`, in the attempt that holds the fence `attempt`."""

    at: datetime
    attempt: int
    kind: StepKind
    detail: Detail
