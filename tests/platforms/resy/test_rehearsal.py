"""A drop at Resy is played on the look-alike, in real time, without anybody's account."""

from datetime import date, time, timedelta

import pytest

from core.clock import SystemClock
from core.domain.plan import Wish
from core.domain.venue import VenueRef
from core.jobs.drill import Course, play
from core.powers.accounts import Credentials
from core.powers.rehearsal import Rehearses, Script
from core.security.secret import Secret
from platforms.resy.platform import ResyPlatform
from platforms.resy.rehearsal import _around, _NoAlmanac, _Pocket

WISH = Wish(
    venue=VenueRef(platform="resy", id="sometown-xy/chez-nous"),
    on=date.today() + timedelta(days=20),
    party_size=2,
    times=(time(19), time(19, 30)),
)


@pytest.fixture
async def platform():
    built = ResyPlatform(
        "http://127.0.0.1:1",
        "no-key",
        SystemClock(),
        wallet=_Pocket(Credentials(token=Secret("of nobody"))),
        almanac=_NoAlmanac(),
    )
    yield built
    await built.aclose()


@pytest.mark.realtime
async def test_a_round_alone_is_won_by_the_real_attempt(platform):
    assert isinstance(platform, Rehearses)
    one = await play(
        platform,
        WISH,
        zone="Europe/Berlin",
        course=Course(rivals={}),
        number=1,
        clock=SystemClock(),
    )
    assert one.won
    assert one.takers == ()
    assert one.told.clock is not None, "its clock was read"
    assert one.told.first_seen is not None
    assert one.told.first_seen >= timedelta(milliseconds=100), "tables came late, as they were to"
    assert one.told.requests <= one.told.budget


@pytest.mark.realtime
async def test_rivals_of_a_letter_compete_and_are_named(platform):
    script = Script(
        wish=WISH,
        zone="America/New_York",
        lead=timedelta(seconds=0.5),
        late_by=timedelta(0),
        rivals={"A": 2, "no such letter": 9},
        seed=7,
    )
    async with platform.rehearsal(script) as played:
        clock = SystemClock()
        await clock.sleep_until(played.scene.drop_at + timedelta(seconds=2.5))
        taken = await played.taken()
    assert [one.by for one in taken] == ["A", "A"]
    assert {one.time for one in taken} == {"19:00", "19:30"}, "everybody wants the wanted times first"
    assert all(timedelta(0) <= one.after <= timedelta(seconds=3) for one in taken)


def test_the_times_around_the_wanted_ones_are_those_that_are_not_wanted():
    assert _around(WISH) == (time(18), time(18, 30), time(20), time(20, 30))
    late = Wish(venue=WISH.venue, on=WISH.on, party_size=2, times=(time(23, 30),))
    assert _around(late) == (time(22, 30), time(23)), "a table after midnight is another day's"
