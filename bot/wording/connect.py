"""What is said while a guest connects an account: what it means, each step of signing in, and what does not do."""

from collections.abc import Sequence
from typing import assert_never

from bot.wording import times as written
from bot.wording.accounts import called
from bot.wording.text import Bold, Code, Text, join, lines, say
from core.domain.plan import Plan
from core.powers.sign_in import PasteToken, PickWay, SignInQuestion, TypeCode, TypeEmail, TypePassword, Way

WHY_PRIVATE = "What opens your account is for nobody else's eyes."
WHICH_PLATFORM = say("*Where is your account?*")
NO_SUCH_PLATFORM = say("I connect no accounts there. Pick one of these.")
NO_ACCOUNTS_HERE = say(
    "There is no account to connect: the venues I know here are booked in your name without one. /reserve gets a table."
)
NOT_WITH_THE_COMMAND = say(
    "Never send what opens your account along with the command: I use nothing of it, and it has to go. Do it step by "
    "step here."
)
PICK_A_WAY = say("Tap one of the ways first. What you typed I have not used.")
NOT_AN_EMAIL = say(
    "That is not an e-mail address by itself. Send just the address, such as ann@example.org; what else it takes comes "
    "after."
)


def way(one: Way) -> str:
    """A way on a button."""
    match one:
        case Way.PASSWORD:
            return "E-mail and password"
        case Way.TOKEN:
            return "Paste a token from the browser"
        case Way.CODE:
            return "A code by text message"
        case _:
            assert_never(one)


def typing(question: SignInQuestion) -> str | None:
    """What may be typed."""
    match question:
        case PickWay():
            return None
        case TypeEmail():
            return "your e-mail address"
        case TypePassword():
            return "your password"
        case PasteToken():
            return "the token"
        case TypeCode():
            return "the code"
        case _:
            assert_never(question)


def before_signing_in(platform: str, ways: Sequence[Way], plan: Plan | None, *, again: bool) -> Text:
    """What is kept, what is done with it, and what the platforms may think of that; `ways` are those there are."""
    name = called(platform)
    head = "*Sign in to {name} again*" if again else "*Connect your {name} account*"
    what = (
        say("so that I can book *{venue}*, {day}.", venue=plan.venue_name, day=written.day(plan.wish.on))
        if plan is not None
        else say("so that I can book there for you.")
    )
    keep = "Either way I keep" if len(ways) > 1 else "I keep"
    return lines(
        join([say(head, name=name), what], ", "),
        *(_what_it_means(one) for one in ways),
        *(() if ways else (say("• What you type is used in that moment and stored nowhere."),)),
        say(keep + " only {name}'s token, sealed with this host's key; /accounts forgets it.", name=name),
        say(
            "I use the account to book what your plans ask for and to look after those bookings, and I agree to no "
            "fee above the ceiling you set."
        ),
        say(
            "To be plain: booking by a program is against the terms of some platforms, and the account is yours."
        ),
    )


def _what_it_means(one: Way) -> Text:
    match one:
        case Way.PASSWORD:
            return say("• With your password I sign in once. It is used in that moment and stored nowhere.")
        case Way.TOKEN:
            return say(
                "• With a token from your browser I never see the password. It takes a computer and two minutes."
            )
        case Way.CODE:
            return say(
                "• With a code by text message there is no password. It is used in that moment and stored nowhere."
            )
        case _:
            assert_never(one)


def asked(platform: str, question: SignInQuestion, ways: Sequence[Way]) -> Text:
    """One step of signing in; `ways` are those that it can go."""
    name = called(platform)
    match question:
        case PickWay():
            return say("*How do you sign in to {name}?*", name=name)
        case TypeEmail():
            return say("*Which e-mail address* is your {name} account under?", name=name)
        case TypePassword(email=email):
            return lines(
                say("*And the {name} password* of {email}?", name=name, email=Bold(email)),
                _USED_ONCE,
            )
        case PasteToken():
            return _how_to_copy(name, question, ways)
        case TypeCode(to=to):
            return lines(
                say("*Which code* has {name} sent to {to}?", name=name, to=Bold(to)),
                _USED_ONCE,
            )
        case _:
            assert_never(question)


_NOT_ON_A_PHONE = say("On a phone there is no such tab: go back and take the way by password.")
_USED_ONCE = say(
    "I use it in that moment, keep it nowhere, and take your message away where the network lets me."
)


def _how_to_copy(name: str, token: PasteToken, ways: Sequence[Way]) -> Text:
    """The way to the token, a step a line."""
    return lines(
        say("*Your {name} token, step by step*, on a computer:", name=name),
        say("1. Open {site} and sign in.", site=Bold(token.site)),
        say("2. Press F12 (on a Mac ⌥⌘I) and open the tab *Network*."),
        say("3. Reload the page, and click any request to {api}.", api=Code(token.api)),
        say(
            "4. Under *Request Headers* find {header}, and copy its value: it begins with eyJ.",
            header=Code(token.header),
        ),
        say("5. Paste it here. The whole line, with quotes or with more around it, does too."),
        *(() if Way.PASSWORD not in ways else (_NOT_ON_A_PHONE,)),
    )


def not_taken(platform: str, question: SignInQuestion, ways: Sequence[Way], reason: str = "") -> Text:
    """That answer does not do; `reason` is the platform's own sentence."""
    said = say("{name} says: “{reason}”", name=called(platform), reason=reason) if reason.strip() else Text()
    return lines(_not_taken(called(platform), question, ways), said)


def _not_taken(name: str, question: SignInQuestion, ways: Sequence[Way]) -> Text:
    match question:
        case PickWay():
            return say("{name} does not let me in that way. Pick another.", name=name)
        case TypeEmail():
            return say(
                "{name} does not go on with that e-mail address. Look whether it is the right one.", name=name
            )
        case TypePassword():
            other = "another address or the way by token" if Way.TOKEN in ways else "another address"
            return say(
                "{name} does not take that e-mail address with that password. Try the password again, or go back for "
                "{other}.",
                name=name,
                other=other,
            )
        case PasteToken():
            return say(
                "There is no token in that which opens a {name} account: it is cut short, too old, or something else "
                "was copied. It is the long value that begins with eyJ. Nothing is lost: paste it again.",
                name=name,
            )
        case TypeCode(to=to):
            return say(
                "That is not the code that {name} has sent to {to}. Try it again, or go back to have another sent.",
                name=name,
                to=Bold(to),
            )
        case _:
            assert_never(question)


def from_the_beginning(platform: str) -> Text:
    """What had been answered is of no use any more: to the platform, or to us."""
    return say(
        "I can't go on from there: {name} waits for that answer no longer, or I no longer know what led to it. Nothing "
        "is lost, we begin again.",
        name=called(platform),
    )


def enough_tries(platform: str) -> Text:
    """The dialogue ends before the platform locks the account."""
    return say(
        "That was wrong often enough: {name} may lock the account if I go on. See in a browser what opens it, and "
        "then begin anew with /connect.",
        name=called(platform),
    )
