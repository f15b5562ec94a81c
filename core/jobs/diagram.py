"""Writes the state table into `docs/jobs.md`: `python -m core.jobs.diagram docs/jobs.md`."""

import re
import sys
from pathlib import Path

from core.jobs.outcomes import Reason
from core.jobs.states import JobState, follows


def drawn(page: str) -> str:
    """The page with everything that is drawn from the code drawn anew."""
    for name, text in {"diagram": _diagram(), "states": _states(), "reasons": _reasons()}.items():
        block = f"<!-- {name}: drawn from the code -->\n{text}\n<!-- end -->"
        page = re.sub(rf"<!-- {name}: .*?<!-- end -->", lambda _, block=block: block, page, flags=re.DOTALL)
    return page


def _diagram() -> str:
    steps = [f"    {before} --> {after}" for before in JobState for after in follows(before)]
    ends = [f"    {state} --> [*]" for state in JobState if state.over]
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> waiting", *steps, *ends, "```"])


def _states() -> str:
    rows = [f"| `{state}` | {state.sentence} |" for state in JobState]
    return "\n".join(["| state | what it means |", "|---|---|", *rows])


def _reasons() -> str:
    ends = {True: JobState.FAILED, False: JobState.LOST}
    rows = [f"| `{reason}` | `{ends[reason.breakage]}` | {reason.sentence} |" for reason in Reason]
    return "\n".join(["| reason | ends in | what it means |", "|---|---|---|", *rows])


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(drawn(path.read_text(encoding="utf-8")), encoding="utf-8")
