"""Value objects as JSON text, and back."""

from functools import cache
from typing import TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def _adapter(shape: object) -> TypeAdapter[object]:
    return TypeAdapter(shape)


def dump(shape: object, value: object) -> str:
    """`value`, a dataclass or a member of the union `shape`, as JSON."""
    return _adapter(shape).dump_json(value).decode()


def load(shape: type[T], text: str) -> T:
    """The value that `dump` wrote. Raises ValueError for JSON of another shape."""
    return _adapter(shape).validate_json(text)  # type: ignore[return-value]
