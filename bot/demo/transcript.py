"""The chat in the terminal: who says, taps and sees what, in lines that can be read aloud."""

import os
import sys
import textwrap
from collections.abc import Iterable, Sequence

import click

from bot.frontends.web.chats import GROUP
from bot.frontends.web.message_body import ShownCard, ShownNotice, Words
from bot.frontends.web.protocol import Message
from bot.wording.text import Span, Text
from core.clock import Clock

_WIDTH = 100
_NAME = 9
_COLOURS = {"Ann": "magenta", "Bob": "blue", "Cas": "yellow", "Fourtop": "green"}
_SPACE = "\N{NO-BREAK SPACE}"


class Transcript:
    """Prints what is shown, once; of a card that was edited, what is new."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_at = clock.now()
        self._cards: dict[str, ShownCard] = {}
        self._told: set[str] = set()
        self._notices: list[tuple[str, ShownNotice]] = []

    def group(self, message: Message) -> None:
        """A message in the group, new or edited."""
        if message.chat != GROUP:
            return
        match message.body:
            case Words(text=text):
                self._say(message.author, [text])
            case ShownNotice() as notice:
                told = self._lines(notice.text)
                self._told.update(told)
                self._say("Fourtop", [*told, *_file(notice)])
            case ShownCard() as card:
                before = self._cards.get(message.id)
                self._cards[message.id] = card
                self._say("Fourtop", [*self._new_lines(before, card), *_new_buttons(before, card)])

    def private(self, name: str, message: Message) -> None:
        """A message of Fourtop's to one friend: kept for `in_private`."""
        if message.chat != GROUP and isinstance(message.body, ShownNotice):
            self._notices.append((name, message.body))

    def in_private(self) -> None:
        """Print what each was told in private; what the group was told too is not said again."""
        for name, notice in sorted(self._notices, key=lambda one: one[0]):
            fresh = [line for line in self._lines(notice.text) if line not in self._told]
            self._say("Fourtop", [f"(to {name} in private)", *(fresh or ["The same."]), *_file(notice)])
        self._notices.clear()

    def tapped(self, name: str, label: str, whispered: Text) -> None:
        """Somebody tapped a button; `whispered` is what they alone were told."""
        self._say(name, [f"taps “{label}”"])
        if whispered:
            self._say("Fourtop", [f"(to {name} alone) {whispered.plain(now=self._clock.now())}"])

    @staticmethod
    def line(text: str = "") -> None:
        """Something that is not said in the chat."""
        put(text)

    def _new_lines(self, before: ShownCard | None, card: ShownCard) -> list[str]:
        # A countdown alone is no news: lines are compared as they would have read when the evening began.
        then = Text(before.text).plain(now=self._began_at).splitlines() if before else []
        same = Text(card.text).plain(now=self._began_at).splitlines()
        now = Text(card.text).plain(now=self._clock.now()).splitlines()
        return [
            line for line, compared in zip(now, same, strict=True) if line.strip() and compared not in then
        ]

    def _lines(self, spans: Iterable[Span]) -> list[str]:
        text = Text(tuple(spans)).plain(now=self._clock.now())
        return [line for line in text.splitlines() if line.strip()]

    @staticmethod
    def _say(name: str, lines: Iterable[str]) -> None:
        who = click.style(f"{name:<{_NAME}}", fg=_COLOURS.get(name), bold=True)
        for line in lines:
            for part in textwrap.wrap(line, _WIDTH - _NAME) or [""]:
                put(f"{who}{part}")
                who = " " * _NAME


def put(text: str = "") -> None:
    """Print a line; in colour on a terminal that has not been asked for none (no-color.org)."""
    encoding = sys.stdout.encoding or "utf-8"
    writable = text.encode(encoding, "replace").decode(encoding)  # not every terminal knows emoji
    click.echo(writable, color=False if os.environ.get("NO_COLOR") else None)


def _new_buttons(before: ShownCard | None, card: ShownCard) -> Sequence[str]:
    """The buttons in a row, unless most of them were there before."""
    labels, known = _labels(card), _labels(before) if before else []
    if not labels or sum(label in known for label in labels) * 2 > len(labels):
        return []
    return [" ".join(f"[{label}]".replace(" ", _SPACE) for label in labels)]


def _labels(card: ShownCard) -> list[str]:
    return [button.label for button in (*card.options, *card.actions)]


def _file(notice: ShownNotice) -> Sequence[str]:
    return [] if notice.file is None else [f"📎 {notice.file.name}"]
