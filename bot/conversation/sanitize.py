"""What people send, made fit to be kept and shown: names on one line, nothing invisible, nothing endless.

A NUL cannot be kept by PostgreSQL, half a surrogate pair by no database; what turns the writing direction makes
one name look like another; and no question has an answer of a thousand characters, but for what is copied out of
a browser (`LONGEST_PASTED`).
"""

from dataclasses import replace
from typing import TypeVar

from bot.conversation.messages import Chose, Command, Event, Heard, Left, Moved, Person, Place, Said

LONGEST_WORDS = 1000
LONGEST_PASTED = 4000
_LONGEST_NAME = 128
_LONGEST_TITLE = 256
_LONGEST_REF = 128

_INVISIBLE = (0xAD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070))
_DROPPED: dict[int, str | None] = dict.fromkeys(
    (*range(32), *range(127, 160), *_INVISIBLE, 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xD800, 0xE000))
)
_IN_WORDS = _DROPPED | {9: "\t", 10: "\n", 13: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
_IN_NAMES = _DROPPED | {9: " ", 10: " ", 13: " ", 0x85: " ", 0x2028: " ", 0x2029: " "}

E = TypeVar("E", bound=Event)


def sanitized(heard: Heard) -> Heard:
    """The event as it may be noted and acted on; the very same where there is nothing to mend."""
    event = _event(heard.event)
    return heard if event is heard.event else replace(heard, event=event)


def _event(event: Event) -> Event:
    match event:
        case Command(name=name, words=words, typed=typed, message_id=message_id):
            return _said_by(
                event,
                name=_ref(name),
                words=_words(words),
                typed=_words(typed, LONGEST_PASTED),
                message_id=_maybe(message_id),
            )
        case Said(text=text, reply_to=reply_to, dialogue_id=dialogue_id, message_id=message_id):
            return _said_by(
                event,
                text=_words(text, LONGEST_PASTED),
                reply_to=_maybe(reply_to),
                dialogue_id=_maybe(dialogue_id),
                message_id=_maybe(message_id),
            )
        case Chose(dialogue_id=dialogue_id, ref=ref):
            return _said_by(event, dialogue_id=_ref(dialogue_id), ref=_ref(ref))
        case Left(place=place) | Moved(place=place):
            return _changed(event, place=_place(place))


def _said_by(event: Command | Said | Chose, **fields: str | None) -> Event:
    return _changed(event, person=_person(event.person), place=_place(event.place), **fields)


def _changed(event: E, **fields: object) -> E:
    if all(getattr(event, name) is value for name, value in fields.items()):
        return event
    return replace(event, **fields)  # type: ignore[arg-type]  # the fields are its own


def _person(person: Person) -> Person:
    name, handle = _line(person.name, _LONGEST_NAME) or "?", person.handle
    handle = None if handle is None else _line(handle, _LONGEST_NAME)
    if name is person.name and handle is person.handle:
        return person
    return replace(person, name=name, handle=handle or None)


def _place(place: Place) -> Place:
    title = _line(place.title, _LONGEST_TITLE)
    return place if title is place.title else replace(place, title=title)


def _words(text: str, longest: int = LONGEST_WORDS) -> str:
    return _plain(text, longest) or text[: longest * 2].translate(_IN_WORDS)[:longest]


def _line(text: str, longest: int) -> str:
    if (plain := _plain(text, longest)) is not None:
        return plain
    return " ".join(text[: longest * 2].translate(_IN_NAMES).split())[:longest]


def _ref(text: str) -> str:
    plain = _plain(text, _LONGEST_REF)
    return plain if plain is not None else text[:_LONGEST_REF].translate(_DROPPED)


def _maybe(text: str | None) -> str | None:
    return None if text is None else _ref(text)


def _plain(text: str, longest: int = LONGEST_WORDS) -> str | None:
    """The text itself where it is short and of visible ASCII, as nearly every one is."""
    return text if len(text) <= longest and text.isascii() and text.isprintable() else None
