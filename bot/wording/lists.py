"""What the lists say: plans, reservations, favourites, settings."""

from datetime import time

from bot.wording import times as written
from bot.wording.accounts import called
from bot.wording.text import Text, lines, say
from core.domain.guest import Preferences
from core.domain.plan import Plan
from core.domain.plan_state import PlanState
from core.domain.reservation import Reservation

MINE = "Mine"
THIS_CHAT = "This chat's"
NO_PLANS = say("*No plans.* /reserve makes one.")
YOUR_PLANS = say("*Your plans.* Tap one to see it, change it or cancel it.")
CHAT_PLANS = say("*Plans of this chat.* Tap one to see it.")

NO_RESERVATIONS = say("*No table booked.* /reserve gets one.")
YOUR_RESERVATIONS = say("*Your tables.* Tap one for the details, or to give it back.")

NO_FAVOURITES = say("*No favourites yet.* Type a venue's name to add it; favourites are offered first.")
YOUR_FAVOURITES = say(
    "*Your favourites.* They are offered first. Tap one to remove it, type a name to add one."
)
TYPE_VENUE = "a venue's name"


def bring_in(platform: str) -> str:
    """A button: what the guest has marked on the platform."""
    return f"Bring in those from {called(platform)}"


def brought_in(count: int, *, left_out: int = 0) -> Text:
    """How many more there are now; and how many there was no room for."""
    match count:
        case 0 if left_out:
            said = say("No more favourites.")
        case 0:
            said = say("There is nothing there that is not here.")
        case 1:
            said = say("One more favourite.")
        case _:
            said = say("{count} more favourites.", count=count)
    if not left_out:
        return said
    return said + say(
        " {count} more are marked there, but a hundred is the most that I keep.", count=left_out
    )


_STATES = {
    PlanState.ARMED: "⏳",
    PlanState.TRYING: "🎯",
    PlanState.CHECKING: "🔎",
    PlanState.NEEDS_GUEST: "✋",
    PlanState.BOOKED: "✅",
    PlanState.LOST: "❌",
    PlanState.CANCELLED: "✕",
}


def plan_label(plan: Plan) -> str:
    """A plan on its button."""
    sign = _STATES[plan.state]
    return f"{sign} {plan.venue_name}, {written.day(plan.wish.on)}, {plan.wish.party_size}"


def reservation_label(venue: str, reservation: Reservation) -> str:
    """A table on its button."""
    return f"{venue}, {written.day_and_time(reservation.starts_at)}, {reservation.party_size}"


def no_venue(words: str) -> Text:
    return say("I don't know a venue called “{words}”.", words=words)


def which_venue(words: str) -> Text:
    return say("*Which “{words}” do you mean?*", words=words)


ZONE = "Time zone"
QUIET = "Quiet hours"
NO_QUIET = "No quiet hours"
VENUE_ZONE = "Each venue's own"
ASK_ZONE = say("*Which time zone?* Type a city, such as New York or Berlin.")
TYPE_ZONE = "a city, such as New York"
ASK_QUIET = say("*When shall I be quiet?* Type a stretch, such as 22-8. Results always come at once.")
TYPE_QUIET = "a stretch, such as 22-8"
NOT_A_ZONE = say('I don\'t know that one. Try a big city in your zone, such as "New York".')
NOT_HOURS = say('I can\'t read hours in that. Try "22-8" or "22:30-7:00".')
SAVED = say("These settings are kept.")


def results_label(preferences: Preferences) -> str:
    return f"Results by private message: {_on(preferences.dm_results)}"


def reminders_label(preferences: Preferences) -> str:
    return f"Reminders by private message: {_on(preferences.dm_reminders)}"


def settings(preferences: Preferences) -> Text:
    """What is set now."""
    return lines(
        say("*Your settings*"),
        say("Time zone: {zone}", zone=preferences.zone or "each venue's own"),
        say("Quiet hours: {hours}", hours=_hours(preferences.quiet_from, preferences.quiet_until)),
    )


def _hours(start: time | None, end: time | None) -> str:
    if start is None or end is None:
        return "none"
    return f"{written.clock(start)}–{written.clock(end)}"


def _on(yes: bool) -> str:  # noqa: FBT001
    return "on" if yes else "off"


COMING = "I'm coming"
CANT = "I can't"
STILL_COMING = say("*Still coming?*")


def soon(venue: str, reservation: Reservation, address: str) -> Text:
    """A table that is near."""
    return lines(
        say(
            "🔔 *{venue}*, {when}, {guests}. Confirmation *{code}*.",
            venue=venue,
            when=written.day_and_time(reservation.starts_at),
            guests=written.guests(reservation.party_size),
            code=reservation.confirmation,
        ),
        say("{address}", address=address) if address else Text(),
    )


NOT_OURS = say("That table was given back.")
