"""Events as a network would bring them, forged ones included."""

from dataclasses import replace

from bot.conversation.messages import Chose, Command, Person, Place, Said
from tests.fakes.frontend import FakeMessage
from tests.stage import NOON, Stage


def person(who: str) -> Person:
    return Person(frontend="fake", account_id=who, name=who.title(), handle=who)


def group(chat_id: str = "friends") -> Place:
    return Place(frontend="fake", chat_id=chat_id, private=False, title=chat_id.title())


def dm(who: str) -> Place:
    return Place(frontend="fake", chat_id=f"dm:{who}", private=True, title=who.title())


def command(who: str, line: str, place: Place) -> Command:
    name, _, words = line.removeprefix("/").partition(" ")
    return Command(person=person(who), place=place, name=name, words=words)


def tap(who: str, place: Place, dialogue_id: str, ref: str) -> Chose:
    return Chose(person=person(who), place=place, dialogue_id=dialogue_id, ref=ref)


def reply(who: str, place: Place, message: FakeMessage, text: str) -> Said:
    return Said(person=person(who), place=place, text=text, reply_to=message.id)


def elsewhere(place: Place, chat_id: str) -> Place:
    return replace(place, chat_id=chat_id)


def newest(stage: Stage, chat_id: str = "friends") -> FakeMessage:
    """The newest card of a chat."""
    return next(
        one for one in reversed(stage.fake.frontend.messages) if one.card and one.place.chat_id == chat_id
    )


def toast(answer) -> str:
    return answer.toast.plain(now=NOON) if answer.toast else ""
