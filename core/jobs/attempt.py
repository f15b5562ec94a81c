"""One attempt: look, try the best slot, take the platform's answer.

At a drop nothing is written to the database between its moment and the booking.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, assert_never

from core.clock import Clock
from core.domain.plan import Wish
from core.domain.slot import Availability, Slot
from core.errors import PlatformDown, VenueGone
from core.jobs.gun import StartingGun
from core.jobs.outcomes import GaveUp, Outcome, Reason
from core.jobs.pacing import Pacing
from core.jobs.timeline import Recorder, StepKind, naming
from core.ports import BookAnswer, Booked, Booker, Conflict, NeedsGuest, Platform, SlotTaken, Unknown

_LULL = timedelta(seconds=1)
_BACKOFF = timedelta(milliseconds=500)
_LONGEST_BACKOFF = timedelta(seconds=10)


class Guard(Protocol):
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


@dataclass(slots=True, kw_only=True)
class Attempt:
    """An effort to get one table between `opened_at` and `until`; `key` is the plan's id.

    `lost` are the tokens of slots that went to others and are still listed: not tried again before they have
    been off the list.
    """

    wish: Wish
    key: str
    platform: Platform
    booker: Booker
    clock: Clock
    gun: StartingGun
    pacing: Pacing
    guard: Guard
    recorder: Recorder
    opened_at: datetime
    until: datetime
    lost: frozenset[str] = frozenset()
    _spent: int = field(default=0, init=False)
    _looked_at: datetime = field(init=False)
    _not_before: datetime | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)
    _verdict: Reason = field(default=Reason.PLATFORM_DOWN, init=False)

    async def burst(self) -> Outcome:
        """Look from `opened_at` on until there is an answer; "nothing yet" is none inside the window."""
        if self.clock.now() < self.opened_at:
            await self.guard.fire(self.booker.account_id)
            await self.gun.shot(self.opened_at)
            late = self.clock.now() - self.opened_at
            self.recorder.add(StepKind.FIRST_REQUEST, late_us=late // timedelta(microseconds=1))
        while True:
            outcome = await self.look()
            if outcome is not None:
                return outcome
            self.guard.check()
            again_at = self._next_look()
            if again_at is None:
                return GaveUp(reason=self._verdict)
            if again_at - self.clock.now() >= _LULL:
                await self.guard.stand_down()
            await self.clock.sleep_until(again_at)

    async def look(self) -> Outcome | None:
        """Look once, and try what would do, best first; None when no answer came of it."""
        self._looked_at = self.clock.now()
        try:
            self._spent += 1
            availability = await self.platform.slots(
                self.wish.venue, on=self.wish.on, party_size=self.wish.party_size
            )
        except VenueGone:
            return GaveUp(reason=Reason.VENUE_GONE)
        except PlatformDown as down:
            self._hold_off(down)
            return None
        self._failures, self._not_before = 0, None
        for slot in self._fitting(availability):
            if self._spent >= self.pacing.budget or self._not_before is not None:
                break
            outcome = await self._try(slot)
            if outcome is not None:
                return outcome
        return None

    def _fitting(self, availability: Availability) -> list[Slot]:
        listed = {slot.token for slot in availability.slots}
        for token in sorted(self.lost - listed):
            self.recorder.add(StepKind.SLOT_GONE, token=token)
        self.lost &= listed
        wanted = self.wish.rank(availability.slots)
        self.recorder.add(
            StepKind.SLOTS_SEEN,
            listed=len(listed),
            wanted=_times(wanted),
            offered=_times(availability.slots),
            cause=availability.cause or "",
        )
        if wanted:
            self._verdict = Reason.FULLY_TAKEN
        elif self._verdict is not Reason.FULLY_TAKEN:
            self._verdict = Reason.NOTHING_WANTED if listed else Reason.NOTHING_APPEARED
        return [slot for slot in wanted if slot.token not in self.lost]

    async def _try(self, slot: Slot) -> Outcome | None:
        """Make one booking call. What was sent and not answered is unknown, whatever broke."""
        await self.guard.fire(self.booker.account_id)
        with self.guard.call():
            sent_at = self.clock.now()
            if sent_at >= self.until:
                return None
            self._spent += 1
            self.recorder.slot(StepKind.SLOT_TRIED, slot)
            try:
                answer = await self.platform.book(
                    slot, booker=self.booker, key=self.key, ceiling=self.wish.ceiling
                )
            except PlatformDown as down:
                self._hold_off(down, slot)
                return None
            except VenueGone:
                return GaveUp(reason=Reason.VENUE_GONE)
            except Exception as broken:  # noqa: BLE001 - a call that broke midway may have booked
                self.recorder.add(StepKind.BROKE_OFF, error=repr(broken)[:200])
                answer = Unknown(sent_at=sent_at)
        return self._outcome(slot, answer)

    def _outcome(self, slot: Slot, answer: BookAnswer) -> Outcome | None:
        match answer:
            case Booked():
                self.recorder.slot(StepKind.BOOKED, slot)
            case NeedsGuest(action=action):
                self.recorder.add(StepKind.NEEDS_GUEST, **naming(slot), action=action.value)
            case Unknown():
                self.recorder.slot(StepKind.UNKNOWN, slot)
            case Conflict():
                self.recorder.slot(StepKind.CONFLICT, slot)
                return GaveUp(reason=Reason.CONFLICT)
            case SlotTaken():
                self.recorder.slot(StepKind.SLOT_LOST, slot)
                self.lost |= {slot.token}
                return None
            case _:
                assert_never(answer)
        return answer

    def _hold_off(self, down: PlatformDown, slot: Slot | None = None) -> None:
        self.recorder.add(
            StepKind.PLATFORM_DOWN,
            why=down.reason[:200],
            **({} if slot is None else naming(slot)),
        )
        backoff = min(_BACKOFF * 2**self._failures, _LONGEST_BACKOFF)
        self._failures = min(self._failures + 1, 10)
        self._not_before = self.clock.now() + (down.retry_after or backoff)

    def _next_look(self) -> datetime | None:
        again_at = self.pacing.next_look(
            opened_at=self.opened_at,
            looked_at=self._looked_at,
            now=self.clock.now(),
            until=self.until,
            spent=self._spent,
        )
        if again_at is None or self._not_before is None:
            return again_at
        again_at = max(again_at, self._not_before)
        return again_at if again_at < self.until else None


def _times(slots: Sequence[Slot]) -> str:
    return " ".join(dict.fromkeys(f"{slot.starts_at:%H:%M}" for slot in slots))
