"""What people did on Discord, read off the plain JSON of an interaction."""

from collections.abc import Iterable, Mapping
from typing import Literal, cast

from bot.conversation.messages import Chose, Command, Event, Left, Person, Place, Said
from bot.frontends.discord.commands import options_of, words_of
from bot.frontends.discord.components import Tag, read_tag

Kind = Literal["command", "component", "form", "typing"]
Json = Mapping[str, object]

_PRIVATE_PREFIX = "user:"
STALE = "page"


def event_of(kind: Kind, data: Json, *, person: Person, place: Place) -> Event | None:
    """The event, or None for a control that is not ours."""
    if kind == "command":
        name, words = str(data.get("name", "")).lower(), words_of(options_of(data))
        return Command(person=person, place=place, name=name, words=words, whispered=True)
    tag = read_tag(str(data.get("custom_id", "")))
    match tag:
        case Tag(meaning="ft-said", dialogue_id=dialogue_id):
            return Said(person=person, place=place, text=written(data), dialogue_id=dialogue_id)
        case Tag(meaning="ft", dialogue_id=dialogue_id, ref=ref):
            return Chose(person=person, place=place, dialogue_id=dialogue_id, ref=ref)
        case Tag(meaning="ft-pick", dialogue_id=dialogue_id):
            values = cast("list[str]", data.get("values") or [""])
            return Chose(person=person, place=place, dialogue_id=dialogue_id, ref=values[0])
        case Tag(meaning="ft-page", dialogue_id=dialogue_id):
            # Its card is gone, or there would be another page: the conversation says what has become of it.
            return Chose(person=person, place=place, dialogue_id=dialogue_id, ref=STALE)
        case _:
            return None


def written(data: Json) -> str:
    """What was typed into a form, whichever way its one field is wrapped."""
    for part in cast("Iterable[Json]", data.get("components") or ()):
        if "value" in part:
            return str(part["value"])
        inner = part.get("component")
        below = cast("Json", {"components": [inner]}) if inner else part
        if text := written(below):
            return text
    return ""


def private_place(account_id: str) -> Place:
    """The private chat with somebody whose channel is unknown; the first sending learns it (`ChatMoved`)."""
    return Place(frontend="discord", chat_id=f"{_PRIVATE_PREFIX}{account_id}", private=True)


def account_of(place: Place) -> str | None:
    """Whose private chat this is, for a place that is not known by its channel yet."""
    return place.chat_id.removeprefix(_PRIVATE_PREFIX) if place.chat_id.startswith(_PRIVATE_PREFIX) else None


def left(chat_ids: Iterable[int], *, at: float) -> list[tuple[str, Event]]:
    """The bot lost these channels, with an id for each event: Discord gives none."""
    return [
        (f"left:{id_}:{at}", Left(place=Place(frontend="discord", chat_id=str(id_), private=False)))
        for id_ in chat_ids
    ]
