"""A job that this worker has in hand: the only writer of its state and its steps."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from core.clock import Clock
from core.domain.almanac import Sighting
from core.domain.booking import Unknown
from core.domain.job import Job
from core.domain.job_state import JobState
from core.domain.outcome import GaveUp, NothingYet, Outcome
from core.domain.reservation import Reservation
from core.domain.step import BrokeOff, JobEnded, Rearmed, Step, TroubleTold
from core.errors import LeaseLost
from core.jobs.brief import Brief
from core.jobs.steps import Recorder, worth_keeping
from core.jobs.store import Change, Doubted, DropMoved, Firing, JobStore, LetGo, Settled, StoodDown, Troubled

_MINUTE = timedelta(minutes=1)


class LeasedJob:
    """The job, the lease as this process knows it, and every write made under it: an attempt's `CallGate`.

    A process that was frozen past the lease, or past its own on the database, wakes up believing that it still holds
    the job; `check` asks the clock, so that it cannot make a booking call then.
    """

    def __init__(
        self, job: Job, *, until: datetime, store: JobStore, clock: Clock, in_charge: Callable[[], bool]
    ) -> None:
        self.job = job
        self.recorder = Recorder(clock, job.fence)
        self._until = until
        self._lost = False
        self._busy = False
        self._store = store
        self._clock = clock
        self._in_charge = in_charge
        self._state = job.state
        self._account_id = job.account_id
        self._sightings: list[Sighting] = []

    @property
    def busy(self) -> bool:
        """Whether a call is out or its answer is being written: then it is not to be interrupted."""
        return self._busy

    def renewed(self, until: datetime) -> None:
        """The lease was written to last until then."""
        self._until = max(self._until, until)

    def lose(self) -> None:
        """No call is made any more; the answer to one that is out is still written if the fence allows."""
        self._lost = True

    def check(self) -> None:
        if self._lost or self._clock.now() >= self._until or not self._in_charge():
            raise LeaseLost(self.job.id, self.job.fence)

    @contextmanager
    def call(self) -> Generator[None]:
        self.check()
        with self._undisturbed():
            yield

    async def brief(self) -> Brief:
        """What the job is about, as it stands now."""
        return await self._store.brief(self.job)

    async def is_anothers(self, reservation: Reservation) -> bool:
        """Whether the platform's reservation belongs to another plan of ours."""
        return await self._store.is_anothers(self.job, reservation)

    async def fire(self, account_id: int | None) -> None:
        if self._state is not JobState.FIRING or self._account_id != account_id:
            await self._write(Firing(account_id=account_id))
            self._state, self._account_id = JobState.FIRING, account_id

    async def stand_down(self) -> None:
        if self._state is JobState.FIRING:
            await self._write(StoodDown())
            self._state = JobState.TRYING

    async def doubt(self, account_id: int | None) -> None:
        """Write that a call with this account may have booked after all: the platform is asked once more."""
        await self._write(Doubted(account_id=account_id))
        self._state, self._account_id = JobState.UNSURE, account_id

    def notice(self, sighting: Sighting) -> None:
        """Tables came out: written with what the attempt comes to."""
        self._sightings.append(sighting)

    async def tell(self, found: Troubled, *, stage: timedelta | None = None) -> None:
        """Have the one who can mend it told of something that may spoil the drop, found at that stage before it."""
        stage_min = None if stage is None else stage // _MINUTE
        told = TroubleTold(
            what=found.trouble, stage_min=stage_min, account=found.account_id, about=found.about
        )
        self.recorder.add(told)
        steps = self.recorder.steps
        await self._write(found, steps)
        self.recorder.written(steps)

    async def rearm(self, drop_at: datetime) -> None:
        """The drop is at another moment."""
        self.recorder.add(Rearmed(drop_at=drop_at))
        await self._write(DropMoved(drop_at=drop_at))

    async def settle(self, outcome: Outcome) -> None:
        """Write what the attempt came to. Raises `LeaseLost` when that is not ours to say any more."""
        if isinstance(outcome, GaveUp):
            self.recorder.add(JobEnded(reason=outcome.reason))
        steps, seen = self.recorder.steps, tuple(self._sightings)
        kept = steps if worth_keeping(steps) or not isinstance(outcome, NothingYet) else ()
        with self._undisturbed():
            await self._write(Settled(outcome=outcome, sightings=seen), kept)
        self.recorder.written(steps)
        del self._sightings[: len(seen)]
        if isinstance(outcome, Unknown):
            self._state = JobState.UNSURE

    async def break_off(self, error: Exception) -> None:
        """Let go after an error that nobody foresaw."""
        self.recorder.add(BrokeOff(error=repr(error)[:200]))
        with suppress(LeaseLost):
            await self._write(LetGo(), self.recorder.steps)

    async def _write(self, change: Change, steps: Sequence[Step] = ()) -> None:
        await self._store.write(self.job, change, steps, now=self._clock.now())

    @contextmanager
    def _undisturbed(self) -> Generator[None]:
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
