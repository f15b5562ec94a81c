"""How the platform has been answering, to tell an overload from being shut out."""

from dataclasses import dataclass, field
from datetime import timedelta

from platforms.resy.statuses import Endpoint, Meaning

_FEW = 3
_SHUT_FOR = timedelta(minutes=30)


@dataclass(slots=True)
class _Record:
    good: int = 0
    quickest: timedelta | None = None
    warned: bool = False
    quick_failures: int = 0


@dataclass(slots=True)
class Overload:
    """What was answered so far, by endpoint: limits are counted there for an address.

    An address that asked too often gets 429 once or twice and then nothing but 500, from the edge: sooner than
    any real answer (15 ms where 70 are usual), for half an hour up to a night.
    """

    _records: dict[Endpoint, _Record] = field(default_factory=dict[Endpoint, _Record])

    def saw(self, endpoint: Endpoint, meaning: Meaning, took: timedelta) -> None:
        record = self._records.setdefault(endpoint, _Record())
        match meaning:
            case Meaning.FINE:
                record.good += 1
                record.quickest = took if record.quickest is None else min(took, record.quickest)
                record.quick_failures, record.warned = 0, False
            case Meaning.TOO_FAST:
                record.warned = True
            case Meaning.DOWN:
                quick = record.quickest is not None and took * 2 < record.quickest
                record.quick_failures = record.quick_failures + 1 if quick else 0
            case _:
                record.quick_failures = 0

    def seems_shut(self, endpoint: Endpoint) -> bool:
        """Whether failures come so quickly, after good answers, that this address is probably shut out."""
        record = self._records.get(endpoint)
        return record is not None and record.good > 0 and record.quick_failures >= _FEW

    def shut_for(self, endpoint: Endpoint) -> timedelta | None:
        """How long to stay away: only where it had warned before."""
        record = self._records.get(endpoint)
        warned = record is not None and record.warned
        return _SHUT_FOR if warned and self.seems_shut(endpoint) else None
