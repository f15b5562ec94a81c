"""Which day is meant."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.parsing import Unclear, UnclearReason, hear_day, warm
from tests.bot.parsing.phrases import LONDON, NOW
from tests.expect import expect

TUESDAY = date(2026, 12, 1)
NEW_YORK = ZoneInfo("America/New_York")


def heard(text: str, today: date = TUESDAY, zone: ZoneInfo = LONDON):
    return hear_day(text, now=datetime.combine(today, time(12), tzinfo=zone).astimezone(UTC), zone=zone)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("today", "2026-12-01"),
        ("tonight", "2026-12-01"),
        ("this evening", "2026-12-01"),
        ("tomorrow", "2026-12-02"),
        ("Tmrw!", "2026-12-02"),
        ("tommorow", "2026-12-02"),
        ("the day after tomorrow", "2026-12-03"),
        ("tue", "2026-12-01"),
        ("tuesday", "2026-12-01"),
        ("next tuesday", "2026-12-08"),
        ("fri", "2026-12-04"),
        ("Friday?", "2026-12-04"),
        ("this friday", "2026-12-04"),
        ("coming friday", "2026-12-04"),
        ("next friday", "2026-12-11"),
        ("friday next week", "2026-12-11"),
        ("next week friday", "2026-12-11"),
        ("friday week", "2026-12-11"),
        ("a week from friday", "2026-12-11"),
        ("friday after next", "2026-12-18"),
        ("24 dec", "2026-12-24"),
        ("24th dec", "2026-12-24"),
        ("24th of December", "2026-12-24"),
        ("the twenty-fourth of december", "2026-12-24"),
        ("December 24", "2026-12-24"),
        ("dec 24th, 2026", "2026-12-24"),
        ("Thu, 24 Dec", "2026-12-24"),
        ("24dec", "2026-12-24"),
        ("24-dec-2026", "2026-12-24"),
        ("24 dec 26", "2026-12-24"),
        ("4 dec 26", "2026-12-04"),
        ("4 dec '26", "2026-12-04"),
        ("dec 4 27", "2027-12-04"),
        ("2026-12-24", "2026-12-24"),
        ("2026/12/24", "2026-12-24"),
        ("24.12.2026", "2026-12-24"),
        ("24.12.", "2026-12-24"),
        ("24/12", "2026-12-24"),
        ("12/24", "2026-12-24"),
        ("12-24", "2026-12-24"),
        ("24/12/26", "2026-12-24"),
        ("the 24th", "2026-12-24"),
        ("24th", "2026-12-24"),
        ("on the 24", "2026-12-24"),
        ("24", "2026-12-24"),
        ("1", "2026-12-01"),
        ("1 dec", "2026-12-01"),
        ("first of december", "2026-12-01"),
        ("30 nov", "2027-11-30"),
        ("1 jan", "2027-01-01"),
        ("29 feb", "2028-02-29"),
        ("in 3 days", "2026-12-04"),
        ("in two weeks", "2026-12-15"),
        ("in a fortnight", "2026-12-15"),
        ("in a couple of weeks", "2026-12-15"),
        ("3 days from now", "2026-12-04"),
        ("in 2 months", "2027-02-01"),
        ("christmas", "2026-12-25"),
        ("Christmas Eve", "2026-12-24"),
        ("xmas day", "2026-12-25"),
        ("boxing day", "2026-12-26"),
        ("new year’s eve", "2026-12-31"),
        ("NYE", "2026-12-31"),
        ("new year's day", "2027-01-01"),
        ("valentine's", "2027-02-14"),
        ("how about friday the 4th?", "2026-12-04"),
        ("let's say sunday", "2026-12-06"),
        ("fri 4th at 8pm", "2026-12-04"),
    ],
)
def test_a_day_is_heard(text, on):
    assert heard(text) == date.fromisoformat(on)


@pytest.mark.parametrize(
    ("text", "reason", "candidates"),
    [
        ("31 feb", UnclearReason.IMPOSSIBLE, []),
        ("31 november", UnclearReason.IMPOSSIBLE, []),
        ("30 february 2027", UnclearReason.IMPOSSIBLE, []),
        ("29 feb 2027", UnclearReason.IMPOSSIBLE, []),
        ("2026-02-30", UnclearReason.IMPOSSIBLE, []),
        ("31/2", UnclearReason.IMPOSSIBLE, []),
        ("13/13", UnclearReason.IMPOSSIBLE, []),
        ("0/0", UnclearReason.IMPOSSIBLE, []),
        ("32 dec", UnclearReason.IMPOSSIBLE, []),
        ("32", UnclearReason.IMPOSSIBLE, []),
        ("0", UnclearReason.IMPOSSIBLE, []),
        ("yesterday", UnclearReason.PAST, ["2026-11-30"]),
        ("last friday", UnclearReason.PAST, ["2026-11-27"]),
        ("24 dec 2020", UnclearReason.PAST, ["2020-12-24"]),
        ("2026-11-30", UnclearReason.PAST, ["2026-11-30"]),
        ("30.11.2026", UnclearReason.PAST, ["2026-11-30"]),
        ("sat 28 nov", UnclearReason.PAST, ["2026-11-28"]),
        ("3 days ago", UnclearReason.PAST, ["2026-11-28"]),
        ("this weekend", UnclearReason.AMBIGUOUS, ["2026-12-05", "2026-12-06"]),
        ("the weekend", UnclearReason.AMBIGUOUS, ["2026-12-05", "2026-12-06"]),
        ("next weekend", UnclearReason.AMBIGUOUS, ["2026-12-12", "2026-12-13"]),
        ("this week", UnclearReason.AMBIGUOUS, [f"2026-12-0{day}" for day in range(1, 7)]),
        ("fri or sat", UnclearReason.AMBIGUOUS, ["2026-12-04", "2026-12-05"]),
        ("friday, or the 12th", UnclearReason.AMBIGUOUS, ["2026-12-04", "2026-12-12"]),
        ("friday 3 december", UnclearReason.AMBIGUOUS, ["2026-12-03", "2026-12-04"]),
        ("friday the 13th", UnclearReason.AMBIGUOUS, ["2026-12-04", "2026-12-13"]),
        ("luna", UnclearReason.NOT_A_DAY, []),
        ("december", UnclearReason.NOT_A_DAY, []),
        ("next month", UnclearReason.NOT_A_DAY, []),
        ("8pm", UnclearReason.NOT_A_DAY, []),
        ("19:30", UnclearReason.NOT_A_DAY, []),
        ("19-21", UnclearReason.NOT_A_DAY, []),
        ("whenever", UnclearReason.NOT_A_DAY, []),
        ("", UnclearReason.NOT_A_DAY, []),
    ],
)
def test_a_day_that_is_none_says_why(text, reason, candidates):
    assert heard(text) == Unclear(reason=reason, candidates=tuple(map(date.fromisoformat, candidates)))


def test_a_weekend_of_which_one_day_is_left_is_that_day():
    sunday = date(2026, 12, 6)
    assert heard("this weekend", today=sunday) == sunday


def test_a_choice_of_which_one_day_is_over_is_the_other():
    assert heard("yesterday or friday") == date(2026, 12, 4)


@pytest.mark.parametrize(
    ("zone", "on"),
    [
        ("America/New_York", date(2027, 3, 4)),
        ("America/Indiana/Knox", date(2027, 3, 4)),
        ("US/Pacific", date(2027, 3, 4)),
        ("Pacific/Honolulu", date(2027, 3, 4)),
        ("America/Argentina/Buenos_Aires", date(2027, 4, 3)),
        ("America/Mexico_City", date(2027, 4, 3)),
        ("Europe/Paris", date(2027, 4, 3)),
        ("Australia/Sydney", date(2027, 4, 3)),
    ],
)
def test_3_4_is_read_as_the_zone_writes_it(zone, on):
    assert heard("3/4", zone=ZoneInfo(zone)) == on
    assert heard("3/4/27", zone=ZoneInfo(zone)) == on


def test_dots_put_the_day_first_everywhere():
    assert heard("3.4.2027", zone=NEW_YORK) == date(2027, 4, 3)


def test_a_number_after_a_month_may_be_the_party():
    assert heard("2 dec 4", zone=LONDON) == date(2026, 12, 2)
    assert heard("2 dec 4", zone=NEW_YORK) == date(2026, 12, 4)
    assert heard("24 dec 4", zone=NEW_YORK) == date(2026, 12, 24)


DAYS = st.dates(date(2020, 1, 1), date(2090, 12, 31))
ZONES = st.sampled_from(["UTC", "Europe/London", "America/New_York", "Pacific/Kiritimati", "Pacific/Niue"])
FORMS = [
    "{0:%Y-%m-%d}",
    "{0.day} {0:%B %Y}",
    "{0:%B} {0.day}, {0:%Y}",
    "{0:%d.%m.%Y}",
    "{0:%a} {0.day} {0:%b} {0:%Y}",
]


@given(today=DAYS, ahead=st.integers(0, 700), zone=ZONES, form=st.sampled_from(FORMS))
def test_every_full_date_to_come_is_heard(today, ahead, zone, form):
    day = today + timedelta(days=ahead)
    if not 2020 <= day.year <= 2099:
        return
    assert heard(form.format(day), today=today, zone=ZoneInfo(zone)) == day


@settings(max_examples=50)
@given(today=DAYS, ahead=st.integers(0, 364))
def test_a_date_without_a_year_is_the_next_one(today, ahead):
    day = today + timedelta(days=ahead)
    if (day.month, day.day) == (2, 29):
        return
    assert heard(f"{day.day} {day:%b}", today=today) == day
    assert heard(f"{day:%d/%m}", today=today) == day or day.day <= 12


@given(today=DAYS, name=st.sampled_from(["mon", "tuesday", "wed", "thurs", "fri", "saturday", "sun"]))
def test_a_weekday_is_within_a_week_and_next_is_in_the_week_after(today, name):
    day = expect(date, heard(name, today=today))
    next_one = expect(date, heard(f"next {name}", today=today))
    assert day.strftime("%a").lower() == next_one.strftime("%a").lower() == name[:3]
    assert timedelta() <= day - today < timedelta(days=7)
    monday = today - timedelta(days=today.weekday())
    assert timedelta(days=7) <= next_one - monday < timedelta(days=14)


@settings(max_examples=300)
@given(st.text() | st.from_regex(r"[a-z0-9 ,.'/-]{0,45}", fullmatch=True))
def test_every_answer_is_a_day_to_come_or_says_why_not(text):
    answer = hear_day(text, now=NOW, zone=LONDON)
    assert isinstance(answer, Unclear) or answer >= NOW.date()


def test_the_library_can_be_warmed_before_the_first_guest():
    warm(NOW)
