"""What can be learned from a drop: a closed union, each saying no more than what was seen."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AllWell:
    """A table at the first try; tables were first seen `late_by` after the drop, where that was noticeable."""

    late_by: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutEarly:
    """Tables were out `ahead` of the drop already."""

    ahead: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class NextChoice:
    """`got` after `lost` had gone to others: the order of several times paid."""

    lost: str
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SameTimeAgain:
    """`got` at a second try of the same time."""

    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFound:
    """The answer to a booking was lost, and asking the platform found the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """`failures` requests broke, and going on got the table."""

    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """An account could not book, and the next one could."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestDidIt:
    """The platform wanted `action` (a `GuestAction`) of the guest first, and a table was still there `waited` later."""

    action: str
    waited: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class NotThere:
    """Nothing was asked: Fourtop was not running, or came too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestWasNeeded:
    """The platform wanted `action` (a `GuestAction`) of the guest before it would book `time`."""

    action: str
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheWay:
    """The account's other reservation stood in the way; what is not known of it is empty."""

    venue_name: str
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleHadIt:
    """The friends' other plan got its table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleWentFirst:
    """The friends' other plan was tried first, until it was too late for this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsDeclined:
    """A table at `time` (empty: not known which) was there under terms that the guest did not accept."""

    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueVanished:
    """The platform did not know the venue any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverAnswered:
    """None of `requests` requests was answered."""

    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLost:
    """A booking call was cut off; `denied`: the platform said that there is no table."""

    denied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke:
    """A mistake on our side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReleased:
    """The venue still said that the day was not released when it was looked for last."""

    until: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FullAtOnce:
    """The first look, answered `at`, found the day full, and it stayed so."""

    at: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ShutThatDay:
    """The venue says that it is closed then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongParty:
    """The venue does not take a party of that size (`large`: too large, else too small)."""

    large: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingListed:
    """No list until the last look had a table on it."""

    until: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTime:
    """`time` was not wanted, and on offer for at least `open_for`; `outlasted`: also after the last try was lost."""

    time: str
    open_for: timedelta
    outlasted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSeating:
    """The wanted `time` was on offer for at least `open_for`, in seatings that were not wanted."""

    time: str
    open_for: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedLate:
    """The first request left `late`, and its list had `time` on it already, which others got."""

    late: timedelta
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformFaltered:
    """`failures` requests broke before the first list with `time` on it, which others got."""

    failures: int
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BetweenLooks:
    """Tables came out at some time in the `gap` between two looks, and `time` went to others."""

    gap: timedelta
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowToAsk:
    """`pause` passed from the list with `time` on it to asking for it."""

    pause: timedelta
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTrip:
    """`time` was refused `within` so long of being listed, of which nearly all was the way there and back."""

    within: timedelta
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unexplained:
    """What was seen does not say."""


Lesson = (
    AllWell
    | OutEarly
    | NextChoice
    | SameTimeAgain
    | AnswerFound
    | Patience
    | HandedOver
    | GuestDidIt
    | NotThere
    | GuestWasNeeded
    | InTheWay
    | CircleHadIt
    | CircleWentFirst
    | TermsDeclined
    | VenueVanished
    | NeverAnswered
    | AnswerLost
    | Broke
    | NotReleased
    | FullAtOnce
    | ShutThatDay
    | WrongParty
    | NothingListed
    | OtherTime
    | OtherSeating
    | StartedLate
    | PlatformFaltered
    | BetweenLooks
    | SlowToAsk
    | OneTrip
    | Unexplained
)
