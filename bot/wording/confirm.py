"""What is said before a plan is armed."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.wording import times as written
from bot.wording.accounts import called
from bot.wording.text import Link, Text, When, say

ARM = "Yes, go for it"
BOOK = "Yes, book it"
WATCH = "Watch for a cancellation"
LOOK = "Look until they appear"
CONNECT = "Connect your account"
CHANGES = (
    ("venue", "Venue"),
    ("day", "Day"),
    ("party", "Guests"),
    ("times", "Times"),
    ("seating", "Seating"),
    ("limit", "Fee limit"),
    ("account", "Account"),
)


def change(what: str) -> str:
    return f"Change {what.lower()}"


def will_fire(day: date, drop_at: datetime, zone: str, times: Sequence[time]) -> Text:
    """What happens at the drop."""
    return say(
        "Tables for {day} are released on {when}, {distance}. I will try {times}.",
        day=written.day(day),
        when=When(drop_at, zone, "zoned"),
        distance=When(drop_at, zone, "relative"),
        times=_attempts(times),
    )


def _attempts(times: Sequence[time]) -> str:
    """`19:30, 19:00 and 20:00 in that order`."""
    if len(times) == 1:
        return written.clock(times[0])
    most = 8
    shown = [written.clock(at) for at in times[:most]]
    if len(times) > most:
        shown.append(f"{len(times) - most} later ones")
    return f"{written.listed(shown)} in that order"


def will_book(times: Sequence[time]) -> Text:
    """Tables are open now."""
    if len(times) == 1:
        return say("A table at {time} is free. I will book it at once.", time=written.clock(times[0]))
    return say(
        "Tables are free. I will book {first} at once; if somebody is faster, {rest}.",
        first=written.clock(times[0]),
        rest=written.in_order(times[1:]),
    )


def will_watch(until: datetime, zone: str, times: Sequence[time]) -> Text:
    """None of the wanted times is free."""
    return say(
        "Nothing is free at {times} just now. I can look again every minute or so until {until}, and book the "
        "moment a table comes back.",
        times=written.listed([written.clock(at) for at in times], "or"),
        until=When(until, zone),
    )


TAP_TO_CONFIRM = say("Tap what you want to do, or change one of the answers.")
WHICH_ACCOUNT = say("*Which account books it?*")
TAP_AN_ACCOUNT = say("Tap one of these. /connect adds another.")
ANOTHER_PLAN_OF_YOURS = say(
    "You are in another plan for that evening, in another chat. One table is enough: the plan that was armed first "
    "goes first."
)


def will_look(until: datetime, zone: str, times: Sequence[time]) -> Text:
    """Tables are not out, and nobody knows when they come."""
    return say(
        "Tables for that day are not released yet, and I don't know when they will be. I can look again every few "
        "minutes until {until}, and book {times} once they appear. If you know the moment, tell me with /drop: then "
        "I can be there on the second.",
        until=When(until, zone),
        times=written.listed([written.clock(at) for at in times], "or"),
    )


def irregular(window: timedelta) -> Text:
    """A venue that is not punctual."""
    minutes = window // timedelta(minutes=1)
    return say("They may come up to {minutes} min later.", minutes=minutes) if minutes else Text()


def how_sure(sure: Text) -> Text:
    """How far the moment of the drop can be trusted."""
    return say("How sure that is: {sure}.", sure=sure)


def budget(most: int) -> Text:
    """How often the platform is asked."""
    return say("I will spend up to {most} requests on it.", most=most)


def page(platform: str, link: str) -> Text:
    """The platform's own page."""
    return Text((Link(f"Open it on {called(platform)}", link),))


def books_with(platform: str, holder: str) -> Text:
    return say("Books with the {name} account of {holder}.", name=called(platform), holder=holder)


def not_connected(platform: str, door: str | None, *, at_once: bool) -> Text:
    """No account is there to book with; `door` opens the private chat for somebody who never did."""
    name = called(platform)
    if at_once:
        said = say("⚠️ *Connect your {name} account first*, then this card goes on.", name=name)
    else:
        said = say("⚠️ No {name} account of yours is connected: do that before the release.", name=name)
    if door is None:
        return said
    return said + say(" Open {chat} for that.", chat=Link("our private chat", door))


def friends_plan(name: str, *, booked: bool) -> Text:
    """Somebody of the same circle was earlier."""
    if booked:
        return say("{name} already has a table for that evening. *Join theirs?*", name=name)
    return say(
        "{name} already has a plan for that evening. *Join theirs?* With one of your own, theirs goes first and yours "
        "follows if it gets nothing.",
        name=name,
    )


def join(name: str) -> str:
    return f"Join {name}'s plan"


def joined(name: str) -> Text:
    return say("You are in {name}'s plan. /plans shows it.", name=name)
