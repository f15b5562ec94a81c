"""A chat's works keep their order, and no chat waits for another."""

import asyncio

from bot.frontends.telegram.per_chat_queue import PerChatQueue
from tests.fakes.clock import settle


async def test_a_full_queue_holds_back_whoever_brings_too_much():
    queue = PerChatQueue(concurrency=2, capacity=3)
    gate = asyncio.Event()
    running: list[int] = []

    async def work(number):
        running.append(number)
        await gate.wait()

    for number in range(4):
        queue.put(str(number), lambda number=number: work(number))
    await settle()
    assert running == [0, 1]
    assert queue.full
    gate.set()
    await queue.wait_for_room()
    await settle()
    assert running == [0, 1, 2, 3]
    assert not queue.full


async def test_draining_cancels_what_does_not_end():
    queue = PerChatQueue()
    queue.put("a", asyncio.Event().wait)  # type: ignore[arg-type]
    await queue.drain(within=0.01)
    queue.put("a", lambda: asyncio.sleep(0))
    await queue.drain(within=1)
    assert not queue.full
