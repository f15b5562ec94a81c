"""Questions that several ask at the same moment are put once."""

import asyncio
from datetime import timedelta

import pytest

from platforms.resy.single_flight import SingleFlight
from tests.fakes.clock import FakeClock, settle


class Oracle:
    """Answers with how often it was asked, once it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.speaks = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self) -> int:
        self.asked += 1
        number = self.asked
        await self.speaks.wait()
        if self.error is not None:
            raise self.error
        return number


async def test_who_asks_while_another_does_gets_that_answer():
    flight, oracle = SingleFlight[int](FakeClock()), Oracle()
    asking = [asyncio.create_task(flight.ask("key", oracle)) for _ in range(3)]
    other = asyncio.create_task(flight.ask("another key", oracle))
    await settle()
    oracle.speaks.set()
    assert await asyncio.gather(*asking) == [1, 1, 1]
    assert await other == 2


async def test_an_answer_is_not_kept():
    flight, oracle = SingleFlight[int](FakeClock()), Oracle()
    oracle.speaks.set()
    assert [await flight.ask("key", oracle), await flight.ask("key", oracle)] == [1, 2]


async def test_who_asks_too_long_after_another_asks_anew_and_the_first_keeps_its_answer():
    clock, oracle = FakeClock(), Oracle()
    flight = SingleFlight[int](clock, within=timedelta(seconds=1))
    first = asyncio.create_task(flight.ask("key", oracle))
    await clock.advance(timedelta(seconds=1))
    along = asyncio.create_task(flight.ask("key", oracle))
    await clock.advance(timedelta(milliseconds=1))
    anew = asyncio.create_task(flight.ask("key", oracle))
    await settle()
    oracle.speaks.set()
    assert await asyncio.gather(first, along, anew) == [1, 1, 2]


async def test_who_is_called_off_leaves_the_answer_to_the_others():
    flight, oracle = SingleFlight[int](FakeClock()), Oracle()
    first, second = (asyncio.create_task(flight.ask("key", oracle)) for _ in range(2))
    await settle()
    first.cancel()
    await settle()
    oracle.speaks.set()
    assert await second == 1
    assert first.cancelled()


async def test_a_failure_is_everybodys_who_asked_and_of_nobody_after():
    flight, oracle = SingleFlight[int](FakeClock()), Oracle()
    oracle.error = OSError("it broke")
    asking = [asyncio.create_task(flight.ask("key", oracle)) for _ in range(2)]
    await settle()
    oracle.speaks.set()
    assert [type(one) for one in await asyncio.gather(*asking, return_exceptions=True)] == [OSError, OSError]
    oracle.error = None
    assert await flight.ask("key", oracle) == 2


async def test_closing_ends_what_is_being_asked():
    flight, oracle = SingleFlight[int](FakeClock()), Oracle()
    asking = asyncio.create_task(flight.ask("key", oracle))
    await settle()
    await flight.aclose()
    with pytest.raises(asyncio.CancelledError):
        await asking
