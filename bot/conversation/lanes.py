"""What belongs together and keeps its order: what one person does in one chat."""

from dataclasses import dataclass

from bot.conversation.declared import CANCEL
from bot.conversation.messages import Chose, Command, Event, Left, Moved, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Whose events are acted on one after the other; `person` is empty for what happened to the chat itself."""

    frontend: str
    chat_id: str
    person: str

    def __str__(self) -> str:
        return f"{self.frontend}:{self.chat_id}:{self.person}"


def lane_of(event: Event) -> Lane:
    match event:
        case Chose(person=person) | Command(person=person) | Said(person=person):
            who = person.account_id
        case Left() | Moved():
            who = ""
    return Lane(frontend=event.place.frontend, chat_id=event.place.chat_id, person=who)


def goes_first(event: Event) -> bool:
    """Before what others typed, where several wait: a tap asks nobody's patience, and a way out is a way out."""
    match event:
        case Chose() | Command(name=CANCEL.name):
            return True
        case Command() | Said() | Left() | Moved():
            return False
