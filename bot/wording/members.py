"""What is said about who may use Fourtop: to strangers, guests and admins."""

from collections.abc import Sequence

from bot.commands import CommandSpec, Where
from bot.who import Who
from bot.wording import times as written
from bot.wording.text import Code, Text, When, lines, say
from core.domain.guest import Guest, GuestState, SignIn

APPROVE = "Approve"
DECLINE = "Decline"
BLOCK = "Block"

ASKED = say(
    "*Hello! I get restaurant tables for friends.* An admin has to let you in first; I have asked, and will "
    "tell you. What you wanted is kept until then."
)
NO_ADMIN_YET = say(
    "*Hello! I get restaurant tables for friends.* Nobody looks after me yet: whoever hosts me finds a claim "
    "code in my log, and sends me /claim with it. I will ask them about you."
)
LINK_OVERHEARD = "Send me /link in a private chat for a new one, and use it there."
CLAIM_OVERHEARD = "Start me again for a new one, and send me /claim in private."
NOTE_KEPT = say("I have passed that on.")
TYPE_NOTE = "who you are, for the admin"
YOU_ARE_IN = say("*You're in.* /reserve gets a table, /help tells what else I do.")
CLAIMED = say(
    "*You are my admin now.* Strangers who want to use me will be shown to you here, and /allow lets a whole group "
    "in. Next: /reserve gets a table, /connect lets me book with your own account, /help has the rest."
)
CLAIM_USAGE = say("Send the code that was printed at my first start: /claim ABCD-EFGH.")
ALLOWED = say("*I trust this group.* Whoever speaks to me here is let in. /allow off ends that.")
NOT_ALLOWED = say("From now on newcomers in this group need an admin's approval again.")
RESIGNED = say("You are no longer an admin.")
NOBODY = say("No guest answers to that. /guests lists them with their numbers.")
KNOWN_ALREADY = say("They turned out to be a guest whom I know from another network. /guests has them.")
WHOM = say("Say whom: a number from /guests, an @handle or a name.")


def link_code(code: str) -> Text:
    return say(
        "On your other network, send me {command} in a private chat within ten minutes. From then on you are "
        "one guest on both.",
        command=Code(f"/link {code}"),
    )


LINKED = say("*Linked.* You are one guest on both networks now.")


def several(guests: list[Guest]) -> Text:
    """Which of them is meant."""
    named = [f"#{guest.id} {guest.name}" for guest in guests]
    return say("That could be {names}. Say the number.", names=written.listed(named, "or"))


def judged(guest: Guest, state: GuestState) -> Text:
    """What the admin's word came to."""
    words = {
        GuestState.APPROVED: "{name} is in.",
        GuestState.DECLINED: "{name} was turned down.",
        GuestState.BLOCKED: "{name} is shut out.",
        GuestState.PENDING: "{name} waits again.",
    }
    return say(words[state], name=guest.name)


def promoted(guest: Guest) -> Text:
    return say("{name} is an admin now.", name=guest.name)


def stranger(guest: Guest, sign_ins: list[SignIn], plans: int) -> Text:
    """A guest as an admin sees them."""
    return lines(
        say("*{name}* wants to use me.", name=guest.name)
        if guest.state is GuestState.PENDING
        else say("*{name}* is {state}.", name=guest.name, state=guest.state.value),
        *(
            say(
                "On {network}{handle}, number {account}.",
                network=sign_in.frontend.capitalize(),
                handle=f" as @{sign_in.handle}" if sign_in.handle else "",
                account=sign_in.account_id,
            )
            for sign_in in sign_ins
        ),
        say("Came from the group “{group}”.", group=guest.origin) if guest.origin else Text(),
        say("Says: “{note}”", note=guest.note) if guest.note else Text(),
        say("{plans} so far.", plans=_plans(plans)) if plans else Text(),
    )


def guest_line(guest: Guest, plans: int, zone: str) -> Text:
    return say(
        "#{id} *{name}*{admin}: {state}, seen {seen}, {plans}",
        id=guest.id,
        name=guest.name,
        admin=" (admin)" if guest.is_admin else "",
        state=guest.state.value,
        seen=When(guest.last_seen_at, zone, "relative"),
        plans=_plans(plans),
    )


def guests_head(first: int, last: int, total: int) -> Text:
    return say("*Guests* {first}–{last} of {total}", first=first, last=last, total=total)


def _plans(count: int) -> str:
    return f"{count} plan{'' if count == 1 else 's'}"


def welcome(name: str) -> Text:
    return say(
        "*Hello {name}!* Tell me a venue, a day and the times you would take, and I get the table the moment "
        "it is released. Start with /reserve, here or in a group of friends.",
        name=name,
    )


def help_text(commands: Sequence[CommandSpec], *, admin: bool, private: bool) -> Text:
    """Those of the commands that this person may use here."""
    head = say(
        "*I get restaurant tables.* Send /reserve and tap your way, or say it all at once: {example}",
        example=Code("/reserve luna 4 fri 19:00-21:00"),
    )
    shown = [one for one in commands if not one.once and (admin or one.may is not Who.ADMIN)]
    rows = [_command(one) for one in shown if private or one.where is not Where.PRIVATE]
    names = [f"/{one.name}" for one in shown if one.where is Where.PRIVATE and one.may is not Who.ADMIN]
    more = Text() if private or not names else say("In a private chat I also do {names}.", names=_and(names))
    tip = say("Friends in a group tap one card together; the organiser confirms.")
    return lines(head, *rows, more, tip)


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _command(spec: CommandSpec) -> Text:
    return say("/{name} · {summary}", name=spec.name, summary=spec.summary)


def judged_news(state: GuestState) -> Text:
    """What the guest is told of it."""
    match state:
        case GuestState.APPROVED:
            return YOU_ARE_IN
        case GuestState.DECLINED:
            return say("An admin has turned you down for now. If that is a mistake, talk to them directly.")
        case GuestState.BLOCKED:
            return say("An admin has decided not to let you use me any more. I will be silent from here on.")
        case GuestState.PENDING:
            return ASKED


def waiting_over(state: GuestState) -> Text:
    """How a stranger's own card ends."""
    return say("An admin has let you in.") if state is GuestState.APPROVED else say("An admin has said no.")
