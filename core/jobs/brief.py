"""What a worker has to know to pursue a job."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.account import Account
from core.domain.booking import Booker
from core.domain.mandate import Mandate
from core.domain.plan import Plan
from core.domain.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The plan, who may book it, and what has been done so far.

    `mandates` are in order of use; none is left where the platform books for guests' own accounts and no connected
    one is at hand. `accounts` are all that were chosen for the plan, whatever their state, and None where the
    platform has none. `caller` is with whom a booking call may be out, or was. `first` is the plan of the same
    circle that goes before this one.
    """

    plan: Plan
    mandates: tuple[Mandate, ...]
    accounts: tuple[Account, ...] | None
    caller: Booker
    first: Plan | None
    chat_is_dead: bool
    steps: Sequence[Step]

    @property
    def bookers(self) -> tuple[Booker, ...]:
        """In whose name it can be booked."""
        return tuple(mandate.booker for mandate in self.mandates)
