"""Brings facts to their subscribers, each at its own pace."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core import unit
from core.clock import Clock
from core.errors import Behind
from core.events.subscriber import Subscriber
from core.persistence import facts
from core.persistence.database import Database, DatabaseAway
from core.persistence.facts import Passage, Recorded
from core.runtime.bell import Bell
from core.runtime.quiet_window import QuietWindow

log = logging.getLogger(__name__)

_AT_ONCE = 16
"""So many facts a transaction, so that nobody else waits long for theirs."""
_RUNNING_STILL = timedelta(milliseconds=20)
_RUNNING_LONG = timedelta(seconds=1)
_TOO_LONG = timedelta(seconds=5)
"""A fact is there, and the transaction of an earlier one has not ended: looked again, less and less often, and at last
the host is told."""
_PAUSES = (timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=15))
"""After a subscriber has raised; then the fact is passed over."""


class Feed:
    """One task a subscriber: none waits for another. Two processes may run one each: a fact is heard by whichever
    gets to it first. The bell is rung after a transaction in which something was heard.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        quiet_window: QuietWindow,
        subscribers: Sequence[Subscriber],
        bell: Bell,
    ) -> None:
        names = [each.name for each in subscribers]
        if len({"", *names}) <= len(names):  # two would share a position, and each miss what the other heard
            raise ValueError(f"subscribers need names, each its own: {names}")
        self._lanes = [
            _Lane(database=database, clock=clock, quiet_window=quiet_window, subscriber=each, bell=bell)
            for each in subscribers
        ]

    def poke(self) -> None:
        """Something may have been recorded."""
        for lane in self._lanes:
            lane.woken.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for lane in self._lanes:
                tasks.create_task(lane.run(), name=f"feed: {lane.subscriber.name}")


class _Lane:
    """One subscriber's way through the facts."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        quiet_window: QuietWindow,
        subscriber: Subscriber,
        bell: Bell,
    ) -> None:
        self.subscriber = subscriber
        self.woken = asyncio.Event()
        self._database = database
        self._clock = clock
        self._quiet_window = quiet_window
        self._bell = bell
        self._hearing = 0
        """The number of the fact that was heard last, or raised."""
        self._failed_at = 0
        self._failures = 0
        self._waited = timedelta(0)
        self._gives_up = False
        self._singly = 0
        """So many facts are heard in a transaction each: one of them has made the subscriber raise."""

    async def run(self) -> None:
        while True:
            self.woken.clear()
            await self._quiet_window.passed()
            try:
                more = await self._go_on()
            except DatabaseAway as error:
                log.warning("%s hears nothing for now: %s", self.subscriber.name, type(error).__name__)
                await self._clock.sleep(_PAUSES[0])
            except Exception as error:  # noqa: BLE001 - a subscriber may raise anything, and the others go on
                await self._raised(error)
            else:
                if not more:
                    await self.woken.wait()

    async def _go_on(self) -> bool:
        """Hear what can be heard now; whether there is more."""
        if self._gives_up:
            await self._do_without()
            return True
        waiting = await self._database.read(self._waiting)
        if waiting is not None and not waiting.seen:
            if waiting.more:
                await self._wait_for_an_older_one()
            return waiting.more
        self._waited = timedelta(0)
        now = self._clock.now()
        with unit.begin("facts", level=logging.DEBUG, subscriber=self.subscriber.name):
            more = await self._database.write(lambda tx: self._hear(tx, now))
        self._failures, self._singly = 0, max(self._singly - 1, 0)
        self._bell.ring()
        return more

    async def _do_without(self) -> None:
        """Pass over the fact at which the subscriber raises. It may say so to somebody, but nothing hangs on that."""
        now = self._clock.now()
        with unit.begin("facts", level=logging.DEBUG, subscriber=self.subscriber.name):
            try:
                passed = await self._database.write(lambda tx: self._pass_over(tx, now))
            except DatabaseAway:
                raise
            except Exception:
                log.exception("%s raised at a fact that it is to do without", self.subscriber.name)
                passed = await self._database.write(lambda tx: self._pass_over(tx, None))
        for recorded in passed:
            kind, number = recorded.fact.kind, recorded.id
            log.error("%s passed over fact %d (%s): it raises at it", self.subscriber.name, number, kind)
        self._failures, self._gives_up = 0, False
        self._bell.ring()

    async def _wait_for_an_older_one(self) -> None:
        """PostgreSQL has a transaction that began before that of a fact which is there."""
        pause = min(max(self._waited, _RUNNING_STILL), _RUNNING_LONG)
        await self._clock.sleep(pause)
        if self._waited < _TOO_LONG <= self._waited + pause:
            log.warning(
                "%s hears nothing for as long as a transaction stays open in this PostgreSQL server:"
                " pg_stat_activity tells whose",
                self.subscriber.name,
            )
        self._waited += pause

    def _waiting(self, tx: Connection, *, locked: bool = False) -> Passage | None:
        """What comes next; None: the subscriber is new, or was away for too long."""
        reached = facts.position(tx, self.subscriber.name, locked=locked)
        try:
            return None if reached is None else facts.read(tx, reached, limit=1 if self._singly else _AT_ONCE)
        except Behind:
            return None

    def _hear(self, tx: Connection, now: datetime) -> bool:
        """One transaction: what is heard, and how far that is."""
        passage = self._waiting(tx, locked=True)
        if passage is None:
            facts.set_position(tx, self.subscriber.name, facts.newest(tx))
            self.subscriber.start_over(tx, now=now)
            return True
        for recorded in passage.facts:
            self._hearing = recorded.id
            self.subscriber.hear(tx, recorded)
        facts.set_position(tx, self.subscriber.name, passage.end)
        return passage.more

    async def _raised(self, error: Exception) -> None:
        """Find out at which fact, try that again for a while, and then do without it: the others wait behind it."""
        if not self._singly:
            log.error("%s raised at a fact", self.subscriber.name, exc_info=error)
            self._singly = _AT_ONCE
            return
        if self._failed_at != self._hearing:  # another process got past the one before
            self._failed_at, self._failures, self._gives_up = self._hearing, 0, False
        self._failures += 1
        if self._failures <= len(_PAUSES):
            await self._clock.sleep(_PAUSES[self._failures - 1])
        elif self._gives_up:  # the fact can't even be passed over
            await self._clock.sleep(_PAUSES[-1])
        else:
            self._gives_up = True

    def _pass_over(self, tx: Connection, now: datetime | None) -> Sequence[Recorded]:
        """Do without the fact that was tried, unless another process got past it; which that was. The subscriber is
        told as of `now`, if at all.
        """
        passage = self._waiting(tx, locked=True)
        if passage is None or [one.id for one in passage.facts] != [self._hearing]:
            return ()
        facts.set_position(tx, self.subscriber.name, passage.end)
        for recorded in passage.facts:
            if now is not None:
                self.subscriber.missed(tx, recorded, now=now)
        return passage.facts
