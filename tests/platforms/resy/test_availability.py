import asyncio
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain.almanac import Source
from core.domain.drop import DropRule, MonthRule
from core.domain.mandate import for_this
from core.domain.slot import Cause, DayState
from core.domain.venue import VenueRef
from core.errors import PlatformDown, VenueGone
from core.powers.accounts import Accounts
from core.powers.booking import Holds, Prepares, Timetables
from core.powers.clock import TellsTime
from core.powers.drops import KnowsDrops
from core.powers.extras import NotifyList
from core.powers.links import DeepLinks, ReadsLinks
from core.powers.rehearsal import Rehearses
from platforms.resy import empty_day
from platforms.resy.lookalike import MADRID, DaysAhead, Fault, Sitting, Trap, WholeMonth, seatings
from tests.platforms.resy.scene import ANN, ON, TIMES, Resy, ref_of

TEXT = "Reservations are released 14 days in advance at 10 AM."
UNRELEASED = date(2026, 12, 24)


async def cause(resy: Resy, ref: VenueRef, *, on: date = ON, size: int = 2) -> Cause | None:
    return (await resy.platform.slots(ref, on=on, party_size=size)).cause


def test_it_has_the_powers_that_it_says(resy: Resy):
    powers = (Accounts, DeepLinks, KnowsDrops, NotifyList, Prepares, ReadsLinks, Rehearses, TellsTime)
    assert all(isinstance(resy.platform, power) for power in powers)
    assert not isinstance(resy.platform, Holds)
    assert not isinstance(resy.platform, Timetables)


# Slots.


async def test_only_what_an_ordinary_account_can_book_is_a_slot(resy: Resy):
    venue = resy.venue(
        sittings=(
            Sitting(at=time(17), trap=Trap.TOCK),
            Sitting(at=time(18), trap=Trap.GLOBAL_DINING),
            Sitting(at=time(19), trap=Trap.NOT_ELIGIBLE),
            Sitting(at=time(20), trap=Trap.HIDDEN),
            Sitting(at=time(21), trap=Trap.TWIN),
            Sitting(at=time(21), template=77),
        )
    )
    slots = await resy.slots(venue)
    assert [slot.starts_at.time() for slot in slots] == [time(20), time(21), time(21)]
    assert len({slot.token for slot in slots}) == 3


async def test_a_table_that_does_not_seat_the_party_is_no_slot(resy: Resy):
    venue = resy.venue(sittings=(Sitting(at=time(18), largest=2), Sitting(at=time(19), smallest=3)))
    assert [slot.starts_at.time() for slot in await resy.slots(venue, size=2)] == [time(18)]
    assert [slot.starts_at.time() for slot in await resy.slots(venue, size=4)] == [time(19)]


async def test_a_slot_starts_at_the_wall_clock_of_its_venue(resy: Resy):
    here, there = resy.venue(), resy.venue(name="Casa Luna", city=MADRID)
    ours, theirs = await resy.slot(here), await resy.slot(there)
    assert ours.starts_at == datetime(2026, 12, 10, 19, 30, tzinfo=ZoneInfo("America/New_York"))
    assert theirs.starts_at == datetime(2026, 12, 10, 19, 30, tzinfo=ZoneInfo("Europe/Madrid"))
    assert str(ours.starts_at.tzinfo) == "America/New_York"


@pytest.mark.parametrize("gzip", [False, True])
async def test_an_empty_list_comes_in_two_forms(resy: Resy, gzip: bool):
    venue = resy.venue()
    resy.world.sell_out(venue, ON)
    resy.turn(gzip=gzip)
    assert await cause(resy, ref_of(venue)) is Cause.FULL
    resy.turn(no_venues=True)
    assert await cause(resy, ref_of(venue)) is Cause.FULL
    resy.world.faults.next("find", Fault.NO_VENUES)
    assert not await resy.slots(venue)


async def test_plans_that_look_at_the_same_moment_share_the_look(resy: Resy):
    venue = resy.venue()
    await resy.slots(venue)
    before = resy.asked("find")
    looks = await asyncio.gather(*(resy.slots(venue) for _ in range(20)), resy.slots(venue, size=3))
    assert resy.asked("find") == before + 2
    assert all(len(look) == 3 for look in looks)


async def test_looks_of_different_moments_are_each_a_look(resy: Resy):
    venue = resy.venue()
    await resy.slots(venue)
    before = resy.asked("find")
    first = asyncio.ensure_future(resy.slots(venue))
    await asyncio.sleep(0)
    resy.clock.jump(resy.clock.now() + timedelta(milliseconds=20))
    await asyncio.gather(first, resy.slots(venue))
    assert resy.asked("find") == before + 2


async def test_a_look_that_is_called_off_leaves_the_others_theirs(resy: Resy):
    venue = resy.venue()
    await resy.slots(venue)
    first, second = asyncio.ensure_future(resy.slots(venue)), asyncio.ensure_future(resy.slots(venue))
    await asyncio.sleep(0)
    first.cancel()
    assert len(await second) == 3
    first, second = asyncio.ensure_future(resy.slots(venue)), asyncio.ensure_future(resy.slots(venue))
    await asyncio.sleep(0)
    second.cancel()
    assert len(await first) == 3


async def test_a_venue_whose_number_changed_is_found_by_its_slug(resy: Resy):
    venue = resy.venue()
    assert len(await resy.slots(venue)) == 3
    resy.world.retire_id(venue)
    assert len(await resy.slots(venue)) == 3
    assert resy.asked("venue") == 2


async def test_a_venue_that_stays_empty_for_long_is_looked_up_again(resy: Resy):
    venue = resy.venue()
    resy.turn(empty_find=True)
    for _ in range(12):
        assert not await resy.slots(venue)
        resy.clock.jump(resy.clock.now() + timedelta(minutes=11))
    assert resy.asked("venue") == 2


async def test_a_venue_that_is_gone_is_gone(resy: Resy):
    for ref in ("new-york-ny/never-was", "never-was", "99", "/", "a/b/c"):
        with pytest.raises(VenueGone):
            await resy.platform.venue(VenueRef(platform="resy", id=ref))


# Causes.


async def test_before_the_drop_the_rule_says_why(resy: Resy):
    venue = resy.venue(need_to_know=TEXT)
    assert await cause(resy, ref_of(venue), on=UNRELEASED) is Cause.NOT_RELEASED
    assert resy.asked("calendar") == 0


async def test_around_a_drop_nothing_slow_is_asked(resy: Resy):
    venue = resy.venue(need_to_know=TEXT)
    drop_at = resy.world.drop_at(venue, UNRELEASED)
    resy.clock.jump(drop_at - timedelta(minutes=1))
    resy.turn(drop_offset=timedelta(minutes=2))
    assert await cause(resy, ref_of(venue), on=UNRELEASED) is Cause.NOT_RELEASED
    resy.clock.jump(drop_at + timedelta(minutes=1))
    assert await cause(resy, ref_of(venue), on=UNRELEASED) is Cause.FULL
    assert resy.asked("calendar") == 0
    resy.clock.jump(drop_at + timedelta(minutes=3))
    assert len(await resy.slots(venue, on=UNRELEASED)) == 3


async def test_without_a_rule_the_count_of_days_is_the_horizon(resy: Resy):
    venue = resy.venue()
    assert (await resy.platform.venue(ref_of(venue))).horizon_days == 14
    assert await cause(resy, ref_of(venue), on=UNRELEASED) is Cause.BEYOND_HORIZON


async def test_the_calendar_tells_closed_from_full(resy: Resy):
    closed = date(2026, 12, 11)
    venue = resy.venue(closed_on=frozenset({closed}))
    resy.world.sell_out(venue, ON)
    assert await cause(resy, ref_of(venue), on=closed) is Cause.CLOSED
    assert await cause(resy, ref_of(venue)) is Cause.FULL
    assert resy.asked("calendar") == 2


async def test_the_calendar_is_asked_once_in_a_while_for_a_day_that_is_watched(resy: Resy):
    venue = resy.venue()
    resy.world.sell_out(venue, ON)
    for _ in range(10):
        assert await cause(resy, ref_of(venue)) is Cause.FULL
        resy.clock.jump(resy.clock.now() + timedelta(seconds=45))
    assert (resy.asked("find"), resy.asked("calendar")) == (10, 1)


async def test_a_calendar_that_does_not_answer_spoils_no_list(resy: Resy):
    venue = resy.venue()
    resy.world.sell_out(venue, ON)
    resy.world.faults.next("calendar", Fault.HTML_504, times=9)
    assert await cause(resy, ref_of(venue)) is Cause.FULL


# Days.


async def test_days_beyond_the_calendar_are_not_released_and_say_when(resy: Resy):
    venue = resy.venue(need_to_know=TEXT, release=DaysAhead(days=13, at=time(10)))
    days = await resy.platform.days(ref_of(venue), party_size=2, first=date(2026, 12, 13), last=UNRELEASED)
    states = {day.on: day for day in days}
    assert states[date(2026, 12, 13)].state is DayState.OPEN
    assert states[UNRELEASED].state is DayState.NOT_RELEASED
    assert states[UNRELEASED].drop_at == datetime(2026, 12, 11, 15, 0, tzinfo=UTC)


async def test_days_are_kept_for_a_minute_and_not_beyond_a_booking(resy: Resy):
    venue = resy.venue(sittings=seatings((time(19),), {"Dining Room": 1}))
    ref = ref_of(venue)
    for _ in range(2):
        (day,) = await resy.platform.days(ref, party_size=2, first=ON, last=ON)
        assert day.state is DayState.OPEN
    assert resy.asked("calendar") == 1
    slot = await resy.slot(venue, time(19))
    await resy.platform.book(slot, mandate=for_this(slot, ANN), key="plan")
    (day,) = await resy.platform.days(ref, party_size=2, first=ON, last=ON)
    assert day.state is DayState.FULL


async def test_a_day_that_the_calendar_has_open_is_open_whatever_the_rule_says(resy: Resy):
    venue = resy.venue(need_to_know="Tables are released 7 days in advance at 10 AM.")
    place = await resy.platform._venue_cache.of(ref_of(venue))
    assert place.rule is not None
    on, now = resy.clock.now().date() + timedelta(days=60), resy.clock.now()
    assert empty_day.state_of(place, on, DayState.OPEN, now) is DayState.OPEN
    assert empty_day.state_of(place, on, DayState.FULL, now) is DayState.NOT_RELEASED


async def test_past_days_are_closed_and_not_asked_for(resy: Resy):
    venue = resy.venue()
    days = await resy.platform.days(
        ref_of(venue), party_size=2, first=date(2026, 11, 1), last=date(2026, 11, 2)
    )
    assert [day.state for day in days] == [DayState.CLOSED] * 2
    assert resy.asked("calendar") == 0


async def test_a_calendar_follows_the_number_of_its_venue(resy: Resy):
    venue = resy.venue()
    ref = ref_of(venue)
    await resy.platform.venue(ref)
    resy.world.retire_id(venue)
    (day,) = await resy.platform.days(ref, party_size=2, first=ON, last=ON)
    assert day.state is DayState.OPEN


# What is known of a venue.


async def test_a_venue_tells_what_its_text_and_its_count_of_days_say_of_the_drop(resy: Resy):
    venue = resy.venue(need_to_know=TEXT, release=DaysAhead(days=13, at=time(10)))
    found = await resy.platform.venue(ref_of(venue))
    rule = DropRule(days_ahead=13, at=time(10), zone="America/New_York")
    assert (found.drop, found.horizon_days) == (rule, None)
    assert (found.zone, found.locality, found.party_max) == ("America/New_York", "New York", 6)
    assert found.url == "https://resy.com/cities/new-york-ny/venues/carbone"
    knowledge = await resy.platform.drop_knowledge(ref_of(venue))
    assert knowledge is not None
    assert (knowledge.claim.rule, knowledge.claim.source) == (rule, Source.LEAD_TIME)
    assert {claim.source for claim in resy.almanac.asked[-1]} == {Source.LEAD_TIME, Source.TEXT}


async def test_a_venue_that_opens_whole_months_says_so(resy: Resy):
    text = "Reservations are released on the first of the month at 10am for the following month."
    venue = resy.venue(need_to_know=text, release=WholeMonth())
    found = await resy.platform.venue(ref_of(venue))
    assert isinstance(found.drop, MonthRule)
    assert await cause(resy, ref_of(venue), on=date(2027, 1, 20)) is Cause.NOT_RELEASED


async def test_a_venue_asked_for_by_number_is_told_by_its_slug(resy: Resy):
    venue = resy.venue()
    found = await resy.platform.venue(VenueRef(platform="resy", id=str(venue.id)))
    assert found.ref == ref_of(venue)


async def test_a_venue_that_says_nothing_is_known_for_nothing(resy: Resy):
    venue = resy.venue(need_to_know=None)
    assert (await resy.platform.venue(ref_of(venue))).drop is None
    assert await resy.platform.drop_knowledge(ref_of(venue)) is None


async def test_seatings_are_learned_from_what_was_on_offer(resy: Resy):
    venue = resy.venue(sittings=seatings(TIMES, {"Dining Room": 1, "Bar": 1}))
    assert (await resy.platform.venue(ref_of(venue))).seatings == ()
    await resy.slots(venue)
    assert (await resy.platform.venue(ref_of(venue))).seatings == ("Dining Room", "Bar")


async def test_a_zone_that_nobody_knows_is_breakage_and_not_a_wrong_hour(resy: Resy, monkeypatch):
    venue = resy.venue()
    monkeypatch.setattr("platforms.resy.venue_cache.zone_of", lambda name: None)
    with pytest.raises(PlatformDown, match="zone"):
        await resy.platform.venue(ref_of(venue))


async def test_questions_about_a_venue_that_nobody_knew_yet_are_asked_once(resy: Resy):
    venue = resy.venue()
    await asyncio.gather(*(resy.slots(venue) for _ in range(30)))
    assert (resy.asked("venue"), resy.asked("config")) == (1, 1)


async def test_warming_up_opens_as_many_connections_and_asks_for_little(resy: Resy):
    await resy.platform.warm(calls=5)
    assert resy.asked("geoip") == 5
    assert len(resy.world.journal) == 5
    resy.world.faults.next("geoip", Fault.CUT, times=5)
    await resy.platform.warm(calls=5)
