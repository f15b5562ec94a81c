"""A rule stands by having been right."""

import random
from datetime import UTC, date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.almanac import Claim, Sighting, Source
from core.domain.derived import derived
from core.domain.drop import DropRule, MonthRule
from core.domain.standing import ranked
from core.domain.venue import VenueRef
from core.domain.verdict import Verdict, verdict
from tests.expect import present

NEW_YORK = "America/New_York"
LUNA = VenueRef(platform="resy", id="new-york-ny/luna")
NINE = DropRule(days_ahead=14, at=time(9), zone=NEW_YORK)
FIRST_DAY = date(2026, 1, 20)

ZONES = (NEW_YORK, "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana", "UTC")
clocks = st.integers(0, 24 * 12 - 1).map(lambda five: time(five // 12, five % 12 * 5))
daily = st.builds(DropRule, days_ahead=st.integers(0, 60), at=clocks, zone=st.sampled_from(ZONES))
monthly = st.builds(
    MonthRule,
    months_ahead=st.integers(0, 3),
    day_of_month=st.integers(1, 31),
    at=clocks,
    zone=st.sampled_from(ZONES),
)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def seen(rule, on: date, *, late: float = 0.4, gap: float | None = 0.5) -> Sighting:
    """Tables for a day, first seen so many seconds after the rule's moment and not there `gap` before."""
    seen_at = rule.drop_of(on) + seconds(late)
    return Sighting(
        venue=LUNA, on=on, empty_at=None if gap is None else seen_at - seconds(gap), seen_at=seen_at
    )


def evenings(count: int, *, every: int = 3, start: date = FIRST_DAY) -> list[date]:
    return [start + timedelta(days=every * n) for n in range(count)]


def claim(rule, source=Source.TEXT, by: str = "") -> Claim:
    return Claim(rule=rule, source=source, by=by)


def best(claims, sightings, zone: str = NEW_YORK):
    return ranked(claims, sightings, zone)[0]


# One sighting and one rule.


@pytest.mark.parametrize(
    ("late", "gap", "said"),
    [
        (0.4, 0.5, Verdict.RIGHT),
        (-0.3, 0.5, Verdict.RIGHT),  # a hair early
        (120, 1, Verdict.RIGHT),  # late, as some are
        (60, 600, Verdict.RIGHT),
        (3600, 4 * 3600, Verdict.SILENT),  # nobody was near
        (0.4, None, Verdict.SILENT),  # nobody had looked before
        (-60, 0.5, Verdict.WRONG),
        (-60, None, Verdict.WRONG),  # they were there before its moment, since whenever
        (3600, 1, Verdict.WRONG),
        (7200, 3000, Verdict.WRONG),
    ],
)
def test_a_sighting_judges_a_rule(late, gap, said):
    assert verdict(NINE, seen(NINE, FIRST_DAY, late=late, gap=gap)) is said


def test_a_window_excuses_what_comes_within_it():
    wide = DropRule(days_ahead=14, at=time(9), zone=NEW_YORK, window=timedelta(minutes=30))
    one = seen(NINE, FIRST_DAY, late=25 * 60)
    assert verdict(NINE, one) is Verdict.WRONG
    assert verdict(wide, one) is Verdict.RIGHT


# What is known without any sighting.


def test_before_anything_was_seen_the_source_decides():
    said = {
        source: claim(DropRule(days_ahead=14, at=time(hour), zone=NEW_YORK), source)
        for hour, source in enumerate(
            (Source.TEXT, Source.LEAD_TIME, Source.GUEST, Source.ADMIN, Source.VENUE)
        )
    }
    order = [one.claim.source for one in ranked(said.values(), [], NEW_YORK)]
    assert order == [Source.VENUE, Source.ADMIN, Source.GUEST, Source.LEAD_TIME, Source.TEXT]


def test_nothing_said_and_nothing_seen_is_nothing_known():
    assert ranked([], [], NEW_YORK) == ()
    assert ranked([], [seen(NINE, day) for day in evenings(2)], NEW_YORK) == ()


def test_of_equal_claims_the_first_leads():
    lunch = claim(DropRule(days_ahead=14, at=time(9), zone=NEW_YORK))
    dinner = claim(DropRule(days_ahead=7, at=time(9), zone=NEW_YORK))
    assert best([lunch, dinner], []).claim == lunch
    assert best([dinner, lunch], []).claim == dinner


# Being right.


def test_standing_comes_from_being_right_and_not_from_who_says_it():
    wrong = claim(DropRule(days_ahead=14, at=time(10), zone=NEW_YORK), Source.ADMIN, "Ann")
    right = claim(NINE)
    known = best([wrong, right], [seen(NINE, FIRST_DAY)])
    assert known.claim == right
    assert (known.right, known.wrong) == (1, 0)


def test_a_rule_that_was_wrong_more_than_right_loses_to_one_that_was_never_seen():
    refuted = claim(NINE, Source.ADMIN, "Ann")
    elsewhere = [seen(NINE, day, late=-86_400, gap=None) for day in evenings(2)]
    other = claim(DropRule(days_ahead=16, at=time(9), zone=NEW_YORK))
    known = ranked([refuted, other], elsewhere, NEW_YORK)
    assert [one.claim for one in known] == [other, refuted]
    assert (known[1].right, known[1].wrong) == (0, 2)


def test_the_number_and_the_prose_are_told_apart_by_one_sighting():
    prose, number = claim(NINE), claim(DropRule(days_ahead=13, at=time(9), zone=NEW_YORK), Source.LEAD_TIME)
    assert best([prose, number], []).claim == number
    assert best([prose, number], [seen(NINE, FIRST_DAY)]).claim == prose
    assert best([prose, number], [seen(number.rule, FIRST_DAY)]).claim == number


def test_a_venue_that_changed_its_ways_is_followed_after_a_few_sightings():
    old, new = NINE, DropRule(days_ahead=21, at=time(10), zone=NEW_YORK)
    before = [seen(old, day) for day in evenings(12)]
    after = [seen(new, day) for day in evenings(5, start=date(2026, 6, 1))]
    assert best([claim(old)], [*before, *after]).claim.rule == new
    assert best([claim(old)], [*before, *after[:1]]).claim.rule == old


def test_a_venues_own_rule_is_not_put_in_doubt():
    own = claim(NINE, Source.VENUE)
    rival = claim(DropRule(days_ahead=13, at=time(9), zone=NEW_YORK), Source.ADMIN)
    assert best([rival, own], [seen(rival.rule, day) for day in evenings(5)]).claim == own


def test_what_a_claim_says_needs_no_second_rule_from_sightings():
    known = ranked([claim(NINE)], [seen(NINE, day) for day in evenings(6)], NEW_YORK)
    assert [one.claim.source for one in known] == [Source.TEXT]
    assert known[0].right == 6


# How late.


def test_the_offset_is_the_middle_and_is_not_misled_by_an_odd_one():
    late = [0.3, 0.4, 0.4, 0.5, 0.4, 90.0]
    known = best([claim(NINE)], [seen(NINE, day, late=by) for day, by in zip(evenings(6), late, strict=True)])
    assert present(known.offset).count == 6
    assert present(known.offset).middle == seconds(0.4)
    assert seconds(0.2) <= present(known.offset).spread <= seconds(0.5)


def test_looks_that_were_far_apart_say_nothing_of_seconds():
    known = best([claim(NINE)], [seen(NINE, day, late=20, gap=60) for day in evenings(4)])
    assert known.right == 4
    assert known.offset is None


def test_one_sighting_is_no_sharper_than_the_look_before_it():
    assert present(best([claim(NINE)], [seen(NINE, FIRST_DAY, gap=1)]).offset).spread == seconds(0.5)


# Rules that nobody stated.


def test_three_sightings_that_agree_make_a_rule():
    known = best([], [seen(NINE, day) for day in evenings(3)])
    assert known.claim == Claim(rule=NINE, source=Source.SEEN)
    assert known.right == 3


def test_a_month_at_once_is_seen_as_one():
    rule = MonthRule(months_ahead=1, day_of_month=1, at=time(10), zone=NEW_YORK)
    days = [date(2026, 3, 4), date(2026, 3, 21), date(2026, 3, 28)]
    assert best([], [seen(rule, day) for day in days]).claim.rule == rule


def test_the_last_of_the_month_is_seen_over_months_of_any_length():
    rule = MonthRule(months_ahead=1, day_of_month=31, at=time(12), zone=NEW_YORK)
    days = [date(2026, 3, 4), date(2026, 5, 21), date(2026, 6, 28), date(2026, 12, 3)]
    assert best([], [seen(rule, day) for day in days]).claim.rule == rule


def test_an_irregular_venue_gets_a_window():
    ten = DropRule(days_ahead=21, at=time(10), zone=NEW_YORK)
    minutes = (2.5, 14.2, 27.6, 9.1, 22.3, 18.0)
    known = best(
        [claim(ten)],
        [seen(ten, day, late=60 * by, gap=20) for day, by in zip(evenings(6), minutes, strict=True)],
    )
    assert known.claim.source is Source.SEEN
    assert known.claim.rule == DropRule(
        days_ahead=21, at=time(10), zone=NEW_YORK, window=timedelta(minutes=30)
    )
    assert known.wrong == 0
    assert present(known.offset).spread > timedelta(minutes=5)


def test_a_window_that_the_venue_states_is_enough():
    wide = DropRule(days_ahead=21, at=time(10), zone=NEW_YORK, window=timedelta(minutes=30))
    minutes = (2.5, 14.2, 27.6, 9.1, 22.3, 18.0)
    spread = [seen(wide, day, late=60 * by, gap=20) for day, by in zip(evenings(6), minutes, strict=True)]
    known = ranked([claim(wide)], spread, NEW_YORK)
    assert [(one.claim.rule, one.right) for one in known] == [(wide, 6)]


def test_sightings_that_agree_on_nothing_make_no_rule():
    scattered = [
        seen(DropRule(days_ahead=3 + 2 * n, at=time(7 + n), zone=NEW_YORK), day)
        for n, day in enumerate(evenings(8))
    ]
    assert derived(scattered, NEW_YORK) is None


# Whatever the truth is.


@settings(max_examples=60, deadline=None)
@given(
    truth=st.one_of(daily, monthly),
    lies=st.lists(st.one_of(daily, monthly), max_size=4),
    sources=st.lists(st.sampled_from([Source.ADMIN, Source.GUEST, Source.TEXT]), min_size=5, max_size=5),
    stated=st.booleans(),
    start=st.dates(date(2026, 2, 1), date(2027, 2, 1)),
    seed=st.integers(0, 2**32),
)
def test_the_true_rule_wins_in_the_end(truth, lies, sources, stated, start, seed):
    dice = random.Random(seed)
    days = [start + timedelta(days=dice.randint(1, 20) + 20 * n) for n in range(10)]
    sightings = [
        seen(truth, day, late=dice.uniform(-0.3, 100), gap=dice.choice([0.2, 1, 60])) for day in days
    ]
    odd = dice.randrange(len(sightings))  # a cancellation that was taken for a drop
    sightings[odd] = seen(truth, days[odd], late=86_400 * dice.randint(1, 3), gap=30)
    said = [*lies, truth] if stated else lies
    dice.shuffle(said)
    claims = [claim(rule, source) for rule, source in zip(said, sources, strict=False)]
    known = best(claims, sightings, truth.zone)
    probe = [day for day in days if day != days[odd]]
    off = [abs(known.claim.rule.drop_of(day) - truth.drop_of(day)) for day in probe]
    # On a day of changing clocks a rule may hold by another wall clock; a moment that is near is as good.
    assert sum(gap <= timedelta(minutes=3) for gap in off) >= len(off) - 1, (known, truth)


@given(
    rules=st.lists(daily, min_size=1, max_size=4),
    late=st.lists(st.floats(-10, 2000), min_size=1, max_size=12),
    seed=st.integers(0, 2**32),
)
def test_the_order_of_sightings_means_nothing(rules, late, seed):
    dice = random.Random(seed)
    sightings = [
        seen(rules[n % len(rules)], FIRST_DAY + timedelta(days=n), late=by, gap=dice.choice([0.5, 60, None]))
        for n, by in enumerate(late)
    ]
    shuffled = dice.sample(sightings, len(sightings))
    claims = [claim(rule) for rule in rules]
    assert ranked(claims, sightings, NEW_YORK) == ranked(claims, shuffled, NEW_YORK)


@pytest.mark.parametrize("start", [date(2026, 3, 18), date(2026, 11, 10)])
def test_a_rule_holds_by_the_wall_clock_over_a_change_of_clocks(start):
    days = evenings(10, every=1, start=start)
    moments = {NINE.drop_of(day).astimezone(UTC).hour for day in days}
    assert len(moments) == 2, "the clocks change among these days"
    known = best([], [seen(NINE, day) for day in days])
    assert known.claim.rule == NINE
    assert (known.right, known.wrong) == (10, 0)


def test_a_drop_at_midnight_that_is_a_hair_early_is_still_of_its_day():
    midnight = DropRule(days_ahead=30, at=time(0), zone=NEW_YORK)
    known = best([], [seen(midnight, day, late=-0.2) for day in evenings(4)])
    assert known.claim.rule == midnight
    assert present(known.offset).middle == seconds(-0.2)


def test_a_sighting_is_read_in_the_venues_own_zone():
    sydney = DropRule(days_ahead=14, at=time(9), zone="Australia/Sydney")
    known = best([], [seen(sydney, day) for day in evenings(4)], "Australia/Sydney")
    assert known.claim.rule == sydney
