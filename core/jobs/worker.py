"""The worker: takes due jobs in hand, pursues each in a task of its own, and writes what came of it."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from core import unit
from core.domain.booking import Unknown
from core.domain.outcome import GaveUp, Outcome
from core.errors import LeaseLost
from core.jobs.engine import JobEngine
from core.jobs.leased_job import LeasedJob
from core.jobs.reconcile import reconcile
from core.jobs.store import JobStore
from core.jobs.strategies.pursue import pursue
from core.jobs.wake import Wake
from core.runtime.quiet_window import QuietWindow

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
_HEARTBEAT = LEASE / 3
_HORIZON = timedelta(
    milliseconds=50
)  # a timer may fire a little early; the moment of a drop is kept elsewhere
_BATCH = 200
_SAFETY_LOOK = timedelta(seconds=30)
_LAST_ANSWERS = timedelta(seconds=4)


class Worker:
    """Pursues jobs until it is stopped.

    `owner` has them in hand, and `in_charge` says whether, by the clock, its process still has its own lease: else
    another may have them all.
    """

    def __init__(
        self,
        *,
        store: JobStore,
        engine: JobEngine,
        wake: Wake,
        quiet_window: QuietWindow,
        owner: str,
        in_charge: Callable[[], bool],
    ) -> None:
        self._store = store
        self._engine = engine
        self._clock = engine.clock
        self._wake = wake
        self._quiet_window = quiet_window
        self._owner = owner
        self._in_charge = in_charge
        self._next_at: datetime | None = None
        self._leased: dict[asyncio.Task[None], LeasedJob] = {}
        self._claiming: asyncio.Task[None] | None = None
        self._renewing: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._claiming = asyncio.create_task(self._claim_forever())
        self._wake.every(_SAFETY_LOOK)
        self._wake.now()

    async def stop(self) -> None:
        """Hand everything back within five seconds; answers to calls that are out are awaited and written."""
        await _cancel([self._claiming])
        for task, leased in self._leased.items():
            leased.lose()
            if not leased.busy:
                task.cancel()
        await self._wait_for_last_answers()
        unwritten = [(leased.job, leased.recorder.steps) for leased in self._leased.values()]
        await _cancel([*self._leased, self._renewing])
        await self._engine.start_line.aclose()
        await self._store.hand_back(self._owner, unwritten, now=self._clock.now())

    async def _wait_for_last_answers(self) -> None:
        if not self._leased:
            return
        patience = asyncio.create_task(self._clock.sleep(_LAST_ANSWERS))
        everyone = asyncio.create_task(asyncio.wait(list(self._leased)))
        await asyncio.wait({patience, everyone}, return_when=asyncio.FIRST_COMPLETED)
        await _cancel([patience, everyone])

    async def _claim_forever(self) -> None:
        while True:
            await self._wake.woken()
            await self._quiet_window.passed()
            try:
                await self._claim()
            except Exception:
                log.exception("The jobs table could not be read; the next safety look tries again.")

    async def _claim(self) -> None:
        claimed = [None]
        next_at = await self._store.next_due()
        while claimed and next_at is not None and next_at <= self._clock.now() + _HORIZON:
            now = self._clock.now()
            claimed = await self._store.claim(
                owner=self._owner, now=now, horizon=_HORIZON, lease=LEASE, limit=_BATCH
            )
            for job in claimed:
                self._take(
                    LeasedJob(
                        job,
                        until=now + LEASE,
                        store=self._store,
                        clock=self._clock,
                        in_charge=self._in_charge,
                    )
                )
            next_at = await self._store.next_due()
        if next_at is not None and (next_at != self._next_at or next_at <= self._clock.now()):
            self._next_at = next_at
            self._wake.at(next_at)

    def _take(self, leased: LeasedJob) -> None:
        task = asyncio.create_task(self._run(leased), name=f"job {leased.job.id}")
        self._leased[task] = leased
        task.add_done_callback(self._leased.pop)
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew_while_busy())

    async def _run(self, leased: LeasedJob) -> None:
        job = leased.job
        with unit.begin(
            "job", job=job.id, plan=job.plan_id, strategy=job.strategy.value, attempt=job.attempts
        ) as attempt:
            await self._attempt(leased, attempt)
            self._wake.now()

    async def _attempt(self, leased: LeasedJob, attempt: unit.Unit) -> None:
        try:
            outcome = await pursue(leased, self._engine)
            await leased.settle(outcome)
            if isinstance(outcome, Unknown):
                outcome = await reconcile(leased, self._engine)
                await leased.settle(outcome)
            attempt.bind(outcome=_shown(outcome))
        except LeaseLost as lost:
            attempt.bind(outcome=type(lost).__name__)
        except Exception as error:  # noqa: BLE001 - logged with the attempt
            attempt.failed(error, broken=True)
            await self._break_off(leased, error)

    async def _break_off(self, leased: LeasedJob, error: Exception) -> None:
        try:
            await leased.break_off(error)
        except Exception:
            log.exception("Job %d is left to its lease, which lapses by itself.", leased.job.id)

    async def _renew_while_busy(self) -> None:
        while self._leased:
            await self._clock.sleep(_HEARTBEAT)
            await self._quiet_window.passed()
            try:
                await self._renew()
            except Exception:
                log.exception("The leases could not be renewed.")

    async def _renew(self) -> None:
        mine, now = dict(self._leased), self._clock.now()
        job_ids = [each.job.id for each in mine.values()]
        held = await self._store.renew(owner=self._owner, job_ids=job_ids, now=now, lease=LEASE)
        for task, leased in mine.items():
            if (leased.job.id, leased.job.fence) in held:
                leased.renewed(now + LEASE)
            else:
                leased.lose()
                if not leased.busy:
                    task.cancel()


def _shown(outcome: Outcome) -> str:
    """For the log: `Booked`, `GaveUp:fully_taken`."""
    name = type(outcome).__name__
    return f"{name}:{outcome.reason.value}" if isinstance(outcome, GaveUp) else name


async def _cancel(tasks: Iterable[asyncio.Task[None] | asyncio.Task[object] | None]) -> None:
    present = [task for task in tasks if task is not None]
    for task in present:
        task.cancel()
    await asyncio.gather(*present, return_exceptions=True)
