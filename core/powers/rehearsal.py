"""The power of playing a drop that never was."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from core.domain.booking import Booker
from core.domain.plan import Wish
from core.ports import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A drop as it is to be played: `lead` from now, its tables out `late_by` after it, so many rivals a letter.

    `zone` is the venue's, and the `seed` makes of chance what it is.
    """

    wish: Wish
    zone: str
    lead: timedelta
    late_by: timedelta
    rivals: Mapping[str, int]
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedDrop:
    """A drop that never was: a platform to try it on, at `drop_at` (UTC), for `booker`."""

    platform: Platform
    wish: Wish
    booker: Booker
    drop_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenTable:
    """A table that somebody got in a rehearsal: who (`us`, or a rival's letter), which, how long after the drop."""

    by: str
    time: str
    after: timedelta


@runtime_checkable
class Rehearses(Protocol):
    """The power of platforms that can play a drop with look-alike rivals, without anybody's table."""

    def rehearsal(self, script: Script) -> AbstractAsyncContextManager["Rehearsal"]:
        """One drop, played as written."""
        ...


class Rehearsal(Protocol):
    """A drop that is being played."""

    @property
    def scene(self) -> RehearsedDrop: ...

    async def taken(self) -> Sequence[TakenTable]:
        """What has been taken so far, in order of time."""
        ...
