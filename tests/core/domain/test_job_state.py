"""The state table."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.job_state import FOLLOWS, LAPSED, OPEN, JobState, check
from core.domain.outcome import Reason
from core.errors import IllegalTransition
from core.jobs.diagram import drawn
from core.persistence.tables import jobs

states = st.sampled_from(JobState)


def _reach(start: JobState, without: frozenset[JobState] = frozenset()) -> set[JobState]:
    seen, todo = set(), [start]
    while todo:
        state = todo.pop()
        if state not in seen and state not in without:
            seen.add(state)
            todo.extend(FOLLOWS[state])
    return seen


def test_every_state_has_a_sentence_and_is_reached():
    assert _reach(JobState.WAITING) == set(JobState)
    assert all(state.sentence.endswith(".") for state in JobState)
    assert all(reason.sentence.endswith(".") for reason in Reason)


@given(states)
def test_an_end_is_reached_from_everywhere(state):
    assert any(end.over for end in _reach(state))


def test_booked_comes_only_from_a_call_or_from_looking_one_up():
    assert {before for before in JobState if JobState.BOOKED in FOLLOWS[before]} == {
        JobState.FIRING,
        JobState.UNSURE,
    }
    assert JobState.BOOKED not in _reach(JobState.WAITING, without=frozenset({JobState.FIRING}))


def test_what_is_unsure_never_fires_or_is_called_off_before_the_platform_answered():
    assert not {JobState.FIRING, JobState.TRYING, JobState.CANCELLED} & FOLLOWS[JobState.UNSURE]


@given(states, states)
def test_the_check_is_the_table(before, after):
    if after in FOLLOWS[before]:
        check(before, after)
    else:
        with pytest.raises(IllegalTransition):
            check(before, after)


def test_a_lapsed_lease_follows_the_table_and_never_forgets_a_call():
    assert all(after in FOLLOWS[before] or after is before for before, after in LAPSED.items())
    assert LAPSED[JobState.FIRING] is JobState.UNSURE


def test_the_database_knows_the_same_ends():
    (index,) = [index for index in jobs.indexes if index.name == "uq_jobs_one_live_a_plan"]
    where = str(index.dialect_options["sqlite"]["where"])
    assert {state for state in JobState if f"'{state}'" in where} == set(JobState) - set(OPEN)


def test_the_page_shows_the_table_of_today():
    page = Path("docs/jobs.md").read_text(encoding="utf-8")
    assert drawn(page) == page, "run: python -m core.jobs.diagram docs/jobs.md"
