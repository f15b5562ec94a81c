"""What the process says about itself while it runs: a line an event, and never a secret in it."""

import json
import logging
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Literal, TextIO
from urllib.parse import quote

_HIDDEN = "***"
_SHORTEST_SECRET = 4  # a shorter one would blank out half the log
_KNOWN_SECRETS = (
    (
        re.compile(r"(?<!\d)(\d{6,12})(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE),
        rf"\1:{_HIDDEN}",
    ),  # Telegram
    (re.compile(r"\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"), _HIDDEN),  # Discord
    (re.compile(r"(?<![A-Za-z0-9])eyJ[\w-]{6,}(?:\.[\w-]*){0,4}"), _HIDDEN),  # a JSON Web Token, whole or cut
    (
        re.compile(
            r"""((?:password|\w*(?:refresh|book|auth|access)_token)(?:["']\s*,|(?:["']|%22)?\s*(?:[:=]|%3[AD]))\s*b?)"""
            r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s,;&"']+)""",
            re.IGNORECASE,
        ),
        rf"\1{_HIDDEN}",
    ),  # a form's or a cookie's, and JSON
    (re.compile(r"(://[^:/@\s]*:)[^@\s/]+@"), rf"\1{_HIDDEN}@"),  # a database's password
    (re.compile(r"\b[A-HJKMNP-Z2-9]{4}-[A-HJKMNP-Z2-9]{4}\b"), _HIDDEN),  # a code for /claim or /link
    (re.compile(r"(/(?:claim|link)(?:@\w+)?\s+)\w[\w -]*", re.IGNORECASE), rf"\1{_HIDDEN}"),
)
_NAMES = (r"authorization", r"api[_-]key", r"x-[\w-]*(?:auth|token|secret)[\w-]*")
"""Patterns of headers and keys whose values are secrets at any platform."""
_LONG_NUMBER = re.compile(r"(?<![\d.])[2-6](?:(?:[ +.\u00a0-]|%20)?\d){12,18}(?!\d)")
"""As long as a payment card's, in groups or not, and beginning as one does."""
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
    "uvicorn",
    "alembic",
    "apscheduler",
    "discord",
    "httpcore",
    "httpx",
    "telegram",
    "websockets",
)
_VERBATIM = ("asyncio", "discord", "httpcore", "psycopg", "telegram", "uvicorn", "websockets")
"""At their debug level these write down frames and parameters: what people said to us, codes included."""
_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class SecretRedaction:
    """Takes secrets out of text: the values it was given, what stands behind a name that means one (`names` are
    patterns of more of those), and what looks like a token of a network we use.
    """

    def __init__(self, secrets: Iterable[str] = (), *, names: Iterable[str] = ()) -> None:
        values = {
            form
            for secret in secrets
            if len(secret) >= _SHORTEST_SECRET
            for form in (secret, quote(secret, ""))
        }
        self._named = re.compile(
            rf"""\b((?:{"|".join((*_NAMES, *names))})["']?\s*[:=,]\s*b?)"""
            r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s,;]+(?:\s+[^\s,;]+)?)""",
            re.IGNORECASE,
        )
        longest_first = sorted(values, key=len, reverse=True)
        self._given = re.compile("|".join(map(re.escape, longest_first))) if values else None

    def __call__(self, text: str) -> str:
        if self._given is not None:
            text = self._given.sub(_HIDDEN, text)
        for pattern, replacement in _KNOWN_SECRETS:
            text = pattern.sub(replacement, text)
        text = self._named.sub(rf"\1{_HIDDEN}", text)
        return _LONG_NUMBER.sub(_card_hidden, text)


def _card_hidden(found: re.Match[str]) -> str:
    """A number whose last digit checks the others is taken for a card's."""
    digits = [int(digit) for digit in found[0].replace("%20", "") if digit.isdecimal()]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return found[0] if (sum(digits[-1::-2]) + sum(doubled)) % 10 else _HIDDEN


class TextLine(logging.Formatter):
    """`2026-12-03 14:00:00.004 INFO    core.jobs.worker  job 7: sending`, in UTC; tracebacks are indented."""

    def __init__(self, redact: SecretRedaction) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        at = _at(record).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        # What guests type ends up here: it must not be able to start a line of its own.
        line = f"{at} {record.levelname:<7} {record.name}  {record.getMessage().translate(_CONTROLS)}"
        extra = "".join(f" {name}={value}" for name, value in _extra(record).items())
        rows = _trouble(self, record).split("\n")
        trouble = "".join(f"\n    {row.translate(_CONTROLS)}" for row in rows if row)
        return self._redact(line + extra.translate(_CONTROLS) + trouble)


class JsonLine(logging.Formatter):
    """A JSON object a line: at, level, logger, message, trouble (the traceback), and what the call added."""

    def __init__(self, redact: SecretRedaction) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "at": _at(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if trouble := _trouble(self, record):
            fields["trouble"] = trouble
        # Redacted before it is quoted: a secret with a quotation mark in it looks different afterwards.
        safe = {name: self._redact(value).translate(_UNREADABLE) for name, value in fields.items()}
        return json.dumps(safe, ensure_ascii=False)


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


def _extra(record: logging.LogRecord) -> dict[str, str]:
    return {name: str(value) for name, value in vars(record).items() if name not in _ORDINARY}


def _trouble(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    exception = formatter.formatException(record.exc_info) if record.exc_info else ""
    stack = formatter.formatStack(record.stack_info) if record.stack_info else ""
    return "\n".join(part for part in (exception, stack) if part)
