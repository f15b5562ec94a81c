"""What is drawn on, in units of the finished picture."""

import io
from typing import Literal

from PIL import Image, ImageDraw

from bot.report.style import PAPER, font

_FINE = 2
"""Drawn so much larger and then reduced: edges become smooth."""

_COLOURS = 128

Anchor = Literal["ls", "ms", "rs", "lm", "mm", "rm"]


class Canvas:
    """Shapes and words at (x, y) from the upper left corner."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._image = Image.new("RGB", (width * _FINE, height * _FINE), PAPER)
        self._pen = ImageDraw.Draw(self._image)

    def write(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: int,
        colour: str,
        anchor: Anchor = "ls",
        bold: bool = False,
    ) -> None:
        self._pen.text(
            (x * _FINE, y * _FINE),
            words,
            fill=colour,
            font=font(size * _FINE),
            anchor=anchor,
            stroke_width=1 if bold else 0,
        )

    def line(self, points: list[tuple[float, float]], *, colour: str, width: float = 2) -> None:
        self._pen.line(
            [(x * _FINE, y * _FINE) for x, y in points],
            fill=colour,
            width=round(width * _FINE),
            joint="curve",
        )

    def bar(
        self, left: float, top: float, right: float, bottom: float, *, colour: str, round_by: float = 0
    ) -> None:
        box = (left * _FINE, top * _FINE, max(right, left + 1) * _FINE, bottom * _FINE)
        self._pen.rounded_rectangle(box, radius=round_by * _FINE, fill=colour)

    def disc(self, x: float, y: float, radius: float, *, colour: str, hollow: bool = False) -> None:
        box = tuple(_FINE * edge for edge in (x - radius, y - radius, x + radius, y + radius))
        self._pen.ellipse(box, fill=PAPER if hollow else colour, outline=colour, width=2 * _FINE)

    def png(self) -> bytes:
        """The finished picture: the same drawing gives the same bytes."""
        small = self._image.reduce(_FINE).quantize(
            _COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        held = io.BytesIO()
        small.save(held, "PNG", optimize=True)
        return held.getvalue()


def width_of(words: str, size: int) -> float:
    """How wide the words are."""
    return font(size * _FINE).getlength(words) / _FINE


def fitted(words: str, size: int, room: float) -> str:
    """The words, cut with an ellipsis where they are wider than the room."""
    if width_of(words, size) <= room:
        return words
    while words and width_of(words + "…", size) > room:
        words = words[:-1]
    return words.rstrip() + "…"
