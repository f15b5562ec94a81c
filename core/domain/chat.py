"""A place where people talk to Fourtop."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A private chat or a group, known by our own id: the network's id may change (`external_id`)."""

    id: int
    frontend: str
    external_id: str
    private: bool
    title: str = ""
    allowed_at: datetime | None = None
    dead_at: datetime | None = None
