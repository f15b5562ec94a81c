"""Writes a plan's state table into `docs/plans.md`: `python -m core.plans.diagram docs/plans.md`."""

import sys
from pathlib import Path

from core.domain.plan_state import FOLLOWS, PlanState
from core.domain.state_diagram import diagram, redrawn, sentences


def drawn(page: str) -> str:
    """The page with everything that is drawn from the code drawn anew."""
    ends = {state for state in PlanState if state.over}
    return redrawn(
        page,
        {
            "diagram": diagram(FOLLOWS, ends=ends),
            "states": sentences({state: state.sentence for state in PlanState}),
        },
    )


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(drawn(path.read_text(encoding="utf-8")), encoding="utf-8")
