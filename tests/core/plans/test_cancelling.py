"""Plans given up."""

import pytest

from core.domain.plan_state import PlanState
from core.errors import PlanBusy, PlanOver
from core.persistence import plans
from core.plans import arming, cancelling
from tests.core.plans.evening import LUNA, NOW, WISH, arm, fire, meet


@pytest.mark.parametrize("state", [PlanState.BOOKED, PlanState.CANCELLED])
async def test_what_is_over_is_neither_changed_nor_cancelled(tx, state):
    ann = meet(tx, "ann")
    arm(tx, ann)
    plans.move(tx, "p1", PlanState.TRYING)
    plans.move(tx, "p1", state)
    with pytest.raises(PlanOver):
        arming.change(tx, "p1", by=ann, venue=LUNA, wish=WISH, watching=False, now=NOW)
    with pytest.raises(PlanOver):
        cancelling.cancel(tx, "p1", by=ann, now=NOW)


async def test_nothing_is_decided_in_the_second_of_booking(tx):
    ann = meet(tx, "ann")
    arm(tx, ann)
    fire(tx)
    with pytest.raises(PlanBusy):
        cancelling.cancel(tx, "p1", by=ann, now=NOW)
    with pytest.raises(PlanBusy):
        arming.change(tx, "p1", by=ann, venue=LUNA, wish=WISH, watching=False, now=NOW)


async def test_a_plan_nobody_knows_is_over(tx):
    with pytest.raises(PlanOver):
        cancelling.cancel(tx, "nonsense", by=meet(tx, "ann"), now=NOW)
