"""What came of trying for a table: why there is none, and how the drop went."""

from bot.wording import times as written
from bot.wording.text import Text, join, say
from core.domain.outcome import Reason
from core.jobs.steps import Fate, SlotFate, Timeline

_REASONS = {
    Reason.NOTHING_APPEARED: "No table appeared while I looked.",
    Reason.NOTHING_WANTED: "Tables appeared, but none at a time you wanted.",
    Reason.FULLY_TAKEN: "Others were faster for every table you wanted.",
    Reason.WATCH_OVER: "Nobody cancelled in time.",
    Reason.OVERDUE: "I was not running when it was time, and now it is too late.",
    Reason.NOT_FOUND: "I was cut off while booking, and the venue says there is no table in your name.",
    Reason.GUEST_DID_NOT: "The platform waited for you, and time ran out.",
    Reason.CONFLICT: "The account already has a reservation that stands in the way.",
    Reason.CIRCLE_HAS_TABLE: "Your friends' other plan for that evening got its table, and one is enough.",
    Reason.CIRCLE_WENT_FIRST: "Your friends' other plan went first, until it was too late for this one.",
    Reason.TERMS_DECLINED: "The terms were not accepted, so I booked nothing.",
    Reason.VENUE_GONE: "The venue can't be booked there any more.",
    Reason.PLATFORM_DOWN: "The booking platform never answered.",
    Reason.NEVER_ANSWERED: (
        "I was cut off while booking, and the venue does not say what came of it. Please check with it: "
        "there may be a table in your name."
    ),
    Reason.LOCKED_OUT: (
        "The answer to my booking got lost, and nobody signed in to the account that I sent it with. Please look in "
        "the platform's own app: there may be a table."
    ),
    Reason.BROKEN: "Something went wrong on my side, more than once. The host can see what.",
}

_NEVER_FOUND_OUT = "❓ *I never found out whether there is a table.*"

_FATES = {
    Fate.BOOKED: "booked",
    Fate.TAKEN: "somebody was faster",
    Fate.UNANSWERED: "no answer came",
    Fate.NEEDS_GUEST: "the platform wanted something from you",
    Fate.REFUSED: "the platform broke off",
    Fate.CONFLICT: "another reservation of the account stands in the way",
}


def lost(reason: Reason | None) -> Text:
    """Why there is no table."""
    why = _REASONS[reason] if reason is not None else "It did not work out."
    if reason is not None and not reason.found_out:
        return say(f"{_NEVER_FOUND_OUT} {{why}}", why=why)
    return say("❌ *No table.* {why}", why=why)


def never_found_out(name: str) -> Text:
    """The evening is there, and nobody has looked with the account that was called with."""
    return say(
        _NEVER_FOUND_OUT + " The answer to my booking got lost, and {name} has not signed in since. "
        "There may be a table in {name}'s name: the platform's own app, and the venue, can tell.",
        name=name,
    )


def lost_to_conflict(venue: str, time: str) -> Text:
    """The account's other reservation by name, as far as the platform said."""
    if not venue and not time:
        return lost(Reason.CONFLICT)
    other = f"{venue or 'another table'}{f' at {time}' if time else ''}"
    return say(
        "❌ *No table.* The account already holds {other}, and the platform gives it no second one around that time.",
        other=other,
    )


def spent(looks: int, budget: int) -> Text:
    """How often the platform was asked."""
    return say("· {looks} of {budget} requests", looks=looks, budget=budget)


DETAILS_GONE = say("_It is so long ago that what happened step by step is not kept any more._")


def tried(story: Timeline) -> Text:
    """What became of each slot, and how punctual the first request was."""
    parts = [say("· {fate}", fate=_fate(fate)) for fate in story.fates[:12]]
    if story.seen and not story.fates:
        parts.append(say("· seen: {times}", times=written.listed(list(story.seen))))
    if story.late is not None:
        parts.append(say("· first asked {late}", late=_lateness(story.late.total_seconds())))
    return join(parts, "\n")


def punctual(story: Timeline) -> Text:
    """How soon after the release the first request left; nothing where there was no release."""
    if story.late is None:
        return Text()
    return say("I asked {late}.", late=_lateness(story.late.total_seconds()))


def _fate(fate: SlotFate) -> str:
    seat = f" {fate.seating.lower()}" if fate.seating else ""
    return f"{fate.time}{seat}: {_FATES[fate.fate]}"


def _lateness(seconds: float) -> str:
    if seconds < 0.001:
        return "less than a millisecond after the release"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms after the release"
    return f"{seconds:.1f} s after the release"
