"""A job that this worker has in hand."""

from collections.abc import Collection, Generator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from core.clock import Clock
from core.domain.almanac import Sighting
from core.domain.booking import Unknown
from core.domain.job import Job
from core.domain.job_state import JobState
from core.domain.outcome import GaveUp, NothingYet, Outcome
from core.domain.reservation import Reservation
from core.domain.step import StepKind
from core.errors import LeaseLost
from core.jobs import job_writes
from core.jobs.facts import Facts
from core.jobs.findings import Found
from core.jobs.job_writes import Brief
from core.jobs.steps import Recorder, worth_keeping
from core.persistence.database import Database


class LeasedJob:
    """The job, the lease as this process knows it, and every write made under it: an attempt's `Guard`.

    A process that was frozen past its lease wakes up believing that it still holds the job; `check` asks the
    clock, so that it cannot make a booking call then.
    """

    def __init__(
        self,
        job: Job,
        *,
        until: datetime,
        database: Database,
        clock: Clock,
        facts: Facts,
        with_accounts: Collection[str] = (),
    ) -> None:
        self.job = job
        self.recorder = Recorder(clock, job.fence)
        self.busy = False
        """A call is out or its answer is being written: not to be interrupted."""
        self._until = until
        self._lost = False
        self._database = database
        self._clock = clock
        self._facts = facts
        self._with_accounts = with_accounts
        self._state = job.state
        self._account_id = job.account_id
        self._sightings: list[Sighting] = []

    def renewed(self, until: datetime) -> None:
        """The lease was written to last until then."""
        self._until = max(self._until, until)

    def lose(self) -> None:
        """No call is made any more; the answer to one that is out is still written if the fence allows."""
        self._lost = True

    def check(self) -> None:
        if self._lost or self._clock.now() >= self._until:
            raise LeaseLost(self.job.id, self.job.fence)

    @contextmanager
    def call(self) -> Generator[None]:
        self.check()
        self.busy = True
        try:
            yield
        finally:
            self.busy = False

    async def fire(self, account_id: int | None) -> None:
        if self._state is not JobState.FIRING or self._account_id != account_id:
            now = self._clock.now()
            await self._database.write(
                lambda tx: job_writes.fire(tx, self.job, account_id, self._facts, now=now)
            )
            self._state, self._account_id = JobState.FIRING, account_id

    async def doubt(self, account_id: int | None) -> None:
        """Write that a call with this account may have booked after all: the platform is asked once more."""
        now = self._clock.now()
        await self._database.write(
            lambda tx: job_writes.doubt(tx, self.job, account_id, self._facts, now=now)
        )
        self._state, self._account_id = JobState.UNSURE, account_id

    async def stand_down(self) -> None:
        if self._state is JobState.FIRING:
            now = self._clock.now()
            await self._database.write(lambda tx: job_writes.stand_down(tx, self.job, now=now))
            self._state = JobState.TRYING

    async def brief(self) -> Brief:
        return await self._database.read(
            lambda tx: job_writes.brief(tx, self.job, with_accounts=self._with_accounts)
        )

    async def is_anothers(self, reservation: Reservation) -> bool:
        """Whether the platform's reservation belongs to another plan of ours."""
        return await self._database.read(lambda tx: job_writes.is_anothers(tx, self.job.plan_id, reservation))

    def notice(self, sighting: Sighting) -> None:
        """Tables came out: written with what the attempt comes to."""
        self._sightings.append(sighting)

    async def tell(self, found: Found, *, stage: timedelta | None = None) -> None:
        """Have the one who can mend it told of something that may spoil the drop, found at that stage before it."""
        now, about = self._clock.now(), dict[str, int]()
        if stage is not None:
            about["stage_min"] = stage // timedelta(minutes=1)
        if found.account_id is not None:
            about["account"] = found.account_id
        self.recorder.add(StepKind.TROUBLE, what=found.trouble.value, **about)
        steps = self.recorder.steps
        await self._database.write(
            lambda tx: job_writes.trouble(tx, self.job, found, steps, self._facts, now=now)
        )
        self.recorder.written(steps)

    async def rearm(self, drop_at: datetime) -> None:
        """The drop is at another moment."""
        now = self._clock.now()
        self.recorder.add(StepKind.REARMED, drop_at=drop_at.isoformat())
        await self._database.write(lambda tx: job_writes.rearm(tx, self.job, drop_at, self._facts, now=now))

    async def settle(self, outcome: Outcome) -> None:
        """Write what the attempt came to. Raises `LeaseLost` when that is not ours to say any more."""
        now = self._clock.now()
        if isinstance(outcome, GaveUp):
            self.recorder.add(StepKind.GAVE_UP, reason=outcome.reason.value)
        steps = self.recorder.steps
        seen = tuple(self._sightings)
        kept = steps if worth_keeping(steps) or not isinstance(outcome, NothingYet) else ()
        self.busy = True
        try:
            await self._database.write(
                lambda tx: job_writes.settle(
                    tx, self.job, outcome, kept, self._facts, sightings=seen, now=now
                )
            )
        finally:
            self.busy = False
        self.recorder.written(steps)
        del self._sightings[: len(seen)]
        if isinstance(outcome, Unknown):
            self._state = JobState.UNSURE

    async def break_off(self, error: Exception) -> None:
        """Let go after an error that nobody foresaw."""
        now = self._clock.now()
        self.recorder.add(StepKind.BROKE_OFF, error=repr(error)[:200])
        with suppress(LeaseLost):
            await self._database.write(
                lambda tx: job_writes.break_off(tx, self.job, self.recorder.steps, self._facts, now=now)
            )
