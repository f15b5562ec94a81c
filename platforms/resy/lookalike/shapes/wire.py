"""How instants, durations and amounts are written."""

from datetime import UTC, date, datetime, time, timedelta


def utc(instant: datetime | None) -> str | None:
    """`2026-10-22T16:00:00Z`"""
    return None if instant is None else f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def utc_with_space(instant: datetime) -> str:
    """`2026-10-22 23:30:00`, in UTC although it looks local."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def wall(day: date, at: time, plus: timedelta = timedelta()) -> str:
    """`2026-10-22 19:30:00` on the venue's wall."""
    return f"{datetime.combine(day, at) + plus:%Y-%m-%d %H:%M:%S}"


def seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else int(duration.total_seconds())


def dollars(amount: float | None) -> str:
    """`$25`"""
    return "" if amount is None else f"${amount:g}"
