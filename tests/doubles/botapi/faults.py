"""Mishaps on order."""

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.doubles.botapi.refusal import Refusal


@dataclass(slots=True, kw_only=True)
class Fault:
    """What happens to one call: held until `until`, refused, or done while its answer is lost or nonsense."""

    refusal: Refusal | None = None
    answer_lost: bool = False
    nonsense: bool = False
    until: asyncio.Event | None = None


@dataclass(slots=True)
class Faults:
    """Faults of the coming calls of a method, one a call."""

    _coming: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))

    def refuse(
        self, method: str, status: int, description: str = "", *, times: int = 1, **parameters: int
    ) -> None:
        """The next calls do nothing and are refused."""
        refusal = Refusal(status, description, **parameters)
        self._coming[method].extend(Fault(refusal=refusal) for _ in range(times))

    def lose_answer(self, method: str, *, times: int = 1) -> None:
        """The next calls do what they should, and then the connection is cut."""
        self._coming[method].extend(Fault(answer_lost=True) for _ in range(times))

    def talk_nonsense(self, method: str, *, times: int = 1) -> None:
        """The next calls do what they should, and answer with something else."""
        self._coming[method].extend(Fault(nonsense=True) for _ in range(times))

    def hold(self, method: str) -> asyncio.Event:
        """The next call waits, before it does anything, until the event is set."""
        until = asyncio.Event()
        self._coming[method].append(Fault(until=until))
        return until

    def take(self, method: str) -> Fault | None:
        coming = self._coming.get(method)
        return coming.popleft() if coming else None
