"""What the process says about itself while it runs: a line a unit of work, and never a secret in it."""

import json
import logging
import sys
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Literal, TextIO, cast

from core import unit
from core.runtime.redaction import HIDDEN, SecretRedaction

_INVISIBLE = (0x061C, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
"""Line breaks that are not ASCII, what turns the writing direction, and what has no width."""
_CONTROLS = (
    {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
    | {code: f"\\u{code:04x}" for code in (*_INVISIBLE, *range(0xD800, 0xE000))}
    | {9: "\t", 10: "\\n", 13: "\\r"}
)
_UNREADABLE = {code: text for code, text in _CONTROLS.items() if code > 126}
"""What JSON would leave as it is."""
_CHATTY = (
    "aiohttp.access",
    "aiosqlite",
    "uvicorn",
    "alembic",
    "apscheduler",
    "discord",
    "httpcore",
    "httpx",
    "telegram",
    "websockets",
)
_VERBATIM = ("aiosqlite", "asyncio", "discord", "httpcore", "psycopg", "telegram", "uvicorn", "websockets")
"""At their debug level these write down frames and parameters: what people said to us, codes included."""
_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_SHORTEST_CARD = 10**12
_SHORT, _MOST_WORDS = 40, 2000  # characters; how many words are remembered
_COUNTED = "unit"
"""Where the line of a unit of work keeps what was counted."""


class _Values:
    """Redacts what stands on a line by a name of its own: each value by itself, and the same short words once."""

    def __init__(self, redact: SecretRedaction) -> None:
        self._redact = redact
        self._harmless: set[str] = set()

    def named(self, fields: Mapping[str, object]) -> dict[str, object]:
        """Each of them, and nothing of those whose name means a secret."""
        return {name: HIDDEN if self._redact.hides(name) else self(value) for name, value in fields.items()}

    def __call__(self, value: object) -> object:
        """Numbers stay numbers, where no card has one as short."""
        if value is None or (isinstance(value, int | float) and abs(value) < _SHORTEST_CARD):
            return value
        if isinstance(value, list):
            each = cast("list[object]", value)
            whole = ", ".join(map(repr, each))  # a name and what it is the name of may stand side by side
            return [self(one) for one in each] if self._redact(whole) == whole else self(whole)
        text = str(value)
        if text in self._harmless:
            return text
        # Before it is quoted: a secret with a quotation mark in it looks different afterwards.
        safe = self._redact(text).translate(_UNREADABLE)
        if safe == text and len(text) <= _SHORT and len(self._harmless) < _MOST_WORDS:
            self._harmless.add(text)
        return safe


class TextLine(logging.Formatter):
    """`2026-12-03 14:00:00.004 INFO    core.jobs.worker  job 7: sending`, in UTC; tracebacks are indented.

    Of a unit of work: `2026-12-03 14:00:00.004 INFO    turn  chat=3 flow=reserve  14.2 ms, 3 queries`.
    """

    def __init__(self, redact: SecretRedaction) -> None:
        super().__init__()
        self._redact = redact
        self._values = _Values(redact)

    def format(self, record: logging.LogRecord) -> str:
        at = _at(record).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        extra = _extra(record)
        counted = cast("dict[str, int] | None", extra.pop(_COUNTED, None))
        rows = _trouble(self, record).split("\n")
        trouble = "".join(f"\n    {row.translate(_CONTROLS)}" for row in rows if row)
        if counted is not None:
            safe = self._values.named(extra)
            said = f"{_who(safe, counted)}  {_how_much(safe, counted)}".translate(_CONTROLS)
            return f"{at} {record.levelname:<7} {record.name}  {said}{trouble and self._redact(trouble)}"
        # What guests type ends up here: it must not be able to start a line of its own.
        said = f"{record.getMessage()}{_named(extra)}".translate(_CONTROLS)
        return self._redact(f"{at} {record.levelname:<7} {record.name}  {said}{trouble}")


class JsonLine(logging.Formatter):
    """A JSON object a line: at, level, logger, message, trouble (the traceback), and what the call added.

    Of a unit of work: unit is its name, ms how long it took, errors a list; each count is a number.
    """

    def __init__(self, redact: SecretRedaction) -> None:
        super().__init__()
        self._values = _Values(redact)

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if _COUNTED in fields:
            fields[_COUNTED] = record.name
        if trouble := _trouble(self, record):
            fields["trouble"] = trouble
        safe = self._values.named(fields)
        return json.dumps({"at": _at(record).isoformat(timespec="milliseconds"), **safe}, ensure_ascii=False)


class _Bound(logging.Filter):
    """Has every line say what its unit of work is about, and the unit's own what went wrong in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if (one := unit.current()) is not None:
            for name, value in one.bound.items():
                vars(record).setdefault(name, value)
            if record.levelno >= logging.WARNING:
                one.noted(_kind_of_trouble(record))
        return True


class _Stream(logging.StreamHandler[TextIO]):
    """Writes lines; a record that cannot be written is named, and not printed raw past the redaction."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        kind = sys.exc_info()[0]
        with suppress(OSError, ValueError):
            self.stream.write(f"a line of {record.name} could not be written ({kind and kind.__name__})\n")


def set_up_logging(
    level: Literal["debug", "info", "warning", "error"] = "info",
    style: Literal["text", "json"] = "text",
    *,
    secrets: Iterable[str] = (),
    names: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Have all that is logged from here on written to `stream` (standard error), and nowhere else.

    Libraries that log each request speak up only from `warning`, unless the level is `debug`; those that would
    write down what people say never do so. `secrets` and `names` are as in `SecretRedaction`.
    """
    redact = SecretRedaction(secrets, names=names)
    handler = _Stream(sys.stderr if stream is None else stream)
    handler.addFilter(_Bound())
    handler.setFormatter(TextLine(redact) if style == "text" else JsonLine(redact))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET if level == "debug" else logging.WARNING)
    for name in _VERBATIM:
        if level == "debug":
            logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)


def _at(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _ORDINARY}


def _named(fields: Mapping[str, object]) -> str:
    return "".join(f" {name}={value}" for name, value in fields.items())


def _who(extra: Mapping[str, object], counted: Collection[str]) -> str:
    about = {name: value for name, value in extra.items() if name not in {"ms", "errors", *counted}}
    return _named(about).lstrip()


def _how_much(extra: Mapping[str, object], counted: Mapping[str, int]) -> str:
    """How long it took, what it needed, what went wrong."""
    amounts = [f"{count} {_counted(name, count)}" for name, count in counted.items() if count]
    errors = cast("list[str]", extra["errors"])
    went_wrong = [f"errors: {', '.join(errors)}"] if errors else []
    return ", ".join([f"{extra['ms']} ms", *amounts, *went_wrong])


def _counted(name: str, count: int) -> str:
    """`queries`, or one of them."""
    if count != 1:
        return name
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")


def _kind_of_trouble(record: logging.LogRecord) -> str:
    kind = record.exc_info[0] if record.exc_info else None
    return record.name if kind is None else kind.__name__


def _trouble(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    exception = formatter.formatException(record.exc_info) if record.exc_info else ""
    stack = formatter.formatStack(record.stack_info) if record.stack_info else ""
    return "\n".join(part for part in (exception, stack) if part)
