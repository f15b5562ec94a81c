"""Sentences that belong to no single dialogue, and what every error is called."""

from collections.abc import Mapping

from bot.commands import CommandSpec
from bot.wording.text import Link, Text, say
from core.errors import (
    AlreadyPlanned,
    CancelRefused,
    CodeInvalid,
    ConnectedElsewhere,
    FourtopError,
    LastAdmin,
    NotConnected,
    NotifyRefused,
    NotYours,
    PlanBusy,
    PlanOver,
    PlatformDown,
    SignInNeeded,
    SignInRefused,
    TooManyFavourites,
    TooManyPlans,
    TooManySearches,
    TooManyTries,
    VenueGone,
)

BACK = "‹ Back"
CANCEL = "Cancel"
DONE = "Done"

MOVED_ON = say("That card has moved on. Here is how it stands now.")
ALREADY = say("Already done.")
CHANGED_MEANWHILE = say("It changed while you tapped. Look again: this is how it stands now.")
CLOSED_CARD = say("That card is finished. Send /reserve to start afresh.")
CARD_UNKNOWN = say("I don't know that card any more. Send /reserve to start afresh.")
NOT_A_GUEST = say("An admin has to let you in first. Send me /start and I will ask.")
SHUT_OUT = say("An admin has decided not to let you use me. I will be silent from here on.")
NOT_FOR_YOU = say("That is for the organiser to decide.")
ADMINS_ONLY = say("Only an admin can do that.")
NOTHING_TO_CANCEL = say("I am not asking you anything here. Plans are cancelled under /plans.")
DROPPED = say("All right, forgotten.")
REPLACED = say("You started afresh below.")
NOTHING_ASKED = say(
    "I am not asking anything just now. /reserve gets you a table, /help tells what else I do."
)
GROUP_ONLY = say("That works in a group: send it where the friends are.")
SOMETHING_BROKE = say(
    "Something went wrong on my side, and I have written it down. Nothing you had is lost: please do that once more."
)


def unknown_command(name: str) -> Text:
    return say("I don't know /{name}. /help tells what I can do.", name=name)


def private_please(command: CommandSpec, url: str | None) -> Text:
    """A private command was sent in a group; `url` opens the private chat."""
    name, why = command.name, _why(command)
    if url is None:
        return say("{why}/{name} is for the two of us: send it to me in a private chat.", why=why, name=name)
    door = Link("our private chat", url)
    return say(
        "{why}/{name} is for the two of us: open {door} and send it there.", why=why, name=name, door=door
    )


def privately(command: CommandSpec, url: str | None) -> Text:
    """A private command was sent in a group, and goes on in the private chat, which `url` opens."""
    if not command.why_private or url is None:
        return say("{why}I have answered you in private.", why=_why(command))
    door = Link("our private chat", url)
    return say("{why}I have answered you in {door}.", why=_why(command), door=door)


def _why(command: CommandSpec) -> str:
    return f"{command.why_private} " if command.why_private else ""


def overheard(command: CommandSpec) -> Text:
    """A code was sent in a group."""
    return say("Others could read that code, so it opens nothing any more. {then}", then=command.if_overheard)


PLEASE_DELETE = say(
    "What you just typed is a secret, and this network does not let me take it away: please delete that message "
    "of yours. I keep no copy of it."
)


_ALWAYS: Mapping[type[FourtopError], Text] = {
    VenueGone: say("That venue can't be booked any more. Pick another one with /reserve."),
    PlanOver: say("That plan is over. /reserve starts a new one."),
    SignInRefused: say("The platform does not let me in with that. Check it, and try once more."),
    SignInNeeded: say(
        "The account has to be connected again first: whoever it belongs to sends me /connect in private."
    ),
    ConnectedElsewhere: say(
        "Somebody else here has connected that account already. They can disconnect it under /accounts first."
    ),
    NotConnected: say("Connect your account there first: /connect shows how."),
    NotifyRefused: say("The platform does not take that onto its own list."),
    PlanBusy: say("I am booking this very second. Wait for the result, then tell me what to do with it."),
    NotYours: NOT_FOR_YOU,
    CodeInvalid: say(
        "That code opens nothing: it was used, it is too old, or a letter is off. Ask for a new one."
    ),
    TooManyTries: say("Too many codes have been wrong. Wait an hour, and try again with the right one."),
    TooManySearches: say(
        "I have looked for a good many venues for you just now. Give me a minute, and ask again."
    ),
    LastAdmin: say("You are the only admin. /promote somebody else first."),
    AlreadyPlanned: say(
        "There is a plan for that venue and day already, and one table is enough. /plans has it."
    ),
}


def explained(error: FourtopError) -> Text:
    """What happened and what can be done next, for every error a guest can meet."""
    match error:
        case TooManyPlans(most=most):
            return say(
                "You have {most} plans under way, and I look after no more for one guest. Cancel one under "
                "/plans first.",
                most=most,
            )
        case TooManyFavourites(most=most):
            return say(
                "You have {most} favourites, and I keep no more. Tap one to remove it first.", most=most
            )
        case CancelRefused(reason=reason):
            return say("The venue does not take the table back: {reason} Call them, please.", reason=reason)
        case PlatformDown(retry_after=None):
            return say(
                "The booking platform does not answer just now. Nothing is lost: try again in a minute."
            )
        case PlatformDown(retry_after=wait):
            assert wait is not None
            minutes = max(1, round(wait.total_seconds() / 60))
            return say("The booking platform asks for patience. Try again in {minutes} min.", minutes=minutes)
        case _:
            return _ALWAYS.get(type(error), SOMETHING_BROKE)
