"""What would have worked, in one sentence."""

from datetime import timedelta
from typing import assert_never

from bot.wording.picture import lasted
from core.domain.booking import GuestAction
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

_NEEDED = {
    GuestAction.SIGN_IN.value: "the account had to be connected again",
    GuestAction.ADD_CARD.value: "the account's card was missing",
    GuestAction.ACCEPT_TERMS.value: "the venue's terms were above what you had agreed to",
    GuestAction.AGREE.value: "nobody had said yet that the changed plan may be booked in their name",
}


def lesson(of: Lesson) -> str:
    """The sentence; it claims nothing that was not seen."""
    match of:
        case (
            AllWell()
            | OutEarly()
            | NextChoice()
            | SameTimeAgain()
            | AnswerFound()
            | Patience()
            | HandedOver()
            | GuestDidIt()
        ):
            return _won(of)
        case GuestWasNeeded(action=action, time=time):
            why = _NEEDED.get(action, "the platform wanted something from you")
            return f"{time} was there to be booked, but {why}: with that in order it could have been yours."
        case InTheWay():
            return _in_the_way(of)
        case OtherTime() | OtherSeating():
            return _wider(of)
        case StartedLate() | PlatformFaltered() | BetweenLooks() | SlowToAsk() | OneTrip():
            return _too_slow(of)
        case NotReleased() | FullAtOnce() | NothingListed() | ShutThatDay() | WrongParty():
            return _empty(of)
        case (
            NotThere()
            | CircleHadIt()
            | CircleWentFirst()
            | TermsDeclined()
            | VenueVanished()
            | NeverAnswered()
            | AnswerLost()
            | Broke()
            | Unexplained()
        ):
            return _no_race(of)
        case _:
            assert_never(of)


def _won(
    of: AllWell | OutEarly | NextChoice | SameTimeAgain | AnswerFound | Patience | HandedOver | GuestDidIt,
) -> str:
    match of:
        case AllWell(late_by=None):
            return "Nothing could have gone better: the first table I asked for was ours."
        case AllWell(late_by=late_by):
            assert late_by is not None
            return f"The tables came {lasted(late_by)} late; all was well."
        case OutEarly(ahead=ahead):
            return f"The tables were out {lasted(ahead)} before the release, and looking early paid."
        case NextChoice(lost=lost, got=got):
            return (
                f"{lost} went to somebody else, and having {got} on the list as well is what got the table."
            )
        case SameTimeAgain(got=got):
            return f"The first table at {got} went to somebody else, and asking for another one worked."
        case AnswerFound():
            return (
                "The answer to the booking got lost, and asking the platform for your reservations found it."
            )
        case Patience(failures=count):
            return f"The platform broke off {_times(count)} before it answered, and going on was right."
        case HandedOver():
            return "One account could not book, and having a second one connected is what got the table."
        case GuestDidIt(action=action, waited=waited):
            why = _NEEDED.get(action, "the platform wanted something from you")
            return (
                f"I had to wait, since {why}: that a table was still there {lasted(waited)} later was luck."
            )


def _in_the_way(of: InTheWay) -> str:
    at = f" at {of.time}" if of.time else ""
    what = f"the reservation at {of.venue_name}{at}" if of.venue_name else f"another reservation{at}"
    return f"The account has {what}, which stands in the way: another account, or giving that one back, would do."


def _wider(of: OtherTime | OtherSeating) -> str:
    span = "" if of.open_for < timedelta(milliseconds=1) else f" for at least {lasted(of.open_for)}"
    if isinstance(of, OtherSeating):
        return f"{of.time} was on offer{span}, but not in a seating you wanted: taking any seating would have helped."
    if of.outlasted:
        return (
            f"{of.time} was still on offer after I had lost the others: with it among your times I could have "
            "asked for it."
        )
    return f"{of.time} was on offer{span}: with it among your times I could have asked for it."


def _too_slow(of: StartedLate | PlatformFaltered | BetweenLooks | SlowToAsk | OneTrip) -> str:
    match of:
        case StartedLate(late=late, time=time):
            return (
                f"My first request left {lasted(late)} late, {time} was listed by then, and it was gone when I "
                "asked: starting on time was the chance."
            )
        case PlatformFaltered(failures=count, time=time):
            return (
                f"The platform broke off {_times(count)} before it showed me {time}, and it was gone when I "
                "asked: only a wider choice of times could have helped."
            )
        case BetweenLooks(gap=gap, time=time):
            return (
                f"The tables came out between two looks that were {lasted(gap)} apart, and {time} was gone when "
                "I asked: a closer look just then, or a wider choice of times, could have helped."
            )
        case SlowToAsk(pause=pause, time=time):
            return (
                f"{lasted(pause)} went by between seeing {time} and asking for it, and it was gone: asking "
                "sooner, or a wider choice of times, could have helped."
            )
        case OneTrip(within=within, time=time):
            return (
                f"{time} was taken before my request arrived, {lasted(within)} from seeing it to the answer: "
                "nothing at this distance would have been faster, a wider choice of times could have helped."
            )


def _empty(of: NotReleased | FullAtOnce | NothingListed | ShutThatDay | WrongParty) -> str:
    match of:
        case NotReleased(until=until):
            return (
                f"The day was still not released {lasted(until)} after the moment I knew of: the venue releases "
                "at another one, and /drop tells me which."
            )
        case FullAtOnce(at=at):
            return f"The day was full when I first looked, {_after(at)}: only a cancellation can help now."
        case NothingListed(until=until):
            return (
                f"No table was listed until my last look, {_after(until)}: there was nothing to ask for, "
                "and only a later look can help."
            )
        case ShutThatDay():
            return "The venue is closed on that day: only another day can work."
        case WrongParty(large=large):
            size = "large" if large else "small"
            return f"Your party is too {size} for this venue: only another number of guests can work."


def _no_race(
    of: (
        NotThere
        | CircleHadIt
        | CircleWentFirst
        | TermsDeclined
        | VenueVanished
        | NeverAnswered
        | AnswerLost
        | Broke
        | Unexplained
    ),
) -> str:
    match of:
        case NotThere():
            return (
                "I was not there when the tables came out: running at that moment was all that was missing."
            )
        case CircleHadIt():
            return "Your friends' other plan had got its table, so nothing was missing."
        case CircleWentFirst():
            return "Your friends' other plan was tried first, and it was too late for this one when that had ended."
        case TermsDeclined(time=""):
            return "A table was there, and accepting its terms would have got it."
        case TermsDeclined(time=time):
            return f"{time} was there, and accepting its terms would have got it while it lasted."
        case VenueVanished():
            return "The platform no longer knows the venue: nothing would have worked there."
        case NeverAnswered(requests=count):
            return f"The platform answered none of {count} requests: nothing on our side would have helped."
        case AnswerLost(denied=True):
            return "My booking was cut off on its way, and by the time I knew, the chance had passed."
        case AnswerLost():
            return "My booking was cut off and the platform never said what came of it: please check with the venue."
        case Broke():
            return "I made a mistake of my own, and the host can see it in my log."
        case Unexplained():
            return "What I saw does not tell what would have worked."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _after(at: timedelta) -> str:
    if at < timedelta(0):
        return f"{lasted(-at)} before the release"
    return f"{lasted(at)} after the release"
