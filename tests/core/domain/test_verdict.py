"""What one sighting says of one rule."""

from datetime import date, time, timedelta

import pytest

from core.domain.almanac import Sighting
from core.domain.drop import DropRule
from core.domain.venue import VenueRef
from core.domain.verdict import Verdict, balance, near, verdict

LUNA = VenueRef(platform="fake", id="luna")
ON = date(2026, 12, 22)
NINE = DropRule(days_ahead=21, at=time(9), zone="America/New_York")
DROP = NINE.drop_of(ON)


def seen(after: float, *, empty: float | None = None) -> Sighting:
    """Tables were first seen so many seconds after the rule's moment, and last missed at `empty`."""
    empty_at = None if empty is None else DROP + timedelta(seconds=empty)
    return Sighting(
        venue=VenueRef(platform="fake", id="luna"),
        on=ON,
        empty_at=empty_at,
        seen_at=DROP + timedelta(seconds=after),
    )


@pytest.mark.parametrize(
    ("sighting", "said"),
    [
        (seen(1, empty=0.5), Verdict.RIGHT),
        (seen(-1, empty=-1.5), Verdict.RIGHT),
        (seen(-3, empty=-4), Verdict.WRONG),
        (seen(170, empty=160), Verdict.RIGHT),
        (seen(200, empty=190), Verdict.WRONG),
        (seen(3600, empty=-3600), Verdict.SILENT),
        (seen(3600), Verdict.SILENT),
        (seen(-3600), Verdict.WRONG),
    ],
)
def test_a_rule_is_right_only_where_somebody_was_near_and_wrong_wherever_it_can_not_be(sighting, said):
    assert verdict(NINE, sighting) is said


def test_a_window_is_part_of_the_moment():
    wide = DropRule(days_ahead=21, at=time(9), zone="America/New_York", window=timedelta(minutes=30))
    assert verdict(wide, seen(1200, empty=1190)) is Verdict.RIGHT
    assert verdict(NINE, seen(1200, empty=1190)) is Verdict.WRONG


def test_near_is_a_quarter_of_an_hour():
    assert near(seen(0, empty=-900))
    assert not near(seen(0, empty=-901))


def test_fresh_verdicts_weigh_more_than_old_ones():
    right, wrong = [Verdict.RIGHT], [Verdict.WRONG]
    assert balance(right * 2 + wrong * 2) > 0 > balance(wrong * 2 + right * 2)
    assert balance(wrong * 4 + right * 20) < balance(right * 20)
    assert balance([Verdict.SILENT] * 9) == 0
