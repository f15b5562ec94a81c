"""How long an answer takes."""

import random
from dataclasses import dataclass
from datetime import timedelta

from platforms.resy.lookalike.endpoints import Endpoint

_NOTHING = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """`inward` is the way to the server, `work` the time there, `outward` the way back.

    `jitter` adds up to that much to `work`, evenly spread; `cold` is added to `inward` for the first call of
    a connection, which on a real network shakes hands first.
    """

    inward: timedelta = _NOTHING
    work: timedelta = _NOTHING
    outward: timedelta = _NOTHING
    jitter: timedelta = _NOTHING
    cold: timedelta = _NOTHING

    def working(self, rng: random.Random) -> timedelta:
        """The time at the server of one call."""
        return self.work + self.jitter * rng.random() if self.jitter else self.work


def each_way(milliseconds: float, *, work: float = 0, jitter: float = 0, cold: float = 0) -> Latency:
    """The same way there and back, all in milliseconds."""
    way = timedelta(milliseconds=milliseconds)
    return Latency(
        inward=way,
        outward=way,
        work=timedelta(milliseconds=work),
        jitter=timedelta(milliseconds=jitter),
        cold=timedelta(milliseconds=cold),
    )


NONE = Latency()

AS_SEEN: dict[Endpoint, Latency] = {
    "find": each_way(15, work=40, jitter=130),
    "details": each_way(15, work=85, jitter=60),
    "calendar": each_way(15, work=450, jitter=490),
}
"""What was measured of the real thing, from home and from a data centre together."""
