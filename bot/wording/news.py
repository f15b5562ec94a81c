"""What people are told without having asked."""

from collections.abc import Sequence

from bot.wording import accounts, outcome
from bot.wording import plan as plan_wording
from bot.wording import times as written
from bot.wording.text import Link, Mention, Span, Text, join, lines, say
from core.domain.booking import GuestAction
from core.domain.outcome import Reason
from core.domain.plan import Plan
from core.domain.reservation import Reservation
from core.domain.trouble import Trouble
from core.jobs.steps import Timeline


def called(people: Sequence[Span]) -> Text:
    """The friends by name, so that they notice."""
    return join([Text((person,)) for person in people], " ")


def booked(
    plan: Plan,
    reservation: Reservation,
    *,
    address: str,
    name: str,
    coming: Sequence[str],
    people: Sequence[Span],
) -> Text:
    """Everything one needs of a table that was got; `name` is the one to give at the door."""
    return lines(
        called(people),
        say("🎉 *{venue}* it is!", venue=plan.venue_name),
        plan_wording.booked(reservation, address),
        say("At the door: it is in the name of *{name}*.", name=name) if name else Text(),
        plan_wording.cancelling(reservation.terms, plan.zone),
        say("In: {names}.", names=written.listed(list(coming))) if coming else Text(),
    )


def lost(
    plan: Plan, reason: Reason | None, story: Timeline, people: Sequence[Span], *, unseen: str = ""
) -> Text:
    """What was tried, and what can be done next on the card; `unseen` is who may have a table that nobody has seen."""
    if reason is not None and not reason.found_out:
        why = outcome.never_found_out(unseen) if unseen else outcome.lost(reason)
        return lines(called(people), plan_wording.head(plan.venue_name, plan.wish), why, outcome.tried(story))
    return lines(
        called(people),
        plan_wording.head(plan.venue_name, plan.wish),
        outcome.lost(reason),
        outcome.tried(story),
        say(
            "On the plan's card you can have me watch for a cancellation, or try another day or other times."
        ),
    )


_TROUBLES = {
    Trouble.VENUE_GONE: "the venue can't be found on its platform any more",
    Trouble.PLATFORM_DOWN: "the booking platform does not answer",
    Trouble.DROP_MOVED: "the venue has moved the moment at which it releases tables; I have moved with it",
    Trouble.SIGN_IN: "the account that books it has to be connected again",
    Trouble.NO_CARD: "the account that books it has no card on file, and this venue wants one",
    Trouble.CONFLICT: "the account that books it has another reservation around that time",
    Trouble.NOT_CONNECTED: "no account is connected to book it with",
    Trouble.CLOCK_OFF: (
        "the clock of the machine I run on is seconds off the platform's, more than I can make up for: "
        "please have it set by NTP"
    ),
    Trouble.CHAT_GONE: "I can't write to the chat of this plan any more",
}


def troubled(plan: Plan, trouble: str, about: str = "", people: Sequence[Span] = ()) -> Text:
    """Something that may spoil a drop, told ahead of it, or a table that there may be; `about` names what stands in the
    way, or who can look.
    """
    if trouble == Trouble.LOCKED_OUT:
        return _out_of_sight(plan, about, people)
    known = _TROUBLES.get(Trouble(trouble)) if trouble in set(Trouble) else trouble
    if about:
        known = f"{known or trouble} ({about})"
    return lines(
        plan_wording.head(plan.venue_name, plan.wish),
        say("⚠️ A word before the release: {trouble}. I will try all the same.", trouble=known or trouble),
    )


def _out_of_sight(plan: Plan, name: str, people: Sequence[Span]) -> Text:
    return lines(
        called(people),
        plan_wording.head(plan.venue_name, plan.wish),
        say(
            "🔐 *There may be a table in {name}'s name, and I can't see it*: the answer to my booking got lost, and "
            "the account does not open any more. I have asked {name} to sign in to {platform} again; its own app can "
            "tell, too. Until I know, I book no other table for that evening.",
            name=name or "a friend",
            platform=accounts.called(plan.wish.venue.platform),
        ),
    )


_ACTIONS = {
    GuestAction.SIGN_IN: "sign in again",
    GuestAction.ADD_CARD: "put a card on file",
    GuestAction.ACCEPT_TERMS: "accept the venue's terms",
    GuestAction.AGREE: "say that it may be booked in your name",
}


def needed(plan: Plan, action: GuestAction) -> Text:
    """What only the organiser can do."""
    return lines(
        plan_wording.head(plan.venue_name, plan.wish),
        say(
            "✋ {platform} wants you to {action}.",
            platform=_capital(accounts.called(plan.wish.venue.platform)),
            action=_ACTIONS[action],
        ),
    )


def released(plan: Plan, by: str) -> Text:
    return lines(plan_wording.head(plan.venue_name, plan.wish), say("{by} gave the table back.", by=by))


def unlisted(plan: Plan, reservation: Reservation, people: Sequence[Span]) -> Text:
    """A table that was confirmed, and that the platform does not show."""
    return lines(
        called(people),
        plan_wording.head(plan.venue_name, plan.wish),
        say(
            "⚠️ {platform} confirmed this table ({confirmation}), but an hour later its list of reservations does not "
            "have it. Call the venue before you go.",
            platform=_capital(accounts.called(plan.wish.venue.platform)),
            confirmation=reservation.confirmation,
        ),
    )


def missed_plan(plan: Plan) -> Text:
    """For the hosts: its people have not heard of something."""
    return lines(
        plan_wording.head(plan.venue_name, plan.wish),
        say("🛠️ Something about this plan could not be told to its people; the server's log says why."),
    )


def missed_guest(name: str) -> Text:
    """The same of a guest, or of nobody whom we know (any more)."""
    if not name:
        return say("🛠️ Something could not be told to anybody; the server's log says why.")
    return say("🛠️ Something about *{name}* could not be told; the server's log says why.", name=name)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def door(person: Mention | Span, url: str | None) -> Text:
    """A guest who can't be written to, told where they will see it."""
    if url is None:
        return say("{person}: I can't write to you in private. Send me a message there first.", person=person)
    return say(
        "{person}: I can't write to you in private yet. Open {link} and press start.",
        person=person,
        link=Link("our chat", url),
    )
