"""The command table: one source for every front-end's menu, for /help, and for who may use what."""

from dataclasses import dataclass
from enum import StrEnum


class Where(StrEnum):
    """Where a command is offered. One that is private says so in a group, and goes on in private."""

    ANYWHERE = "anywhere"
    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A named part of a command's words, for networks that have forms for commands."""

    name: str
    summary: str
    suggests_venues: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """`/name`: what it does in a few words, where it is offered, and which flow it opens.

    `admin`: only admins may. `stranger`: also before an admin has approved. `secret_words`: what follows is for
    nobody else's eyes. `by_link`: a link may open it; not so where the command alone does something, since links
    are made by anybody; `words_by_link`: and it may bring words along, which then do nothing by themselves.
    """

    name: str
    summary: str
    flow: str
    where: Where = Where.ANYWHERE
    admin: bool = False
    stranger: bool = False
    secret_words: bool = False
    by_link: bool = True
    words_by_link: bool = False
    usage: str = ""
    options: tuple[Option, ...] = ()


_RESERVE = (
    Option(name="venue", summary="The restaurant", suggests_venues=True),
    Option(name="day", summary="fri, tomorrow, 24 dec …"),
    Option(name="time", summary="19:00-21:00, around 8pm, any …"),
    Option(name="party", summary="How many you are"),
    Option(name="seating", summary="Dining room, bar, patio …"),
)

COMMANDS: tuple[CommandSpec, ...] = (
    CommandSpec(
        name="reserve",
        summary="Get a table",
        flow="reserve",
        stranger=True,
        usage="venue, day, times, how many: in any order",
        options=_RESERVE,
    ),
    CommandSpec(name="plans", summary="Tables I am trying to get", flow="plans"),
    CommandSpec(
        name="reservations", summary="Your upcoming tables", flow="reservations", where=Where.PRIVATE
    ),
    CommandSpec(
        name="drop",
        summary="When a venue releases its tables",
        flow="drop",
        usage="a venue, and the rule if you know it: 14 days 9:00",
        options=(
            Option(name="venue", summary="The restaurant", suggests_venues=True),
            Option(name="rule", summary="14 days 9:00, or first of the month 10am"),
        ),
    ),
    CommandSpec(name="drill", summary="Rehearse a plan's release before it comes", flow="drill"),
    CommandSpec(
        name="connect",
        summary="Let me book with your own account",
        flow="connect",
        where=Where.PRIVATE,
        words_by_link=True,
        usage="the platform, such as resy",
    ),
    CommandSpec(name="accounts", summary="Your connected accounts", flow="accounts", where=Where.PRIVATE),
    CommandSpec(
        name="favourites",
        summary="Venues you like",
        flow="favourites",
        where=Where.PRIVATE,
        usage="a venue to add",
    ),
    CommandSpec(
        name="settings",
        summary="Time zone, quiet hours, notifications",
        flow="settings",
        where=Where.PRIVATE,
    ),
    CommandSpec(
        name="link",
        summary="Use me on your other network as the same guest",
        flow="link",
        where=Where.PRIVATE,
        stranger=True,
        secret_words=True,
        usage="the code from the other network",
    ),
    CommandSpec(name="cancel", summary="Forget what I am asking you", flow="cancel", stranger=True),
    CommandSpec(name="help", summary="What I can do", flow="help", stranger=True),
    CommandSpec(name="start", summary="Say hello", flow="start", where=Where.PRIVATE, stranger=True),
    CommandSpec(
        name="claim",
        summary="Become the first admin",
        flow="claim",
        where=Where.PRIVATE,
        stranger=True,
        secret_words=True,
        usage="the code that was printed at the first start",
    ),
    CommandSpec(name="guests", summary="Who may use me", flow="guests", where=Where.PRIVATE, admin=True),
    CommandSpec(name="approve", summary="Let a guest in", flow="approve", admin=True, usage="a guest"),
    CommandSpec(name="decline", summary="Turn a guest down", flow="decline", admin=True, usage="a guest"),
    CommandSpec(name="block", summary="Shut a guest out", flow="block", admin=True, usage="a guest"),
    CommandSpec(name="promote", summary="Make a guest an admin", flow="promote", admin=True, usage="a guest"),
    CommandSpec(
        name="resign",
        summary="Stop being an admin",
        flow="resign",
        where=Where.PRIVATE,
        admin=True,
        by_link=False,
    ),
    CommandSpec(
        name="allow",
        summary="Vouch for everyone in this group",
        flow="allow",
        where=Where.GROUP,
        admin=True,
        by_link=False,
    ),
)

_BY_NAME = {spec.name: spec for spec in COMMANDS}


def command(name: str) -> CommandSpec | None:
    """The command of that name; None for one we do not have."""
    return _BY_NAME.get(name)
