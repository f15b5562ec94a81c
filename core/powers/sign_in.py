"""Signing in at a platform, a step at a time: what it asks next, and what comes of an answer."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from core.security.secret import Secret


class Way(StrEnum):
    """How an account can be opened."""

    PASSWORD = "password"  # noqa: S105 - words
    TOKEN = "token"  # noqa: S105 - words
    """Copied out of a browser in which its guest is signed in."""
    CODE = "code"
    """By text message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickWay:
    """The answer is the value of one of these."""

    ways: tuple[Way, ...]
    kind: Literal["way"] = "way"
    secret: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeEmail:
    """The address that the account is under. The answer has the form of one."""

    kind: Literal["email"] = "email"
    secret: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TypePassword:
    """The password of the account under that address."""

    email: str
    kind: Literal["password"] = "password"
    secret: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PasteToken:
    """A token out of the browser, from the `header` of any request that the pages at `site` make to `api`."""

    site: str
    api: str
    header: str
    kind: Literal["token"] = "token"
    secret: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeCode:
    """The code that was sent, by text message, `to` a number of which as much is shown as may be."""

    to: str
    kind: Literal["code"] = "code"
    secret: ClassVar[bool] = True


SignInQuestion = PickWay | TypeEmail | TypePassword | PasteToken | TypeCode
"""What can be asked. A `secret` answer is for nobody else's eyes: used in the turn in which it comes, kept nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInStep:
    """What is asked now.

    `state` is what the platform wants to be given again with the answer, such as the number of a challenge: nobody
    reads it, and it is kept sealed. After `until` (UTC; None: for as long as it may take) it is of no use any more.
    """

    question: SignInQuestion
    state: Secret = field(default_factory=lambda: Secret(""))
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefusal:
    """That does not do, and the same is asked again; `reason` is the platform's own sentence, where it had one."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLapsed:
    """The platform knows no more of what was begun (a code that was good for ten minutes): all is asked again."""
