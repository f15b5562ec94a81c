"""Whoever can wait waits while a drop asks for quiet."""

import asyncio

from core.runtime.quiet_window import QuietWindow
from tests.fakes.clock import settle


async def test_nobody_waits_where_nobody_asks():
    await asyncio.wait_for(QuietWindow().passed(), 1)


async def test_it_is_over_when_the_last_who_asked_is_done():
    window = QuietWindow()
    async with window.quiet():
        async with window.quiet():
            waiting = asyncio.create_task(window.passed())
            await settle()
            assert not waiting.done()
        await settle()
        assert not waiting.done()
    await asyncio.wait_for(waiting, 1)
    await asyncio.wait_for(window.passed(), 1)


async def test_who_breaks_off_leaves_no_silence_behind():
    window = QuietWindow()
    try:
        async with window.quiet():
            raise RuntimeError("a job broke")
    except RuntimeError:
        pass
    await asyncio.wait_for(window.passed(), 1)


async def test_the_next_quiet_is_waited_for_as_the_first_was():
    window = QuietWindow()
    for _ in range(2):
        async with window.quiet():
            waiting = asyncio.create_task(window.passed())
            await settle()
            assert not waiting.done()
        await asyncio.wait_for(waiting, 1)
