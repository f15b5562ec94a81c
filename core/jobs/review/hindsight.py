"""What would have worked: read from what was seen of a drop, and from nothing else."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from core.domain.outcome import Reason
from core.domain.plan import Wish
from core.domain.slot import Cause
from core.jobs.review.drop_record import DropRecord, LookTaken, Obstacle, Try
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
    Lesson,
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

_WHATEVER_WAS_SEEN: Mapping[Reason, Lesson] = {
    Reason.OVERDUE: NotThere(),
    Reason.NOT_FOUND: AnswerLost(denied=True),
    Reason.NEVER_ANSWERED: AnswerLost(denied=False),
    Reason.LOCKED_OUT: AnswerLost(denied=False),
    Reason.CIRCLE_HAS_TABLE: CircleHadIt(),
    Reason.CIRCLE_WENT_FIRST: CircleWentFirst(),
    Reason.VENUE_GONE: VenueVanished(),
    Reason.BROKEN: Broke(),
}

_ZERO = timedelta(0)
_LATE_TABLES = timedelta(milliseconds=100)
_LATE_START = timedelta(milliseconds=50)
_WIDE_GAP = timedelta(milliseconds=100)
_LONG_PAUSE = timedelta(milliseconds=30)
_LONG_ENOUGH = timedelta(seconds=1)
"""Whoever sees a table on offer for that long has the time to book it: it is several round trips."""


def hindsight(told: DropRecord, wish: Wish, reason: Reason | None) -> Lesson:
    """The lesson of a drop that ended for `reason`, or with a table (None)."""
    if reason is None:
        return _won(told)
    if reason in _WHATEVER_WAS_SEEN:
        return _WHATEVER_WAS_SEEN[reason]
    if not told.happened:
        return NotThere()
    match reason:
        case Reason.FULLY_TAKEN:
            return _beaten(told, wish)
        case Reason.NOTHING_WANTED:
            return _elsewhere(told, wish) or _seated_elsewhere(told, wish) or Unexplained()
        case Reason.NOTHING_APPEARED:
            return _empty(told)
        case Reason.GUEST_DID_NOT:
            return _needed(told)
        case Reason.TERMS_DECLINED:
            return TermsDeclined(time=_asked_of_guest(told).time)
        case Reason.CONFLICT:
            there = told.obstacle or Obstacle()
            return InTheWay(venue_name=there.venue_name, time=there.time)
        case Reason.PLATFORM_DOWN if not told.looks:
            return NeverAnswered(requests=len(told.failures))
        case _:
            return Unexplained()


def _won(told: DropRecord) -> Lesson:
    seen, got = told.first_seen, told.booked
    if told.handed_over:
        return HandedOver()
    if (did := _did(told)) is not None:
        return did
    if any(each.fate is Fate.UNANSWERED for each in told.tries) or got is None:
        return AnswerFound() if told.found else AllWell()
    lost = [each for each in told.tries if each.fate is Fate.TAKEN]
    if lost and lost[0].time == got:
        return SameTimeAgain(got=got)
    if lost:
        return NextChoice(lost=lost[0].time, got=got)
    if seen is not None and seen < _ZERO:
        return OutEarly(ahead=-seen)
    if told.failures:
        return Patience(failures=len(told.failures))
    return AllWell(late_by=_late_tables(told))


def _did(told: DropRecord) -> GuestDidIt | None:
    """What the guest had to do before the table was theirs, and how long that took."""
    asked = _asked_of_guest(told)
    got = next((each for each in told.tries if each.fate is Fate.BOOKED), None)
    if asked.answered is None or got is None:
        return None
    return GuestDidIt(action=asked.action, waited=got.sent - asked.answered)


def _late_tables(told: DropRecord) -> timedelta | None:
    """When tables were first seen, where looks before that had found none."""
    first = _first_full(told)
    if first is None or not told.looks[0].answered < first.answered:
        return None
    return first.answered if first.answered >= _LATE_TABLES else None


def _needed(told: DropRecord) -> Lesson:
    asked = _asked_of_guest(told)
    return GuestWasNeeded(action=asked.action, time=asked.time) if asked.time else Unexplained()


def _asked_of_guest(told: DropRecord) -> Try:
    """The last call at which the platform wanted something of the guest; a nameless one where there was none."""
    calls = [each for each in told.tries if each.fate is Fate.NEEDS_GUEST]
    return calls[-1] if calls else Try(token="", time="", seating="", sent=_ZERO)


def _empty(told: DropRecord) -> Lesson:
    if not told.looks:
        return NeverAnswered(requests=len(told.failures)) if told.failures else NotThere()
    first, last = told.looks[0], told.looks[-1]
    match last.cause:
        case Cause.NOT_RELEASED | Cause.BEYOND_HORIZON:
            return NotReleased(until=last.answered)
        case Cause.CLOSED:
            return ShutThatDay()
        case Cause.PARTY_TOO_LARGE | Cause.PARTY_TOO_SMALL:
            return WrongParty(large=last.cause == Cause.PARTY_TOO_LARGE)
        case Cause.FULL if all(look.cause == Cause.FULL for look in told.looks):
            return FullAtOnce(at=first.answered)
        case _:
            return NothingListed(until=last.answered)


def _beaten(told: DropRecord, wish: Wish) -> Lesson:
    """Every wanted table that was seen went to others."""
    wider = _elsewhere(told, wish)
    if wider is not None and (wider.outlasted or wider.open_for >= _LONG_ENOUGH):
        return wider
    seated = _seated_elsewhere(told, wish)
    if seated is not None and seated.open_for >= _LONG_ENOUGH:
        return seated
    lost = next((each for each in told.tries if each.fate is Fate.TAKEN), None)
    listed = None if lost is None else _offers(told, lost)
    if lost is None or listed is None or lost.answered is None:
        return Unexplained()
    broken = sum(at <= listed.answered for at in told.failures)
    before = [look for look in told.looks if look.answered <= listed.began and look is not listed]
    if not before and told.late is not None and told.late >= _LATE_START:
        return StartedLate(late=told.late, time=lost.time)
    if broken:
        return PlatformFaltered(failures=broken, time=lost.time)
    if before and listed is _first_full(told) and listed.began - before[-1].began >= _WIDE_GAP:
        return BetweenLooks(gap=listed.began - before[-1].began, time=lost.time)
    if lost.sent - listed.answered >= _LONG_PAUSE:
        return SlowToAsk(pause=lost.sent - listed.answered, time=lost.time)
    return OneTrip(within=lost.answered - listed.answered, time=lost.time)


def _elsewhere(told: DropRecord, wish: Wish) -> OtherTime | None:
    """The unwanted time that was on offer for longest; among equals, the nearest to one that was wanted."""
    wanted = {f"{at:%H:%M}" for at in wish.times}
    times = dict.fromkeys(time for look in told.looks for time in told.times_of(look) if time not in wanted)
    over = max((each.answered for each in told.tries if each.answered is not None), default=None)

    def lasted(time: str) -> bool:
        return over is not None and any(
            look.began >= over and time in told.times_of(look) for look in told.looks
        )

    found = [
        OtherTime(time=time, open_for=told.open_for(time) or _ZERO, outlasted=lasted(time)) for time in times
    ]
    return min(
        found,
        key=lambda each: (not each.outlasted, -each.open_for, _distance(each.time, wanted), each.time),
        default=None,
    )


def _seated_elsewhere(told: DropRecord, wish: Wish) -> OtherSeating | None:
    """A wanted time that was on offer in other seatings only."""
    if not wish.seatings:
        return None
    ever = {time for look in told.looks for time in look.wanted}
    for at in wish.times:
        time = f"{at:%H:%M}"
        open_for = None if time in ever else told.open_for(time)
        if open_for is not None:
            return OtherSeating(time=time, open_for=open_for)
    return None


def _offers(told: DropRecord, lost: Try) -> LookTaken | None:
    """The list from which the slot was tried: the last one before it that had it."""
    lists = [look for look in told.looks if look.answered <= lost.sent and lost.time in look.wanted]
    return lists[-1] if lists else None


def _first_full(told: DropRecord) -> LookTaken | None:
    return next((look for look in told.looks if look.listed), None)


def _distance(time: str, wanted: Iterable[str]) -> int:
    return min(abs(_minutes(time) - _minutes(other)) for other in wanted)


def _minutes(time: str) -> int:
    hours, _, minutes = time.partition(":")
    return int(hours) * 60 + int(minutes)
