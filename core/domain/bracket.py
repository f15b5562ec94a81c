"""How far another clock is from ours, when it shows whole seconds only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_ZERO = timedelta(0)
_SECOND = timedelta(seconds=1)
_HAIR = timedelta(milliseconds=10)
_COARSE = timedelta(milliseconds=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockOffset:
    """The other clock less ours, as well as it is known; as it stands, nothing is.

    The truth is within `uncertainty` of `offset` (None: never measured). All of that but `edge` is half of
    `round_trip`, which no reading can take away: nobody sees how a round trip divides into there and back.
    """

    offset: timedelta = _ZERO
    uncertainty: timedelta | None = None
    edge: timedelta = _ZERO
    round_trip: timedelta = _ZERO

    def shown(self, at: datetime) -> datetime:
        """What the other clock shows when ours shows `at`."""
        return at + self.offset

    def sending(self, at: datetime) -> datetime:
        """When to send by our clock, to be there as the other one shows `at`: later by a hair rather than earlier."""
        return at - self.offset - self.round_trip / 2 + min(self.edge, _HAIR)


UNMEASURED = ClockOffset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """The offsets (the other clock less ours) that readings so far allow: from `low` to `high`.

    A clock that showed the second `shown` somewhere between sending and answering is at least `shown` less the
    answering ahead of ours, and less than a second more than `shown` less the sending. `round_trip` is the
    shortest of all readings.
    """

    low: timedelta
    high: timedelta
    round_trip: timedelta

    @classmethod
    def of(cls, *, sent_at: datetime, answered_at: datetime, shown: datetime) -> "Bracket":
        """What one reading allows."""
        return cls(
            low=shown - answered_at,
            high=shown + _SECOND - sent_at,
            round_trip=max(answered_at - sent_at, _ZERO),
        )

    def narrowed(self, newer: "Bracket") -> "Bracket":
        """What both allow. When that is nothing, a clock was set in between, and only the newer one counts."""
        low, high = max(self.low, newer.low), min(self.high, newer.high)
        if low > high:
            return newer
        return Bracket(low=low, high=high, round_trip=min(self.round_trip, newer.round_trip))

    @property
    def edge(self) -> timedelta:
        """Half of what more readings could still take away."""
        return max((self.high - self.low - self.round_trip) / 2, _ZERO)

    def sendings(self, after: datetime, count: int) -> tuple[datetime, ...]:
        """When to send `count` readings within a second from `after`, to cut what is uncertain into equal parts.

        Each is to arrive where the other clock's second may turn, half a round trip after it was sent.
        """
        part = 2 * self.edge / (count + 1)
        first = self._middle - self.edge + self.round_trip / 2
        ahead = (first + part * n for n in range(1, count + 1))
        return tuple(sorted(_whole_second(after + each) - each for each in ahead))

    def cut_by(self, sent_at: datetime) -> bool:
        """Whether a reading sent then would tell anything new."""
        arriving = sent_at + self.round_trip / 2 + self._middle
        from_turn = arriving - _whole_second(arriving - _SECOND / 2)
        return abs(from_turn) < self.edge

    @property
    def estimate(self) -> ClockOffset:
        """The middle; after too few readings for that to mean much, the nearest to no offset that is allowed."""
        offset = self._middle
        if self.edge > _COARSE:
            offset = min(max(_ZERO, offset - self.edge), offset + self.edge)
        return ClockOffset(
            offset=offset,
            uncertainty=max(offset - self.low, self.high - offset),
            edge=self.edge,
            round_trip=self.round_trip,
        )

    @property
    def _middle(self) -> timedelta:
        return self.low + (self.high - self.low) / 2


def _whole_second(at: datetime) -> datetime:
    """The first whole second not before `at`."""
    return at if not at.microsecond else at.replace(microsecond=0) + _SECOND
