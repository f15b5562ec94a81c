"""What a guest is told of what may be booked in their name, and asked."""

from bot.wording import times as written
from bot.wording.accounts import called
from bot.wording.text import Text, say
from core.domain.terms import Ceiling

TAKE_BACK = "Not with mine"
REFUSE = "No, leave mine out"
SHOW_PLAN = "Show the plan"

OVER = say("The plan is over: nothing more is booked for it in your name.")
NOTHING_SAID = say("Nothing is booked for this plan in your name.")
AGREED = say("Noted.")


def agree(platform: str, *, account: bool) -> str:
    return f"Yes, with my {called(platform)}" if account else "Yes, in my name"


def stands(platform: str, organiser: str, *, account: bool, first: bool) -> Text:
    """That a plan may be booked in the reader's name."""
    if not account:
        return say("{organiser}'s plan is booked in your name.", organiser=organiser)
    if first:
        return say(
            "{organiser}'s plan is booked *with your {name}*: the table is in your name then.",
            organiser=organiser,
            name=called(platform),
        )
    return say(
        "*Your {name} stands by* for {organiser}'s plan: if another's is of no use, the table is booked in your name.",
        organiser=organiser,
        name=called(platform),
    )


def asked_again(platform: str, organiser: str, *, account: bool) -> Text:
    """That the plan is another than the one that they spoke of."""
    what = f"your {called(platform)}" if account else "your name"
    return say(
        "⚠️ *{organiser}'s plan has changed* since you let me book it. I don't use {what} for it until you say so.",
        organiser=organiser,
        what=what,
    )


def costs(ceiling: Ceiling) -> Text:
    """What it may cost them."""
    if ceiling.late_fee is None:
        return say(
            "Without asking you I agree to any fee for not showing up; deposits and prepaid tables I ask you about."
        )
    if not ceiling.late_fee.amount:
        return say("Whatever costs something I ask you about first.")
    return say(
        "Without asking you I agree to up to {money} a person for not showing up; whatever else costs something I ask "
        "you about first.",
        money=str(ceiling.late_fee),
    )


def not_used(platform: str, names: list[str]) -> Text:
    """On the plan's card, whose word it lacks since it changed."""
    return say(
        "⚠️ {whose} {name} is not used until they say so again: the plan changed.",
        whose=written.listed([f"{each}'s" for each in names]),
        name=called(platform),
    )
