"""The worker: takes due jobs in hand, pursues each in a task of its own, and writes what came of it."""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from core.clock import Clock
from core.domain.booking import Unknown
from core.errors import LeaseLost
from core.jobs import job_writes
from core.jobs.facts import Facts
from core.jobs.leased_job import LeasedJob
from core.jobs.pursuit import Pursuit
from core.jobs.start_line import StartLine
from core.persistence import job_leases
from core.persistence.database import Database
from core.ports import Platform
from core.powers.accounts import Accounts
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


class Alarm(Protocol):
    """Calls back at a moment: `core.runtime.scheduler.AlarmClock`."""

    def set(self, name: str, at: datetime, callback: Callable[[], None]) -> None: ...

    def every(self, name: str, period: timedelta, callback: Callable[[], None]) -> None: ...


class Worker:
    """Pursues jobs until it is stopped.

    `poke` is called after a write that may have left messages to send.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        platforms: Mapping[str, Platform],
        facts: Facts,
        quiet_window: QuietWindow,
        owner: str,
        alarm: Alarm,
        poke: Callable[[], None],
        luck: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._clock = clock
        self._facts = facts
        self._owner = owner
        self._alarm = alarm
        self._poke = poke
        self._quiet_window = quiet_window
        self._start_line = StartLine(clock, quiet_window)
        self._pursuit = Pursuit(clock=clock, platforms=platforms, start_line=self._start_line, luck=luck)
        self._with_accounts = frozenset(
            name for name, platform in platforms.items() if isinstance(platform, Accounts)
        )
        self._woken = asyncio.Event()
        self._next_at: datetime | None = None
        self._claims: dict[asyncio.Task[None], LeasedJob] = {}
        self._claiming: asyncio.Task[None] | None = None
        self._renewing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin."""
        self._claiming = asyncio.create_task(self._claim_forever())
        self._alarm.every("jobs: safety look", _SAFETY_LOOK, self.wake)
        self.wake()

    def wake(self) -> None:
        """Look at the jobs table: something in it has changed, or is due."""
        self._woken.set()

    async def stop(self) -> None:
        """Hand everything back within five seconds; answers to calls that are out are awaited and written."""
        await _cancel([self._claiming])
        for task, claim in self._claims.items():
            claim.lose()
            if not claim.busy:
                task.cancel()
        await self._wait_for_last_answers()
        kept = [(claim.job, claim.recorder.steps) for claim in self._claims.values()]
        await _cancel([*self._claims, self._renewing])
        await self._start_line.aclose()
        now = self._clock.now()
        await self._database.write(lambda tx: job_writes.hand_back(tx, self._owner, kept, now=now))

    async def _wait_for_last_answers(self) -> None:
        if not self._claims:
            return
        patience = asyncio.create_task(self._clock.sleep(_LAST_ANSWERS))
        everyone = asyncio.create_task(asyncio.wait(list(self._claims)))
        await asyncio.wait({patience, everyone}, return_when=asyncio.FIRST_COMPLETED)
        await _cancel([patience, everyone])

    async def _claim_forever(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            await self._quiet_window.passed()
            try:
                await self._claim()
            except Exception:
                log.exception("The jobs table could not be read; the next safety look tries again.")

    async def _claim(self) -> None:
        claimed = [None]
        next_at = await self._database.read(job_leases.next_due)
        while claimed and next_at is not None and next_at <= self._clock.now() + _HORIZON:
            now = self._clock.now()
            claimed = await self._database.write(
                lambda tx, now=now: job_leases.claim_due(
                    tx, owner=self._owner, now=now, horizon=_HORIZON, lease=LEASE, limit=_BATCH
                )
            )
            for job in claimed:
                self._take(
                    LeasedJob(
                        job,
                        until=now + LEASE,
                        database=self._database,
                        clock=self._clock,
                        facts=self._facts,
                        with_accounts=self._with_accounts,
                    )
                )
            next_at = await self._database.read(job_leases.next_due)
        if next_at is not None and (next_at != self._next_at or next_at <= self._clock.now()):
            self._next_at = next_at
            self._alarm.set("jobs: next due", next_at, self.wake)

    def _take(self, claim: LeasedJob) -> None:
        task = asyncio.create_task(self._run(claim), name=f"job {claim.job.id}")
        self._claims[task] = claim
        task.add_done_callback(self._claims.pop)
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew_while_busy())

    async def _run(self, claim: LeasedJob) -> None:
        try:
            outcome = await self._pursuit.pursue(claim)
            await claim.settle(outcome)
            if isinstance(outcome, Unknown):
                self._poke()
                await claim.settle(await self._pursuit.look_up(claim))
        except LeaseLost:
            log.info("Job %d is in other hands.", claim.job.id)
        except Exception as error:
            log.exception("Job %d broke off.", claim.job.id)
            await self._break_off(claim, error)
        self._poke()
        self.wake()

    async def _break_off(self, claim: LeasedJob, error: Exception) -> None:
        try:
            await claim.break_off(error)
        except Exception:
            log.exception("Job %d is left to its lease, which lapses by itself.", claim.job.id)

    async def _renew_while_busy(self) -> None:
        while self._claims:
            await self._clock.sleep(_HEARTBEAT)
            await self._quiet_window.passed()
            try:
                await self._renew()
            except Exception:
                log.exception("The leases could not be renewed.")

    async def _renew(self) -> None:
        mine, now = dict(self._claims), self._clock.now()
        held = await self._database.write(
            lambda tx: job_leases.renew(
                tx, owner=self._owner, job_ids=[each.job.id for each in mine.values()], now=now, lease=LEASE
            )
        )
        for task, claim in mine.items():
            if (claim.job.id, claim.job.fence) in held:
                claim.renewed(now + LEASE)
            else:
                claim.lose()
                if not claim.busy:
                    task.cancel()


async def _cancel(tasks: Iterable[asyncio.Task[None] | asyncio.Task[object] | None]) -> None:
    present = [task for task in tasks if task is not None]
    for task in present:
        task.cancel()
    await asyncio.gather(*present, return_exceptions=True)
