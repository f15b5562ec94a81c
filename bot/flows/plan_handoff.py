"""How other dialogues hand over to a plan's card."""

from dataclasses import dataclass
from typing import Literal

from bot.conversation.flow import Become
from bot.conversation.flow_spec import FlowName

PLAN = FlowName("plan")

Asking = Literal["", "cancel", "release", "hand_over", "word"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """The question that the card is asking on the side, if any.

    `waits_there`: from this card, the plan was put on the platform's own list of people to be told.
    """

    asking: Asking = ""
    waits_there: bool = False


def plan_card(plan_id: str) -> Become:
    """The present card becomes that plan's."""
    return Become(flow=PLAN, draft=PlanDraft(), plan_id=plan_id)
