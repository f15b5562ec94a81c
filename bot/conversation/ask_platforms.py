"""Questions to platforms that a person is waiting for: side by side, none of them for long, none of them twice."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest
from typing import Generic, ParamSpec, TypeVar, cast

from core.clock import Clock
from core.errors import FourtopError, PlatformDown
from core.ports import Platform

T = TypeVar("T")
P = ParamSpec("P")

_PATIENCE = timedelta(seconds=3)


class OncePerTurn:
    """What platforms have answered in one turn: the same question is not asked again in it, and anew in the next."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, object] = {}

    async def __call__(self, question: Callable[P, Awaitable[T]], *parts: P.args, **named: P.kwargs) -> T:
        """The answer to a platform's method, called with hashable arguments. Raises what the platform raises."""
        asked = (question, parts, frozenset(named.items()))
        if asked not in self._answers:
            self._answers[asked] = await question(*parts, **named)
        return cast("T", self._answers[asked])


async def in_time(
    clock: Clock, platform: Platform, question: Awaitable[T], *, patience: timedelta = _PATIENCE
) -> T:
    """The answer. Raises `PlatformDown` for one that takes longer than people wait, and what the platform raises."""
    asking = asyncio.ensure_future(question)
    waiting = asyncio.ensure_future(clock.sleep(patience))
    try:
        await asyncio.wait({asking, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            raise PlatformDown(platform.name, "it took too long")
        return asking.result()
    finally:
        for task in (asking, waiting):
            task.cancel()
        await asyncio.gather(asking, waiting, return_exceptions=True)


async def if_known(clock: Clock, platform: Platform, question: Awaitable[T]) -> T | None:
    """The same where an answer would be nice to have: None without one."""
    try:
        return await in_time(clock, platform, question)
    except FourtopError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers(Generic[T]):
    """What platforms said, the best of each first; and who did not answer, with the last of their excuses."""

    found: Sequence[T]
    silent: Sequence[Platform] = ()
    down: PlatformDown | None = None

    def needed(self) -> Sequence[T]:
        """What was found. Raises `PlatformDown` when that is nothing and somebody did not answer."""
        if not self.found and self.down is not None:
            raise self.down
        return self.found


async def everybody(
    clock: Clock,
    platforms: Iterable[Platform],
    question: Callable[[Platform], Awaitable[Sequence[T]]],
    *,
    patience: timedelta = _PATIENCE,
) -> Answers[T]:
    """Ask all platforms side by side; one that does not answer holds nobody up."""
    asked = list(platforms)
    answers = await asyncio.gather(
        *(in_time(clock, platform, question(platform), patience=patience) for platform in asked),
        return_exceptions=True,
    )
    said: list[Sequence[T]] = []
    silent: list[Platform] = []
    down: PlatformDown | None = None
    for platform, answer in zip(asked, answers, strict=True):
        if isinstance(answer, PlatformDown):
            silent.append(platform)
            down = answer
        elif isinstance(answer, BaseException):
            raise answer
        else:
            said.append(answer)
    found = [one for row in zip_longest(*said, fillvalue=None) for one in row if one is not None]
    return Answers(found=found, silent=silent, down=down)
