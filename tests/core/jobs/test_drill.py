"""A drill tries a drop by the attempt that will make the real one."""

import asyncio
from datetime import date, time, timedelta

import pytest

from core.domain.plan import Wish
from core.domain.venue import VenueRef
from core.jobs.drill import LATENESS, Course, middle, play, rivals_of
from core.jobs.review.lessons import Broke, OneTrip, OtherTime
from core.jobs.review.weak_point import WeakPoint, point_of, weak_point
from core.powers.rehearsal import Rehearses
from tests.core.jobs.drops import ms
from tests.fakes.clock import FakeClock
from tests.fakes.rehearsing import RehearsingPlatform

WISH = Wish(
    venue=VenueRef(platform="fake", id="casa-luna"),
    on=date(2026, 12, 22),
    party_size=4,
    times=(time(19), time(19, 30)),
)


async def played(number: int = 0, *, level: int = 0):
    clock = FakeClock()
    platform = RehearsingPlatform(clock)
    assert isinstance(platform, Rehearses)
    course = Course(rivals=rivals_of(level))
    round_ = asyncio.create_task(
        play(platform, WISH, zone="America/New_York", course=course, number=number, clock=clock)
    )
    await clock.advance(timedelta(seconds=20))
    return await round_


async def test_a_round_without_faster_rivals_is_won():
    one = await played()
    assert one.won
    assert one.took is not None
    assert ms(40) <= one.took <= ms(200)
    assert one.takers == ()


@pytest.mark.parametrize("number", range(4))
async def test_tables_come_as_late_as_they_do_at_real_drops(number):
    one = await played(number)
    assert one.late_by == LATENESS[number % 3]
    assert one.told.first_seen is not None
    assert one.told.first_seen >= one.late_by
    assert one.won


async def test_a_round_that_rivals_win_says_who_they_were():
    one = await played(level=1)
    assert not one.won
    assert one.took is None
    assert one.takers == ("A", "A")


async def test_nothing_of_a_drill_is_booked_at_the_platform_itself():
    clock = FakeClock()
    platform = RehearsingPlatform(clock)
    round_ = asyncio.create_task(
        play(platform, WISH, zone="America/New_York", course=Course(), number=0, clock=clock)
    )
    await clock.advance(timedelta(seconds=20))
    assert (await round_).won
    assert platform.calls == []


def test_more_rivals_are_twice_as_many_and_some_that_never_pause():
    usual, more = rivals_of(0), rivals_of(1)
    assert {letter: count * 2 for letter, count in usual.items()}.items() <= more.items()
    assert {"B", "G"} <= set(more) - set(usual)


def test_the_weak_point_is_what_most_lost_rounds_have_in_common():
    few = point_of(OtherTime(time="20:00", open_for=ms(1), outlasted=True))
    slow = point_of(OneTrip(within=ms(80), time="20:00"))
    assert weak_point([few, slow, few]) is WeakPoint.FEW_TIMES
    assert weak_point([]) is WeakPoint.NONE
    assert point_of(Broke()) is WeakPoint.UNCLEAR


def test_the_middle_of_nothing_is_nothing():
    assert middle([]) is None
    assert middle([ms(3), ms(1), ms(2)]) == ms(2)
