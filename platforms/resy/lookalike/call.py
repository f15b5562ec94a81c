"""A request as a handler sees it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Literal, cast
from urllib.parse import parse_qsl

from platforms.resy.lookalike.answer import Refused, bad_gateway, invalid
from platforms.resy.lookalike.endpoints import Endpoint
from platforms.resy.lookalike.person import Person

NEVER = datetime.min.replace(tzinfo=UTC)

Body = Literal["none", "form", "json", "other"]


@dataclass(slots=True, kw_only=True)
class Call:
    """One request; `venue`, `day` and `slot` are what a handler tells the journal, `address` is the caller's."""

    endpoint: Endpoint
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    body: Body
    raw: bytes
    address: str
    now: datetime = NEVER
    person: Person | None = None
    venue: int | None = None
    day: str | None = None
    slot: str | None = None
    params: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def who(self) -> Person:
        """The person the gates let in."""
        assert self.person is not None, f"{self.endpoint} has no gate for tokens"
        return self.person

    def require(self, *names: str) -> None:
        """Refuse with 400 that names every one that is missing."""
        missing = {name: "Missing data for required field." for name in names if self._raw(name) is None}
        if missing:
            raise Refused(invalid(missing))

    def has(self, name: str) -> bool:
        return self._raw(name) is not None

    def text(self, name: str, default: str = "") -> str:
        value = self._raw(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused(bad_gateway())
        return str(value)

    def whole(self, name: str, default: int | None = None) -> int:
        """A number, given as one or as a string of one; 502 for anything else."""
        value = self._raw(name)
        if value is None:
            if default is None:
                self.require(name)
            value = default
        try:
            return int(cast("str | int", value))
        except (TypeError, ValueError):
            raise Refused(bad_gateway()) from None

    def number(self, name: str) -> float:
        try:
            return float(self.text(name))
        except ValueError:
            raise Refused(bad_gateway()) from None

    def date(self, name: str) -> date:
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            raise Refused(bad_gateway()) from None

    def time(self, name: str) -> time:
        try:
            return time.fromisoformat(self.text(name))
        except ValueError:
            raise Refused(bad_gateway()) from None

    def _raw(self, name: str) -> object:
        value = self.params.get(name)
        return None if value == "" else value


def form_of(raw: bytes) -> dict[str, object]:
    """The fields of a form; the last of several with one name."""
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


def json_of(raw: bytes) -> dict[str, object]:
    """A JSON object; 502 for anything that is none."""
    try:
        loaded: object = json.loads(raw)
    except ValueError:
        raise Refused(bad_gateway()) from None
    if not isinstance(loaded, dict):
        raise Refused(bad_gateway())
    return cast("dict[str, object]", loaded)
