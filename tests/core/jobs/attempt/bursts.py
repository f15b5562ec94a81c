"""What tests of an attempt need: a guard, a platform whose answers are written down beforehand, and a way to play."""

import asyncio
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TypeVar

from core.domain.booking import BookAnswer, Booked, Booker
from core.domain.mandate import Mandate, MandateScope
from core.domain.plan import Wish
from core.domain.reservation import Reservation
from core.domain.slot import Availability, Cause, Slot
from core.domain.step import Step, StepKind
from core.errors import LeaseLost
from core.jobs.attempt.attempt import Attempt
from core.jobs.attempt.pacing import AT_DROP
from core.jobs.start_line import StartLine
from core.jobs.steps import Recorder
from core.ports import at_will
from core.runtime.quiet_window import QuietWindow
from tests.core.jobs.stage import DROP, ON, TIMES, WINDOW, Stage, seconds
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform

S = TypeVar("S", bound="Scripted")

ANA = Booker(guest_id=1, name="Ana")


@dataclass
class FreeGate:
    """A lease that never ends, unless it is taken away; `out` counts the booking calls under way."""

    firing: bool = False
    lost: bool = False
    out: int = 0
    fired: list[int | None] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)

    async def fire(self, account_id):
        if not self.firing or self.fired[-1] != account_id:
            self.fired.append(account_id)
            self.writes.append("fire")
        self.firing = True

    async def stand_down(self):
        if self.firing:
            self.writes.append("stand down")
        self.firing = False

    @contextmanager
    def call(self):
        self.check()
        assert self.firing, "a booking call before it was written"
        self.out += 1
        assert self.out == 1, "two booking calls at once"
        try:
            yield
        finally:
            self.out -= 1

    def check(self):
        if self.lost:
            raise LeaseLost(1, 1)


def attempt_on(stage: Stage, **changed) -> Attempt:
    values = {
        "wish": Wish(venue=stage.venue.ref, on=ON, party_size=4, times=TIMES),
        "key": "p1",
        "platform": stage.platform,
        "mandates": mandates(stage, ANA),
        "clock": stage.clock,
        "start_line": StartLine(stage.clock, QuietWindow()),
        "pacing": AT_DROP,
        "gate": FreeGate(),
        "recorder": Recorder(stage.clock, 1),
        "opened_at": DROP,
        "until": DROP + WINDOW,
    }
    return Attempt(**(values | changed))


def mandates(stage: Stage, *bookers: Booker) -> tuple[Mandate, ...]:
    """Each one's word for what is wished for on the stage."""
    scope = MandateScope.of(Wish(venue=stage.venue.ref, on=ON, party_size=4, times=TIMES))
    until = DROP + timedelta(days=365)
    return tuple(Mandate(booker=booker, scope=scope, until=until) for booker in bookers)


async def played(stage: Stage, attempt: Attempt, *, until=DROP + WINDOW + timedelta(minutes=1), **burst):
    """The outcome; nothing of the attempt may be under way when it returns."""
    before, left = asyncio.all_tasks(), set()

    async def play():
        try:
            return await attempt.burst(**burst)
        finally:
            left.update(one for one in asyncio.all_tasks() - before - {task} if not one.cancelling())

    task = asyncio.create_task(play())
    await stage.clock.run_until(until)
    assert task.done()
    going = [one for one in left if "StartLine" not in repr(one)]
    assert going == [], "something is still under way"
    await attempt.start_line.aclose()
    return task.result()


def steps_of(attempt: Attempt, kind: StepKind) -> Sequence[Step]:
    return [step for step in attempt.recorder.steps if step.kind is kind]


@dataclass
class Script:
    """Look number n is answered `after` so long, with slots at these times, or with an error."""

    after: float
    times: Sequence[str] = ()
    error: Exception | None = None


class Scripted(FakePlatform):
    """A platform that answers looks by the script, the last line for all that follow, and calls by their slots.

    `answers` are what `book` says of a time, one after the other; without any it is booked.
    """

    def __init__(self, clock: FakeClock, *looks: Script, book_takes: float = 0.1) -> None:
        super().__init__(clock)
        self.ours = clock
        self.script = list(looks)
        self.book_takes = seconds(book_takes)
        self.answers: dict[str, list[BookAnswer | Exception]] = {}
        self.looked: list[float] = []
        self.booked_with: list[tuple[str, int | None, float]] = []

    def slot(self, at: str, *, token: str = "") -> Slot:
        hour, minute = map(int, at[:5].split(":"))
        zone = self._sheets["casa-luna"].venue.tz
        return Slot(
            venue=self._sheets["casa-luna"].venue.ref,
            token=token or at,
            starts_at=datetime.combine(ON, time(hour, minute), zone),
            party_size=4,
            seating=at[5:].strip(),
        )

    async def slots(self, ref, *, on, party_size):
        self.looked.append((self.clock.now() - DROP).total_seconds())
        line = self.script[min(len(self.looked), len(self.script)) - 1]
        await self.clock.sleep(seconds(line.after))
        if line.error is not None:
            raise line.error
        found = tuple(self.slot(at) for at in line.times)
        return Availability(slots=found, cause=None if found else Cause.NOT_RELEASED)

    async def book(self, slot, *, mandate, key, permit=at_will):
        await permit()
        sent = (self.clock.now() - DROP).total_seconds()
        self.booked_with.append((slot.token, mandate.booker.account_id, sent))
        await self.clock.sleep(self.book_takes)
        said = self.answers.get(slot.token, [])
        answer = said.pop(0) if said else Booked(reservation=_reservation(slot, key))
        if isinstance(answer, Exception):
            raise answer
        return answer


class Preparing(Scripted):
    """`Scripted` with `Prepares`."""

    prepared: list[tuple[str, int | None, float]]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.prepared = []

    async def prepare(self, slot, *, booker):
        self.prepared.append((slot.token, booker.account_id, (self.clock.now() - DROP).total_seconds()))
        await self.clock.sleep(seconds(0.04))
        raise OSError("a failure is none")


def _reservation(slot: Slot, key: str) -> Reservation:
    return Reservation(
        venue=slot.venue,
        id="r1",
        confirmation="R1",
        starts_at=slot.starts_at,
        party_size=slot.party_size,
        seating=slot.seating,
        terms=slot.terms,
        key=key,
    )


def scripted(*looks: Script, book_takes: float = 0.1) -> Stage[Scripted]:
    return _on(Scripted(FakeClock(DROP - seconds(2)), *looks, book_takes=book_takes))


def preparing(*looks: Script, book_takes: float = 0.1) -> Stage[Preparing]:
    return _on(Preparing(FakeClock(DROP - seconds(2)), *looks, book_takes=book_takes))


def _on(platform: S) -> Stage[S]:
    return Stage(platform.ours, platform, platform.add_venue())
