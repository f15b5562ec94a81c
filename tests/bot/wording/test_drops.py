"""How sure a rule is, in words."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.wording import drops, times
from core.domain.almanac import Claim, DropKnowledge, Offset, Source
from core.domain.drop import DropRule, MonthRule

NEW_YORK = "America/New_York"
NINE = DropRule(days_ahead=14, at=time(9), zone=NEW_YORK)
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def sure(
    source=Source.TEXT, *, right=0, wrong=0, late=None, spread=0.3, rule=NINE, by="", zone=NEW_YORK
) -> str:
    offset = (
        None
        if late is None
        else Offset(middle=timedelta(seconds=late), spread=timedelta(seconds=spread), count=right)
    )
    claim = Claim(rule=rule, source=source, by=by)
    knowledge = DropKnowledge(claim=claim, right=right, wrong=wrong, offset=offset)
    return drops.how_sure(knowledge, zone).plain(now=NOW)


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("09:00:00.4 ± 0.3 s, seen 6 times", {"right": 6, "late": 0.4}),
        ("09:00:00.4 ± 0.3 s, right 5 of 6 times", {"right": 5, "wrong": 1, "late": 0.4}),
        ("08:59:59.7 ± 0.1 s, seen twice", {"right": 2, "late": -0.3, "spread": 0.01}),
        ("09:01:30.0 ± 12.0 s, seen once", {"right": 1, "late": 90, "spread": 12}),
        ("09:12 ± 8 min, seen 4 times", {"right": 4, "late": 700, "spread": 480}),
        ("from the venue's text, never seen", {}),
        ("from the venue's count of days and its text, never seen", {"source": Source.LEAD_TIME}),
        ("Ann says so, never seen", {"source": Source.GUEST, "by": "Ann"}),
        ("Ann says so, but right 0 of 2 times", {"source": Source.ADMIN, "by": "Ann", "wrong": 2}),
        ("right 4 of 5 times", {"right": 4, "wrong": 1}),
        ("seen 3 times", {"right": 3, "source": Source.SEEN}),
        ("the venue keeps the rule itself", {"source": Source.VENUE}),
        ("09:00:00.4 New York time ± 0.3 s, seen once", {"right": 1, "late": 0.4, "zone": "Europe/London"}),
    ],
)
def test_how_sure_it_is_is_told(words, known):
    assert sure(**known) == words


def test_a_drop_at_midnight_that_is_early_is_told_by_the_clock():
    midnight = DropRule(days_ahead=14, at=time(0), zone=NEW_YORK)
    assert sure(rule=midnight, right=2, late=-0.3) == "23:59:59.7 ± 0.3 s, seen twice"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (NINE, "14 days ahead at 09:00 New York time"),
        (DropRule(days_ahead=1, at=time(9), zone=NEW_YORK), "1 day ahead at 09:00 New York time"),
        (DropRule(days_ahead=0, at=time(9), zone=NEW_YORK), "on the same day at 09:00 New York time"),
        (
            DropRule(days_ahead=21, at=time(10), zone=NEW_YORK, window=timedelta(minutes=30)),
            "21 days ahead between 10:00 and 10:30 New York time",
        ),
        (
            MonthRule(months_ahead=1, day_of_month=1, at=time(12), zone=NEW_YORK),
            "on the 1st of each month for the next month at 12:00 New York time",
        ),
        (
            MonthRule(months_ahead=2, day_of_month=31, at=time(12), zone=NEW_YORK),
            "on the last day of each month for the month 2 months on at 12:00 New York time",
        ),
        (
            MonthRule(months_ahead=0, day_of_month=22, at=time(12), zone=NEW_YORK),
            "on the 22nd of each month for that month at 12:00 New York time",
        ),
    ],
)
def test_a_rule_is_told_in_words(rule, words):
    assert times.rule(rule) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (23, "23rd"),
        (30, "30th"),
    ],
)
def test_a_day_of_the_month_has_its_ending(day, words):
    assert times.ordinal(day) == words
