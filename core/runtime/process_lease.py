"""One process at a time on a database, and none shut out for long by one that was killed."""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from core.clock import Clock
from core.errors import AlreadyRunning
from core.persistence import job_leases, leases, leasing, outbox_leases, tables
from core.persistence.database import Database
from core.persistence.leases import Lease

log = logging.getLogger(__name__)

NAME = "process"
LASTS = timedelta(seconds=6)
RENEWED_EVERY = timedelta(seconds=2)
_LOOKED_AT_EVERY = timedelta(seconds=0.25)


class ProcessLease:
    """`async with ProcessLease(database, clock, lost=stop):` – held and renewed in the background.

    `lost` is called once when another process has the lease after all (this one was frozen for longer than
    the lease lasts) or the database cannot be reached for as long: then this process must stop at once.
    Everything that this process takes in hand it takes as `owner`: it is free again as soon as this lease is
    another's, or nobody's.
    """

    def __init__(
        self, database: Database, clock: Clock, *, lost: Callable[[], None], owner: str | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._lost = lost
        self.owner = owner or f"{_machine()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._until: datetime | None = None
        self._renewing: asyncio.Task[None] | None = None

    @property
    def held(self) -> bool:
        """Whether, by the clock, no other process can have the lease: one that was frozen for longer may not know."""
        return self._until is not None and self._clock.now() < self._until

    async def __aenter__(self) -> Self:
        await self.acquire()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.release()

    async def acquire(self) -> None:
        """Take the lease. Raises `AlreadyRunning` once its holder has shown that it lives.

        A holder known to be dead, or a lease that has lapsed, is replaced at once. Any other is watched: its
        next renewal shows that it lives; without one for as long as a lease lasts, it is dead (a container
        that was killed, another machine that lost its power).
        """
        watched: Lease | None = None
        watched_since = self._clock.now()
        while True:
            seen = await self._database.read(lambda tx: leases.find(tx, NAME))
            now = self._clock.now()
            if seen is not None and watched is not None and seen != watched:
                raise AlreadyRunning(_who(seen.owner))
            gone = seen is None or seen.until <= now or _is_dead(seen.owner) or now - watched_since >= LASTS
            if gone and await self._take(seen):
                break
            if seen is not None and watched is None:
                log.info("%s holds the database; watching whether it is alive", _who(seen.owner))
                watched = seen
            await self._clock.sleep(_LOOKED_AT_EVERY)
        self._renewing = asyncio.create_task(self._renew_forever(), name="process lease")

    async def release(self) -> None:
        """Stop renewing and let the next process start at once."""
        if self._renewing is None:
            return
        self._renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._renewing
        self._renewing = self._until = None
        now = self._clock.now()
        await self._database.write(lambda tx: give_back(tx, self.owner, now=now))

    async def _take(self, seen: Lease | None) -> bool:
        new, now = self._from_now(), self._clock.now()
        if not await self._database.write(lambda tx: take(tx, new, seen=seen, now=now)):
            return False
        self._until = new.until
        return True

    async def _renew_forever(self) -> None:
        renewed_at = self._clock.now()
        while True:
            await self._clock.sleep(RENEWED_EVERY)
            new = self._from_now()
            try:
                async with asyncio.timeout(LASTS.total_seconds()):
                    still_ours = await self._database.write(lambda tx, new=new: leases.renew(tx, NAME, new))
            except Exception as error:  # noqa: BLE001 - whatever the database raises, the lease runs out
                log.warning("the process lease was not renewed: %s", error)
                still_ours = self._clock.now() - renewed_at < LASTS
            else:
                renewed_at = new.until - LASTS
                self._until = new.until if still_ours else None
            if not still_ours:
                log.error("this process has lost its lease on the database")
                self._lost()
                return

    def _from_now(self) -> Lease:
        return Lease(owner=self.owner, until=self._clock.now() + LASTS)


def take(tx: Connection, new: Lease, *, seen: Lease | None, now: datetime) -> bool:
    """Take the lease in the place of what was `seen`, and free what its holder had in hand; False when that is not
    what is there any more.
    """
    if not leases.take(tx, NAME, new, seen=seen):
        return False
    if seen is not None:
        _free(tx, seen.owner, now)
    return True


def give_back(tx: Connection, owner: str, *, now: datetime) -> None:
    """Let the next process have the lease at once, and what this one still had in hand."""
    leases.give_back(tx, NAME, owner)
    _free(tx, owner, now)


def _free(tx: Connection, owner: str, now: datetime) -> None:
    job_leases.lapse_all(tx, owner, now)
    if leasing.is_leased(tx, tables.outbox):
        outbox_leases.lapse_all(tx, owner)


def _machine() -> str:
    """Where process ids mean the same: the host and, on Linux, the process namespace (a container's)."""
    try:
        namespace = str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        namespace = "0"
    return f"{socket.gethostname()[:64].replace(':', '-')}/{namespace}"


def _is_dead(owner: str) -> bool:
    """Whether the owner is a process of this machine that is not there. When in doubt it is alive."""
    machine, _, rest = owner.partition(":")
    pid = rest.partition(":")[0]
    if machine != _machine() or not pid.isdecimal():
        return False
    if int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _who(owner: str) -> str:
    machine, _, rest = owner.partition(":")
    return f"process {rest.partition(':')[0]} on {machine.partition('/')[0]}"
