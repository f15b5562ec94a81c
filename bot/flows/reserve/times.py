"""At which times a table is wanted, in order of preference."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from bot.conversation.flow import Scene
from bot.conversation.form import Question, Sorry
from bot.conversation.messages import Card, Choice, Look
from bot.flows.reserve.draft import Draft
from bot.flows.reserve.spec import ReserveAction
from bot.parsing import Unclear, hear_times
from bot.wording import common
from bot.wording import reserve as wording
from core.domain.slot import Cause
from core.ports import Platform
from core.powers.booking import Timetables
from core.powers.drops import KnowsDrops

_DINNER = (time(19, 0), time(21, 0))
_USUAL = tuple(time(hour, minute) for hour in range(17, 22) for minute in (0, 30))
_WAITING = {Cause.NOT_RELEASED, Cause.FULL}


class TimesQuestion(Question[Draft]):
    """Several may be taken, the first tapped is the first wanted; or a range at once."""

    action = ReserveAction.TIMES

    def open(self, draft: Draft) -> bool:
        return draft.times is None

    def blank(self, draft: Draft) -> Draft:
        return replace(draft, times=None, picking=(), heard_times=None)

    async def settle(self, scene: Scene, draft: Draft) -> Draft | Sorry[Draft]:
        available = await _available(scene, draft)
        if isinstance(available, Sorry):
            return available
        if draft.heard_times is None:
            return draft
        picked = draft.heard_times.pick(available)
        if not picked:
            text = wording.times_off(draft.place.name, available)
            return Sorry(text=text, draft=replace(draft, heard_times=None))
        return replace(draft, times=picked, heard_times=None)

    async def ask(self, scene: Scene, draft: Draft) -> Card:
        available = await _available(scene, draft)
        offered = () if isinstance(available, Sorry) else available
        assert draft.on is not None
        assert draft.party_size is not None
        done = (ReserveAction.TIMES.choice(common.DONE, "done", look=Look.PRIMARY),) if draft.picking else ()
        return Card(
            text=wording.which_times(draft.place.name, draft.on, draft.party_size, draft.picking),
            options=(*(_toggle(at, draft) for at in offered), *_quick(offered)),
            actions=done,
            typing=wording.TYPE_TIMES,
        )

    async def said(self, scene: Scene, draft: Draft, text: str) -> Draft | Sorry[Draft]:
        heard = hear_times(text)
        if isinstance(heard, Unclear):
            return Sorry(text=wording.NOT_TIMES, draft=draft)
        return await self.settle(scene, replace(draft, heard_times=heard))

    async def chose(self, scene: Scene, draft: Draft, value: str) -> Draft | Sorry[Draft]:
        match value[0], value[1:]:
            case "+", at:
                added = time.fromisoformat(at)
                return replace(draft, picking=(*(kept for kept in draft.picking if kept != added), added))
            case "-", at:
                gone = time.fromisoformat(at)
                return replace(draft, picking=tuple(kept for kept in draft.picking if kept != gone))
            case "=", span:
                return await self._any(scene, draft, span)
            case _:
                if not draft.picking:
                    return Sorry(text=wording.PICK_ONE, draft=draft)
                return replace(draft, times=draft.picking)

    async def _any(self, scene: Scene, draft: Draft, span: str) -> Draft | Sorry[Draft]:
        start, _, end = span.partition("/")
        available = await _available(scene, draft)
        if isinstance(available, Sorry):
            return available
        picked = tuple(at for at in available if time.fromisoformat(start) <= at <= time.fromisoformat(end))
        if not picked:  # the card was drawn before the last of them had passed
            return Sorry(text=wording.times_off(draft.place.name, available), draft=draft)
        return replace(draft, times=picked)


async def _available(scene: Scene, draft: Draft) -> tuple[time, ...] | Sorry[Draft]:
    """Times that can be wanted that day; asks another question again where there can be none."""
    venue, on, party_size = draft.place, draft.on, draft.party_size
    assert on is not None
    assert party_size is not None
    platform = scene.world.platforms[venue.ref.platform]
    found = await scene.ask(platform.slots, venue.ref, on=on, party_size=party_size)
    if found.cause is Cause.PARTY_TOO_LARGE or found.cause is Cause.PARTY_TOO_SMALL:
        return Sorry(text=wording.cause(found.cause, venue), draft=replace(draft, party_size=None))
    if found.cause is not None and not _worth_waiting(found.cause, platform):
        return Sorry(text=wording.cause(found.cause, venue), draft=replace(draft, on=None))
    free = {slot.starts_at.time() for slot in found.slots}
    if isinstance(platform, Timetables):
        usual: Sequence[time] = await scene.ask(platform.times, venue.ref, on=on, party_size=party_size)
    else:
        usual = () if free else _USUAL
    now = scene.now.astimezone(venue.tz)
    return tuple(at for at in sorted(free | set(usual)) if datetime.combine(on, at, tzinfo=venue.tz) > now)


def _worth_waiting(cause: Cause, platform: Platform) -> bool:
    """Whether there may be tables that day yet. Where releases are found out, a day too far ahead has one to come."""
    return cause in _WAITING or (cause is Cause.BEYOND_HORIZON and isinstance(platform, KnowsDrops))


def _toggle(at: time, draft: Draft) -> Choice:
    if at not in draft.picking:
        return ReserveAction.TIMES.choice(f"{at:%H:%M}", f"+{at:%H:%M}")
    rank = draft.picking.index(at) + 1
    return ReserveAction.TIMES.choice(f"{rank} · {at:%H:%M}", f"-{at:%H:%M}", chosen=True)


def _quick(offered: Sequence[time]) -> tuple[Choice, ...]:
    """Ranges worth a tap: around dinner, and everything."""
    if len(offered) < 2:
        return ()
    choices: list[Choice] = []
    start, end = _DINNER
    inside = [at for at in offered if start <= at <= end]
    if len(inside) > 1 and len(inside) < len(offered):
        choices.append(
            ReserveAction.TIMES.choice(wording.any_between(start, end), f"={start:%H:%M}/{end:%H:%M}")
        )
    first, last = offered[0], offered[-1]
    choices.append(ReserveAction.TIMES.choice(wording.ANY_TIME, f"={first:%H:%M}/{last:%H:%M}"))
    return tuple(choices)
