"""What a drill shows to be the weak point, from the rounds that were lost."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from core.jobs.review.lessons import (
    AnswerLost,
    BetweenLooks,
    FullAtOnce,
    GuestWasNeeded,
    InTheWay,
    Lesson,
    NeverAnswered,
    NothingListed,
    OneTrip,
    OtherSeating,
    OtherTime,
    PlatformFaltered,
    SlowToAsk,
    StartedLate,
    TermsDeclined,
)


class WeakPoint(StrEnum):
    """Each has a sentence in the wording."""

    NONE = "none"
    FEW_TIMES = "few_times"
    FEW_SEATINGS = "few_seatings"
    ROUND_TRIP = "round_trip"
    OUR_PAUSE = "our_pause"
    BETWEEN_LOOKS = "between_looks"
    GONE_BEFORE = "gone_before"
    LATE_START = "late_start"
    PLATFORM = "platform"
    GUEST = "guest"
    UNCLEAR = "unclear"


_POINTS: dict[type[Lesson], WeakPoint] = {
    OtherTime: WeakPoint.FEW_TIMES,
    OtherSeating: WeakPoint.FEW_SEATINGS,
    OneTrip: WeakPoint.ROUND_TRIP,
    SlowToAsk: WeakPoint.OUR_PAUSE,
    BetweenLooks: WeakPoint.BETWEEN_LOOKS,
    FullAtOnce: WeakPoint.GONE_BEFORE,
    NothingListed: WeakPoint.GONE_BEFORE,
    StartedLate: WeakPoint.LATE_START,
    PlatformFaltered: WeakPoint.PLATFORM,
    NeverAnswered: WeakPoint.PLATFORM,
    AnswerLost: WeakPoint.PLATFORM,
    GuestWasNeeded: WeakPoint.GUEST,
    InTheWay: WeakPoint.GUEST,
    TermsDeclined: WeakPoint.GUEST,
}


def point_of(learned: Lesson) -> WeakPoint:
    """What one lost round points to."""
    return _POINTS.get(type(learned), WeakPoint.UNCLEAR)


def weak_point(lost: Iterable[WeakPoint]) -> WeakPoint:
    """What most of the lost rounds point to; `NONE` where none was lost."""
    points = Counter(lost)
    return points.most_common(1)[0][0] if points else WeakPoint.NONE
