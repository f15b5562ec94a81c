"""What a plan's card says, from armed to its end."""

from collections.abc import Sequence
from datetime import datetime, time

from bot.wording import times as written
from bot.wording.accounts import called
from bot.wording.text import Text, When, join, lines, say
from core.domain.booking import GuestAction
from core.domain.outcome import Reason
from core.domain.plan import Wish
from core.domain.reservation import Reservation
from core.domain.terms import Terms
from core.jobs.steps import Fate, SlotFate, Timeline

IN = "I'm in"
OUT = "I can't"
CHANGE = "Change"
CANCEL = "Cancel plan"
HAND_OVER = "Hand over"
RELEASE = "Give the table back"
YES_CANCEL = "Yes, cancel the plan"
YES_RELEASE = "Yes, give it back"
KEEP = "No, keep it"
ACCEPT = "Accept these terms and book"
DECLINE = "No, let it go"
WATCH = "Watch for a cancellation"
OTHER_DAY = "Another day"
OTHER_TIMES = "Other times"

YOU_ARE_IN = say("You're in.")
YOU_ARE_OUT = say("Noted: you can't come.")
WHO_TAKES_OVER = say("*Who takes over?*")
SURE_CANCEL = say("*Really cancel this plan?* I stop trying for the table.")
CANCELLED = say("Cancelled. /reserve starts a new plan.")
RELEASED = say("The table was given back.")
TRYING = say("🎯 *Trying now…*")
CHECKING = say(
    "🔎 I sent the booking and the answer got lost. I am asking the venue whether the table is ours, "
    "and will not book a second one."
)
NEEDS_GUEST = say("✋ The platform wants something that only {who} can do.", who="the organiser")


def notify(platform: str) -> str:
    """A button: the platform's own list of people to be told."""
    return f"Put me on {called(platform)}'s list"


def on_their_list(platform: str) -> Text:
    return say(
        "Done: {platform} itself will tell you when a table comes free. Book it there, or have me watch as well.",
        platform=called(platform),
    )


def notify_no_more(platform: str) -> str:
    """The same button, once they are on it."""
    return f"Take me off {called(platform)}'s list"


def off_their_list(platform: str) -> Text:
    return say("Done: you are off {platform}'s list.", platform=called(platform))


def head(venue: str, wish: Wish) -> Text:
    """Where, when, for how many: the first line of every state."""
    where = f", {written.listed(wish.seatings, 'or')}" if wish.seatings else ""
    return say(
        "*{venue}*, *{day}*, {guests}{where}",
        venue=venue,
        day=written.day(wish.on),
        guests=written.guests(wish.party_size),
        where=where,
    )


def wanted(times: Sequence[time]) -> Text:
    """The times the friends would take."""
    return say("Wanted: {times}.", times=written.in_order(times))


def who(organiser: str, coming: Sequence[str]) -> Text:
    """Who asked, and who comes along."""
    if not coming:
        return say("Organised by {organiser}.", organiser=organiser)
    return say(
        "In: {names} ({organiser} organises).", names=written.listed(list(coming)), organiser=organiser
    )


def armed_for_drop(at: datetime, zone: str) -> Text:
    return say(
        "⏳ Tables are released on {when}, {distance}. I will be there.",
        when=When(at, zone, "zoned"),
        distance=When(at, zone, "relative"),
    )


def goes_first(name: str | None) -> Text:
    """A friend's plan for the same evening; `name` is its organiser's, where this chat may know."""
    if name is None:
        return say("Another plan of yours for that evening goes first; this one follows if it gets nothing.")
    return say("{name}'s plan for that evening goes first; this one follows if it gets nothing.", name=name)


def may_be_enough(platform: str, names: tuple[str, str] | None) -> Text:
    """A friend's plan for the same evening may have its table already; `names` are its organiser's and that of whoever
    can find out, where this chat may know.
    """
    if names is None:
        return say(
            "⏸ Another plan of yours for that evening may have its table already, and nobody can look before its "
            "{platform} account is signed in to again. This one waits until then: one table is enough.",
            platform=called(platform),
        )
    return say(
        "⏸ {organiser}'s plan for that evening may have its table already, and nobody can look before {name} signs in "
        "to {platform} again. This one waits until then: one table is enough.",
        organiser=names[0],
        name=names[1],
        platform=called(platform),
    )


def out_of_sight(name: str, platform: str, called_at: datetime, ends_at: datetime, zone: str) -> Text:
    """There may be a table, and only a look with an account that opens no more can tell."""
    return lines(
        say("🔐 *There may be a table in {name}'s name, and I can't see it.*", name=name),
        say(
            "The answer to the booking that I sent {when} got lost, and {name}'s {platform} account does not open "
            "any more. {name} can sign in again in our private chat, and I look at once; {platform}'s own app tells, "
            "too.",
            when=When(called_at, zone, "relative"),
            name=name,
            platform=called(platform),
        ),
        say(
            "Until I know, I book no other table for that evening. On {end} I stop asking.",
            end=When(ends_at, zone),
        ),
    )


def confirmed(platform: str, holder: str | None) -> Text:
    """The platform's own list has it, under the account of `holder`, where that is known."""
    if holder is None:
        return say("Confirmed by {name}.", name=called(platform))
    return say("Confirmed by {name}, in {holder}'s account.", name=called(platform), holder=holder)


def not_listed_yet(platform: str) -> Text:
    return say(
        "{name} took the booking, but its list doesn't show it yet. I look again.", name=called(platform)
    )


def wants_terms_accepted(payer: str) -> Text:
    """The platform asks for more than was agreed to."""
    return say(
        "✋ *This table comes with terms that only {payer} can accept*. Nothing is booked yet.", payer=payer
    )


_NEEDS = {
    GuestAction.SIGN_IN: "has to sign in again",
    GuestAction.ADD_CARD: "has to put a card on file with {platform}",
    GuestAction.ACCEPT_TERMS: "has to accept the venue's terms",
}


def needs(action: GuestAction, name: str, platform: str) -> Text:
    """What the plan waits for, and whose turn it is."""
    return say("✋ *{name} " + _NEEDS[action] + "*; then I go on.", name=name, platform=called(platform))


def needs_an_account(name: str, platform: str) -> Text:
    """Nobody's account is there to book with; the organiser's turn, unless a friend lends theirs."""
    return say(
        "✋ *{name} has to connect a {platform} account*, or a friend lends theirs; then I go on.",
        name=name,
        platform=called(platform),
    )


def released_on(at: datetime, zone: str) -> Text:
    return say(
        "Tables are released on {when}, {distance}.",
        when=When(at, zone, "zoned"),
        distance=When(at, zone, "relative"),
    )


def watching(until: datetime, zone: str) -> Text:
    return say("👀 Watching for a cancellation until {until}.", until=When(until, zone))


DROP_UNKNOWN = say("I don't know when its tables are released. If you do, tell me with /drop.")
ABOUT_TO_TRY = say("🎯 Booking…")


def booked(reservation: Reservation, address: str) -> Text:
    """The facts a guest needs at the door."""
    seat = f", {reservation.seating.lower()}" if reservation.seating else ""
    return lines(
        say(
            "✅ *Booked: {when}*, {guests}{seat}.",
            when=written.day_and_time(reservation.starts_at),
            guests=written.guests(reservation.party_size),
            seat=seat,
        ),
        say("Confirmation: *{code}*", code=reservation.confirmation),
        say("{address}", address=address) if address else Text(),
    )


def cancelling(terms: Terms, zone: str) -> Text:
    """What giving the table back costs, and until when it is free."""
    if terms.free_until is None:
        return say("Cancelling is free.")
    if terms.late_fee is None:
        return say("Please cancel by {until} if you can't come.", until=When(terms.free_until, zone))
    return say(
        "Cancelling is free until {until}; after that it costs {fee} a guest.",
        until=When(terms.free_until, zone),
        fee=str(terms.late_fee),
    )


def sure_release(terms: Terms, zone: str, party_size: int, now: datetime) -> Text:
    """The one question before a table is given back."""
    late = terms.free_until is not None and now > terms.free_until and terms.late_fee is not None
    if not late:
        return say(
            "*Really give the table back?* It costs nothing now, and somebody else will have it at once."
        )
    assert terms.late_fee is not None
    total = f"{terms.late_fee.amount * party_size:.2f} {terms.late_fee.currency}"
    return say(
        "*Really give the table back?* The free time ended {until}: it costs {fee} a guest, {total} in all.",
        until=When(terms.free_until, zone) if terms.free_until else "",
        fee=str(terms.late_fee),
        total=total,
    )


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
