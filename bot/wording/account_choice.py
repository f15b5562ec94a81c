"""Whose accounts book for a plan."""

from collections.abc import Sequence

from bot.wording import times as written
from bot.wording.accounts import called
from bot.wording.text import Text, join, say

NOT_MINE = "Not mine"

BOOKS = say("Noted: this plan is booked with your account.")
STANDS_BY = say("Noted: your account stands by for this plan.")
TAKEN_BACK = say("Noted: this plan is not booked with your account.")
ONLY_ONE = say(
    "Yours is the only account it can be booked with. Cancel the plan, or let somebody lend theirs first."
)


def use_mine(platform: str, *, more: bool) -> str:
    """Anybody of the chat may offer their account."""
    return f"Use my {called(platform)}{' too' if more else ''}"


def whose(platform: str, ready: Sequence[str], dead: Sequence[str]) -> Text:
    """`Books with Ann's Resy; Bob's stands by.`"""
    name = called(platform)
    said: list[Text] = []
    if ready:
        first, *others = [f"{each}'s" for each in ready]
        said.append(say("Books with {first} {name}", first=first, name=name) + _standing_by(others))
    elif not dead:
        said.append(say("⚠️ *No {name} account is connected* to book it with.", name=name))
    if dead:
        whose = written.listed([f"{each}'s" for each in dead])
        said.append(say("⚠️ {whose} {name} has to be connected again.", whose=whose, name=name))
    return join(said, " ")


def _standing_by(others: Sequence[str]) -> Text:
    if not others:
        return say(".")
    verb = "stands" if len(others) == 1 else "stand"
    return say("; {others} {verb} by.", others=written.listed(others), verb=verb)
