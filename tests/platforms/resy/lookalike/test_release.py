"""When days go on sale."""

from datetime import UTC, date, datetime, time

import pytest

from platforms.resy.lookalike.release import DaysAhead, WholeMonth, release_of

NEW_YORK = "EST5EDT"


@pytest.mark.parametrize(
    ("day", "opens_at"),
    [
        (date(2026, 12, 15), datetime(2026, 12, 1, 15, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 14, 14, tzinfo=UTC)),  # the hour is summer's already
        (date(2027, 3, 27), datetime(2027, 3, 13, 15, tzinfo=UTC)),
        (date(2026, 11, 15), datetime(2026, 11, 1, 15, tzinfo=UTC)),
        (date(2026, 11, 14), datetime(2026, 10, 31, 14, tzinfo=UTC)),
    ],
)
def test_a_day_opens_so_many_days_before_at_a_local_hour(day, opens_at):
    assert release_of(DaysAhead(days=14, at=time(10)), day, NEW_YORK) == opens_at
    assert release_of(DaysAhead(days=14, at=time(10)), day, "America/New_York") == opens_at


def test_an_hour_that_is_skipped_is_the_first_after_it():
    rule = DaysAhead(days=0, at=time(2, 30))
    assert release_of(rule, date(2027, 3, 14), NEW_YORK) == datetime(2027, 3, 14, 7, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_the_first():
    rule = DaysAhead(days=0, at=time(1, 30))
    assert release_of(rule, date(2026, 11, 1), NEW_YORK) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_lead_of_no_days_and_one_of_a_year():
    assert release_of(DaysAhead(days=0, at=time(9)), date(2026, 12, 1), "Europe/Madrid") == datetime(
        2026, 12, 1, 8, tzinfo=UTC
    )
    assert release_of(DaysAhead(days=362), date(2027, 12, 1), NEW_YORK) == datetime(
        2026, 12, 4, 5, tzinfo=UTC
    )


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2027, 1, 31)])
def test_all_days_of_a_month_open_together(day):
    rule = WholeMonth(on_day=1, at=time(10), months=1)
    assert release_of(rule, day, NEW_YORK) == datetime(2026, 12, 1, 15, tzinfo=UTC)


def test_a_month_may_open_two_months_before_in_the_middle():
    rule = WholeMonth(on_day=15, at=time(12), months=2)
    assert release_of(rule, date(2027, 2, 28), NEW_YORK) == datetime(2026, 12, 15, 17, tzinfo=UTC)
