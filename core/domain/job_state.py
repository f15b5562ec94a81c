"""Where a job stands, and the one table of what may follow what."""

from collections.abc import Mapping
from enum import StrEnum

from core.errors import IllegalTransition


class Strategy(StrEnum):
    """How a job goes after its table."""

    NOW = "now"
    DROP = "drop"
    WATCH = "watch"


class JobState(StrEnum):
    """Each with its sentence; `FOLLOWS` says what may come next."""

    WAITING = "waiting"
    TRYING = "trying"
    FIRING = "firing"
    UNSURE = "unsure"
    NEEDS_GUEST = "needs_guest"
    BOOKED = "booked"
    LOST = "lost"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def over(self) -> bool:
        """Whether nothing can follow."""
        return not FOLLOWS[self]

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES: Mapping[JobState, str] = {
    JobState.WAITING: "Nothing is to be done before it is due.",
    JobState.TRYING: "A worker has it in hand, and no booking call is out.",
    JobState.FIRING: "A booking call may be out: written before the call, so a crash leaves it standing.",
    JobState.UNSURE: "A booking call was sent and its answer is not known: the platform is being asked.",
    JobState.NEEDS_GUEST: "The platform books once the guest has done something.",
    JobState.BOOKED: "The platform confirmed a table.",
    JobState.LOST: "The table went to others, or never appeared in time.",
    JobState.CANCELLED: "The friends called it off.",
    JobState.FAILED: "It could not be tried to the end: the reason says why.",
}

_S = JobState

FOLLOWS: Mapping[JobState, frozenset[JobState]] = {
    _S.WAITING: frozenset({_S.TRYING, _S.LOST, _S.CANCELLED}),
    _S.TRYING: frozenset({_S.WAITING, _S.FIRING, _S.NEEDS_GUEST, _S.LOST, _S.FAILED, _S.CANCELLED}),
    _S.FIRING: frozenset({_S.BOOKED, _S.UNSURE, _S.NEEDS_GUEST, _S.TRYING, _S.WAITING, _S.LOST, _S.FAILED}),
    _S.UNSURE: frozenset({_S.BOOKED, _S.WAITING, _S.LOST, _S.FAILED}),
    _S.NEEDS_GUEST: frozenset({_S.WAITING, _S.TRYING, _S.LOST, _S.CANCELLED}),
    _S.BOOKED: frozenset(),
    _S.LOST: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.FAILED: frozenset(),
}
"""What may follow what. A booking call is out only in `firing`; only the platform's word ends `unsure`."""

LAPSED: Mapping[JobState, JobState] = {_S.TRYING: _S.WAITING, _S.FIRING: _S.UNSURE, _S.UNSURE: _S.UNSURE}
"""Where a job is found when its worker is gone: a call that may be out is looked up, never repeated."""

OPEN = tuple(state for state in JobState if FOLLOWS[state])
"""The states in which something is still to come."""


def check(before: JobState, after: JobState) -> None:
    """Raise `IllegalTransition` where the table does not know the step."""
    if after not in FOLLOWS[before]:
        raise IllegalTransition(before, after)
