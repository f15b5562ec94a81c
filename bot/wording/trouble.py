"""What is said to the one who can mend what may spoil a plan."""

from collections.abc import Sequence
from datetime import datetime

from bot.wording import plan as plan_wording
from bot.wording import times as written
from bot.wording.accounts import called, there
from bot.wording.text import Text, When, lines, say
from core.domain.account import Account, AccountState
from core.domain.plan import Plan
from core.domain.reservation import Reservation
from core.domain.trouble import Trouble

SIGN_IN_AGAIN = "Sign in again"
CONNECT = "Connect your account"
CARD_ADDED = "I added a card: check"
CANCELLED_IT = "It is cancelled: check"
SHOW_PLAN = "Show the plan"

OVER = say("This has settled itself: the plan it was about is over.")
BOOKED = say("👍 *All is well: the table is booked.* Nothing more to do here.")
THANKS = say("👍 *Thank you, all is well again.* Nothing more to do here.")
NO_CARD_YET = say("There is no card on file yet. It may take a minute until the platform shows it.")
STILL_THERE = say("The other reservation is still there.")


def about(plan: Plan | None) -> Text:
    return Text() if plan is None else plan_wording.head(plan.venue_name, plan.wish)


def amiss(trouble: str, account: Account | None, platform: str, blocking: Text, *, zone: str) -> Text:
    """What stands in the way."""
    name, whose = called(platform), "" if account is None else account.holder
    match trouble:
        case Trouble.SIGN_IN.value if account is not None and account.state is AccountState.CLOSED:
            return say("⚠️ {name} has closed the account of {whose}.", name=name, whose=whose)
        case Trouble.SIGN_IN.value if (end := _end(account)) is not None:
            return say(
                "⚠️ *Sign in to {name} again soon*: the account of {whose} opens until {end}, and I can't renew it.",
                name=name,
                whose=whose,
                end=When(end, zone),
            )
        case Trouble.SIGN_IN.value:
            return say(
                "⚠️ *{name} wants you to sign in again*: the account of {whose} does not open any more.",
                name=name,
                whose=whose or "yours",
            )
        case Trouble.NOT_CONNECTED.value:
            return say("⚠️ *No {name} account is connected* to book this with.", name=name)
        case Trouble.NO_CARD.value:
            return say(
                "⚠️ *{name} has no card on file* for {whose}, and this venue wants one.",
                name=name,
                whose=whose or "you",
            )
        case Trouble.CONFLICT.value:
            other = blocking or say("another reservation around that time")
            return say(
                "⚠️ The {name} account of {whose} holds {other}, and {name} gives one account no two tables at once.",
                name=name,
                whose=whose or "yours",
                other=other,
            )
        case _:
            return say("⚠️ Something may spoil this plan.")


def you_may_have_a_table(platform: str, called_at: datetime, ends_at: datetime, zone: str) -> Text:
    """Said to the one who alone can find out."""
    name = called(platform)
    return lines(
        say("🔐 *There may be a table in your name, and I can't see it.*"),
        say(
            "The answer to the booking that I sent with your {name} account {when} got lost, and the account does not "
            "open any more. Sign in again, and I look at once. Or look in {name}'s own app: a table that you don't "
            "want may cost you something if nobody gives it back.",
            name=name,
            when=When(called_at, zone, "relative"),
        ),
        say(
            "Nobody books another one for this evening meanwhile. On {end} I stop asking.",
            end=When(ends_at, zone),
        ),
    )


def _end(account: Account | None) -> datetime | None:
    """When an account that still opens does no more."""
    return account.expires_at if account is not None and account.state is AccountState.CONNECTED else None


def blocking(found: Sequence[tuple[Reservation, str]], about: str) -> Text:
    """The other reservations by name; `about` is what was known of them when they were found."""
    if not found:
        return say("*{about}*", about=about) if about else Text()
    named = [
        f"{venue or 'a table'} on {written.day_and_time(one.starts_at)} for {written.guests(one.party_size)}"
        for one, venue in found
    ]
    return say("*{named}*", named=written.listed(named))


def by_when(plan: Plan | None, drop_at: datetime | None) -> Text:
    """Until when it is to be mended."""
    if plan is None or drop_at is None:
        return Text()
    return say(
        "Tables are released on {when}, {distance}: it has to be mended by then.",
        when=When(drop_at, plan.zone, "zoned"),
        distance=When(drop_at, plan.zone, "relative"),
    )


def what_to_do(trouble: str, platform: str, page: str) -> Text:
    """The way out."""
    match trouble:
        case Trouble.NO_CARD.value:
            return say("Add a card {there}, then tap below.", there=there(platform, page))
        case Trouble.CONFLICT.value:
            return lines(
                say(
                    "Cancel the other one, {there} or here under /reservations, then tap below.",
                    there=there(platform, page),
                ),
                say("Or show the plan, and change its day or times."),
            )
        case _:
            return Text()
