"""The seconds after a drop, look by look: what is sent when, what of it counts, who books."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.booking import Booked, Booker, Conflict, GuestAction, NeedsGuest, SlotTaken, Unknown
from core.domain.bracket import ClockOffset
from core.domain.outcome import GaveUp, Reason
from core.domain.step import AccountSwitched, Conflicted, FirstRequest, SlotsSeen, StepKind, Unheard
from core.domain.terms import Money, Terms
from core.errors import LeaseLost, NotConnected, PlatformDown, SignInNeeded, VenueGone
from core.jobs.attempt.pacing import AT_DROP
from core.jobs.steps import looks_spent, timeline
from core.jobs.traffic import UnderWay
from tests.core.jobs.attempt.bursts import (
    FreeGate,
    Script,
    attempt_on,
    mandates,
    played,
    preparing,
    scripted,
    steps_of,
)
from tests.core.jobs.stage import DROP, WINDOW, Stage, seconds
from tests.expect import expect

EMPTY = Script(0.04)
DOWN = PlatformDown("fake", "500")
ANA, BEN, CY = (
    Booker(guest_id=n, name=name, account_id=n) for n, name in ((1, "Ana"), (2, "Ben"), (3, "Cy"))
)


def full(after=0.04, *times):
    return Script(after, times or ("19:30", "19:00", "20:00"))


def down(after=0.04, **more):
    return Script(after, error=PlatformDown("fake", "500", **more))


# Looks.


async def test_looks_go_out_at_their_moments_however_long_the_answers_take():
    stage = scripted(Script(8))
    await played(stage, attempt_on(stage))
    planned = AT_DROP.looks().plan(30, since=timedelta(0), until=WINDOW)
    assert stage.platform.looked == [at.total_seconds() for at in planned]


async def test_a_crowd_of_plans_does_not_drown_itself_in_looks_that_overlap():
    stage, shared = scripted(Script(0.5)), UnderWay(dense=5)
    tasks = [asyncio.create_task(attempt_on(stage, key=f"p{n}", under_way=shared).burst()) for n in range(20)]
    await stage.clock.run_until(DROP + seconds(0.4))
    assert len(stage.platform.looked) == 20, "each looks once, whoever else does"
    await stage.clock.run_until(DROP + WINDOW + seconds(1))
    assert all(task.done() for task in tasks)
    assert len(stage.platform.looked) > 20 * 10
    assert shared.looks == 0


async def test_the_first_list_that_is_not_empty_is_booked_from_the_moment_it_comes():
    stage = scripted(EMPTY, Script(2), Script(2), full(0.05), full(2))
    assert isinstance(await played(stage, attempt_on(stage)), Booked)
    sent = stage.platform.looked[3]
    assert stage.platform.booked_with == [("19:30", None, pytest.approx(sent + 0.05))]


async def test_an_empty_answer_to_an_older_look_does_not_take_back_a_newer_list():
    stage = scripted(Script(0.3), full(0.05), full(9))
    stage.platform.answers = {"19:30": [SlotTaken()], "19:00": [SlotTaken()]}
    assert isinstance(await played(stage, attempt_on(stage)), Booked)
    assert [token for token, _, _ in stage.platform.booked_with] == ["19:30", "19:00", "20:00"]
    assert stage.platform.looked[-1] < 0.1


async def test_an_empty_answer_to_a_newer_look_does_not_take_back_a_list():
    # What comes out is not out at once at every machine of a platform.
    stage = scripted(full(0.05), Script(0.05), Script(9))
    stage.platform.answers = {"19:30": [SlotTaken()]}
    assert isinstance(await played(stage, attempt_on(stage)), Booked)
    assert [token for token, _, _ in stage.platform.booked_with] == ["19:30", "19:00"]


async def test_after_everything_was_lost_it_looks_soon_however_late_that_was():
    stage = scripted(*[EMPTY] * 24, full())
    stage.platform.answers = {at: [SlotTaken()] for at in ("19:30", "19:00", "20:00")}
    await played(stage, attempt_on(stage))
    lost = stage.platform.booked_with[2][2] + 0.1
    assert lost > 60
    after = [at - lost for at in stage.platform.looked if at >= lost]
    assert after[0] == pytest.approx(0)
    assert after[1] < 7, "the plan of the drop had them ten seconds apart by then"
    assert len(stage.platform.looked) == 30


async def test_a_list_that_comes_while_a_call_is_out_says_what_is_tried_next():
    stage = scripted(full(0.05), full(0.08, "20:00"), full(9))
    stage.platform.answers = {"19:30": [SlotTaken()]}
    assert isinstance(await played(stage, attempt_on(stage)), Booked)
    assert [token for token, _, _ in stage.platform.booked_with] == ["19:30", "20:00"]


async def test_an_older_list_that_comes_after_a_newer_one_is_not_tried():
    stage = scripted(full(0.4), full(0.05, "20:00"), Script(9))
    stage.platform.answers = {"20:00": [SlotTaken()]}
    attempt = attempt_on(stage)
    await played(stage, attempt)
    assert {token for token, _, _ in stage.platform.booked_with} == {"20:00"}


async def test_no_look_is_sent_while_a_call_is_out_and_the_budget_is_kept():
    stage = scripted(full(), book_takes=2)
    stage.platform.answers = {at: [SlotTaken()] * 20 for at in ("19:30", "19:00", "20:00")}
    await played(stage, attempt_on(stage))
    calls = [sent for _, _, sent in stage.platform.booked_with]
    assert len(calls) == 3
    during = [at for at in stage.platform.looked for sent in calls if sent < at < sent + 2]
    assert during == []
    assert calls[-1] + 2 in stage.platform.looked, "it looks again as soon as all was tried"
    assert len(stage.platform.looked) == AT_DROP.budget


async def test_looks_of_attempts_before_count():
    stage = scripted(EMPTY)
    attempt = attempt_on(stage, spent=25)
    await played(stage, attempt)
    assert len(stage.platform.looked) == 5
    assert looks_spent(attempt.recorder.steps) == 5


async def test_whoever_has_spent_everything_looks_once_more():
    stage = scripted(full())
    assert isinstance(await played(stage, attempt_on(stage, spent=60)), Booked)


async def test_nothing_is_sent_at_the_end_of_the_window_or_later():
    stage = scripted(full(9))
    until = DROP + seconds(5)
    assert await played(stage, attempt_on(stage, until=until)) == GaveUp(reason=Reason.PLATFORM_DOWN)
    assert max(stage.platform.looked) < 5
    assert stage.platform.booked_with == []


async def test_a_list_that_comes_too_late_for_a_call_is_not_booked_from():
    stage = scripted(Script(4.99), full(4.99), book_takes=2)
    stage.platform.answers = {"19:30": [SlotTaken()]}
    outcome = await played(stage, attempt_on(stage, until=DROP + seconds(6)))
    assert outcome == GaveUp(reason=Reason.FULLY_TAKEN)
    assert [token for token, _, _ in stage.platform.booked_with] == ["19:30"]


async def test_moments_that_were_missed_are_not_made_up_for_in_one_go():
    stage = scripted(EMPTY)
    attempt = attempt_on(stage)
    stage.clock.jump(DROP + seconds(20))
    await played(stage, attempt)
    gaps = [
        after - before
        for before, after in zip(stage.platform.looked, stage.platform.looked[1:], strict=False)
    ]
    assert len(stage.platform.looked) == 30
    assert min(gaps) >= 0.5


# Breakage.


async def test_breakage_is_waited_out_and_the_tenth_in_a_row_is_the_last():
    stage = scripted(down())
    attempt = attempt_on(stage)
    assert await played(stage, attempt) == GaveUp(reason=Reason.PLATFORM_DOWN)
    assert len(stage.platform.looked) == 10
    assert stage.platform.looked[-1] > 10, "a platform that is overrun for ten seconds is outlasted"
    assert len(steps_of(attempt, StepKind.PLATFORM_DOWN)) == 10


async def test_nine_in_a_row_are_not_ten():
    stage = scripted(*[down()] * 9, full())
    assert isinstance(await played(stage, attempt_on(stage)), Booked)


async def test_one_answer_in_between_begins_the_count_anew():
    stage = scripted(*[down()] * 9, EMPTY, *[down()] * 9, full())
    assert isinstance(await played(stage, attempt_on(stage)), Booked)


async def test_a_single_breakage_at_the_drop_costs_a_breath():
    stage = scripted(down(), down(), full())
    await played(stage, attempt_on(stage))
    assert stage.platform.looked[2] < 0.2


async def test_when_it_was_asked_to_come_back_later_no_look_goes_before_whatever_else_is_answered():
    stage = scripted(EMPTY, down(0.04, retry_after=seconds(7)), EMPTY)
    await played(stage, attempt_on(stage))
    asked_at = stage.platform.looked[1] + 0.04
    later = [at for at in stage.platform.looked if at > asked_at]
    assert later[0] == pytest.approx(asked_at + 7)


async def test_being_asked_to_come_back_after_the_window_ends_it_at_once():
    stage = scripted(EMPTY, down(0.04, retry_after=WINDOW + seconds(20)))
    outcome = await played(stage, attempt_on(stage), until=DROP + seconds(1))
    assert outcome == GaveUp(reason=Reason.NOTHING_APPEARED)
    assert max(stage.platform.looked) < 0.1


async def test_being_asked_to_come_back_is_no_breakage():
    stage = scripted(*[down(0.04, retry_after=seconds(1))] * 12, full())
    assert isinstance(await played(stage, attempt_on(stage)), Booked)


async def test_tables_in_hand_are_booked_although_the_next_look_was_turned_away():
    stage = scripted(full(0.06), down(0.01, retry_after=seconds(60)))
    assert isinstance(await played(stage, attempt_on(stage)), Booked)


async def test_a_call_that_surely_booked_nothing_is_made_again_after_a_breath():
    stage = scripted(full())
    stage.platform.answers = {"19:30": [DOWN]}
    assert isinstance(await played(stage, attempt_on(stage)), Booked)
    assert [token for token, _, _ in stage.platform.booked_with] == ["19:30", "19:30"]
    first, second = (sent for _, _, sent in stage.platform.booked_with)
    assert 0.14 <= second - first <= 0.2


async def test_a_slot_that_the_platform_breaks_off_at_twice_comes_after_the_rest():
    stage = scripted(full())
    stage.platform.answers = {"19:30": [DOWN] * 9}
    assert isinstance(await played(stage, attempt_on(stage)), Booked)
    assert [token for token, _, _ in stage.platform.booked_with] == ["19:30", "19:30", "19:00"]


async def test_a_call_that_is_asked_to_wait_long_is_made_from_a_new_list():
    stage = scripted(full())
    stage.platform.answers = {"19:30": [PlatformDown("fake", "429", retry_after=seconds(9))]}
    assert isinstance(await played(stage, attempt_on(stage)), Booked)
    (_, _, first), (_, _, second) = stage.platform.booked_with
    assert second >= first + 9
    assert [at for at in stage.platform.looked if first < at < first + 9.1] == []


async def test_ten_calls_are_the_most():
    stage = scripted(full(0.04, *(f"19:30 {n}" for n in range(30))))
    stage.platform.answers = {f"19:30 {n}": [SlotTaken()] for n in range(30)}
    assert await played(stage, attempt_on(stage)) == GaveUp(reason=Reason.FULLY_TAKEN)
    assert len(stage.platform.booked_with) == AT_DROP.calls == 10


async def test_a_venue_that_is_gone_ends_it():
    stage = scripted(EMPTY, Script(0.04, error=VenueGone("casa-luna")))
    assert await played(stage, attempt_on(stage)) == GaveUp(reason=Reason.VENUE_GONE)


async def test_an_error_that_nobody_foresaw_is_not_swallowed():
    stage = scripted(EMPTY, Script(0.04, error=KeyError("slots")))
    with pytest.raises(KeyError):
        await played(stage, attempt_on(stage))


async def test_a_lease_that_is_lost_ends_the_looking():
    stage, guard = scripted(EMPTY), FreeGate(lost=True)
    with pytest.raises(LeaseLost):
        await played(stage, attempt_on(stage, gate=guard))
    assert len(stage.platform.looked) <= 1


# Calls.


async def test_several_tokens_of_one_time_are_tried_in_turn():
    stage = scripted(full(0.04, "19:00", "19:30 a", "19:30 b"))
    stage.platform.answers = {"19:30 a": [SlotTaken()]}
    assert isinstance(await played(stage, attempt_on(stage)), Booked)
    assert [token for token, _, _ in stage.platform.booked_with] == ["19:30 a", "19:30 b"]


async def test_a_lost_slot_is_not_tried_again_before_a_later_look_has_missed_it():
    stage = scripted(
        full(0.04, "19:30"), full(0.04, "19:30"), full(0.04, "19:30"), Script(0.04), full(0.04, "19:30")
    )
    stage.platform.answers = {"19:30": [SlotTaken()]}
    attempt = attempt_on(stage)
    assert isinstance(await played(stage, attempt), Booked)
    assert len(stage.platform.booked_with) == 2
    assert [expect(SlotsSeen, step.what).nr for step in steps_of(attempt, StepKind.SLOTS_SEEN)] == [
        1,
        2,
        3,
        4,
        5,
    ]


async def test_an_answer_to_a_look_that_was_sent_before_the_loss_does_not_say_it_is_back():
    # The second look misses the slot, but it was sent before the call: only later ones can say that it is back.
    stage = scripted(full(0.04, "19:30"), Script(0.06), full(0.04, "19:30"))
    stage.platform.answers = {"19:30": [SlotTaken()]}
    assert await played(stage, attempt_on(stage)) == GaveUp(reason=Reason.FULLY_TAKEN)
    assert len(stage.platform.booked_with) == 1


async def test_an_older_look_that_missed_a_slot_says_less_than_a_newer_one_that_saw_it():
    stage = scripted(full(0.04, "19:30"), Script(9), Script(3), full(0.04, "19:30"))
    stage.platform.answers = {"19:30": [SlotTaken()]}
    assert await played(stage, attempt_on(stage)) == GaveUp(reason=Reason.FULLY_TAKEN)
    assert len(stage.platform.booked_with) == 1


async def test_a_stale_list_from_before_it_was_missed_does_not_bring_a_lost_slot_back():
    stage = scripted(full(0.04, "19:30"), *[Script(9)] * 1, full(3, "19:30"), Script(0.04))
    stage.platform.answers = {"19:30": [SlotTaken()]}
    assert await played(stage, attempt_on(stage)) == GaveUp(reason=Reason.FULLY_TAKEN)
    assert len(stage.platform.booked_with) == 1


async def test_the_second_choice_is_prepared_while_the_first_is_being_booked():
    stage = preparing(full())
    stage.platform.answers = {"19:30": [SlotTaken()], "19:00": [SlotTaken()]}
    assert isinstance(await played(stage, attempt_on(stage)), Booked)
    calls = {token: sent for token, _, sent in stage.platform.booked_with}
    assert [token for token, _, _ in stage.platform.prepared] == ["19:00", "20:00"]
    assert [sent for _, _, sent in stage.platform.prepared] == [calls["19:30"], calls["19:00"]]


async def test_what_is_prepared_once_is_not_prepared_again():
    stage = preparing(full())
    stage.platform.answers = {"19:30": [DOWN]}
    await played(stage, attempt_on(stage))
    assert [token for token, _, _ in stage.platform.prepared] == ["19:00"]


async def test_what_is_still_being_prepared_is_called_off_once_there_is_a_table():
    stage = preparing(full(), book_takes=0.01)
    assert isinstance(await played(stage, attempt_on(stage)), Booked)
    assert len(stage.platform.prepared) == 1


async def test_a_platform_without_the_power_is_not_asked_to_prepare():
    stage = scripted(full())
    assert isinstance(await played(stage, attempt_on(stage)), Booked)


@pytest.mark.parametrize(
    "refusal",
    [
        NeedsGuest(action=GuestAction.SIGN_IN),
        NeedsGuest(action=GuestAction.ADD_CARD),
        SignInNeeded(1),
        NotConnected("fake"),
    ],
)
async def test_an_account_that_is_of_no_use_hands_over_with_the_same_slot(refusal):
    stage, guard = scripted(full()), FreeGate()
    stage.platform.answers = {"19:30": [refusal]}
    attempt = attempt_on(stage, gate=guard, mandates=mandates(stage, ANA, BEN))
    assert isinstance(await played(stage, attempt), Booked)
    assert [(token, who) for token, who, _ in stage.platform.booked_with] == [("19:30", 1), ("19:30", 2)]
    assert guard.fired == [1, 2]
    (handed,) = steps_of(attempt, StepKind.HANDED_OVER)
    assert handed.what == AccountSwitched(from_account=1, to_account=2)


@pytest.mark.parametrize("said", ["for two", "until the drop"])
async def test_what_was_not_spoken_of_is_not_called_for_however_it_is_wished_for(said):
    stage = scripted(full())
    (word,) = mandates(stage, ANA)
    if said == "for two":
        word = replace(word, scope=replace(word.scope, party_min=2, party_max=2))
    else:
        word = replace(word, until=DROP)
    assert isinstance(await played(stage, attempt_on(stage, mandates=(word,))), GaveUp)
    assert stage.platform.booked_with == []


async def test_who_took_over_goes_on():
    stage = scripted(full())
    stage.platform.answers = {"19:30": [SignInNeeded(1), SlotTaken()]}
    attempt = attempt_on(stage, mandates=mandates(stage, ANA, BEN, CY))
    assert isinstance(await played(stage, attempt), Booked)
    assert [(token, who) for token, who, _ in stage.platform.booked_with] == [
        ("19:30", 1),
        ("19:30", 2),
        ("19:00", 2),
    ]


async def test_when_nobody_is_left_the_first_refusal_is_the_answer():
    stage = scripted(full())
    stage.platform.answers = {"19:30": [NeedsGuest(action=GuestAction.ADD_CARD), SignInNeeded(2)]}
    outcome = await played(stage, attempt_on(stage, mandates=mandates(stage, ANA, BEN)))
    assert outcome == NeedsGuest(action=GuestAction.ADD_CARD)
    assert len(stage.platform.booked_with) == 2


async def test_a_conflict_is_final_although_others_could_take_over():
    stage = scripted(full())
    stage.platform.answers = {"19:30": [Conflict(venue_name="Trattoria Nove")]}
    attempt = attempt_on(stage, mandates=mandates(stage, ANA, BEN))
    assert await played(stage, attempt) == GaveUp(reason=Reason.CONFLICT)
    assert len(stage.platform.booked_with) == 1
    (step,) = steps_of(attempt, StepKind.CONFLICT)
    assert expect(Conflicted, step.what).venue_name == "Trattoria Nove"


@pytest.mark.parametrize("answer", [Unknown(sent_at=DROP), ValueError("not JSON")])
async def test_what_is_unknown_ends_it_and_nobody_takes_over(answer):
    stage = scripted(full())
    stage.platform.answers = {"19:30": [answer]}
    outcome = await played(stage, attempt_on(stage, mandates=mandates(stage, ANA, BEN)))
    assert isinstance(outcome, Unknown)
    assert len(stage.platform.booked_with) == 1


async def test_terms_that_were_not_agreed_to_are_asked_about_when_nothing_else_is_to_be_had():
    dear = NeedsGuest(
        action=GuestAction.ACCEPT_TERMS, terms=Terms(late_fee=Money(amount=Decimal(50), currency="USD"))
    )
    stage = scripted(full())
    stage.platform.answers = {"19:30": [dear]}
    assert isinstance(await played(stage, attempt_on(stage)), Booked)
    assert [token for token, _, _ in stage.platform.booked_with] == ["19:30", "19:00"]

    stage = scripted(full())
    stage.platform.answers = {
        at: [dear if at == "19:30" else SlotTaken()] for at in ("19:30", "19:00", "20:00")
    }
    assert await played(stage, attempt_on(stage)) == dear
    assert len(stage.platform.booked_with) == 3


async def test_nothing_is_written_between_the_drop_and_the_booking():
    stage, guard = scripted(EMPTY, EMPTY, EMPTY, full()), FreeGate()
    assert isinstance(await played(stage, attempt_on(stage, gate=guard)), Booked)
    assert guard.writes == ["fire"]


# Aim, and what is told.


@pytest.mark.parametrize("skew", [-5, -0.4, 0, 0.7, 5])
async def test_the_first_look_arrives_as_the_platforms_clock_shows_the_moment(skew):
    stage = scripted(full(0.04))
    offset = ClockOffset(
        offset=seconds(skew), uncertainty=seconds(0.022), edge=seconds(0.002), round_trip=seconds(0.04)
    )
    stage.clock.jump(DROP - seconds(8))
    attempt = attempt_on(stage)
    assert isinstance(await played(stage, attempt, offset=offset), Booked)
    assert stage.platform.looked[0] == pytest.approx(-skew - 0.02 + 0.002)
    (first,) = steps_of(attempt, StepKind.FIRST_REQUEST)
    assert first.what == FirstRequest(late_us=0, budget=30)
    (seen,) = steps_of(attempt, StepKind.SLOTS_SEEN)
    look = expect(SlotsSeen, seen.what)
    assert (look.sent_us, look.answered_us) == (-18_000, 22_000)


async def test_a_look_whose_answer_was_not_waited_for_is_told_of():
    stage = scripted(full(0.09), Script(9))
    attempt = attempt_on(stage)
    await played(stage, attempt)
    assert [expect(Unheard, step.what).nr for step in steps_of(attempt, StepKind.UNHEARD)] == [2, 3]
    assert looks_spent(attempt.recorder.steps) == len(stage.platform.looked) == 3


async def test_the_drop_is_noticed_between_the_last_empty_list_and_the_first_other():
    stage, seen = scripted(EMPTY, EMPTY, full()), []
    offset = ClockOffset(
        offset=seconds(1), uncertainty=seconds(0.02), edge=seconds(0), round_trip=seconds(0.04)
    )
    attempt = attempt_on(stage, notice=seen.append)
    await played(stage, attempt, offset=offset)
    (sighting,) = seen
    at = [DROP + seconds(sent + 1 + 0.02) for sent in stage.platform.looked]
    assert abs(sighting.empty_at - at[1]) <= timedelta(microseconds=2)
    assert abs(sighting.seen_at - at[2]) <= timedelta(microseconds=2)
    assert sighting.venue == stage.venue.ref


async def test_a_drop_is_noticed_once():
    stage, seen = scripted(EMPTY, full(), EMPTY, full()), []
    stage.platform.answers = {at: [SlotTaken()] * 9 for at in ("19:30", "19:00", "20:00")}
    await played(stage, attempt_on(stage, notice=seen.append))
    assert len(seen) == 1


async def test_a_list_that_was_there_at_the_first_look_was_there_before():
    stage, seen = scripted(full()), []
    await played(stage, attempt_on(stage, notice=seen.append))
    assert [one.empty_at for one in seen] == [None]


async def test_a_cancellation_is_no_drop_and_what_was_not_released_is_one():
    for unreleased_at, count in ((None, 0), (DROP - seconds(60), 1)):
        stage, seen = scripted(full()), []
        attempt = attempt_on(stage, notice=seen.append, unreleased_at=unreleased_at, gate=FreeGate())
        task = asyncio.create_task(attempt.look())
        await stage.clock.advance(seconds(2))
        assert isinstance(task.result(), Booked)
        assert [one.empty_at for one in seen] == [unreleased_at] * count


async def test_a_look_remembers_that_the_day_was_not_released():
    stage = scripted(EMPTY)
    attempt = attempt_on(stage)
    task = asyncio.create_task(attempt.look())
    await stage.clock.advance(seconds(1))
    assert task.result() is None
    assert attempt.unreleased_at == DROP - seconds(2)


async def test_the_story_counts_looks_and_fates():
    stage = scripted(EMPTY, full())
    stage.platform.answers = {"19:30": [SlotTaken()]}
    attempt = attempt_on(stage)
    await played(stage, attempt)
    story = timeline(attempt.recorder.steps)
    assert [(fate.time, fate.fate.value) for fate in story.fates] == [("19:30", "taken"), ("19:00", "booked")]
    assert story.late == timedelta(0)


async def test_a_real_stage_books_within_two_round_trips_of_what_appears_in_time():
    stage = Stage.at(DROP - seconds(2))
    stage.platform.latency = seconds(0.04)
    attempt = attempt_on(stage)
    offset = ClockOffset(round_trip=seconds(0.04), uncertainty=seconds(0.02))
    await played(stage, attempt, offset=offset)
    (call,) = stage.platform.calls_of("book")
    assert call.at == DROP + seconds(0.02)
