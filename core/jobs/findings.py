"""What was found out ahead of a drop."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.news import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something that may spoil a drop: with which account, where it is about one; `about` names what is in the way."""

    trouble: Trouble
    account_id: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Troubles to be told, the drop's new moment if it moved, and whether wanted tables are open already."""

    troubles: tuple[Found, ...] = ()
    moved_to: datetime | None = None
    open_now: bool = False
