"""How fast messages may leave: a budget for each network, each chat, and a reserve for results."""

from dataclasses import dataclass, field

from bot.conversation.ports import Pace

_BURST_SECONDS = 3.0
_GROUP_BURST = 5.0
_RESERVE = 3.0
_IDLE = 600.0
_DUST = 1e-6
"""Less of a token than this is rounding: a wait for it may be too short to move any clock."""


@dataclass(slots=True)
class Bucket:
    """Tokens that come back at `rate` a second, up to `size`."""

    rate: float
    size: float
    tokens: float = field(init=False)
    at: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = self.size

    def wait(self, now: float, *, floor: float) -> float:
        """Seconds until a token can be taken that leaves `floor` behind."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now
        missing = floor + 1.0 - self.tokens
        return missing / self.rate if missing > _DUST else 0.0


class RateBudget:
    """The budget of one network. Times are seconds of any clock that only goes forward."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._all = Bucket(pace.per_second, pace.per_second)
        self._chats: dict[int, tuple[Bucket, ...]] = {}
        self._tidied_at = 0.0

    def wait(self, chat_id: int, *, private: bool, urgent: bool, now: float) -> float:
        """Seconds to wait before the next message to this chat; at zero it is counted as sent.

        Only what is urgent may use the last of a group's minute, so that a result always gets through.
        """
        if now - self._tidied_at >= _IDLE:
            self._tidied_at = now
            self.forget_idle(now)
        buckets = self._chats.setdefault(chat_id, self._fresh(private=private))
        waits = [self._all.wait(now, floor=0.0)]
        for bucket in buckets:
            reserve = 0.0 if urgent or bucket.rate >= 1.0 else _RESERVE
            waits.append(bucket.wait(now, floor=min(reserve, bucket.size - 1.0)))
        if (longest := max(waits)) > 0.0:
            return longest
        for bucket in (self._all, *buckets):
            bucket.tokens -= 1.0
        return 0.0

    def give_back(self, chat_id: int) -> None:
        """What was counted as sent was not: there was nothing to say."""
        for bucket in (self._all, *self._chats.get(chat_id, ())):
            bucket.tokens = min(bucket.size, bucket.tokens + 1.0)

    def forget_idle(self, now: float) -> None:
        """Drop chats that have long been quiet."""
        self._chats = {chat: buckets for chat, buckets in self._chats.items() if now - buckets[0].at < _IDLE}

    def _fresh(self, *, private: bool) -> tuple[Bucket, ...]:
        second = Bucket(self._pace.per_chat_second, self._pace.per_chat_second * _BURST_SECONDS)
        if private:
            return (second,)
        minute = self._pace.per_group_minute
        return (second, Bucket(minute / 60.0, max(_GROUP_BURST + _RESERVE, minute * 0.75)))
