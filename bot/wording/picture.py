"""The few words that are drawn into the picture of a drop."""

from datetime import timedelta

from core.jobs.steps import Fate

LOOKS = "Looks"
TABLES = "Tables"
DROP = "release"
NO_TABLES = "no table was listed"
NOT_TRIED = "nothing to ask for"
EMPTY = "empty list"
FULL = "tables listed"
FAILED = "no answer"

FATES = {
    Fate.BOOKED: "booked",
    Fate.TAKEN: "taken",
    Fate.UNANSWERED: "answer lost",
    Fate.NEEDS_GUEST: "needs you",
    Fate.REFUSED: "broke off",
    Fate.CONFLICT: "in the way",
}


def tables(count: int) -> str:
    return f"{count} table{'' if count == 1 else 's'}"


def more(count: int) -> str:
    return f"and {count} more"


def lasted(span: timedelta) -> str:
    """A short stretch: `84 ms`, `2.1 s`, `3 min`."""
    seconds = span.total_seconds()
    if abs(seconds) < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if abs(seconds) < 99.95:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min"


def after_tries(words: str, tries: int) -> str:
    return f"{words} ({tries} tries)"


def tick(at: timedelta, step: timedelta = timedelta(milliseconds=100)) -> str:
    """A moment on the axis, as fine as the step between two: `0`, `50 ms`, `1.5 s`, `120.05 s`, `10 min`."""
    ms, fine = at / timedelta(milliseconds=1), step / timedelta(milliseconds=1)
    if abs(ms) < 1000:
        return f"{ms:.0f} ms" if ms else "0"
    if fine >= 60_000:
        return f"{ms / 60_000:.3g} min"
    digits = next(digits for digits in range(4) if digits == 3 or fine * 10**digits % 1000 == 0)
    return f"{ms / 1000:.{digits}f} s"
