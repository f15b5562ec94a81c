"""Which fact is told to whom: rows of the outbox, written in the transaction of the fact."""

from datetime import datetime

from sqlalchemy import Connection

from core.domain.plan import Plan
from core.domain.reservation import Reservation
from core.ports import GuestAction


def plan_changed(tx: Connection, plan_id: str, *, now: datetime) -> None:
    """Have the plan's card drawn again."""
    raise NotImplementedError


def plan_booked(tx: Connection, plan: Plan, reservation: Reservation, *, now: datetime) -> None:
    """Tell the chat and, by DM, those who want it; plan the reminders."""
    raise NotImplementedError


def plan_lost(tx: Connection, plan: Plan, *, now: datetime) -> None:
    """Tell what was tried and what can be done next."""
    raise NotImplementedError


def plan_troubled(tx: Connection, plan: Plan, trouble: str, *, now: datetime) -> None:
    """Tell the organiser, ahead of the drop, of something that may spoil it (a `Trouble`)."""
    raise NotImplementedError


def guest_needed(tx: Connection, plan: Plan, action: GuestAction, *, now: datetime) -> None:
    """Tell the organiser what only they can do."""
    raise NotImplementedError
