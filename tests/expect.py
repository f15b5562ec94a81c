"""What a test takes for granted on its way to what it claims: said as an assertion, and known to the type checker."""

from typing import Any, TypeVar

T = TypeVar("T")


def present(value: T | None) -> T:
    """The value, which is there."""
    assert value is not None
    return value


def expect(kind: type[T], value: object) -> T:
    """The value, which is of that kind: one case of a union."""
    assert isinstance(value, kind), value
    return value


def json_of(value: object) -> Any:
    """The value, to be looked into as JSON is: by keys and places that nobody has checked."""
    return value
