"""Writes the state table, and when looks are sent, into `docs/jobs.md`: `python -m core.jobs.diagram docs/jobs.md`."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from core.domain.job_state import FOLLOWS, JobState
from core.domain.outcome import Reason
from core.domain.state_diagram import diagram, redrawn, sentences
from core.jobs.attempt.pacing import AT_DROP

_MS = timedelta(milliseconds=1)
_WINDOW = timedelta(minutes=3)
_SPANS = (0.25, 1.0, 3.0, 30.0, 60.0, 130.0, _WINDOW.total_seconds())


def drawn(page: str) -> str:
    """The page with everything that is drawn from the code drawn anew."""
    ends = {state for state in JobState if state.over}
    return redrawn(
        page,
        {
            "diagram": diagram(FOLLOWS, ends=ends),
            "states": sentences({state: state.sentence for state in JobState}),
            "looks": _looks(),
            "reasons": _reasons(),
        },
    )


def _looks() -> str:
    placed = AT_DROP.looks().plan(AT_DROP.budget, since=timedelta(0), until=_WINDOW)
    rows, since = list[str](), 0.0
    for until in _SPANS:
        among = [at for at in placed if since <= at.total_seconds() < until]
        dots = "●" * len(among)
        rows.append(f"{f'{since:g} s':>6} to {f'{until:g} s':>6}  {dots:<8}  {_apart(among)}".rstrip())
        since = until
    return "\n".join(["```text", *rows, "```"])


def _apart(looks: Sequence[timedelta]) -> str:
    if len(looks) == 1:
        return "one"
    gap = (looks[-1] - looks[0]) / (len(looks) - 1)
    return f"{gap.total_seconds():.1f} s apart" if gap > timedelta(seconds=1) else f"{gap // _MS} ms apart"


def _reasons() -> str:
    ends = {True: JobState.FAILED, False: JobState.LOST}
    rows = [f"| `{reason}` | `{ends[reason.breakage]}` | {reason.sentence} |" for reason in Reason]
    return "\n".join(["| reason | ends in | what it means |", "|---|---|---|", *rows])


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(drawn(path.read_text(encoding="utf-8")), encoding="utf-8")
