"""What is remembered of a stranger who waits, and of an admin who is asked about them."""

from dataclasses import dataclass

from bot.conversation.messages import Command
from core.persistence import codec


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinDraft:
    """`wanted` is taken up when an admin says yes; `hosted`: there was an admin to ask."""

    wanted: Command | None = None
    hosted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDraft:
    """The guest that an admin is asked about."""

    guest_id: int


def approval_of(guest_id: int) -> str:
    """The draft, as it is kept, of every dialogue in which an admin is asked about this guest."""
    return codec.dump(ApprovalDraft, ApprovalDraft(guest_id=guest_id))
