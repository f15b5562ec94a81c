"""What became of something, as a shape: to be told apart without its colour."""

from bot.report.canvas import Canvas
from bot.report.style import FATE, PAPER
from core.jobs.steps import Fate

RADIUS = 13


def fate(canvas: Canvas, x: float, y: float, of: Fate) -> None:
    """A tick, a cross, a question mark or an exclamation mark on a disc."""
    canvas.disc(x, y, RADIUS, colour=FATE[of])
    match of:
        case Fate.BOOKED:
            tick(canvas, x, y, RADIUS * 0.55)
        case Fate.TAKEN | Fate.CONFLICT:
            cross(canvas, x, y, RADIUS * 0.42)
        case Fate.UNANSWERED | Fate.REFUSED:
            canvas.write(x, y + 1, "?", size=round(RADIUS * 1.5), colour=PAPER, anchor="mm", bold=True)
        case Fate.NEEDS_GUEST:
            canvas.write(x, y + 1, "!", size=round(RADIUS * 1.5), colour=PAPER, anchor="mm", bold=True)


def tick(canvas: Canvas, x: float, y: float, reach: float) -> None:
    canvas.line(
        [(x - reach, y), (x - reach * 0.25, y + reach * 0.75), (x + reach, y - reach * 0.7)],
        colour=PAPER,
        width=reach * 0.45,
    )


def cross(canvas: Canvas, x: float, y: float, reach: float, colour: str = PAPER) -> None:
    width = max(2.0, reach * 0.5)
    canvas.line([(x - reach, y - reach), (x + reach, y + reach)], colour=colour, width=width)
    canvas.line([(x - reach, y + reach), (x + reach, y - reach)], colour=colour, width=width)
