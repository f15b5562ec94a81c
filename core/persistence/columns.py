"""Column types: the only ways a time or a value object gets into a row."""

from datetime import UTC, datetime
from enum import Enum
from typing import Generic, TypeVar

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import DateTime, TypeDecorator

from core.persistence.codec import dump, load

T = TypeVar("T")

Id = BigInteger().with_variant(Integer, "sqlite")
"""A primary key; SQLite counts up only in an INTEGER."""


class Forgotten(Enum):
    """How a column that leads to a guest is to be forgotten with them; every such column says so."""

    ROW = "Its row goes."
    EMPTIED = "The row stays, without it."
    NUMBER = "It stays: a number, which leads to nobody once the guest's name and sign-ins are gone."
    IN_TIME = "It ends by itself, in 30 days at most."


FORGOTTEN = "forgotten"
"""Under which a column's `info` has its `Forgotten`."""

ROW = {FORGOTTEN: Forgotten.ROW}
EMPTIED = {FORGOTTEN: Forgotten.EMPTIED}
NUMBER = {FORGOTTEN: Forgotten.NUMBER}
IN_TIME = {FORGOTTEN: Forgotten.IN_TIME}


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite keeps no zone and would give back a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonColumn(TypeDecorator[T], Generic[T]):
    """A value object (dataclass, or a union of them) as JSON text: `Json(Wish)`."""

    impl = Text
    cache_ok = True

    def __init__(self, shape: type[T]) -> None:
        super().__init__()
        self.shape = shape

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:
        return None if value is None else dump(self.shape, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> T | None:
        return None if value is None else load(self.shape, value)
