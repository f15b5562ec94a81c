"""What a job has to tell: `core.notifications` is this."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from core.domain.booking import GuestAction
from core.domain.news import Trouble
from core.domain.plan import Plan
from core.domain.reservation import Reservation


class Facts(Protocol):
    """Each is called in the transaction of the fact."""

    def plan_changed(self, tx: Connection, plan_id: str, *, now: datetime) -> None: ...

    def plan_booked(self, tx: Connection, plan: Plan, reservation: Reservation, *, now: datetime) -> None: ...

    def plan_lost(self, tx: Connection, plan: Plan, *, now: datetime) -> None: ...

    def plan_troubled(
        self, tx: Connection, plan: Plan, trouble: str, *, about: str = "", now: datetime
    ) -> None: ...

    def guest_needed(
        self,
        tx: Connection,
        plan: Plan,
        action: GuestAction,
        *,
        guest_id: int,
        account_id: int | None,
        now: datetime,
    ) -> None: ...

    def ask_to_mend(
        self,
        tx: Connection,
        guest_id: int,
        *,
        plan_id: str | None,
        account_id: int | None,
        trouble: Trouble,
        about: str = "",
        now: datetime,
    ) -> bool: ...
