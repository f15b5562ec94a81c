"""Value objects as JSON text, and back."""

from functools import cache
from typing import TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def _adapter(shape: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(shape)


def dump(shape: type[T], value: T) -> str:
    """`value` as JSON."""
    return _adapter(shape).dump_json(value).decode()


def load(shape: type[T], text: str) -> T:
    """The value that `dump` wrote. Raises ValueError for JSON of another shape."""
    return _adapter(shape).validate_json(text)
