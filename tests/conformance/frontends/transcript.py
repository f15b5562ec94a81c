"""A transcript: who says and taps what, and what everybody then sees. The same on every network."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.drivers.port import Driver, Shown

_PATIENCE = 10.0
_EVERY = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """A command, or words: in the group, or to Fourtop alone."""

    who: str
    text: str
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hides:
    """A secret, in answer to the newest private card that asks for one."""

    who: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taps:
    """A choice of the newest card there, by what is in its label."""

    who: str
    label: str
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sees:
    """A message of the group, or of one person's private chat: the newest, or the one with that `number`
    counted from 0.

    `words` are in it in that order, `without` are not in it; `offers` are in labels that can be tapped, or with
    `offers=()` nothing can be; `files` go with it; `messages` are there in all, and the message was edited
    `edits` times at most.
    """

    words: tuple[str, ...] = ()
    private_of: str | None = None
    number: int = -1
    without: tuple[str, ...] = ()
    offers: tuple[str, ...] | None = None
    files: tuple[str, ...] | None = None
    messages: int | None = None
    edits: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one person alone was told last in answer to a command, to words or to a tap."""

    who: str
    words: str


Move = Says | Hides | Taps | Sees | Told
Transcript = Sequence[Move]


def says(who: str, text: str, *, private: bool = False) -> Says:
    return Says(who=who, text=text, private=private)


def hides(who: str, text: str) -> Hides:
    return Hides(who=who, text=text)


def taps(who: str, label: str, *, private: bool = False) -> Taps:
    return Taps(who=who, label=label, private=private)


def sees(*words: str, **more) -> Sees:
    return Sees(words=words, **more)


def told(who: str, words: str) -> Told:
    return Told(who=who, words=words)


@dataclass(slots=True, kw_only=True)
class Acting:
    """Acts a transcript out; `log` is what has been done, for the one who reads a failure."""

    driver: Driver
    log: list[Move] = field(default_factory=list)

    async def act(self, transcript: Transcript) -> None:
        for move in transcript:
            self.log.append(move)
            match move:
                case Says(who=who, text=text, private=private):
                    await self.driver.say(who, text, private=private)
                case Hides(who=who, text=text):
                    await self.driver.hide(who, text)
                case Taps(who=who, label=label, private=private):
                    await self._patiently(lambda move=move: self._can_be_tapped(move))
                    await self.driver.tap(who, label, private=private)
                case Sees():
                    await self._patiently(lambda move=move: self._is_seen(move))
                case Told():
                    await self._patiently(lambda move=move: self._is_told(move))

    async def _patiently(self, look) -> None:
        """Look until nothing is amiss. Real sockets and a real clock: there is nothing to wait on."""
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while (amiss := await look()) is not None:
            if asyncio.get_running_loop().time() > deadline:
                done = "\n".join(f"  {move}" for move in self.log)
                raise AssertionError(f"on {self.driver.name}: {amiss}\nafter\n{done}")
            await asyncio.sleep(_EVERY)

    async def _is_seen(self, wanted: Sees) -> str | None:
        shown = await self.driver.messages(private_of=wanted.private_of)
        try:
            message = shown[wanted.number]
        except IndexError:
            return f"no message {wanted.number} among {len(shown)}"
        amiss = _amiss(message, wanted)
        if wanted.messages is not None and len(shown) != wanted.messages:
            amiss = f"{len(shown)} messages: {[one.text for one in shown]}"
        return amiss and f"{amiss}\nshown: {message}\nwanted: {wanted}"

    async def _can_be_tapped(self, wanted: Taps) -> str | None:
        """Something can be: a label may be on another page, which is the driver's to turn."""
        shown = await self.driver.messages(private_of=wanted.who if wanted.private else None)
        if any(message.labels for message in shown):
            return None
        return f"nothing can be tapped in {shown}"

    async def _is_told(self, wanted: Told) -> str | None:
        said = await self.driver.toasts(wanted.who)
        if said and wanted.words in said[-1]:
            return None
        return f"{wanted.who} was told {list(said)}, not {wanted.words!r}"


def _amiss(message: Shown, wanted: Sees) -> str | None:
    at = 0
    for words in wanted.words:
        found = message.text.find(words, at)
        if found < 0:
            return f"{words!r} is missing"
        at = found + len(words)
    for words in wanted.without:
        if words in message.text:
            return f"{words!r} is there"
    for label in wanted.offers or ():
        if not any(label in one for one in message.labels):
            return f"nothing says {label!r}"
    if wanted.offers == () and message.labels:
        return "it can be tapped"
    if wanted.files is not None and message.files != wanted.files:
        return "the files are others"
    if wanted.edits is not None and message.edits > wanted.edits:
        return f"edited {message.edits} times"
    return None
