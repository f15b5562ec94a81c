"""What is on offer, by answers that may arrive out of order, and what of it is worth a try."""

from collections import Counter
from collections.abc import Iterable, Sequence

from core.domain.plan import Wish
from core.domain.slot import Slot

_REFUSALS_IN_TURN = 2


class Offers:
    """The newest list that had slots on it; `lost` are tokens that went to others and were listed when last seen.

    Looks are numbered in the order in which they were sent, from 1. An empty answer does not take back a list: what
    comes out is not out at once at every machine of a platform, and a slot that is gone costs one call.
    """

    def __init__(self, wish: Wish, lost: Iterable[str] = ()) -> None:
        self._wish = wish
        self._slots: Sequence[Slot] = ()
        self._number = 0
        self._newest = 0
        self._lost = dict.fromkeys(lost, 0)
        self._off: dict[str, int] = {}
        self._aside: set[str] = set()
        self._refused = Counter[str]()

    @property
    def lost(self) -> frozenset[str]:
        return frozenset(self._lost)

    def learn(self, number: int, slots: Sequence[Slot]) -> Sequence[str]:
        """Take in the answer to a look; the lost tokens that are off the list by now."""
        gone = list[str]()
        if number > self._newest:
            self._newest = number
            listed = {slot.token for slot in slots}
            gone = sorted(
                token for token, since in self._lost.items() if since < number and token not in listed
            )
        for token in gone:
            del self._lost[token]
            self._off[token] = number
        if slots and number > self._number:
            self._slots, self._number = slots, number
        return gone

    def wanted(self, slots: Iterable[Slot]) -> Sequence[Slot]:
        """Which of the slots would do, best first."""
        return self._wish.rank(slots)

    def candidates(self) -> Sequence[Slot]:
        """What is worth a call, best first; what the platform broke off at twice comes after the rest."""
        worth = [slot for slot in self._wish.rank(self._slots, lost=self._lost) if self._fresh(slot.token)]
        return sorted(worth, key=lambda slot: self._refused[slot.token] // _REFUSALS_IN_TURN)

    def lose(self, slot: Slot, *, sent: int) -> None:
        """It went to somebody else, when `sent` looks had been sent: none of these can say that it is back."""
        self._lost[slot.token] = sent

    def refuse(self, slot: Slot) -> None:
        """The platform broke off; nothing was booked."""
        self._refused[slot.token] += 1

    def set_aside(self, slot: Slot) -> None:
        """Not to be tried any more in this attempt."""
        self._aside.add(slot.token)

    def forget(self) -> None:
        """The list is too old to book from."""
        self._slots = ()

    def _fresh(self, token: str) -> bool:
        return token not in self._aside and self._number > self._off.get(token, 0)
