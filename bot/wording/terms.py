"""What a table costs or may cost, and how much of that is agreed to beforehand."""

from datetime import date, timedelta

from bot.wording import times as written
from bot.wording.text import Text, When, lines, say
from core.domain.terms import Terms

_LONGEST = 220

WHICH_LIMIT = say(
    "*What may it cost a person if you don't show up, without my asking again?* Above that I ask before I book, "
    "which may be too late for a table that everybody wants. Deposits and prepaid tables I always ask about."
)
TAP_A_LIMIT = say("Tap one of these.")
ONLY_THE_PAYER = say("What it may cost is for the one to say who pays.")
NOT_CHARGED_YET = say("Nothing is charged now.")
NOT_KNOWN = say("What a table asks for is not known before the release.")
ABOVE_LIMIT = say(
    "⚠️ That is above what I may agree to: I would stop and ask you, and others may be faster. “Change fee limit” "
    "raises it."
)
ALWAYS_ASKED = say(
    "⚠️ Such a table I don't book by myself: I would stop and ask you, and others may be faster."
)


def cost(terms: Terms, zone: str) -> Text:
    """Everything that is agreed to with a table, before it is booked."""
    taken = _taken(terms)
    return lines(
        *taken,
        _cancelling(terms, zone, taken=bool(taken)),
        say("The venue holds the table with your card on file.") if terms.card_needed else Text(),
        *_words(terms),
    )


def usual(terms: Terms, on: date, cut_off: timedelta | None) -> Text:
    """What a table asks for on another day, `on`, which is open; `cut_off` is until how long before it is free."""
    asked = _asked(terms, cut_off)
    if not asked:
        return say("On {day}, which is open, a table costs nothing to hold.", day=written.day(on))
    return lines(
        say(
            "On {day}, which is open, a table asks for {terms}.",
            day=written.day(on),
            terms=written.listed(asked),
        ),
        *_words(terms),
    )


def to_accept(terms: Terms, zone: str, party_size: int) -> Text:
    """What is to be accepted before anything is booked, in full."""
    total = Text()
    if terms.late_fee is not None:
        money = f"{terms.late_fee.amount * party_size:.2f} {terms.late_fee.currency}"
        total = say("For all of you that fee is {money}.", money=money)
    return lines(cost(terms, zone), total)


def limit_label(limit: str, currency: str) -> str:
    """A limit on its button."""
    match limit:
        case "0":
            return "Nothing"
        case "any":
            return "Anything"
        case _:
            return f"{limit} {currency}"


def agreed_to(limit: str, currency: str) -> Text:
    """What is agreed to without asking again."""
    match limit:
        case "0":
            return say("Without asking you I agree to no fee.")
        case "any":
            return say("Without asking you I agree to any fee for not showing up.")
        case _:
            return say(
                "Without asking you I agree to up to *{limit} a person* if you don't show up, and to no more.",
                limit=f"{limit} {currency}",
            )


def _taken(terms: Terms) -> list[Text]:
    """What leaves the card at once."""
    taken: list[Text] = []
    if terms.prepaid is not None and terms.prepaid.amount:
        taken.append(say("*You pay {amount} now* for all of you, and it is kept.", amount=str(terms.prepaid)))
    if terms.deposit is not None and terms.deposit.amount:
        taken.append(
            say("*A deposit of {amount} is taken now*, and given back after.", amount=str(terms.deposit))
        )
    return taken


def _cancelling(terms: Terms, zone: str, *, taken: bool) -> Text:
    first = "" if taken else "Nothing is charged now. "
    fee, until = terms.late_fee, terms.free_until
    if fee is not None and until is not None:
        return say(
            first + "Cancelling is free until {until}, and costs {fee} a guest after that.",
            until=When(until, zone),
            fee=str(fee),
        )
    if fee is not None:
        return say(first + "Cancelling or not showing up costs {fee} a guest.", fee=str(fee))
    if until is not None:
        return say(
            ("" if taken else "Nothing is charged. ") + "Please cancel by {until}.", until=When(until, zone)
        )
    return Text() if taken else say("Nothing is charged.")


def _asked(terms: Terms, cut_off: timedelta | None) -> list[str]:
    asked: list[str] = []
    if terms.prepaid is not None and terms.prepaid.amount:
        asked.append(f"{terms.prepaid} for all of you in advance")
    if terms.deposit is not None and terms.deposit.amount:
        asked.append(f"a deposit of {terms.deposit}")
    if terms.late_fee is not None and terms.late_fee.amount:
        late = "" if cut_off is None else f" less than {_hours(cut_off)} before"
        asked.append(f"{terms.late_fee} a guest for cancelling{late} or not showing up")
    elif terms.card_needed:
        asked.append("a card on file")
    return asked


def _hours(span: timedelta) -> str:
    hours = round(span / timedelta(hours=1))
    return f"{hours // 24} days" if hours % 24 == 0 and hours > 24 else f"{hours} h"


def _words(terms: Terms) -> list[Text]:
    """The venue's own: what a person is to agree to, and the beginning of its policy."""
    agree = [say("You agree to this: “{words}”", words=_short(words)) for words in terms.to_agree]
    policy = [say("Its policy: “{words}”", words=_short(words)) for words in terms.policy[:1]]
    return [*agree, *policy]


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST else words[:_LONGEST].rpartition(" ")[0] + " …"
