"""For how many a table is wanted."""

from dataclasses import replace

from bot.conversation.flow import Scene
from bot.conversation.form import Question, Sorry
from bot.conversation.messages import Card
from bot.flows.reserve.draft import Draft, to_fit
from bot.flows.reserve.spec import ReserveAction
from bot.parsing import hear_party
from bot.wording import reserve as wording

_BUTTONS = 12


class PartyQuestion(Question[Draft]):
    """How many guests, within what the venue takes."""

    action = ReserveAction.PARTY

    def open(self, draft: Draft) -> bool:
        return draft.party_size is None

    def blank(self, draft: Draft) -> Draft:
        return replace(draft, party_size=None)

    async def ask(self, scene: Scene, draft: Draft) -> Card:
        venue = draft.place
        sizes = range(venue.party_min, min(venue.party_max, venue.party_min + _BUTTONS - 1) + 1)
        return Card(
            text=wording.which_party(venue),
            options=tuple(ReserveAction.PARTY.choice(str(size), size) for size in sizes),
            typing=wording.TYPE_PARTY,
        )

    async def said(self, scene: Scene, draft: Draft, text: str) -> Draft | Sorry[Draft]:
        size = hear_party(text)
        if size is None:
            return Sorry(text=wording.NOT_A_PARTY, draft=draft)
        return _of_size(draft, size)

    async def chose(self, scene: Scene, draft: Draft, value: str) -> Draft | Sorry[Draft]:
        return _of_size(draft, int(value))


def _of_size(draft: Draft, size: int) -> Draft | Sorry[Draft]:
    venue = draft.place
    if not venue.party_min <= size <= venue.party_max:
        return Sorry(text=wording.party_size_off(venue), draft=draft)
    return to_fit(replace(draft, party_size=size))
