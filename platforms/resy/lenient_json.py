"""JSON into our shapes, with whatever is wrong in it cut away."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import TypeVar, cast

from pydantic import ValidationError

from core.errors import PlatformDown
from platforms.resy.schemas.parts import Json
from platforms.resy.statuses import PLATFORM

T = TypeVar("T", bound=Json)

_ROUNDS = 20
_LONGEST_MESSAGE = 200
_STATUS_NAMES = {status.phrase.casefold() for status in HTTPStatus} | {
    "authentication timeout",
    "invalid data received.",
}


def read(content: bytes, shape: type[T]) -> T:
    """What the answer says. Raises `PlatformDown` where nothing of it makes sense: HTML, half of it, another shape.

    A sound answer is parsed once. In one that is not, fields of the wrong type are taken out until the rest fits,
    and with a field that is demanded, what it is part of.
    """
    try:
        return shape.model_validate_json(content)
    except ValidationError:
        pass
    raw = _json(content)
    for _ in range(_ROUNDS):
        try:
            return shape.model_validate(raw)
        except ValidationError as error:
            wrong = [one["loc"] for one in error.errors(include_input=False, include_url=False)]
        if not _prune(raw, wrong):
            break
    raise not_understood()


def read_list(content: bytes, shape: type[T], name: str) -> T:
    """The same for an answer that is a bare array; it becomes the field `name`."""
    return read(b'{"%s":%s}' % (name.encode(), content), shape)


def not_understood() -> PlatformDown:
    """What was answered is nothing that we know; it is not quoted, it may hold a token."""
    return PlatformDown(PLATFORM, "an answer that is not understood")


def message_of(content: bytes) -> str:
    """The platform's own sentence in an error's body, for a person.

    Empty where there is none (HTML, `{}`), or none but the name of the status.
    """
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    said = cast("dict[str, object]", said) if isinstance(said, dict) else {}
    words = said.get("message")
    sentence = " ".join(words.split())[:_LONGEST_MESSAGE] if isinstance(words, str) else ""
    return "" if sentence.casefold() in _STATUS_NAMES else sentence


def _json(content: bytes) -> object:
    try:
        found: object = json.loads(content)
    except (ValueError, RecursionError):
        raise not_understood() from None
    return found


def _prune(raw: object, wrong: Iterable[tuple[int | str, ...]]) -> bool:
    """Take out what the places name; False when that leaves nothing."""
    out: dict[tuple[int | str, ...], tuple[object, int | str]] = {}
    for place in wrong:
        holder, at, path = raw, raw, list[int | str]()
        for step in place:
            inner = _inside(at, step)
            if inner is _NOTHING:
                break
            holder, at = at, inner
            path.append(step)
        if not path:
            return False
        out[tuple(path)] = (holder, path[-1])
    # Later elements of a list first, so that earlier ones keep their place.
    for holder, step in sorted(
        out.values(), key=lambda one: one[1] if isinstance(one[1], int) else -1, reverse=True
    ):
        if isinstance(holder, list):
            del cast("list[object]", holder)[cast("int", step)]
        elif isinstance(holder, dict):
            cast("dict[object, object]", holder).pop(step, None)
    return True


_NOTHING = object()


def _inside(at: object, step: int | str) -> object:
    if isinstance(at, list) and isinstance(step, int):
        items = cast("list[object]", at)
        return items[step] if step < len(items) else _NOTHING
    if isinstance(at, dict):
        return cast("dict[object, object]", at).get(step, _NOTHING)
    return _NOTHING
