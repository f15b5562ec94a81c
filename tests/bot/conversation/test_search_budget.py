"""One guest's searches are so many, and cost the others nothing."""

from datetime import timedelta

import pytest

from bot.conversation.search_budget import AT_ONCE, ONE_MORE_EVERY, SearchBudget
from core.errors import TooManySearches
from tests.stage import NOON


def test_so_many_at_once_and_then_one_every_so_often():
    budget = SearchBudget()
    for _ in range(AT_ONCE):
        budget.take(1, NOON)
    with pytest.raises(TooManySearches):
        budget.take(1, NOON)
    budget.take(2, NOON)
    budget.take(1, NOON + ONE_MORE_EVERY)
    with pytest.raises(TooManySearches):
        budget.take(1, NOON + ONE_MORE_EVERY)


def test_what_was_refused_costs_nothing_and_who_waits_has_all_of_it_again():
    budget = SearchBudget()
    for _ in range(AT_ONCE):
        budget.take(1, NOON)
    for _ in range(10):
        with pytest.raises(TooManySearches):
            budget.take(1, NOON)
    later = NOON + AT_ONCE * ONE_MORE_EVERY
    for _ in range(AT_ONCE):
        budget.take(1, later)


def test_nothing_is_kept_of_who_has_all_of_theirs():
    budget = SearchBudget()
    for guest_id in range(100):
        budget.take(guest_id, NOON)
    budget.take(200, NOON + timedelta(minutes=1))
    assert set(budget._full_at) == {200}
