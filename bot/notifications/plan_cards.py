"""Cards that show a plan, brought up to date."""

from datetime import datetime

from sqlalchemy import Connection

from bot.flows.plan.flow import PlanFlow
from bot.outgoing import draw
from core.persistence import dialogues


def redraw(tx: Connection, plan_id: str, *, now: datetime, urgent: bool = False) -> None:
    """Have the plan's card drawn again, and every other card of it that people can see."""
    for row in dialogues.of_plan(tx, plan_id):
        if row.open and (row.flow == PlanFlow.spec.name or row.message_id is not None):
            draw(tx, row, now=now, urgent=urgent)
