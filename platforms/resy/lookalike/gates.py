"""What a request has to pass before a handler sees it, in the order of the real thing."""

from collections.abc import Mapping
from datetime import datetime

from platforms.resy.lookalike.answer import Answer, blocked, problem, unauthorized
from platforms.resy.lookalike.endpoints import Endpoint
from platforms.resy.lookalike.knobs import Budget, Knobs
from platforms.resy.lookalike.person import Person

_LIBRARIES = ("python-requests", "python-httpx", "python/", "aiohttp", "go-http-client", "axios", "node")
TOO_MANY = "Rate limit exceeded"


class Meter:
    """How many requests each address has made to each endpoint."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, Endpoint], int] = {}
        self._since: dict[tuple[str, Endpoint], datetime] = {}

    def refuses(self, address: str, endpoint: Endpoint, budget: Budget, *, now: datetime) -> Answer | None:
        """429 once or twice over the budget, then 500 until the block is over, then it starts anew."""
        key = (address, endpoint)
        since = self._since.get(key)
        if since is not None and now >= since + budget.blocked:
            del self._since[key]
            self._made[key] = 0
        made = self._made[key] = self._made.get(key, 0) + 1
        if made <= budget.calls:
            return None
        self._since.setdefault(key, now)
        return too_many(budget.retry_after) if made <= budget.calls + budget.warnings else blocked()


def too_many(retry_after: int | None) -> Answer:
    """429, with or without a wish for when to come back."""
    answer = problem(429, TOO_MANY)
    if retry_after is None:
        return answer
    return Answer(
        status=429,
        body=answer.body,
        content_type=answer.content_type,
        headers=(("Retry-After", str(retry_after)),),
    )


def agent_refused(agent: str, *, strict: bool) -> bool:
    """Whether a User-Agent is missing or a library's own."""
    if strict:
        return not agent.startswith("Mozilla/")
    return not agent.strip() or agent.casefold().startswith(_LIBRARIES)


def token_in(headers: Mapping[str, str], query: Mapping[str, str]) -> str:
    """The auth token of a request, in either header or in the address, or nothing."""
    first = headers.get("x-resy-auth-token") or headers.get("x-resy-universal-auth")
    return first or query.get("x-resy-auth-token", "")


def closed(person: Person | None) -> Answer | None:
    """409 for an account that is no more."""
    return problem(409, "Conflict") if person is not None and person.closed else None


def refuses(headers: Mapping[str, str], person: Person | None, knobs: Knobs, *, own: bool) -> Answer | None:
    """The gates for agent, key and, where an address is for one's `own` things, token."""
    if agent_refused(headers.get("user-agent", ""), strict=knobs.strict_agent):
        return blocked()
    if headers.get("authorization") != f'ResyAPI api_key="{knobs.api_key}"':
        return unauthorized()
    if own:
        return unauthorized() if person is None else closed(person)
    return None
