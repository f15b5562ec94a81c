"""What a plan's card is asking on the side."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """The question that the card is asking on the side, if any.

    `waits_there`: from this card, the plan was put on the platform's own list of people to be told.
    """

    asking: Literal["", "cancel", "release", "hand_over", "word"] = ""
    waits_there: bool = False
