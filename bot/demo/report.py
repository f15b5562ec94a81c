"""What the terminal says at the end of an evening that played itself."""

from collections.abc import Sequence
from datetime import datetime

from bot.demo import words
from bot.demo.verdict import Evidence, missing
from core.jobs.steps import Fate, Timeline

_FATES = {
    Fate.BOOKED: "booked",
    Fate.TAKEN: "somebody was faster",
    Fate.UNANSWERED: "no answer came",
    Fate.NEEDS_GUEST: "the guest is wanted",
    Fate.REFUSED: "the house broke off",
}


def report(evidence: Evidence, story: Timeline, *, drop_at: datetime) -> Sequence[str]:
    """Lines with what happened, by the record of the attempt and by what others saw of it."""
    rows = [("Released", words.clock(drop_at))]
    if story.late is not None:
        rows.append(("Asked", f"{words.milliseconds(story.late)} after the release"))
    for number, fate in enumerate(story.fates):
        sent = words.milliseconds(fate.tried_at - drop_at)
        tried = f"{fate.time} {fate.seating}: {_FATES[fate.fate]} (sent after {sent})"
        rows.append(("" if number else "Tried", tried))
    if (got := evidence.reservation) is not None:
        rows.append(("Table", f"{words.seat(got.starts_at, got.seating)}. Confirmation {got.confirmation}"))
    lines = [f"{name:<10}{row}" for name, row in rows] + list(words.rivals_got(evidence.takings))
    troubles = missing(evidence)
    if troubles:
        return [*lines, "", *(f"Not a success: {trouble}" for trouble in troubles)]
    names = [*evidence.private]
    return [
        *lines,
        f"{'Told':<10}the group, and {', '.join(names[:-1])} and {names[-1]} each in private, with a calendar file",
        f"{'Checked':<10}the house has the table under this confirmation, and refuses it to a stranger",
    ]
