"""The plan's state table."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.plan_state import FOLLOWS, PlanState, check
from core.errors import IllegalTransition
from core.plans.diagram import drawn

states = st.sampled_from(PlanState)


def _reach(start: PlanState, without: frozenset[PlanState] = frozenset()) -> set[PlanState]:
    seen, todo = set(), [start]
    while todo:
        state = todo.pop()
        if state not in seen and state not in without:
            seen.add(state)
            todo.extend(FOLLOWS[state])
    return seen


def test_every_state_has_a_sentence_and_is_reached():
    assert _reach(PlanState.ARMED) == set(PlanState)
    assert all(state.sentence.endswith(".") for state in PlanState)


@given(states)
def test_every_plan_can_come_to_an_end(state):
    assert any(end.over for end in _reach(state))


def test_a_table_is_booked_only_by_a_call_or_by_looking_one_up():
    assert {before for before in PlanState if PlanState.BOOKED in FOLLOWS[before]} == {
        PlanState.TRYING,
        PlanState.CHECKING,
    }


def test_what_is_being_checked_is_neither_called_off_nor_tried_again():
    assert not {PlanState.TRYING, PlanState.CANCELLED, PlanState.NEEDS_GUEST} & FOLLOWS[PlanState.CHECKING]


def test_a_booked_table_is_only_given_back_and_a_cancelled_plan_stays_so():
    assert FOLLOWS[PlanState.BOOKED] == {PlanState.CANCELLED}
    assert not FOLLOWS[PlanState.CANCELLED]


@given(states, states)
def test_the_check_is_the_table(before, after):
    if after in FOLLOWS[before]:
        check(before, after)
    else:
        with pytest.raises(IllegalTransition):
            check(before, after)


def test_the_page_shows_the_table_of_today():
    page = Path("docs/plans.md").read_text(encoding="utf-8")
    assert drawn(page) == page, "run: python -m core.plans.diagram docs/plans.md"
