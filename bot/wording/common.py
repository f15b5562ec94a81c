"""Sentences that belong to no single dialogue, and what every error is called."""

from bot.conversation.text import Text, say
from core.errors import (
    AlreadyPlanned,
    CancelRefused,
    CodeInvalid,
    FourtopError,
    LastAdmin,
    NotYours,
    PlanBusy,
    PlanOver,
    PlatformDown,
    VenueGone,
)

BACK = "‹ Back"
CANCEL = "Cancel"
DONE = "Done"

MOVED_ON = say("That card has moved on. Here is how it stands now.")
ALREADY = say("Already done.")
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
    "Something went wrong on my side, and I have written it down. Nothing of yours is lost."
)


def unknown_command(name: str) -> Text:
    return say("I don't know /{name}. /help tells what I can do.", name=name)


def private_please(name: str, door: Text | None) -> Text:
    """A private command was sent in a group."""
    if door is None:
        return say("/{name} is for the two of us: send it to me in a private chat.", name=name)
    return say("/{name} is for the two of us: open {door} and send it there.", name=name, door=door)


PRIVATELY = say("I have answered you in private.")


def explained(error: FourtopError) -> Text:
    """What happened and what can be done next, for every error a guest can meet."""
    match error:
        case VenueGone():
            return say("That venue can't be booked any more. Pick another one with /reserve.")
        case PlanOver():
            return say("That plan is over. /reserve starts a new one.")
        case PlanBusy():
            return say("I am booking this very second. Wait for the result, then tell me what to do with it.")
        case NotYours():
            return NOT_FOR_YOU
        case CodeInvalid():
            return say(
                "That code opens nothing: it was used, it is too old, or a letter is off. Ask for a new one."
            )
        case LastAdmin():
            return say("You are the only admin. /promote somebody else first.")
        case CancelRefused(reason=reason):
            return say("The venue does not take the table back: {reason} Call them, please.", reason=reason)
        case AlreadyPlanned():
            return say("You have a plan for that venue and day already: one table per party. See /plans.")
        case PlatformDown(retry_after=None):
            return say(
                "The booking platform does not answer just now. Nothing is lost: try again in a minute."
            )
        case PlatformDown(retry_after=wait):
            assert wait is not None
            minutes = max(1, round(wait.total_seconds() / 60))
            return say("The booking platform asks for patience. Try again in {minutes} min.", minutes=minutes)
        case _:
            return SOMETHING_BROKE
