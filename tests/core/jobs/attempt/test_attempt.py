"""One attempt against a platform with rivals and faults, whatever they do."""

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.booking import Booked, Booker, NeedsGuest, Unknown
from core.domain.outcome import GaveUp, Reason
from core.domain.plan import Wish
from core.domain.step import SlotGone, SlotLost, SlotTried
from core.errors import LeaseLost, PlatformDown
from core.jobs.attempt.attempt import Attempt
from core.jobs.attempt.pacing import AT_DROP
from core.jobs.steps import Fate, looks_spent, still_lost, timeline
from tests.core.jobs.attempt.bursts import FreeGate, attempt_on, mandates, played
from tests.core.jobs.stage import DROP, ON, RULE, TIMES, WINDOW, Keyless, Stage, seconds
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform, Fault

rivals = st.lists(
    st.tuples(st.sampled_from(TIMES), st.floats(-5, 200), st.sampled_from([1, 1, 2, -1])), max_size=8
)
faults = st.lists(st.sampled_from(list(Fault)), max_size=4)


class Stormy(Keyless):
    """Looks that fail, are turned away for a while, or take their time, as a test has them."""

    def __init__(self, clock) -> None:
        super().__init__(clock)
        self.weather: list[float] = []
        self.turned_away: list[tuple[datetime, timedelta]] = []

    async def slots(self, ref, *, on, party_size):
        weather = self.weather.pop(0) if self.weather else 0
        self.latencies["slots"] = self.latency + seconds(max(weather, 0))
        answer = await super().slots(ref, on=on, party_size=party_size)
        if weather < 0:
            self.turned_away.append((self.clock.now(), seconds(-weather)))
            raise PlatformDown(self.name, "429", retry_after=seconds(-weather))
        return answer


def stormy(**venue) -> Stage[Stormy]:
    clock = FakeClock(DROP - seconds(2))
    platform = Stormy(clock)
    return Stage(clock, platform, platform.add_venue(drop=RULE, **venue))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rivals=rivals,
    book_faults=faults,
    slots_faults=st.lists(st.sampled_from([Fault.DOWN]), max_size=6),
    weather=st.lists(st.sampled_from([0, 0, 0.05, 0.4, 3, 9, -0.5, -5]), max_size=30),
    latency=st.floats(0, 2),
    late_by=st.floats(-1, 60),
    tables=st.integers(0, 3),
    bookers=st.integers(1, 3),
    spent=st.sampled_from([0, 0, 20, 29]),
)
async def test_whatever_happens_it_is_one_table_or_none_and_the_answer_is_true(
    rivals, book_faults, slots_faults, weather, latency, late_by, tables, bookers, spent
):
    stage = stormy(tables={"": tables}, late_by=seconds(late_by))
    stage.platform.latency, stage.platform.weather = seconds(latency), weather
    for at, after, number in rivals:
        stage.platform.rival(stage.venue.ref, on=ON, at=at, tables=number, acts_at=DROP + seconds(after))
    stage.platform.fail("book", *book_faults)
    stage.platform.fail("slots", *slots_faults)
    people = tuple(Booker(guest_id=1, name="Ana", account_id=number) for number in range(bookers))
    attempt = attempt_on(stage, mandates=mandates(stage, *people), spent=spent)
    outcome = await played(stage, attempt)

    booked, calls, looks = (
        stage.platform.booked,
        stage.platform.calls_of("book"),
        stage.platform.calls_of("slots"),
    )
    match outcome:
        case Booked(reservation=reservation):
            assert [each.id for each in booked] == [reservation.id]
        case Unknown():
            assert len(booked) <= 1
            assert calls[-1].at == outcome.sent_at
        case _:
            assert booked == []
    assert len(looks) <= AT_DROP.budget - spent
    assert len(calls) <= AT_DROP.calls
    assert len(looks) == looks_spent(attempt.recorder.steps)
    assert all(DROP <= call.at < DROP + WINDOW for call in (*looks, *calls))
    for at, pause in stage.platform.turned_away:
        assert not [look for look in looks if at < look.at < at + pause]
    _no_lost_slot_is_tried_while_it_is_listed(attempt)


def _no_lost_slot_is_tried_while_it_is_listed(attempt: Attempt) -> None:
    lost = set()
    for step in attempt.recorder.steps:
        match step.what:
            case SlotLost(token=token):
                lost.add(token)
            case SlotGone(token=token):
                lost.remove(token)
            case SlotTried(token=token):
                assert token not in lost
            case _:
                pass
    assert lost == set(attempt.lost) == set(still_lost(attempt.recorder.steps))


async def test_the_best_slot_of_each_list_is_tried_first():
    stage = Stage.at(DROP - seconds(2))
    outcome = await played(stage, attempt_on(stage))
    assert isinstance(outcome, Booked)
    assert outcome.reservation.starts_at.time() == TIMES[0]


async def test_an_unknown_answer_ends_the_attempt_at_once():
    stage = Stage.at(DROP - seconds(2), keyless=True)
    stage.platform.fail("book", Fault.LOST_BEFORE)
    assert await played(stage, attempt_on(stage)) == Unknown(sent_at=DROP)
    assert len(stage.platform.calls_of("book")) == 1


async def test_what_only_the_guest_can_do_ends_the_attempt():
    stage = Stage.at(DROP - seconds(2))
    stage.platform.fail("book", Fault.NEEDS_GUEST)
    assert isinstance(await played(stage, attempt_on(stage)), NeedsGuest)


@pytest.mark.parametrize(
    ("tables", "taken", "reason"),
    [(0, False, Reason.NOTHING_APPEARED), (1, True, Reason.FULLY_TAKEN)],
)
async def test_giving_up_says_why(tables, taken, reason):
    stage = Stage.at(DROP - seconds(2), tables={"": tables})
    if taken:
        stage.platform.fail("book", Fault.TAKEN, times=30)
    assert await played(stage, attempt_on(stage)) == GaveUp(reason=reason)


async def test_tables_at_other_times_are_not_what_was_wanted():
    stage = Stage.at(DROP - seconds(2))
    wish = Wish(venue=stage.venue.ref, on=ON, party_size=4, times=(TIMES[0].replace(hour=22),))
    assert await played(stage, attempt_on(stage, wish=wish)) == GaveUp(reason=Reason.NOTHING_WANTED)


async def test_a_platform_that_says_when_to_come_back_is_obeyed():
    class Busy(FakePlatform):
        async def slots(self, *args, **kwargs):
            await super().slots(*args, **kwargs)
            raise PlatformDown("fake", "429", retry_after=seconds(40))

    clock = FakeClock(DROP - seconds(2))
    platform = Busy(clock)
    stage = Stage(clock, platform, platform.add_venue())
    assert await played(stage, attempt_on(stage)) == GaveUp(reason=Reason.PLATFORM_DOWN)
    looks = [call.at for call in platform.calls_of("slots")]
    assert all(after - before >= seconds(40) for before, after in itertools.pairwise(looks))


async def test_a_lease_that_is_lost_ends_the_attempt_before_the_call():
    stage = Stage.at(DROP - seconds(2))
    with pytest.raises(LeaseLost):
        await played(stage, attempt_on(stage, gate=FreeGate(lost=True)))
    assert stage.platform.calls_of("book") == []


async def test_the_timeline_tells_the_fate_of_each_slot():
    stage = Stage.at(DROP - seconds(2), keyless=True)
    stage.platform.fail("book", Fault.TAKEN, Fault.DOWN)
    attempt = attempt_on(stage)
    assert isinstance(await played(stage, attempt), Booked)
    story = timeline(attempt.recorder.steps)
    assert [(each.time, each.fate, each.tries) for each in story.fates] == [
        ("19:30", Fate.TAKEN, 1),
        ("19:00", Fate.BOOKED, 2),
    ]
    assert story.seen == ("19:30", "19:00", "20:00")
    assert (story.late, story.looks) == (timedelta(0), 1)
