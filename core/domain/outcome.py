"""What one attempt came to: a closed union. Waiting is not failing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.booking import Booked, NeedsGuest, Unknown


class Reason(StrEnum):
    """Why a job ended without a table."""

    NOTHING_APPEARED = "nothing_appeared"
    NOTHING_WANTED = "nothing_wanted"
    FULLY_TAKEN = "fully_taken"
    WATCH_OVER = "watch_over"
    OVERDUE = "overdue"
    NOT_FOUND = "not_found"
    GUEST_DID_NOT = "guest_did_not"
    CONFLICT = "conflict"
    CIRCLE_HAS_TABLE = "circle_has_table"
    CIRCLE_WENT_FIRST = "circle_went_first"
    TERMS_DECLINED = "terms_declined"
    VENUE_GONE = "venue_gone"
    PLATFORM_DOWN = "platform_down"
    NEVER_ANSWERED = "never_answered"
    LOCKED_OUT = "locked_out"
    BROKEN = "broken"

    @property
    def sentence(self) -> str:
        """For the host's log and `fourtop job`; a guest reads the wording's."""
        return _SENTENCES[self]

    @property
    def found_out(self) -> bool:
        """Whether it is known that there is no table."""
        return self not in {Reason.NEVER_ANSWERED, Reason.LOCKED_OUT}

    @property
    def breakage(self) -> bool:
        """Whether the job could not be tried to the end, rather than tried in vain."""
        return self in _BREAKAGES


_SENTENCES = {
    Reason.NOTHING_APPEARED: "No table appeared while it was looked for.",
    Reason.NOTHING_WANTED: "Tables appeared, none of them at a wanted time.",
    Reason.FULLY_TAKEN: "Every wanted table went to somebody else.",
    Reason.WATCH_OVER: "The time to watch for a cancellation is over.",
    Reason.OVERDUE: "Its time had passed before it could be tried.",
    Reason.NOT_FOUND: "A booking call may have been out unanswered, and the platform has no such reservation.",
    Reason.GUEST_DID_NOT: "The platform waited for the guest, and time ran out.",
    Reason.CONFLICT: "The account already holds a reservation that stands in the way.",
    Reason.CIRCLE_HAS_TABLE: "Another plan of the same friends, for the same venue and day, got a table.",
    Reason.CIRCLE_WENT_FIRST: "Another plan of the same friends went first, until it was too late for this one.",
    Reason.TERMS_DECLINED: "The terms under which a table could be had were not accepted.",
    Reason.VENUE_GONE: "The platform does not know the venue any more.",
    Reason.PLATFORM_DOWN: "The platform never answered.",
    Reason.NEVER_ANSWERED: "A booking call may have been out unanswered, and so was asking what came of it.",
    Reason.LOCKED_OUT: "A booking call may have got a table, and its account could not be asked before the evening.",
    Reason.BROKEN: "The attempt broke off again and again; the log says how.",
}

_BREAKAGES = frozenset(
    {Reason.VENUE_GONE, Reason.PLATFORM_DOWN, Reason.NEVER_ANSWERED, Reason.LOCKED_OUT, Reason.BROKEN}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingYet:
    """No table so far; look again at `again_at` (UTC)."""

    again_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedOut:
    """The account of a call whose answer was lost opens no more: whether there is a table, nothing else can tell.

    It is not asked until its guest has signed in; they are asked to again at `again_at` (UTC).
    """

    account_id: int | None
    again_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GaveUp:
    """There will be no table from this job."""

    reason: Reason


Outcome = Booked | NothingYet | NeedsGuest | Unknown | LockedOut | GaveUp
"""`Booked`, `NeedsGuest` and `Unknown` are the platform's own answers, passed on as they are."""
