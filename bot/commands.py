"""A command as the flow declares it that it opens: what menus, /help and links are made from."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.who import Who


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
    """`/name`: what it does in a few words, where it is offered, and who may.

    `once`: nobody needs it a second time, and /help is silent about it. `secret_words`: what follows is for nobody
    else's eyes. `by_link`: a link may open it; not so where the command alone does something, since links are made
    by anybody; `words_by_link`: and it may bring words along, which then do nothing by themselves. `brings_link`: its
    words are what a link brought, the name of the command that is meant. `why_private` and `if_overheard` are what
    whoever sends it, or its secret words, in a group is told.
    """

    name: str
    summary: str
    where: Where = Where.ANYWHERE
    may: Literal[Who.FRIEND, Who.ADMIN, Who.ANYONE_HERE] = Who.FRIEND
    once: bool = False
    secret_words: bool = False
    by_link: bool = True
    words_by_link: bool = False
    brings_link: bool = False
    usage: str = ""
    why_private: str = ""
    if_overheard: str = ""
    options: tuple[Option, ...] = ()
