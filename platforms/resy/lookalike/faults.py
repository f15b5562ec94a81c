"""Things that go wrong once."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum, auto

from platforms.resy.lookalike.endpoints import Endpoint


class Fault(StrEnum):
    """What becomes of a call. Those `..._after_commit` do the work first, and the answer gets lost."""

    TEXT_500 = auto()
    TEXT_500_AFTER_COMMIT = auto()
    HTML_502 = auto()
    HTML_503 = auto()
    HTML_504 = auto()
    TIMEOUT_504_AFTER_COMMIT = auto()
    CUT = auto()
    CUT_AFTER_COMMIT = auto()
    CUT_IN_BODY = auto()
    """the work is done, the head and half of the body arrive, then the connection breaks"""
    HANG = auto()
    HANG_AFTER_COMMIT = auto()
    GARBAGE = auto()
    GARBAGE_AFTER_COMMIT = auto()
    CUT_JSON = auto()
    """the work is done, and the JSON ends in the middle although the response is whole"""
    EMPTY_BODY = auto()
    """the work is done, with the right status and nothing in it"""
    EMPTY_500 = auto()
    """says JSON, and there is none"""
    TOO_MANY = auto()
    TOO_MANY_RETRY_AFTER = auto()
    HTML_403 = auto()
    JSON_403 = auto()
    UNAUTHORIZED_401 = auto()
    TOKEN_EXPIRED = auto()
    """the caller's auth token ends at this call"""
    PAYMENT_402 = auto()
    NOT_FOUND_404 = auto()
    CONFLICT_412 = auto()
    """a bare 412, with no reservation behind it"""
    REDIRECT_302 = auto()
    NO_VENUES = auto()
    EMPTY_FIND = auto()

    @property
    def after_commit(self) -> bool:
        """Whether the call is carried out all the same."""
        return self in _AFTER_COMMIT


_AFTER_COMMIT = frozenset(
    {
        Fault.TEXT_500_AFTER_COMMIT,
        Fault.TIMEOUT_504_AFTER_COMMIT,
        Fault.CUT_AFTER_COMMIT,
        Fault.CUT_IN_BODY,
        Fault.HANG_AFTER_COMMIT,
        Fault.GARBAGE_AFTER_COMMIT,
        Fault.CUT_JSON,
        Fault.EMPTY_BODY,
        Fault.NO_VENUES,
        Fault.EMPTY_FIND,
    }
)


@dataclass(slots=True, kw_only=True)
class _Due:
    fault: Fault
    skip: int
    times: int


class Faults:
    """Faults that wait for their call, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._due: dict[Endpoint, deque[_Due]] = {}

    def next(self, endpoint: Endpoint, fault: Fault, *, times: int = 1, skip: int = 0) -> None:
        """Let the next `times` calls of `endpoint` fail, after `skip` that are left alone."""
        self._due.setdefault(endpoint, deque()).append(_Due(fault=fault, skip=skip, times=times))

    def take(self, endpoint: Endpoint) -> Fault | None:
        """The fault of the call that is here now."""
        waiting = self._due.get(endpoint)
        if not waiting:
            return None
        first = waiting[0]
        if first.skip:
            first.skip -= 1
            return None
        first.times -= 1
        if first.times <= 0:
            waiting.popleft()
        return first.fault

    def clear(self) -> None:
        """Forget those that have not happened."""
        self._due.clear()
