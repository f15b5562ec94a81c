"""Where a plan stands, and the one table of what may follow what."""

from collections.abc import Mapping
from enum import StrEnum

from core.errors import IllegalTransition


class PlanState(StrEnum):
    """Each with its sentence; `FOLLOWS` says what may come next. What guests read of it is in the wording."""

    ARMED = "armed"
    TRYING = "trying"
    CHECKING = "checking"
    NEEDS_GUEST = "needs_guest"
    BOOKED = "booked"
    LOST = "lost"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to the plan by itself."""
        return self in {PlanState.BOOKED, PlanState.LOST, PlanState.CANCELLED}

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES: Mapping[PlanState, str] = {
    PlanState.ARMED: "Its job waits, or looks: no booking call is out.",
    PlanState.TRYING: "A booking call may be out, or was refused this very minute.",
    PlanState.CHECKING: "A booking call's answer is not known: the platform is being asked.",
    PlanState.NEEDS_GUEST: "The platform books once the guest has done something.",
    PlanState.BOOKED: "The platform confirmed a table.",
    PlanState.LOST: "There is no table; the friends may want another, or watch for one.",
    PlanState.CANCELLED: "The friends called it off, or gave its table back.",
}

_S = PlanState

FOLLOWS: Mapping[PlanState, frozenset[PlanState]] = {
    _S.ARMED: frozenset({_S.TRYING, _S.CHECKING, _S.NEEDS_GUEST, _S.LOST, _S.CANCELLED}),
    _S.TRYING: frozenset({_S.ARMED, _S.CHECKING, _S.NEEDS_GUEST, _S.BOOKED, _S.LOST, _S.CANCELLED}),
    _S.CHECKING: frozenset({_S.ARMED, _S.BOOKED, _S.LOST}),
    _S.NEEDS_GUEST: frozenset({_S.ARMED, _S.TRYING, _S.CHECKING, _S.LOST, _S.CANCELLED}),
    _S.BOOKED: frozenset({_S.CANCELLED}),
    _S.LOST: frozenset({_S.ARMED, _S.CANCELLED}),
    _S.CANCELLED: frozenset(),
}
"""What may follow what. Only a call, or looking one up, books; a booked table is never lost, only given back."""


def check(before: PlanState, after: PlanState) -> None:
    """Raise `IllegalTransition` where the table does not know the step."""
    if after not in FOLLOWS[before]:
        raise IllegalTransition(before, after)
