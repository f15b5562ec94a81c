"""One attempt: look, try the best slot, take the platform's answer.

At a drop nothing is written to the database between its moment and the booking, unless another account takes over.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.clock import Clock
from core.domain.almanac import DropKnowledge, Sighting
from core.domain.booking import GuestAction, NeedsGuest
from core.domain.bracket import UNMEASURED, ClockOffset
from core.domain.mandate import Mandate
from core.domain.outcome import GaveUp, Outcome, Reason
from core.domain.plan import Wish
from core.domain.slot import Availability, Cause, Slot
from core.domain.step import FirstRequest, PlatformBroke, SlotGone, SlotsSeen, Unheard
from core.errors import PlatformDown, VenueGone
from core.jobs.attempt.backoff import Backoff
from core.jobs.attempt.booking_calls import BookingCalls, CallGate, Miss
from core.jobs.attempt.offers import Offers
from core.jobs.attempt.pacing import Looks, Pacing
from core.jobs.attempt.poller import Polled, Poller
from core.jobs.start_line import StartLine
from core.jobs.steps import Recorder
from core.jobs.traffic import UnderWay
from core.ports import Platform

_LULL = timedelta(seconds=1)
_US = timedelta(microseconds=1)
_UNRELEASED = {Cause.NOT_RELEASED, Cause.BEYOND_HORIZON}


@dataclass(slots=True, kw_only=True)
class Attempt:
    """An effort to get one table between `opened_at` and `until`; `key` is the plan's id.

    It books under the first of the `mandates`, and under the next when that account is of no use. `lost` are the tokens
    of slots that went to others and are still listed: not tried again before they have been off the list. `spent`
    of the looks were made by attempts before this one; `unwritten` says that one of them died before it could write
    how many it made: all that were due by now count as made. `notice` is told when tables came out; `unreleased_at`
    is when the day was last seen not to be released, by the platform's clock. `under_way` is shared by all who look
    there, and so are the lists of `slots`, where they are given.
    """

    wish: Wish
    key: str
    platform: Platform
    mandates: Sequence[Mandate]
    clock: Clock
    start_line: StartLine
    pacing: Pacing
    gate: CallGate
    recorder: Recorder
    opened_at: datetime
    until: datetime
    lost: frozenset[str] = frozenset()
    spent: int = 0
    unwritten: bool = False
    notice: Callable[[Sighting], None] | None = None
    unreleased_at: datetime | None = None
    under_way: UnderWay = field(default_factory=UnderWay)
    slots: Callable[[], Awaitable[Availability]] | None = None
    _offset: ClockOffset = field(default=UNMEASURED, init=False)
    _bursting: bool = field(default=False, init=False)
    _empty_at: datetime | None = field(default=None, init=False)
    _seen: bool = field(default=False, init=False)
    _no_call_before: datetime | None = field(default=None, init=False)
    _verdict: Reason = field(default=Reason.PLATFORM_DOWN, init=False)
    _backoff: Backoff = field(default_factory=Backoff, init=False)
    _offers: Offers = field(init=False)
    _calls: BookingCalls = field(init=False)

    def __post_init__(self) -> None:
        self._offers = Offers(self.wish, self.lost)
        self._calls = BookingCalls(
            key=self.key,
            platform=self.platform,
            mandates=self.mandates,
            clock=self.clock,
            gate=self.gate,
            recorder=self.recorder,
            backoff=self._backoff,
            until=self.until,
            most=self.pacing.calls,
        )

    async def burst(self, *, offset: ClockOffset = UNMEASURED, known: DropKnowledge | None = None) -> Outcome:
        """Look from `opened_at` on until there is an answer; "nothing yet" is none inside the window.

        `opened_at` is by the platform's clock, which is `offset` from ours; `known` is what is known of the drop.
        """
        self._offset, self._bursting, self._empty_at = offset, True, self.unreleased_at
        looks, zero_at = self.pacing.looks(known), offset.sending(self.opened_at)
        poller = self._poller(max(self.pacing.budget - self._spent(looks, zero_at), 1))
        poller.follow(looks, zero_at=zero_at)
        try:
            await self._begin(poller)
            return await self._pursue(poller) or GaveUp(reason=self._verdict)
        finally:
            await self._close(poller)

    async def look(self) -> Outcome | None:
        """Look once, and try what would do, best first; None when no answer came of it."""
        poller = self._poller(1)
        try:
            poller.send()
            return await self._pursue(poller)
        finally:
            await self._close(poller)

    def _spent(self, looks: Looks, zero_at: datetime) -> int:
        if not self.unwritten:
            return self.spent
        passed, until = self.clock.now() - zero_at, self.until - zero_at
        planned = looks.plan(self.pacing.budget, since=looks.first, until=until)
        return max(self.spent, sum(at < passed for at in planned))

    async def _begin(self, poller: Poller) -> None:
        """Wait for the first look's moment, and look."""
        first_at = poller.due_at
        if first_at is not None and self.clock.now() < first_at:
            await self._calls.stand_ready()
            await self.start_line.start(first_at)
            late = self.clock.now() - first_at
            self.recorder.add(FirstRequest(late_us=late // _US, budget=self.pacing.budget))
            self.gate.check()  # whoever slept past its lease does not know what became of the job
        if first_at is not None:
            poller.send()

    async def _pursue(self, poller: Poller) -> Outcome | None:
        """Look and try until there is an answer; None when no look is left."""
        while True:
            outcome = await self._try_what_is_listed(poller)
            if outcome is not None or poller.over:
                return outcome
            self.gate.check()
            due_at = poller.due_at
            if due_at is not None and due_at <= self.clock.now():
                poller.send()
                continue
            if poller.idle and due_at is not None and due_at - self.clock.now() >= _LULL:
                await self.gate.stand_down()
            await poller.wait()

    async def _try_what_is_listed(self, poller: Poller) -> Outcome | None:
        """Try the best slot of the newest list, and the next, with each look at what has been answered meanwhile."""
        asking: NeedsGuest | None = None
        tried = False
        while True:
            for answer in poller.landed():
                if (outcome := self._learn(answer)) is not None:
                    return outcome
            if self._no_call_before is not None and self.clock.now() < self._no_call_before:
                self._offers.forget()
            candidates = self._offers.candidates()
            if not candidates:
                break
            tried, slot = True, candidates[0]
            answer = await self._calls.book(slot, then=candidates[1] if len(candidates) > 1 else None)
            match answer:
                case Miss.LOST:
                    self._offers.lose(slot, sent=poller.sent)
                    self.lost = self._offers.lost
                case Miss.REFUSED:
                    self._offers.refuse(slot)
                    await self._recover()
                case Miss.OVER:
                    return GaveUp(reason=self._verdict) if self._bursting else None
                case NeedsGuest(action=GuestAction.ACCEPT_TERMS):
                    self._offers.set_aside(slot)
                    asking = asking or answer
                case _:
                    return answer
        if tried and asking is None and self._bursting:
            poller.follow(self.pacing.aftermath, zero_at=self.clock.now())
        return asking

    async def _recover(self) -> None:
        """Leave the platform alone for as long as it wants; what is listed meanwhile is too old to book from then."""
        not_before, now = self._backoff.not_before, self.clock.now()
        if not_before is None:
            return
        if not_before - now >= _LULL or not_before >= self.until or self._backoff.over:
            self._no_call_before = not_before
        else:
            await self.clock.sleep(max(not_before - now, timedelta(0)))

    def _learn(self, answer: Polled) -> Outcome | None:
        match answer.said:
            case VenueGone():
                return GaveUp(reason=Reason.VENUE_GONE)
            case PlatformDown() as down:
                nr, sent_us, answered_us = self._times(answer)
                self.recorder.add(
                    PlatformBroke(why=down.reason[:200], nr=nr, sent_us=sent_us, answered_us=answered_us)
                )
                self._backoff.broke(down, answer.answered_at)
            case availability:
                self._backoff.answered()
                self._take_in(answer, availability)
        return None

    def _take_in(self, answer: Polled, availability: Availability) -> None:
        for token in self._offers.learn(answer.number, availability.slots):
            self.recorder.add(SlotGone(token=token))
        self.lost = self._offers.lost
        wanted = self._offers.wanted(availability.slots)
        nr, sent_us, answered_us = self._times(answer)
        self.recorder.add(
            SlotsSeen(
                listed=len({slot.token for slot in availability.slots}),
                wanted=_hours(wanted),
                offered=_hours(availability.slots),
                cause=availability.cause or "",
                nr=nr,
                sent_us=sent_us,
                answered_us=answered_us,
            )
        )
        if wanted:
            self._verdict = Reason.FULLY_TAKEN
        elif self._verdict is not Reason.FULLY_TAKEN:
            listed = availability.slots or self._verdict is Reason.NOTHING_WANTED
            self._verdict = Reason.NOTHING_WANTED if listed else Reason.NOTHING_APPEARED
        self._watch_for_the_drop(answer, availability)

    def _watch_for_the_drop(self, answer: Polled, availability: Availability) -> None:
        """Remember the last empty list, and tell of the first one after it that is not."""
        half = self._offset.round_trip / 2
        arrived_at = self._offset.shown(answer.sent_at + half)
        if not availability.slots:
            self._empty_at = max(self._empty_at or arrived_at, arrived_at)
            self.unreleased_at = arrived_at if availability.cause in _UNRELEASED else None
            return
        seen_at = max(arrived_at, self._offset.shown(answer.answered_at - half))
        told = self._bursting or self.unreleased_at is not None
        if self.notice is not None and told and not self._seen:
            empty_at = self._empty_at if self._bursting else self.unreleased_at
            self.notice(Sighting(venue=self.wish.venue, on=self.wish.on, empty_at=empty_at, seen_at=seen_at))
        self._seen, self.unreleased_at = True, None

    def _poller(self, budget: int) -> Poller:
        return Poller(
            self.slots or self._slots,
            clock=self.clock,
            backoff=self._backoff,
            shared=self.under_way,
            until=self.until,
            budget=budget,
        )

    async def _slots(self) -> Availability:
        wish = self.wish
        return await self.platform.slots(wish.venue, on=wish.on, party_size=wish.party_size)

    async def _close(self, poller: Poller) -> None:
        if self._bursting:
            for number, sent_at in poller.under_way:
                self.recorder.add(Unheard(nr=number, sent_us=self._after_the_drop(sent_at)))
        await poller.aclose()
        await self._calls.aclose()

    def _times(self, answer: Polled) -> tuple[int, int, int] | tuple[None, None, None]:
        """Which look of a burst it was, when sent and when answered: µs after the drop by the platform's clock."""
        if not self._bursting:
            return None, None, None
        return answer.number, self._after_the_drop(answer.sent_at), self._after_the_drop(answer.answered_at)

    def _after_the_drop(self, at: datetime) -> int:
        return (self._offset.shown(at) - self.opened_at) // _US


def _hours(slots: Sequence[Slot]) -> str:
    return " ".join(dict.fromkeys(f"{slot.starts_at:%H:%M}" for slot in slots))
