"""Ears that write down what they hear and answer what a test told them to."""

from collections.abc import Sequence

from bot.conversation.messages import Card, Event, Heard, Person, Place
from bot.conversation.ports import Reply


class ScriptedEars:
    """`bot.conversation.ports.Ears`; gives `answers` in order, then empty ones; raises exceptions."""

    def __init__(self, *answers: Reply | Exception) -> None:
        self.noted: list[Heard] = []
        self.heard: list[Heard] = []
        self.answers = list(answers)
        self.cards: dict[str, Card] = {}
        self.venues: list[str] = []

    @property
    def events(self) -> list[Event]:
        """What was heard, without ids and times."""
        return [heard.event for heard in self.heard]

    async def note(self, heard: Sequence[Heard]) -> Sequence[Heard]:
        known = {(old.frontend, old.id) for old in self.noted}
        fresh = [new for new in heard if (new.frontend, new.id) not in known]
        self.noted += fresh
        return fresh

    async def hear(self, heard: Heard) -> Reply:
        self.heard.append(heard)
        answer = self.answers.pop(0) if self.answers else Reply()
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def current_card(self, dialogue_id: str, *, place: Place) -> Card | None:
        return self.cards.get(dialogue_id)

    async def suggest_venues(self, person: Person, words: str) -> Sequence[str]:
        return [name for name in self.venues if words.casefold() in name.casefold()][:25]
