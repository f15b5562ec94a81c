"""Things that go wrong once."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from platforms.resy.lookalike.endpoints import Endpoint


class Fault(StrEnum):
    """What becomes of a call. Those `..._after_commit` do the work first, and the answer gets lost."""

    TEXT_500 = "text_500"
    TEXT_500_AFTER_COMMIT = "text_500_after_commit"
    HTML_502 = "html_502"
    HTML_503 = "html_503"
    HTML_504 = "html_504"
    TIMEOUT_504_AFTER_COMMIT = "timeout_504_after_commit"
    CUT = "cut"
    CUT_AFTER_COMMIT = "cut_after_commit"
    CUT_IN_BODY = "cut_in_body"
    """the work is done, the head and half of the body arrive, then the connection breaks"""
    HANG = "hang"
    HANG_AFTER_COMMIT = "hang_after_commit"
    GARBAGE = "garbage"
    GARBAGE_AFTER_COMMIT = "garbage_after_commit"
    CUT_JSON = "cut_json"
    """the work is done, and the JSON ends in the middle although the response is whole"""
    EMPTY_BODY = "empty_body"
    """the work is done, with the right status and nothing in it"""
    EMPTY_500 = "empty_500"
    """says JSON, and there is none"""
    TOO_MANY = "too_many"
    TOO_MANY_RETRY_AFTER = "too_many_retry_after"
    HTML_403 = "html_403"
    JSON_403 = "json_403"
    UNAUTHORIZED_401 = "unauthorized_401"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - a name
    """the caller's auth token ends at this call"""
    PAYMENT_402 = "payment_402"
    NOT_FOUND_404 = "not_found_404"
    CONFLICT_412 = "conflict_412"
    """a bare 412, with no reservation behind it"""
    REDIRECT_302 = "redirect_302"
    NO_VENUES = "no_venues"
    EMPTY_FIND = "empty_find"

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
