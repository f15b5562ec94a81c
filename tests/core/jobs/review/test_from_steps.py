"""A drop is told from its steps, whether they keep much or little."""

from datetime import timedelta

from core.domain.step import SHAPES, Step, StepKind
from core.jobs.attempt.pacing import AT_DROP
from core.jobs.review.from_steps import retold
from core.jobs.steps import Fate
from tests.core.jobs.drops import DROP_AT, ms


def step(kind: StepKind, at: float, **detail) -> Step:
    return Step(at=DROP_AT + ms(at), attempt=1, what=SHAPES[kind](**detail))


def slot(kind: StepKind, at: float, time: str = "19:30", **more) -> Step:
    return step(kind, at, token=f"t{time}", time=time, seating="Bar", **more)


def test_a_look_keeps_when_it_was_sent_and_all_that_was_offered():
    told = retold(
        [
            step(
                StepKind.SLOTS_SEEN,
                41,
                listed=3,
                wanted="19:30",
                offered="19:30 20:15",
                cause="",
                sent_us=-20_000,
                answered_us=40_000,
            )
        ],
        DROP_AT,
    )
    (look,) = told.looks
    assert (look.sent, look.answered) == (ms(-20), ms(40))
    assert (look.listed, look.wanted, look.offered) == (3, ("19:30",), ("19:30", "20:15"))


def test_an_older_look_knows_only_when_it_was_answered_and_what_was_wanted():
    told = retold([step(StepKind.SLOTS_SEEN, 41, listed=3, wanted="19:30", cause="")], DROP_AT)
    (look,) = told.looks
    assert (look.sent, look.answered, look.offered) == (None, ms(41), None)
    assert told.times_of(look) == ("19:30",)


def test_every_booking_call_has_its_own_answer():
    told = retold(
        [
            slot(StepKind.SLOT_TRIED, 10),
            slot(StepKind.SLOT_LOST, 90),
            slot(StepKind.SLOT_TRIED, 500),
            slot(StepKind.BOOKED, 580),
        ],
        DROP_AT,
    )
    assert [(one.sent, one.answered, one.fate) for one in told.tries] == [
        (ms(10), ms(90), Fate.TAKEN),
        (ms(500), ms(580), Fate.BOOKED),
    ]
    assert told.booked == "19:30"


def test_a_call_that_broke_off_is_no_failed_look():
    told = retold(
        [
            step(StepKind.PLATFORM_DOWN, 30, why="503"),
            slot(StepKind.SLOT_TRIED, 600),
            slot(StepKind.PLATFORM_DOWN, 700, why="503"),
        ],
        DROP_AT,
    )
    assert told.failures == (ms(30),)
    assert told.tries[0].fate is Fate.REFUSED


def test_a_call_without_an_answer_stays_open():
    told = retold([slot(StepKind.SLOT_TRIED, 10)], DROP_AT)
    assert (told.tries[0].answered, told.tries[0].fate) == (None, Fate.UNANSWERED)


def test_moments_are_told_by_the_platforms_clock():
    told = retold(
        [
            step(StepKind.CLOCK, -3000, offset_us=12_000, uncertainty_us=3_000, round_trip_us=40_000),
            slot(StepKind.SLOT_TRIED, 10),
        ],
        DROP_AT,
    )
    assert told.clock is not None
    assert (told.clock.offset, told.clock.uncertainty, told.clock.round_trip) == (ms(12), ms(3), ms(40))
    assert told.tries[0].sent == ms(22)


def test_requests_are_looks_from_the_drop_on_answered_or_not():
    told = retold(
        [
            step(StepKind.SLOTS_SEEN, -180_000, listed=0, wanted="", cause=""),
            step(StepKind.FIRST_REQUEST, 0.4, late_us=400),
            step(StepKind.SLOTS_SEEN, 41, listed=0, wanted="", cause=""),
            step(StepKind.PLATFORM_DOWN, 300, why="503"),
            slot(StepKind.SLOT_TRIED, 400),
        ],
        DROP_AT,
    )
    assert (told.requests, told.budget, told.late) == (2, AT_DROP.budget, ms(0.4))


def test_a_look_that_was_still_out_at_the_end_counts_by_its_number():
    seen = {"listed": 1, "wanted": "19:30", "cause": ""}
    told = retold([step(StepKind.SLOTS_SEEN, 41, nr=5, **seen)], DROP_AT)
    assert told.requests == 5


def test_what_asking_for_the_reservations_showed_is_kept():
    assert retold([], DROP_AT).found is None
    assert retold([step(StepKind.LOOKED_UP, 9, listed=1, found=True)], DROP_AT).found is True


def test_nothing_happened_where_nothing_was_asked():
    assert not retold(
        [step(StepKind.WOKEN, -1000), step(StepKind.GAVE_UP, 9, reason="overdue")], DROP_AT
    ).happened
    assert retold([slot(StepKind.SLOT_TRIED, 1)], DROP_AT).happened


def test_a_time_that_was_off_the_list_between_is_not_open_all_along():
    seen = {0: "20:15", 1000: "20:15", 2000: "", 9000: "20:15"}
    told = retold(
        [
            step(StepKind.SLOTS_SEEN, at, listed=bool(offered), wanted="", offered=offered, cause="")
            for at, offered in seen.items()
        ],
        DROP_AT,
    )
    assert told.open_for("20:15") == timedelta(seconds=1)
