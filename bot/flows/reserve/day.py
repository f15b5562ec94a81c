"""On which day a table is wanted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.conversation.flow import Scene
from bot.conversation.form import Question, Sorry
from bot.conversation.messages import Card, Choice
from bot.flows.reserve.draft import Draft, on_day, to_fit
from bot.flows.reserve.spec import ReserveAction
from bot.parsing import Unclear, hear_day
from bot.wording import reserve as wording
from core.domain.slot import Day, DayState

_PAGE = 21
_FARTHEST = 180


class DayQuestion(Question[Draft]):
    """A calendar of the venue's days: open, full, or not released yet with the date of the drop."""

    action = ReserveAction.DAY

    def open(self, draft: Draft) -> bool:
        return draft.on is None

    def blank(self, draft: Draft) -> Draft:
        return replace(draft, on=None, page=0)

    async def ask(self, scene: Scene, draft: Draft) -> Card:
        venue = draft.place
        today = scene.now.astimezone(venue.tz).date()
        end = today + timedelta(days=_FARTHEST if venue.horizon_days is None else venue.horizon_days)
        first = today + timedelta(days=draft.page * _PAGE)
        last = min(first + timedelta(days=_PAGE - 1), end)
        platform = scene.world.platforms[venue.ref.platform]
        days = await scene.ask(
            platform.days,
            venue.ref,
            party_size=draft.party_size or max(2, venue.party_min),
            first=first,
            last=last,
        )
        shown = [day for day in days if day.state is not DayState.CLOSED]
        turn: list[Choice] = []
        if draft.page:
            turn.append(ReserveAction.DAY.choice(wording.EARLIER, "page:-1"))
        if last < end:
            turn.append(ReserveAction.DAY.choice(wording.LATER, "page:+1"))
        return Card(
            text=wording.which_day(venue.name, shown, venue.zone),
            options=tuple(_choice(day, draft) for day in shown),
            actions=tuple(turn),
            typing=wording.TYPE_DAY,
        )

    async def said(self, scene: Scene, draft: Draft, text: str) -> Draft | Sorry[Draft]:
        return await _on(scene, draft, hear_day(text, now=scene.now, zone=draft.place.tz))

    async def chose(self, scene: Scene, draft: Draft, value: str) -> Draft | Sorry[Draft]:
        if value.startswith("page:"):
            return replace(draft, page=max(0, draft.page + int(value.removeprefix("page:"))))
        return await _on(scene, draft, date.fromisoformat(value))


async def _on(scene: Scene, draft: Draft, heard: date | Unclear) -> Draft | Sorry[Draft]:
    answered = on_day(draft, heard, scene.now)
    if isinstance(answered, Sorry):
        return answered
    venue, on = answered.place, answered.on
    assert on is not None
    day = await one_day(scene, answered)
    if day is not None and day.state is DayState.CLOSED:
        return Sorry(text=wording.closed_day(venue.name, on), draft=draft)
    return to_fit(answered)


async def one_day(scene: Scene, draft: Draft) -> Day | None:
    """The draft's day as the venue's calendar has it."""
    venue, on = draft.place, draft.on
    assert on is not None
    platform = scene.world.platforms[venue.ref.platform]
    party_size = draft.party_size or max(2, venue.party_min)
    days: Sequence[Day] = await scene.ask(platform.days, venue.ref, party_size=party_size, first=on, last=on)
    return next((day for day in days if day.on == on), None)


def _choice(day: Day, draft: Draft) -> Choice:
    drop_on = None if day.drop_at is None else day.drop_at.astimezone(draft.place.tz).date()
    return ReserveAction.DAY.choice(wording.day_label(day, drop_on), day.on.isoformat())
