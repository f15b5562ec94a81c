"""How something is, for the doctor and the start block: what was looked at, what was found, what to do about it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.clock import Clock
from core.persistence.database import Database


class Health(StrEnum):
    """How a finding is to be taken."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "BAD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `advice` says what to do about it."""

    what: str
    health: Health
    words: str
    advice: str = ""

    @property
    def bad(self) -> bool:
        return self.health is Health.BAD

    def line(self) -> str:
        """For a terminal."""
        advice = f"\n{'':<17}→ {self.advice}" if self.advice else ""
        return f"{self.health.value:>4}  {self.what:<10} {self.words}{advice}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A server's answer: its status (None: none came), and how far its clock is ahead of ours."""

    status: int | None
    offset: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What there is to look with: `ask` is one GET with patience, and never raises.

    `database` is None where there is none with its tables up to date.
    """

    clock: Clock
    database: Database | None
    ask: Callable[[str, Mapping[str, str]], Awaitable[Asked]]
