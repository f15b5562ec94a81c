"""Whose plan it is."""

from dataclasses import replace

import pytest

from core.domain.plan_state import PlanState
from core.errors import AlreadyPlanned, NotYours, PlanBusy
from core.persistence import plans
from core.plans import arming, cancelling, friends
from tests.core.plans.evening import LUNA, NOW, WISH, arm, meet


async def test_the_organiser_is_in(tx):
    ann = meet(tx, "ann")
    assert arm(tx, ann).friends == (ann.id,)
    assert plans.get(tx, "p1").friends == (ann.id,)


@pytest.mark.parametrize("state", [PlanState.TRYING, PlanState.CHECKING])
async def test_a_plan_is_not_handed_over_in_the_second_of_booking(tx, state):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    arm(tx, ann)
    friends.join(tx, "p1", bob, coming=True, now=NOW)
    plans.move(tx, "p1", state)
    with pytest.raises(PlanBusy):
        friends.hand_over(tx, "p1", by=ann, to=bob.id, now=NOW)


async def test_a_plan_is_handed_to_a_friend_of_it_only(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    arm(tx, ann)
    with pytest.raises(NotYours):
        friends.hand_over(tx, "p1", by=ann, to=bob.id, now=NOW)
    friends.join(tx, "p1", bob, coming=True, now=NOW)
    friends.hand_over(tx, "p1", by=ann, to=bob.id, now=NOW)
    assert plans.get(tx, "p1").organiser_id == bob.id


async def test_a_plan_decides_for_one_table_a_party_also_when_it_is_handed_over(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    arm(tx, ann)
    arm(tx, bob, "p2")
    friends.join(tx, "p1", bob, coming=True, now=NOW)
    with pytest.raises(AlreadyPlanned):
        friends.hand_over(tx, "p1", by=ann, to=bob.id, now=NOW)


async def test_others_decide_nothing_and_admins_everything(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    arm(tx, ann)
    for act in (
        lambda by: cancelling.cancel(tx, "p1", by=by, now=NOW),
        lambda by: arming.change(tx, "p1", by=by, venue=LUNA, wish=WISH, watching=False, now=NOW),
        lambda by: friends.hand_over(tx, "p1", by=by, to=ann.id, now=NOW),
        lambda by: arming.watch(tx, "p1", by=by, now=NOW),
        lambda by: friends.decided_by(tx, "p1", by),
    ):
        with pytest.raises(NotYours):
            act(bob)
    cancelling.cancel(tx, "p1", by=replace(bob, is_admin=True), now=NOW)
    assert plans.get(tx, "p1").state is PlanState.CANCELLED
