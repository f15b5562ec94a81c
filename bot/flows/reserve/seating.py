"""In which part of the venue a table is wanted."""

from dataclasses import replace

from bot.conversation.flow import Scene
from bot.conversation.form import Question, Sorry
from bot.conversation.messages import Card
from bot.flows.reserve.draft import Draft
from bot.flows.reserve.spec import ReserveAction
from bot.parsing.line import tidy
from bot.parsing.seating import find_seating
from bot.wording import reserve as wording


class SeatingQuestion(Question[Draft]):
    """Asked only where the venue has several."""

    action = ReserveAction.SEATING

    def open(self, draft: Draft) -> bool:
        return draft.seatings is None

    def blank(self, draft: Draft) -> Draft:
        return replace(draft, seatings=None, heard_seating=None)

    async def settle(self, scene: Scene, draft: Draft) -> Draft | Sorry[Draft]:
        if len(draft.place.seatings) < 2:
            return replace(draft, seatings=())
        return self._named(draft, draft.heard_seating) if draft.heard_seating else draft

    async def ask(self, scene: Scene, draft: Draft) -> Card:
        named = tuple(
            ReserveAction.SEATING.choice(name[:1].upper() + name[1:], name) for name in draft.place.seatings
        )
        return Card(
            text=wording.which_seating(draft.place.name),
            options=(ReserveAction.SEATING.choice(wording.ANY_SEATING, ""), *named),
            typing=wording.TYPE_SEATING,
        )

    async def said(self, scene: Scene, draft: Draft, text: str) -> Draft | Sorry[Draft]:
        return self._named(draft, text)

    async def chose(self, scene: Scene, draft: Draft, value: str) -> Draft | Sorry[Draft]:
        return replace(draft, seatings=(value,) if value else ())

    def _named(self, draft: Draft, words: str) -> Draft | Sorry[Draft]:
        wanted = words.strip().casefold()
        named = [name for name in draft.place.seatings if wanted and wanted in name.casefold()]
        if not named and (said := find_seating(tidy(words), draft.place.seatings, alone=True)):
            named = [said[0]]  # "on the patio"
        if wanted.startswith("any"):
            return replace(draft, seatings=())
        if not named:
            return Sorry(text=wording.no_such_seating(draft.place), draft=replace(draft, heard_seating=None))
        return replace(draft, seatings=tuple(named))
