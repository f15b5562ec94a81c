"""A unit of work: one thing that was done from beginning to end, and the one line that is logged of it."""

import asyncio
import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

Value = str | int | float | bool | None

_CURRENT: ContextVar["Unit | None"] = ContextVar("unit", default=None)


class Unit:
    """Who and what (`bind`), how much of what (`add`), and what went wrong (`failed`).

    Ids, names of classes and numbers only: never what people said, nor what they are called.
    """

    __slots__ = ("_began", "bound", "counted", "errors", "exception", "level", "name", "over")

    def __init__(self, name: str, level: int, bound: dict[str, Value]) -> None:
        self.name = name
        self.bound = bound
        self.counted: dict[str, int] = {"queries": 0, "requests": 0}
        self.errors: list[str] = []
        self.exception: BaseException | None = None
        self.over = False
        self.level = level
        self._began = time.perf_counter()

    def bind(self, **fields: Value) -> None:
        """These stand on every line from here on, and on the unit's own."""
        self.bound.update(fields)

    def add(self, **counts: int) -> None:
        """So many more of these."""
        for name, count in counts.items():
            self.counted[name] = self.counted.get(name, 0) + count

    def failed(self, error: BaseException, *, broken: bool = False) -> None:
        """Something went wrong. `broken`: that is a bug of ours, whose traceback belongs into the log."""
        self.noted(type(error).__name__)
        if broken:
            self.exception = error

    def noted(self, trouble: str) -> None:
        """The name of something that went wrong; the same again says nothing new."""
        if trouble not in self.errors:
            self.errors.append(trouble)

    def end(self) -> None:
        """Log the line: `extra` has who and what, `ms`, how much, and `errors`, in this order."""
        self.over = True
        level = logging.ERROR if self.exception else logging.WARNING if self.errors else self.level
        log = logging.getLogger(self.name)
        if log.isEnabledFor(level):
            took = round((time.perf_counter() - self._began) * 1000, 1)
            fields = {**self.bound, "ms": took, **self.counted, "errors": self.errors}
            log.log(level, self.name, exc_info=self.exception, extra={**fields, "unit": self.counted})


@contextmanager
def begin(name: str, *, level: int = logging.INFO, **fields: Value) -> Generator[Unit]:
    """What is done in here, and in tasks that are begun in here, is this unit's; its line is logged at the end.

    The line is at `level` if all went well: `logging.DEBUG` for what happens all the time and mostly comes to nothing.
    """
    one = Unit(name, level, fields)
    before = _CURRENT.set(one)
    try:
        yield one
    except asyncio.CancelledError:
        one.bind(outcome="cancelled")
        raise
    except Exception as error:
        one.failed(error)
        raise
    finally:
        _CURRENT.reset(before)
        one.end()


def current() -> Unit | None:
    """The unit that is being done; a task may outlive the one that it was begun in."""
    one = _CURRENT.get()
    return None if one is None or one.over else one


def bind(**fields: Value) -> None:
    """`Unit.bind` of the current one, if any."""
    if (one := current()) is not None:
        one.bind(**fields)


def failed(error: BaseException) -> None:
    """`Unit.failed` of the current one, if any."""
    if (one := current()) is not None:
        one.failed(error)


def add(**counts: int) -> None:
    """`Unit.add` to the current one, if any."""
    if (one := current()) is not None:
        one.add(**counts)
