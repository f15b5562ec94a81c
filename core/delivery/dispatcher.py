"""Takes messages of the outbox in hand as they fall due, and has each sent: in order in its lane, until it arrived."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core import unit
from core.clock import Clock
from core.delivery.leased_message import LeasedMessage
from core.delivery.sender import Errand, HandOver, MaybeSent, NotTaken, Outcome, PutOff, Sender, Sent
from core.delivery.settle import settle
from core.errors import LeaseLost
from core.persistence import outbox_leases
from core.persistence.database import Database
from core.persistence.outbox import OutboxMessage
from core.runtime.quiet_window import QuietWindow

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
_HEARTBEAT = LEASE / 3
_AT_ONCE = 128
_LOOK_AT_LEAST_EVERY = timedelta(seconds=30)
_AFTER_UNSURE = timedelta(seconds=5)
_WITHOUT_SENDER = timedelta(minutes=1)
_DATABASE_DOWN = timedelta(seconds=2)
_TRIES = 10
_FIRST_TRY_AGAIN = timedelta(seconds=0.2)
_IN_OTHER_HANDS = timedelta(seconds=0.5)
_LAST_RECEIPTS = timedelta(seconds=1)


class Dispatcher:
    """Has messages sent, each by the sender of its kind; each lane has one under way at most.

    `owner` is the process's: what it has in hand, no other takes, and what it had in hand is found again as pending.
    `in_charge` says whether, by the clock, this process still has its own lease: else another may have all of that.
    """

    def __init__(
        self,
        *,
        database: Database,
        senders: Mapping[str, Sender],
        clock: Clock,
        quiet_window: QuietWindow,
        owner: str,
        in_charge: Callable[[], bool],
    ) -> None:
        self._database = database
        self._senders = senders
        self._clock = clock
        self._quiet_window = quiet_window
        self._owner = owner
        self._leased: dict[int, tuple[LeasedMessage, asyncio.Task[None]]] = {}
        self._in_charge = in_charge
        self._resting: dict[int, datetime] = {}
        self._renewing: asyncio.Task[None] | None = None
        self._poked = asyncio.Event()

    def poke(self) -> None:
        """There may be messages."""
        self._poked.set()

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            while True:
                self._poked.clear()
                await self._quiet_window.passed()
                try:
                    due_at = await self._claim()
                    await self._wait(due_at)
                except Exception:
                    log.exception("the messages could not be read")
                    await self._clock.sleep(_DATABASE_DOWN)
        finally:
            await self._stop()

    async def _stop(self) -> None:
        """Stop sending. What is being taken along in this moment is waited for: else people would see it twice."""
        tasks = {task for _, task in self._leased.values()}
        for leased, task in self._leased.values():
            if not leased.out:
                task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_LAST_RECEIPTS.total_seconds())
        if self._renewing is not None:
            tasks.add(self._renewing)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _claim(self) -> datetime | None:
        """Begin with what is due; when the next one is due."""
        now = self._clock.now()
        self._resting = {lane: until for lane, until in self._resting.items() if until > now}
        busy, most = (*self._leased, *self._resting), _AT_ONCE - len(self._leased)

        def look(tx: Connection) -> tuple[bool, datetime | None]:
            due = outbox_leases.due(tx, now=now, busy=busy, limit=min(most, 1), owner=self._owner)
            return bool(due), outbox_leases.next_due_at(tx)

        def claim(tx: Connection) -> list[tuple[OutboxMessage, Errand]]:
            claimed = outbox_leases.claim_due(
                tx, owner=self._owner, now=now, lease=LEASE, busy=busy, limit=most
            )
            return [(message, self._errand(tx, message)) for message in claimed]

        anything, due_at = await self._database.read(look)
        if anything:
            for message, errand in await self._database.write(claim):
                until, in_charge = now + LEASE, self._in_charge
                self._take(
                    LeasedMessage(message, until=until, clock=self._clock, in_charge=in_charge), errand
                )
        return due_at

    def _errand(self, tx: Connection, message: OutboxMessage) -> Errand:
        sender = self._senders.get(message.kind)
        return _nobody if sender is None else sender.errand(tx, message)

    async def _wait(self, due_at: datetime | None) -> None:
        """Until poked, or until the next message is due."""
        now = self._clock.now()
        moments = [*self._resting.values()] if due_at is None else [due_at, *self._resting.values()]
        patience = min([_LOOK_AT_LEAST_EVERY, *(at - now for at in moments if at > now)])
        poked = asyncio.ensure_future(self._poked.wait())
        slept = asyncio.ensure_future(self._clock.sleep(patience))
        try:
            await asyncio.wait({poked, slept}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            poked.cancel()
            slept.cancel()

    def _take(self, leased: LeasedMessage, errand: Errand) -> None:
        lane = leased.message.lane

        def done(_: asyncio.Task[None]) -> None:
            self._leased.pop(lane, None)
            self.poke()

        task = asyncio.create_task(self._send(leased, errand), name=f"message {leased.message.id}")
        self._leased[lane] = leased, task
        task.add_done_callback(done)
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew_while_busy(), name="message leases")

    async def _send(self, leased: LeasedMessage, errand: Errand) -> None:
        message = leased.message
        with unit.begin(
            "message",
            outbox=message.id,
            kind=message.kind,
            topic=message.topic,
            chat=message.chat_id,
            attempt=message.attempts,
        ) as sending:
            await self._sent(leased, errand, sending)

    async def _sent(self, leased: LeasedMessage, errand: Errand, sending: unit.Unit) -> None:
        message = leased.message
        try:
            outcome = await errand(leased.hand_over)
            sending.bind(outcome=type(outcome).__name__)
            if isinstance(outcome, NotTaken):
                self._rest(message, outcome.rest)
                if outcome.also is None:  # nothing has changed: it rests in these hands
                    sending.level = logging.DEBUG
                    return
            if isinstance(outcome, MaybeSent):
                self._rest(message, _AFTER_UNSURE * 2 ** min(message.attempts, 6))
            if not isinstance(outcome, Sent | MaybeSent):  # nobody has it: it can still be tried again
                await self._settle(message, outcome)
                return
        except LeaseLost as lost:
            sending.bind(outcome=type(lost).__name__)
            self._rest(message, _IN_OTHER_HANDS)
            return
        except Exception as error:  # noqa: BLE001 - logged with the message
            sending.failed(error, broken=True)
            # The others in the lane need not wait for it.
            outcome = PutOff(until=self._clock.now() + _backoff(message), reason="failed")
        await self._settle_at_last(message, outcome)

    async def _settle(self, message: OutboxMessage, outcome: Outcome) -> None:
        now = self._clock.now()
        await self._database.write(lambda tx: settle(tx, message, outcome, now=now))

    async def _settle_at_last(self, message: OutboxMessage, outcome: Outcome) -> None:
        """Keep what became of a message, as soon as the database takes it; until then nothing goes down its lane.

        To give up at once would be to send it again, which people see, as fast as the network allows.
        """
        for tried in range(_TRIES):
            try:
                await self._settle(message, outcome)
            except LeaseLost as lost:
                unit.bind(outcome=type(lost).__name__)
                return
            except Exception as error:  # noqa: BLE001 - whatever the database raises
                log.warning("what became of a message could not be written down: %s", error)
                await self._clock.sleep(_FIRST_TRY_AGAIN * 2**tried)
            else:
                return
        self._rest(message, _LOOK_AT_LEAST_EVERY)

    def _rest(self, message: OutboxMessage, wait: timedelta) -> None:
        """Nothing goes down the lane for a while: what came later must not overtake the one that waits."""
        self._resting[message.lane] = self._clock.now() + wait

    async def _renew_while_busy(self) -> None:
        while self._leased:
            await self._clock.sleep(_HEARTBEAT)
            await self._quiet_window.passed()
            try:
                await self._renew()
            except Exception:
                log.exception("the leases of messages could not be renewed")

    async def _renew(self) -> None:
        mine, now = [leased for leased, _ in self._leased.values()], self._clock.now()
        ids = [leased.message.id for leased in mine]
        kept = await self._database.write(
            lambda tx: outbox_leases.renew(tx, owner=self._owner, ids=ids, now=now, lease=LEASE)
        )
        for leased in mine:
            if (leased.message.id, leased.message.fence) in kept:
                leased.renewed(now + LEASE)


async def _nobody(_: HandOver) -> Outcome:
    """Nobody sends this kind here."""
    return NotTaken(rest=_WITHOUT_SENDER)


def _backoff(message: OutboxMessage) -> timedelta:
    return timedelta(seconds=min(300, 2 ** min(message.attempts, 8)))
