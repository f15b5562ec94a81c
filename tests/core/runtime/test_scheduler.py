"""The alarm clock, by the real clock: short waits, bounded."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest

from core.runtime.scheduler import AlarmClock

pytestmark = pytest.mark.realtime


class Rung:
    def __init__(self):
        self.times = []
        self.threads = set()
        self.again = asyncio.Event()

    def __call__(self):
        self.times.append(datetime.now(UTC))
        self.threads.add(threading.get_ident())
        self.again.set()

    async def wait(self):
        async with asyncio.timeout(5):
            await self.again.wait()
        self.again.clear()


@pytest.fixture
async def alarm():
    clock = AlarmClock()
    clock.start()
    yield clock
    clock.stop()


def soon(milliseconds=50):
    return datetime.now(UTC) + timedelta(milliseconds=milliseconds)


async def test_it_rings_on_the_loop_at_its_moment(alarm):
    rung, at = Rung(), soon()
    alarm.set("one", at, rung)
    await rung.wait()
    assert rung.times[0] >= at - timedelta(milliseconds=5)
    assert rung.threads == {threading.get_ident()}


async def test_an_alarm_set_again_replaces_the_first(alarm):
    first, second, later = Rung(), Rung(), Rung()
    alarm.set("one", soon(40), first)
    alarm.set("one", soon(60), second)
    alarm.set("two", soon(120), later)
    await later.wait()
    assert (len(first.times), len(second.times)) == (0, 1)


async def test_an_alarm_for_a_moment_long_past_rings_at_once(alarm):
    rung = Rung()
    alarm.set("one", datetime(2020, 1, 1, tzinfo=UTC), rung)
    await rung.wait()


async def test_an_alarm_rings_although_the_loop_was_busy_at_its_moment(alarm):
    rung = Rung()
    alarm.set("one", soon(20), rung)
    await asyncio.sleep(0)
    threading.Event().wait(1.2)
    await rung.wait()
    assert len(rung.times) == 1


async def test_a_periodic_look_comes_again_and_again(alarm):
    rung = Rung()
    alarm.every("look", timedelta(seconds=1), rung)
    await rung.wait()
    await rung.wait()
    assert len(rung.times) == 2


async def test_a_periodic_look_comes_although_the_wall_clock_was_put_back(alarm, monkeypatch):
    class AnHourAgo(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) - timedelta(hours=1)

    rung = Rung()
    alarm.every("look", timedelta(seconds=0.5), rung)
    await rung.wait()
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", AnHourAgo)
    monkeypatch.setattr("apscheduler.triggers.interval.datetime", AnHourAgo)
    await rung.wait()
    await rung.wait()


async def test_a_periodic_look_asked_for_again_replaces_the_first(alarm):
    first, second = Rung(), Rung()
    alarm.every("look", timedelta(milliseconds=30), first)
    alarm.every("look", timedelta(milliseconds=30), second)
    await second.wait()
    assert first.times == []


async def test_alarms_may_be_set_before_the_clock_runs():
    clock, rung = AlarmClock(), Rung()
    clock.set("one", soon(1), rung)
    clock.start()
    await rung.wait()
    clock.stop()
    clock.stop()


async def test_a_stopped_clock_rings_no_more(alarm):
    rung = Rung()
    alarm.set("one", soon(20), rung)
    alarm.stop()
    threading.Event().wait(0.05)
    await asyncio.sleep(0.05)
    assert rung.times == []
