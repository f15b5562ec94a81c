"""The machine's clock: it is never early."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.clock import SystemClock


def test_now_is_an_aware_instant():
    assert SystemClock().now().tzinfo is UTC


@pytest.mark.realtime
@pytest.mark.parametrize("milliseconds", [1, 3, 40])
async def test_it_never_wakes_before_the_moment(milliseconds):
    clock = SystemClock()
    at = clock.now() + timedelta(milliseconds=milliseconds)
    await clock.sleep_until(at)
    assert clock.now() >= at


async def test_a_moment_that_has_passed_is_not_waited_for():
    clock = SystemClock()
    await asyncio.wait_for(clock.sleep_until(clock.now() - timedelta(days=1)), 1)
    await asyncio.wait_for(clock.sleep(timedelta(seconds=-5)), 1)


async def test_a_long_wait_reads_the_clock_again_lest_it_was_set(monkeypatch):
    """The wall clock steps an hour ahead during a wait of two: it ends an hour earlier by the loop's clock."""
    now, slept = datetime(2026, 12, 1, 12, tzinfo=UTC).timestamp(), []

    async def sleep(seconds):
        nonlocal now
        slept.append(seconds)
        now += max(seconds, 0.0001) + (3600 if len(slept) == 1 else 0)

    monkeypatch.setattr("core.clock.time.time", lambda: now)
    monkeypatch.setattr("core.clock.asyncio.sleep", sleep)
    end = now + 7200
    await SystemClock().sleep_until(datetime.fromtimestamp(end, UTC))
    assert now >= end
    assert sum(slept) == pytest.approx(3600, abs=0.01)
    assert max(slept) <= 5
