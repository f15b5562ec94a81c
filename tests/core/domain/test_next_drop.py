"""The next drop of a rule."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.drop import DropRule, MonthRule
from core.domain.next_drop import next_drop

NEW_YORK = "America/New_York"
zones = st.sampled_from(["UTC", NEW_YORK, "Pacific/Apia", "Australia/Lord_Howe", "America/Havana"])
clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("now", "at", "first"),
    [
        ("2026-12-01T13:59", "2026-12-01T14:00", date(2026, 12, 15)),
        ("2026-12-01T14:00", "2026-12-02T14:00", date(2026, 12, 16)),
        ("2026-12-02T03:30", "2026-12-02T14:00", date(2026, 12, 16)),  # still the first in New York
    ],
)
def test_the_next_day_comes_out(now, at, first):
    rule = DropRule(days_ahead=14, at=time(9), zone=NEW_YORK)
    coming = next_drop(rule, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert (coming.at, coming.first) == (datetime.fromisoformat(at).replace(tzinfo=UTC), first)


@pytest.mark.parametrize(
    ("now", "at", "first"),
    [
        ("2026-12-01T14:59", "2026-12-01T15:00", date(2027, 1, 1)),
        ("2026-12-01T15:00", "2027-01-01T15:00", date(2027, 2, 1)),
    ],
)
def test_the_next_month_comes_out(now, at, first):
    rule = MonthRule(months_ahead=1, day_of_month=1, at=time(10), zone=NEW_YORK)
    coming = next_drop(rule, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert (coming.at, coming.first) == (datetime.fromisoformat(at).replace(tzinfo=UTC), first)


@given(rule=st.builds(DropRule, days_ahead=st.integers(0, 362), at=clocks, zone=zones), now=moments)
def test_a_daily_drop_is_the_first_one_after_now(rule, now):
    coming = next_drop(rule, now)
    assert coming.at == rule.drop_of(coming.first) > now
    assert rule.drop_of(coming.first - timedelta(days=1)) <= now


@given(
    rule=st.builds(
        MonthRule, months_ahead=st.integers(0, 6), day_of_month=st.integers(1, 31), at=clocks, zone=zones
    ),
    now=moments,
)
def test_a_monthly_drop_is_the_first_one_after_now(rule, now):
    coming = next_drop(rule, now)
    assert coming.first.day == 1
    assert coming.at == rule.drop_of(coming.first) > now
    assert rule.drop_of(coming.first - timedelta(days=1)) <= now
