"""What the reserve dialogue says."""

from collections.abc import Sequence
from datetime import date, time

from bot.parsing import UnclearReason
from bot.wording import times as written
from bot.wording.accounts import called
from bot.wording.text import Code, Text, When, lines, say
from core.domain.slot import Cause, Day, DayState
from core.domain.venue import Venue

WHICH_VENUE = say("*Where would you like to eat?*")
TYPE_VENUE = "a venue's name"
TYPE_VENUE_OR_LINK = "a venue's name, or paste its link"
IS_IT_THIS = say("*Is it this one?*")
WHICH_OF_THESE = say("*Which of these do you mean?*")
NO_VENUES = say(
    "I don't know any venue yet. The host can add some with {command}.", command=Code("fourtop venue import")
)
ANOTHER = "Another venue"
GONE_LINK = say("That link leads to a venue that can't be booked any more. Type another name.")

TYPE_DAY = "a day, such as fri, tomorrow or 24 dec"
EARLIER = "‹ Earlier"
LATER = "Later ›"

TYPE_PARTY = "how many you are"
TYPE_TIMES = "times, such as 19:00-21:00 or around 8pm"
ANY_TIME = "Any time"
ANY_SEATING = "Any of them"
PICK_ONE = say("Pick at least one time first.")

NOT_A_DAY = say('I can\'t read a day in that. Try "fri", "tomorrow" or "24 dec".')
NOT_A_PARTY = say('I can\'t read a number of guests in that. Try "4".')
NOT_TIMES = say('I can\'t read a time in that. Try "19:30", "19:00-21:00" or "any".')


def any_venue_of(platforms: Sequence[str]) -> Text:
    """Where there is nothing to pick from, and everything on the platforms to be named."""
    on = written.listed([called(platform) for platform in platforms], "or")
    return lines(WHICH_VENUE, say("Type the venue's name, or paste the link of its page on {on}.", on=on))


def no_such_venue(words: str) -> Text:
    return say("I don't know a venue called “{words}”. Try another name.", words=words)


def which_day(venue: str, days: Sequence[Day], zone: str) -> Text:
    """The question, with what the signs mean that are on the card."""
    legend: list[Text] = []
    if any(day.state is DayState.FULL for day in days):
        legend.append(say("✕ full; I can watch for a cancellation"))
    waiting = next((day for day in days if day.state is DayState.NOT_RELEASED and day.drop_at), None)
    if waiting is not None and waiting.drop_at is not None:
        legend.append(
            say(
                "◷ not released yet; tables for {day} come out {when}",
                day=written.day(waiting.on),
                when=When(waiting.drop_at, zone, "zoned"),
            )
        )
    return lines(say("*{venue}*: which day?", venue=venue), *legend)


def day_label(day: Day, drop_on: date | None) -> str:
    """A day on its button."""
    match day.state:
        case DayState.OPEN | DayState.CLOSED:
            return written.day(day.on)
        case DayState.FULL:
            return f"{written.day(day.on)} ✕"
        case DayState.NOT_RELEASED:
            opens = "" if drop_on is None else f" {drop_on.day} {drop_on:%b}"
            return f"{written.day(day.on)} ◷{opens}"


def unclear_day(reason: UnclearReason, candidates: Sequence[date]) -> Text:
    """Why words are no day that can be booked."""
    match reason:
        case UnclearReason.PAST if candidates:
            return past_day(candidates[0])
        case UnclearReason.AMBIGUOUS if candidates:
            return say("{days}?", days=written.listed([written.day(day) for day in candidates], "or"))
        case UnclearReason.IMPOSSIBLE:
            return say("That day does not exist.")
        case _:
            return NOT_A_DAY


def past_day(day: date) -> Text:
    return say("{day} is in the past.", day=written.day(day))


def beyond_horizon(venue: str, last: date) -> Text:
    return say(
        "{venue} takes reservations up to {last} for now. Pick an earlier day.",
        venue=venue,
        last=written.day(last),
    )


def closed_day(venue: str, day: date) -> Text:
    return say("{venue} is closed on {day}.", venue=venue, day=written.day(day))


def which_party(venue: Venue) -> Text:
    return say(
        "*How many are you?* {venue} seats {fewest} to {most}.",
        venue=venue.name,
        fewest=venue.party_min,
        most=venue.party_max,
    )


def party_size_off(venue: Venue) -> Text:
    return say(
        "{venue} takes parties of {fewest} to {most}.",
        venue=venue.name,
        fewest=venue.party_min,
        most=venue.party_max,
    )


def which_times(venue: str, day: date, party_size: int, picked: Sequence[time]) -> Text:
    head = say(
        "*{venue}*, {day}, {guests}: *which times would you take?*",
        venue=venue,
        day=written.day(day),
        guests=written.guests(party_size),
    )
    if not picked:
        return lines(head, say("Tap several, the one you want most first."))
    return lines(head, say("In this order: *{times}*.", times=written.in_order(picked)))


def any_between(start: time, end: time) -> str:
    return f"Any {written.clock(start)}–{written.clock(end)}"


def times_off(venue: str, available: Sequence[time]) -> Text:
    if not available:
        return say("{venue} has no such time that day.", venue=venue)
    return say(
        "{venue} has no table then. That day it seats from {first} to {last}.",
        venue=venue,
        first=written.clock(available[0]),
        last=written.clock(available[-1]),
    )


def which_seating(venue: str) -> Text:
    return say("*Where in {venue} would you like to sit?*", venue=venue)


def cause(why: Cause, venue: Venue) -> Text:
    """Why there is nothing to pick from."""
    match why:
        case Cause.PARTY_TOO_LARGE | Cause.PARTY_TOO_SMALL:
            return party_size_off(venue)
        case Cause.CLOSED:
            return say("{venue} is closed that day.", venue=venue.name)
        case Cause.PAST:
            return say("That is in the past.")
        case Cause.BEYOND_HORIZON:
            return say("{venue} does not take reservations that far ahead.", venue=venue.name)
        case Cause.FULL:
            return say("{venue} is full that day.", venue=venue.name)
        case Cause.NOT_RELEASED:
            return say("Tables for that day are not released yet.")


DROPPED = say("All right, forgotten. /reserve whenever you like.")
TYPE_SEATING = "one of them, or any"


def no_such_seating(venue: Venue) -> Text:
    return say("{venue} has {seatings}.", venue=venue.name, seatings=written.listed(list(venue.seatings)))
