"""Where jobs are kept: claimed under a lease, and written under its fence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.domain.almanac import Sighting
from core.domain.job import Job
from core.domain.news import Trouble
from core.domain.outcome import Outcome
from core.domain.reservation import Reservation
from core.domain.step import Step
from core.jobs.brief import Brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """A booking call may be out from now on, with this account."""

    account_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodDown:
    """No booking call is out, and looking goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted:
    """A call with this account whose answer was lost may have booked after all."""

    account_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubled:
    """Something may spoil the plan: with which account, where it is about one; `about` names what is in the way,
    or whose account it is.
    """

    trouble: Trouble
    account_id: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropMoved:
    """The drop is at another moment (UTC)."""

    drop_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What the attempt came to, and when tables were seen to come out."""

    outcome: Outcome
    sightings: tuple[Sighting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetGo:
    """The attempt ended in an error: the job is left as if its worker had died, for a little later."""


Change = Firing | StoodDown | Doubted | Troubled | DropMoved | Settled | LetGo


class JobStore(Protocol):
    """Jobs, and what they are about. A queue of another process may stand behind it."""

    async def next_due(self) -> datetime | None:
        """When the next job is to be taken in hand (UTC): due, or its lease lapsed; None: there is none."""
        ...

    async def claim(
        self, *, owner: str, now: datetime, horizon: timedelta, lease: timedelta, limit: int
    ) -> Sequence[Job]:
        """Take jobs in hand that are due by `now + horizon`, until `now + lease`; no two claims get the same."""
        ...

    async def renew(
        self, *, owner: str, job_ids: Collection[int], now: datetime, lease: timedelta
    ) -> Collection[tuple[int, int]]:
        """Keep what `owner` has in hand; those still held, with their fences. A lapsed lease is lost."""
        ...

    async def write(self, job: Job, change: Change, steps: Sequence[Step], *, now: datetime) -> None:
        """The change, its steps and everything that follows from it, or nothing.

        Raises `LeaseLost` when the job was claimed again or called off, and `GoesFirst` when another plan of the
        circle may have a call out.
        """
        ...

    async def hand_back(
        self, owner: str, unwritten: Sequence[tuple[Job, Sequence[Step]]], *, now: datetime
    ) -> None:
        """A worker stops: what `owner` has in hand is anybody's again, its last steps are kept."""
        ...

    async def brief(self, job: Job) -> Brief:
        """What the job is about, as it stands now."""
        ...

    async def is_anothers(self, job: Job, reservation: Reservation) -> bool:
        """Whether the platform's reservation belongs to another plan than this job's."""
        ...
