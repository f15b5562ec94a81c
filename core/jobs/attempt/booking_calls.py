"""The booking calls of one attempt: never two at a time, and each written down before it is made."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from enum import Enum
from typing import Protocol

from core.clock import Clock
from core.domain.booking import (
    BookAnswer,
    Booked,
    Booker,
    Conflict,
    GuestAction,
    NeedsGuest,
    SlotTaken,
    Unknown,
)
from core.domain.mandate import Mandate
from core.domain.outcome import GaveUp, Outcome, Reason
from core.domain.slot import Slot
from core.domain.step import (
    AccountSwitched,
    BrokeOff,
    Conflicted,
    PlatformBroke,
    SlotBooked,
    SlotLost,
    SlotNeedsGuest,
    SlotTried,
    Unanswered,
)
from core.errors import LeaseLost, NotConnected, PlatformDown, SignInNeeded, VenueGone
from core.jobs.attempt.backoff import Backoff
from core.jobs.steps import Recorder
from core.ports import Platform
from core.powers.booking import Prepares


class CallGate(Protocol):
    """What stands between an attempt and a booking call."""

    async def fire(self, account_id: int | None) -> None:
        """Write that a booking call may be out from now on, with this account. Raises `LeaseLost`."""
        ...

    async def stand_down(self) -> None:
        """Write that none is out. Raises `LeaseLost`."""
        ...

    def call(self) -> AbstractContextManager[None]:
        """Inside it one call is out. Raises `LeaseLost` when, by the clock, the job may be another's."""
        ...

    def check(self) -> None:
        """Raises `LeaseLost` likewise."""
        ...


class Miss(Enum):
    """What became of a slot, where it ends nothing."""

    LOST = "lost"
    REFUSED = "refused"
    """The platform broke off, and surely booked nothing."""
    OVER = "over"
    """There was no time, or no call, left for it."""


class BookingCalls:
    """At most `most` calls, under the first of the mandates; the next takes over where an account is of no use."""

    def __init__(
        self,
        *,
        key: str,
        platform: Platform,
        mandates: Sequence[Mandate],
        clock: Clock,
        gate: CallGate,
        recorder: Recorder,
        backoff: Backoff,
        until: datetime,
        most: int,
    ) -> None:
        self.left = most
        self._key = key
        self._platform = platform
        self._mandates = mandates
        self._clock = clock
        self._gate = gate
        self._recorder = recorder
        self._backoff = backoff
        self._until = until
        self._need: NeedsGuest | None = None
        self._preparing: dict[str, asyncio.Task[None]] = {}

    async def stand_ready(self) -> None:
        """Write down before the drop that a call may be out: there is no time for it then."""
        await self._gate.fire(self._mandates[0].booker.account_id)

    async def book(self, slot: Slot, *, then: Slot | None) -> Outcome | Miss:
        """Book; what comes before booking `then`, the second choice, is done meanwhile."""
        while True:
            await self._gate.fire(self._mandates[0].booker.account_id)
            answer = await self._call(slot, then)
            if not isinstance(answer, NeedsGuest) or answer.action is GuestAction.ACCEPT_TERMS:
                return answer
            self._need = self._need or answer
            if not self._handed_over():
                return self._need

    async def aclose(self) -> None:
        """Nothing is being prepared any more."""
        for task in self._preparing.values():
            task.cancel()
        await asyncio.gather(*self._preparing.values(), return_exceptions=True)

    async def _call(self, slot: Slot, then: Slot | None) -> Outcome | Miss:
        """One call. What was sent and not answered is unknown, whatever broke."""
        with self._gate.call():
            sent_at = self._clock.now()
            if sent_at >= self._until or not self.left or not self._mandates[0].holds(slot, sent_at):
                return Miss.OVER
            self.left -= 1
            self._recorder.add(SlotTried.of(slot))
            self._prepare(then)
            try:
                answer = await self._platform.book(
                    slot, mandate=self._mandates[0], key=self._key, permit=self._permit
                )
            except LeaseLost:  # nothing was sent
                raise
            except PlatformDown as down:
                tried = SlotTried.of(slot)
                self._recorder.add(
                    PlatformBroke(
                        why=down.reason[:200], token=tried.token, time=tried.time, seating=tried.seating
                    )
                )
                self._backoff.broke(down, self._clock.now())
                return Miss.REFUSED
            except (SignInNeeded, NotConnected):
                answer = NeedsGuest(action=GuestAction.SIGN_IN)
            except VenueGone:
                return GaveUp(reason=Reason.VENUE_GONE)
            except Exception as broken:  # noqa: BLE001 - a call that broke midway may have booked
                self._recorder.add(BrokeOff(error=repr(broken)[:200]))
                answer = Unknown(sent_at=sent_at)
        return self._answered(slot, answer)

    async def _permit(self) -> None:
        self._gate.check()

    def _answered(self, slot: Slot, answer: BookAnswer) -> Outcome | Miss:
        self._backoff.answered()
        match answer:
            case Booked():
                self._recorder.add(SlotBooked.of(slot))
            case NeedsGuest(action=action):
                self._recorder.add(SlotNeedsGuest.of(slot, action=action))
            case Unknown():
                self._recorder.add(Unanswered.of(slot))
            case Conflict(with_=other, venue_name=venue_name):
                there = "" if other is None else f"{other.starts_at:%H:%M}"
                self._recorder.add(Conflicted.of(slot, venue_name=venue_name, with_time=there))
                return GaveUp(reason=Reason.CONFLICT)
            case SlotTaken():
                self._recorder.add(SlotLost.of(slot))
                return Miss.LOST
        return answer

    def _handed_over(self) -> bool:
        """Whether there was somebody to go on in whose name."""
        if len(self._mandates) == 1:
            return False
        before, after = self._mandates[0].booker, self._mandates[1].booker
        self._recorder.add(
            AccountSwitched(from_account=before.account_id or 0, to_account=after.account_id or 0)
        )
        self._mandates = self._mandates[1:]
        return True

    def _prepare(self, slot: Slot | None) -> None:
        if slot is None or slot.token in self._preparing or not isinstance(self._platform, Prepares):
            return
        preparing = _prepared(self._platform, slot, self._mandates[0].booker)
        self._preparing[slot.token] = asyncio.create_task(preparing)


async def _prepared(platform: Prepares, slot: Slot, booker: Booker) -> None:
    with suppress(Exception):  # booking it takes the same step, and says what is wrong
        await platform.prepare(slot, booker=booker)
