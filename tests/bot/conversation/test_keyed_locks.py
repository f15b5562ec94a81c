"""One at a time for each key."""

import asyncio

import pytest

from bot.conversation.keyed_locks import KeyedLocks
from tests.fakes.clock import settle


async def test_one_key_waits_and_another_does_not():
    turns, log, go = KeyedLocks(), [], asyncio.Event()

    async def speak(key: str, word: str, *, wait: bool) -> None:
        async with turns.of(key):
            log.append(word)
            if wait:
                await go.wait()

    first = asyncio.create_task(speak("a", "first", wait=True))
    await settle()
    others = [
        asyncio.create_task(speak("a", "second", wait=False)),
        asyncio.create_task(speak("b", "other", wait=False)),
    ]
    await settle()
    assert log == ["first", "other"]
    go.set()
    await asyncio.gather(first, *others)
    assert log == ["first", "other", "second"]


async def test_first_come_first_served():
    turns, log = KeyedLocks(), []

    async def speak(number: int) -> None:
        async with turns.of("a"):
            log.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(speak(number) for number in range(20)))
    assert log == list(range(20))


async def test_who_breaks_or_is_cancelled_holds_up_nobody():
    turns = KeyedLocks()
    with pytest.raises(RuntimeError):
        async with turns.of("a"):
            raise RuntimeError
    async with turns.of("a"):
        waiting = asyncio.create_task(_enter(turns))
        await settle()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.wait_for(_enter(turns), 1)


async def test_nothing_is_kept_of_a_key_that_nobody_wants():
    turns = KeyedLocks()
    await asyncio.gather(*(_enter(turns) for _ in range(5)))
    assert turns._waiting == {}


async def test_who_is_first_overtakes_those_who_wait_and_each_of_them_a_few_times_only():
    turns, log = KeyedLocks(), []

    async def speak(word: str, *, first: bool) -> None:
        async with turns.of("a", first=first):
            log.append(word)
            await asyncio.sleep(0)

    words = [("now", False), ("said", False), *((f"tap{number}", True) for number in range(5))]
    await asyncio.gather(*(speak(word, first=first) for word, first in words))
    assert log == ["now", "tap0", "tap1", "tap2", "said", "tap3", "tap4"]


async def test_who_is_cancelled_as_their_turn_comes_hands_it_on():
    turns, log = KeyedLocks(), []

    async def speak(word: str) -> None:
        async with turns.of("a"):
            log.append(word)

    async with turns.of("a"):
        waiting, next_one = asyncio.create_task(speak("gone")), asyncio.create_task(speak("next"))
        await settle()
    waiting.cancel()
    await asyncio.wait_for(next_one, 1)
    assert log == ["next"]
    assert turns._waiting == {}


async def _enter(turns: KeyedLocks) -> None:
    async with turns.of("a"):
        await asyncio.sleep(0)
