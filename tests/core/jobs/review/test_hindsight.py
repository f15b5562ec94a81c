"""What a drop teaches is read from what was seen of it, and nothing more is claimed."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.lessons import lesson
from core.domain.outcome import Reason
from core.domain.slot import Cause
from core.jobs.review import lessons
from core.jobs.review.drop_record import DropRecord, LookTaken, Obstacle
from core.jobs.review.hindsight import hindsight
from core.jobs.review.lessons import (
    AllWell,
    AnswerFound,
    AnswerLost,
    BetweenLooks,
    Broke,
    CircleHadIt,
    CircleWentFirst,
    FullAtOnce,
    GuestDidIt,
    GuestWasNeeded,
    HandedOver,
    InTheWay,
    NeverAnswered,
    NextChoice,
    NothingListed,
    NotReleased,
    NotThere,
    OneTrip,
    OtherSeating,
    OtherTime,
    OutEarly,
    Patience,
    PlatformFaltered,
    SameTimeAgain,
    ShutThatDay,
    SlowToAsk,
    StartedLate,
    TermsDeclined,
    Unexplained,
    VenueVanished,
    WrongParty,
)
from core.jobs.steps import Fate
from tests.core.jobs.drops import (
    BEATEN,
    BOOKED,
    DOWN,
    NOTHING,
    SECOND,
    TAKEN,
    TWO_MINUTES_LATE,
    WON,
    drop,
    look,
    ms,
    tried,
    wish,
)

WANTED = wish("19:30", "20:00")
LOST = (tried("19:30", 22, 105, TAKEN),)

CASES = {
    "nothing could have gone better": (WON, None, AllWell()),
    "the tables came late": (TWO_MINUTES_LATE, None, AllWell(late_by=ms(120_041))),
    "tables a little late are no matter": (
        drop(
            looks=(look(-20, 20), look(30, 71, 9, "19:30")),
            tries=(tried("19:30", 72, 150, BOOKED),),
            booked="19:30",
        ),
        None,
        AllWell(),
    ),
    "the tables were out early": (
        drop(
            looks=(look(-300, -250, 3, "19:30"),), tries=(tried("19:30", -249, -100, BOOKED),), booked="19:30"
        ),
        None,
        OutEarly(ahead=ms(250)),
    ),
    "the second choice": (SECOND, None, NextChoice(lost="19:30", got="20:00")),
    "the same time, another table": (
        drop(
            looks=(look(-20, 20, 2, "19:30"),),
            tries=(tried("19:30", 21, 60, TAKEN, "Bar"), tried("19:30", 61, 99, BOOKED, "Patio")),
            booked="19:30",
        ),
        None,
        SameTimeAgain(got="19:30"),
    ),
    "an answer that was lost and found": (
        drop(
            looks=(look(-20, 20, 2, "19:30"),), tries=(tried("19:30", 21, None, Fate.UNANSWERED),), found=True
        ),
        None,
        AnswerFound(),
    ),
    "a platform that failed at first": (
        drop(
            failures=(ms(30), ms(530)),
            looks=(look(1000, 1040, 2, "19:30"),),
            tries=(tried("19:30", 1041, 1100, BOOKED),),
            booked="19:30",
        ),
        None,
        Patience(failures=2),
    ),
    "another account": (dataclasses.replace(WON, handed_over=True), None, HandedOver()),
    "terms that were accepted late": (
        drop(
            looks=(look(-20, 20, 2, "19:30"), look(9_000, 9_040, 2, "19:30")),
            tries=(
                tried("19:30", 21, 60, Fate.NEEDS_GUEST, action="accept_terms"),
                tried("19:30", 9_041, 9_100, BOOKED),
            ),
            booked="19:30",
        ),
        None,
        GuestDidIt(action="accept_terms", waited=ms(8_981)),
    ),
    "nobody was there": (drop(late=None), Reason.OVERDUE, NotThere()),
    "no step was kept": (drop(late=None), Reason.FULLY_TAKEN, NotThere()),
    "no card": (
        drop(
            looks=(look(-20, 20, 2, "19:30"),),
            tries=(tried("19:30", 21, 60, Fate.NEEDS_GUEST, action="add_card"),),
        ),
        Reason.GUEST_DID_NOT,
        GuestWasNeeded(action="add_card", time="19:30"),
    ),
    "a reservation in the way": (
        drop(looks=(look(-20, 20, 2, "19:30"),), obstacle=Obstacle(venue_name="Lilia", time="19:00")),
        Reason.CONFLICT,
        InTheWay(venue_name="Lilia", time="19:00"),
    ),
    "a reservation in the way that nobody names": (
        drop(looks=(look(-20, 20, 2, "19:30"),)),
        Reason.CONFLICT,
        InTheWay(venue_name="", time=""),
    ),
    "friends had a table": (WON, Reason.CIRCLE_HAS_TABLE, CircleHadIt()),
    "friends went first": (WON, Reason.CIRCLE_WENT_FIRST, CircleWentFirst()),
    "terms that were not accepted": (
        drop(
            looks=(look(-20, 20, 2, "19:30"),),
            tries=(tried("19:30", 21, 60, Fate.NEEDS_GUEST, action="accept_terms"),),
        ),
        Reason.TERMS_DECLINED,
        TermsDeclined(time="19:30"),
    ),
    "terms of nobody knows which table": (
        drop(looks=(look(-20, 20, 2, "19:30"),)),
        Reason.TERMS_DECLINED,
        TermsDeclined(time=""),
    ),
    "the venue is gone": (drop(), Reason.VENUE_GONE, VenueVanished()),
    "no answer at all": (DOWN, Reason.PLATFORM_DOWN, NeverAnswered(requests=4)),
    "cut off and denied": (WON, Reason.NOT_FOUND, AnswerLost(denied=True)),
    "cut off and never told": (WON, Reason.NEVER_ANSWERED, AnswerLost(denied=False)),
    "cut off and locked out": (WON, Reason.LOCKED_OUT, AnswerLost(denied=False)),
    "a mistake": (WON, Reason.BROKEN, Broke()),
    "not released": (
        drop(looks=tuple(look(n * 60_000, n * 60_000 + 40, cause=Cause.NOT_RELEASED) for n in range(10))),
        Reason.NOTHING_APPEARED,
        NotReleased(until=ms(540_040)),
    ),
    "full at once": (
        drop(looks=(look(-20, 20, cause=Cause.FULL), look(500, 540, cause=Cause.FULL))),
        Reason.NOTHING_APPEARED,
        FullAtOnce(at=ms(20)),
    ),
    "closed": (drop(looks=(look(-20, 20, cause=Cause.CLOSED),)), Reason.NOTHING_APPEARED, ShutThatDay()),
    "too many": (
        drop(looks=(look(-20, 20, cause=Cause.PARTY_TOO_LARGE),)),
        Reason.NOTHING_APPEARED,
        WrongParty(large=True),
    ),
    "nothing listed": (NOTHING, Reason.NOTHING_APPEARED, NothingListed(until=ms(540_040))),
    "full, after it had not been released": (
        drop(looks=(look(-20, 20, cause=Cause.NOT_RELEASED), look(500, 540, cause=Cause.FULL))),
        Reason.NOTHING_APPEARED,
        NothingListed(until=ms(540)),
    ),
    "another time stayed open": (
        drop(
            looks=(
                look(-20, 21, 2, "19:30", "19:30 20:15"),
                look(1000, 1040, 1, "", "20:15"),
                look(3000, 3040, 1, "", "20:15"),
            ),
            tries=LOST,
        ),
        Reason.FULLY_TAKEN,
        OtherTime(time="20:15", open_for=ms(3019), outlasted=True),
    ),
    "another time was open for seconds": (
        drop(
            looks=(look(-20, 21, 2, "", "20:15"), look(1500, 1540, 2, "19:30", "19:30 20:15")),
            tries=(tried("19:30", 1541, 1600, TAKEN),),
        ),
        Reason.FULLY_TAKEN,
        OtherTime(time="20:15", open_for=ms(1519), outlasted=False),
    ),
    "another time only once, and gone with the rest": (
        drop(looks=(look(-20, 21, 2, "19:30", "19:30 20:15"), look(250, 290)), tries=LOST),
        Reason.FULLY_TAKEN,
        OneTrip(within=ms(84), time="19:30"),
    ),
    "of two other times the nearer one": (
        drop(looks=(look(-20, 20, 2, "", "17:00 21:00"),)),
        Reason.NOTHING_WANTED,
        OtherTime(time="21:00", open_for=ms(0), outlasted=False),
    ),
    "the wanted time at the bar only": (
        drop(looks=(look(-20, 20, 1, "", "19:30"), look(500, 540, 1, "", "19:30"))),
        Reason.NOTHING_WANTED,
        OtherSeating(time="19:30", open_for=ms(520)),
    ),
    "nothing is known of what was offered": (
        drop(looks=(LookTaken(answered=ms(20), listed=4),)),
        Reason.NOTHING_WANTED,
        Unexplained(),
    ),
    "a late start": (
        drop(late=ms(400), looks=(look(400, 440, 14, "19:30"),), tries=(tried("19:30", 441, 520, TAKEN),)),
        Reason.FULLY_TAKEN,
        StartedLate(late=ms(400), time="19:30"),
    ),
    "a platform that faltered": (
        drop(
            failures=(ms(100),),
            looks=(look(600, 640, 14, "19:30"),),
            tries=(tried("19:30", 641, 720, TAKEN),),
        ),
        Reason.FULLY_TAKEN,
        PlatformFaltered(failures=1, time="19:30"),
    ),
    "tables between two looks": (
        drop(looks=(look(-20, 20), look(250, 290, 14, "19:30")), tries=(tried("19:30", 291, 370, TAKEN),)),
        Reason.FULLY_TAKEN,
        BetweenLooks(gap=ms(270), time="19:30"),
    ),
    "slow to ask": (
        drop(looks=(look(-20, 20, 14, "19:30"),), tries=(tried("19:30", 90, 170, TAKEN),)),
        Reason.FULLY_TAKEN,
        SlowToAsk(pause=ms(70), time="19:30"),
    ),
    "one trip": (BEATEN, Reason.FULLY_TAKEN, OneTrip(within=ms(84), time="19:30")),
    "a list that nobody kept": (drop(tries=LOST), Reason.FULLY_TAKEN, Unexplained()),
}


@pytest.mark.parametrize("case", CASES)
def test_a_drop_teaches(case):
    told, reason, learned = CASES[case]
    wanted = wish("19:30", "20:00", seatings=("Dining room",)) if "bar" in case else WANTED
    assert hindsight(told, wanted, reason) == learned


def test_every_lesson_is_among_the_cases():
    assert {type(learned) for _, _, learned in CASES.values()} == set(lessons.Lesson.__args__)


def test_every_way_to_end_without_a_table_is_among_the_cases():
    watches = {Reason.WATCH_OVER}
    assert {reason for _, reason, _ in CASES.values()} == {None, *Reason} - watches


@pytest.mark.parametrize("case", CASES)
def test_every_lesson_is_one_sentence(case):
    sentence = lesson(CASES[case][2])
    assert sentence.endswith(".")
    assert ". " not in sentence
    assert "None" not in sentence


CLOCKS = st.sampled_from(["18:00", "19:00", "19:30", "20:00", "20:15"])
SOON = st.integers(-50, 600_000)


@st.composite
def drops(draw):
    looks, at = [], draw(st.integers(-50, 100))
    for _ in range(draw(st.integers(0, 8))):
        answered = at + draw(st.integers(1, 300))
        offered = sorted(draw(st.sets(CLOCKS, max_size=4)))
        wanted = [one for one in offered if one in {"19:30", "20:00"} and draw(st.booleans())]
        cause = "" if offered else draw(st.sampled_from(["", *Cause]))
        looks.append(look(at, answered, len(offered), " ".join(wanted), " ".join(offered), cause))
        at = answered + draw(st.integers(0, 60_000))
    tries = []
    for one in looks:
        sent = one.answered / ms(1)
        for wanted in one.wanted:
            sent += draw(st.integers(0, 100))
            answered = draw(st.none() | st.integers(1, 300))
            fate = Fate.UNANSWERED if answered is None else draw(st.sampled_from(list(Fate)))
            end = None if answered is None else sent + answered
            tries.append(
                tried(wanted, sent, end, fate, action="add_card" if fate is Fate.NEEDS_GUEST else "")
            )
            sent = end or sent
    return drop(
        late=draw(st.none() | st.integers(0, 2000).map(ms)),
        looks=tuple(looks),
        tries=tuple(tries),
        failures=tuple(draw(st.lists(SOON.map(ms), max_size=4))),
        found=draw(st.none() | st.booleans()),
        booked=draw(st.none() | st.sampled_from(["19:30", "20:00"])),
    )


@given(told=drops(), reason=st.none() | st.sampled_from(list(Reason)))
def test_nothing_is_claimed_that_was_not_seen(told: DropRecord, reason):
    learned = hindsight(told, WANTED, reason)
    assert lesson(learned)
    offered = {at for one in told.looks for at in told.times_of(one)}
    asked = {one.time for one in told.tries}
    span = max(
        [ms(0), *(one.answered for one in told.looks), *(one.answered or one.sent for one in told.tries)]
    ) - min([ms(0), *(one.began for one in told.looks)])
    for field in dataclasses.fields(learned):
        value = getattr(learned, field.name)
        match field.name:
            case "time" if isinstance(learned, OtherTime | OtherSeating):
                assert value in offered
            case "time" | "lost" if not isinstance(learned, InTheWay):
                assert value in asked or (value == "" and isinstance(learned, TermsDeclined))
            case "got":
                assert value == told.booked
            case "open_for" | "gap" | "pause" | "within":
                assert timedelta(0) <= value <= span
            case "late":
                assert value == told.late
            case "failures" | "requests":
                assert 0 < value <= len(told.failures)
            case "late_by" | "at" | "until":
                assert value is None or value in [one.answered for one in told.looks]
            case _:
                pass
    if reason is not None:
        assert not isinstance(learned, AllWell | NextChoice | SameTimeAgain | Patience | OutEarly)


@given(told=drops())
def test_a_time_counts_as_open_only_while_every_look_had_it(told: DropRecord):
    for at in ("18:00", "20:15"):
        span = told.open_for(at)
        with_it = [one.answered for one in told.looks if at in told.times_of(one)]
        assert (span is None) == (not with_it)
        assert span is None or span <= with_it[-1] - with_it[0]
