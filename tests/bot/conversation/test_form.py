"""Questions over a draft: the first open one is asked, and going back loses nothing but one answer."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.actions import Action, Chosen, read
from bot.conversation.declared import Declared
from bot.conversation.flow import Scene, Turn, World
from bot.conversation.form import Form, FormActions, Sorry
from bot.conversation.messages import Card, Look
from bot.conversation.ports import Networks
from bot.drills.runner import DrillRunner
from bot.flows.reserve.draft import Draft
from bot.flows.reserve.flow import ReserveFlow
from bot.flows.reserve.spec import ReserveAction
from bot.who import Who
from bot.wording.text import say
from core.domain.chat import Chat
from core.persistence import codec
from core.runtime.bell import Bell
from tests.expect import present
from tests.fakes.clock import FakeClock
from tests.fakes.database import InlineDatabase
from tests.fakes.platform import FakePlatform
from tests.fakes.wallet import keeper

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Meal:
    starter: str | None = None
    main: str | None = None
    sweet: str | None = None


class MealAction(Action):
    STARTER = "starter", Who.FRIEND
    MAIN = "main", Who.FRIEND
    SWEET = "sweet", Who.FRIEND
    ORDER = "order", Who.ORGANISER
    BACK = "back", Who.FRIEND
    CHANGE = "change", Who.ORGANISER
    CANCEL = "cancel", Who.ORGANISER


class Course:
    """Answered by what is typed; `only` answers by itself; "yuck" does not do."""

    def __init__(self, action: MealAction, only: str | None = None) -> None:
        self.action: Action = action
        self.name = str(action)
        self.only = only

    def open(self, draft: Meal) -> bool:
        return getattr(draft, self.name) is None

    def blank(self, draft: Meal) -> Meal:
        return replace(draft, **{self.name: None})

    async def settle(self, scene: Scene, draft: Meal) -> Meal:
        return draft if self.only is None else replace(draft, **{self.name: self.only})

    async def ask(self, scene: Scene, draft: Meal) -> Card:
        return Card(text=say("{name}?", name=self.name), options=(self.action.choice("Soup", "soup"),))

    async def said(self, scene: Scene, draft: Meal, text: str) -> Meal | Sorry[Meal]:
        if text == "yuck":
            return Sorry(text=say("No."), draft=draft)
        return replace(draft, **{self.name: text})

    async def chose(self, scene: Scene, draft: Meal, value: str) -> Meal | Sorry[Meal]:
        return await self.said(scene, draft, value)


class Order(Course):
    def open(self, draft: Meal) -> bool:
        return True

    def blank(self, draft: Meal) -> Meal:
        return draft


def scene(platform: FakePlatform | None = None) -> Scene:
    clock = FakeClock(NOW)
    platforms = {"fake": platform} if platform else {}

    database = InlineDatabase()
    world = World(
        database=database,
        platforms=platforms,
        clock=clock,
        networks=Networks({}),
        secret=b"s" * 32,
        wallet=keeper(database, clock),
        drills=DrillRunner(database=database, clock=clock, platforms=platforms, bell=Bell()),
        declared=Declared(),
    )
    chat = Chat(id=1, frontend="fake", external_id="1", private=True)
    return Scene(world=world, now=NOW, chat=chat, thread_id=None, dialogue_id="d", owner_id=1)


def meant(value: str) -> Chosen[MealAction]:
    return present(read(MealAction, value))


def meal(only: str | None = None) -> Form[Meal]:
    courses = [
        Course(MealAction.STARTER),
        Course(MealAction.MAIN, only),
        Course(MealAction.SWEET),
        Order(MealAction.ORDER),
    ]
    own = FormActions(back=MealAction.BACK, change=MealAction.CHANGE, cancel=MealAction.CANCEL)
    return Form(courses, own)


async def test_the_first_open_question_is_asked():
    form = meal()
    assert form.current(Meal()).action is MealAction.STARTER
    assert form.current(Meal(starter="soup")).action is MealAction.MAIN
    assert form.current(Meal(main="pie")).action is MealAction.STARTER
    assert form.current(Meal(starter="soup", main="pie", sweet="ice")).action is MealAction.ORDER


async def test_an_answer_leads_to_the_next_question_that_needs_somebody():
    turn = await meal(only="pie").said(scene(), Meal(), "soup")
    assert turn.draft == Meal(starter="soup", main="pie")


async def test_an_answer_that_does_not_do_is_asked_for_again():
    turn = await meal().said(scene(), Meal(starter="soup"), "yuck")
    assert turn.draft == Meal(starter="soup")
    assert turn.sorry == say("No.")


async def test_a_choice_is_named_after_its_question_and_back_is_not_on_the_first():
    form = meal()
    first, second = await form.show(scene(), Meal()), await form.show(scene(), Meal(starter="soup"))
    assert [choice.value for choice in first.choices()] == ["starter:soup", "cancel"]
    assert [choice.value for choice in second.choices()] == ["main:soup", "back:main", "cancel"]
    assert [choice.look for choice in second.actions][-1] is Look.DANGER


async def test_back_asks_the_question_before_again():
    turn = await meal().chose(scene(), Meal(starter="soup", main="pie"), meant("back:sweet"))
    assert turn.draft == Meal(starter="soup")


async def test_back_goes_past_what_nobody_was_asked():
    turn = await meal(only="pie").chose(scene(), Meal(starter="soup", main="pie"), meant("back:sweet"))
    assert turn.draft.starter is None


async def test_back_does_not_touch_answers_that_come_later():
    turn = await meal().chose(scene(), Meal(starter="soup", sweet="ice"), meant("back:main"))
    assert turn.draft == Meal(sweet="ice")


async def test_an_answer_to_another_question_is_none():
    turn = await meal().chose(scene(), Meal(starter="soup"), meant("order:go"))
    assert turn == Turn(draft=Meal(starter="soup"))


async def test_change_asks_one_question_and_keeps_the_other_answers():
    whole = Meal(starter="soup", main="pie", sweet="ice")
    turn = await meal().chose(scene(), whole, meant("change:main"))
    assert turn.draft == Meal(starter="soup", sweet="ice")


# The same of the real thing, from wherever people get to.

ORDER = ("venue", "day", "party", "times", "seating", "confirm")


def two_venues() -> FakePlatform:
    platform = FakePlatform(FakeClock(NOW))
    platform.add_venue("Casa Luna", tables={"bar": 2, "patio": 2}, horizon_days=30)
    platform.add_venue("Bistro", party_max=4, closed=(date(2026, 12, 3),), horizon_days=10)
    return platform


def answers(draft: Draft) -> dict[str, object]:
    return {
        "venue": draft.venue,
        "day": draft.on,
        "party": draft.party_size,
        "times": draft.times,
        "seating": draft.seatings,
    }


@settings(max_examples=60)
@given(
    words=st.sampled_from(
        ["", "luna", "bistro 3", "luna 4 dec 4", "19:00 2", "luna 4 dec 4 19:00-20:00 bar"]
    ),
    taps=st.lists(st.integers(min_value=0, max_value=200), max_size=14),
)
def test_back_leads_home_from_everywhere_and_loses_one_answer_a_step(words, taps):
    asyncio.run(_back_leads_home(words, taps))


async def _back_leads_home(words: str, taps: list[int]) -> None:
    flow, now = ReserveFlow(), scene(two_venues())
    draft = (await flow.begin(now, words)).draft
    for tap in taps:
        card = await flow.show(now, draft)
        offered = [one for one in card.choices() if one.value not in {"cancel", "confirm:go"}]
        turn: Turn[Draft] = await flow.chose(
            now, draft, present(read(ReserveAction, offered[tap % len(offered)].value))
        )
        draft = codec.load(Draft, codec.dump(Draft, turn.draft))
        assert draft == turn.draft, "every draft survives a restart"
    await _walk_back(flow, now, draft)


async def _walk_back(flow: ReserveFlow, now: Scene, draft: Draft) -> None:
    for _ in range(2 * len(ORDER)):
        here = str(flow.form.current(draft).action)
        card = await flow.show(now, draft)
        back = [one.value for one in card.choices() if one.value.startswith("back:")]
        if here == "venue":
            assert not back
            return
        assert len(back) == 1
        after = (await flow.chose(now, draft, present(read(ReserveAction, back[0])))).draft
        there = str(flow.form.current(after).action)
        if draft.unchanged is not None:
            assert after == draft.unchanged, "a change that is given up leaves everything as it was"
        else:
            assert ORDER.index(there) < ORDER.index(here)
            earlier = ORDER[: ORDER.index(there)]
            before, then = answers(draft), answers(after)
            assert all(then[name] == before[name] for name in earlier)
        draft = after
    raise AssertionError("going back goes round in circles")
