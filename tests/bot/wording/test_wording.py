"""Everything that can happen has its words, and words are in the wording only."""

import ast
import inspect
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.wording import (
    common,
    confirm,
    discord,
    drops,
    lists,
    members,
    news,
    outcome,
    plan,
    reserve,
    telegram,
    web,
)
from bot.wording import terms as terms_wording
from bot.wording.text import Text
from core import errors
from core.domain.booking import GuestAction
from core.domain.guest import Guest, GuestState
from core.domain.outcome import Reason
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState
from core.domain.slot import Cause, Day, DayState
from core.domain.terms import Money, Terms
from core.domain.trouble import Trouble
from core.domain.venue import Venue, VenueRef
from core.jobs.steps import Fate, SlotFate, Timeline
from tests.commands import COMMANDS

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
VENUE = Venue(ref=VenueRef(platform="house", id="luna"), name="Casa Luna", zone="America/New_York")
PLAN = Plan(
    id="p1",
    organiser_id=1,
    chat_id=1,
    thread_id=None,
    wish=Wish(venue=VENUE.ref, on=NOW.date(), party_size=4, times=(time(19),)),
    venue_name="Casa Luna",
    zone="America/New_York",
    state=PlanState.LOST,
    created_at=NOW,
)


def leaves(error: type[errors.FourtopError]) -> Iterator[type[errors.FourtopError]]:
    below = error.__subclasses__()
    if not below:
        yield error
    for one in below:
        yield from leaves(one)


def made(error: type[errors.FourtopError]) -> errors.FourtopError:
    """An instance, whatever fields it has."""
    values = {"str": "it", "int": 3, "timedelta | None": None}
    if "__init__" not in vars(error):
        return error()
    parameters = inspect.signature(error).parameters.values()
    needed = [one for one in parameters if one.default is inspect.Parameter.empty]
    return error(*(values[inspect.formatannotation(one.annotation).strip("'")] for one in needed))


GUESTS_MEET = [*leaves(errors.NotPossible), errors.PlatformDown]


@pytest.mark.parametrize("error", GUESTS_MEET, ids=lambda error: error.__name__)
def test_every_error_a_guest_can_meet_has_a_sentence_of_its_own(error):
    text = common.explained(made(error))
    assert text != common.SOMETHING_BROKE
    assert sentence(text)


def test_what_a_guest_cannot_help_is_owned_up_to():
    assert common.explained(errors.LeaseLost(1, 1)) == common.SOMETHING_BROKE


def test_patience_is_told_in_minutes():
    down = errors.PlatformDown("resy", "busy", retry_after=timedelta(seconds=150))
    assert "in 2 min." in common.explained(down).plain(now=NOW)


def test_the_tree_of_errors_is_drawn_whole():
    drawn = errors.__doc__ or ""
    for error in leaves(errors.FourtopError):
        assert error.__name__ in drawn, error


@pytest.mark.parametrize("state", PlanState)
def test_every_state_of_a_plan_has_a_sign(state):
    assert lists.plan_label(Plan(**{**fields(PLAN), "state": state}))[0] not in "CP"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_told(reason):
    assert sentence(outcome.lost(reason))
    assert outcome.lost(reason) != outcome.lost(None)


@pytest.mark.parametrize("fate", Fate)
def test_every_fate_of_a_slot_is_told(fate):
    tried = SlotFate(token="t", time="19:00", seating="Bar", fate=fate, tried_at=NOW, tries=1)
    story = Timeline(fates=(tried,), seen=(), looks=1, late=None, steps=())
    assert re.search(r"19:00 bar: \w+", outcome.tried(story).plain(now=NOW))


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_is_told(trouble):
    text = news.troubled(PLAN, trouble.value).plain(now=NOW)
    assert trouble.value not in text


@pytest.mark.parametrize("action", GuestAction)
def test_everything_a_guest_has_to_do_is_told(action):
    text = news.needed(PLAN, action).plain(now=NOW)
    assert action.value not in text
    assert "wants you to" in text


def test_hosts_are_told_of_what_nobody_was_told_whoever_it_is_about():
    for text in (news.missed_plan(PLAN), news.missed_guest("Bob"), news.missed_guest("")):
        said = text.plain(now=NOW)
        assert "could not be told" in said
        assert "the server's log says why" in said
    assert PLAN.venue_name in news.missed_plan(PLAN).plain(now=NOW)
    assert "Bob" in news.missed_guest("Bob").plain(now=NOW)


@pytest.mark.parametrize("why", Cause)
def test_every_cause_is_told(why):
    assert sentence(reserve.cause(why, VENUE))


@pytest.mark.parametrize("state", DayState)
def test_every_day_has_a_label(state):
    day = Day(on=NOW.date(), state=state, drop_at=NOW if state is DayState.NOT_RELEASED else None)
    assert "Tue 1 Dec" in reserve.day_label(day, NOW.date())


@pytest.mark.parametrize("state", GuestState)
def test_every_state_of_a_guest_is_told_to_them_and_to_admins(state):
    guest = Guest(id=1, name="Dee", state=state, first_seen_at=NOW, last_seen_at=NOW)
    assert sentence(members.judged_news(state))
    assert sentence(members.waiting_over(state))
    assert sentence(members.judged(guest, state))
    assert members.stranger(guest, [], 0)


@pytest.mark.parametrize(
    "terms",
    [
        Terms(),
        Terms(free_until=NOW),
        Terms(free_until=NOW, late_fee=Money(amount=Decimal(25), currency="USD")),
        Terms(deposit=Money(amount=Decimal(10), currency="EUR")),
    ],
)
def test_all_terms_are_told(terms):
    assert sentence(terms_wording.cost(terms, "America/New_York"))
    assert sentence(plan.cancelling(terms, "America/New_York"))
    assert sentence(plan.sure_release(terms, "America/New_York", 4, NOW + timedelta(hours=1)))


def test_every_command_is_described_in_a_few_words():
    for spec in COMMANDS:
        assert 3 <= len(spec.summary) <= 60, spec.name
        assert not spec.summary.endswith("."), spec.name
        assert re.fullmatch(r"[a-z0-9_]{1,32}", spec.name)


def test_labels_fit_on_buttons():
    for module in (common, confirm, drops, lists, members, plan, reserve):
        for name, value in vars(module).items():
            if isinstance(value, str) and name.isupper() and not name.startswith(("TYPE_", "ASK_")):
                assert len(value) <= 64, f"{module.__name__}.{name}"


def test_sentences_are_whole():
    """They begin with a capital or a sign, and end."""
    for module in (common, discord, drops, lists, members, news, plan, reserve, telegram, web):
        for name, value in vars(module).items():
            if isinstance(value, Text):
                assert sentence(value), f"{module.__name__}.{name}"


def test_nothing_is_called_what_the_glossary_does_not_call_it():
    wrong = re.compile(
        r"\b(user|customer|owner|timeslot|channel|monitor|snipe|appointment|pax)s?\b", re.IGNORECASE
    )
    for module in (common, drops, lists, members, news, plan, reserve):
        for words in literals(Path(inspect.getfile(module))):
            assert not wrong.search(words), words


def sentence(text: Text) -> bool:
    words = text.plain(now=NOW).strip().removesuffix(".”")
    return bool(words) and (words[-1] in ".?!”…" or words.endswith(" guest)")) and not words[0].islower()


def fields(value: Plan) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


# Words live in the wording.

SPEAKERS = sorted(
    path
    for folder in ("bot/flows", "bot/conversation")
    for path in (ROOT / folder).rglob("*.py")
    if "words" not in path.relative_to(ROOT).parts
)
ALLOWED = {
    "bot/conversation/ask_platforms.py": {"it took too long"},  # a reason, for the log
    "bot/wording/text.py": {"in ", " ago", " at ", "now", "second", "minute", "hour", "day", "@"},
}


def literals(path: Path) -> Iterator[str]:
    """Every string of a file but for docstrings, what goes to the log, and what a command says of itself."""
    tree = ast.parse(path.read_text())
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
                told |= {id(argument) for argument in node.args}
            case ast.Call(func=ast.Name(id="CommandSpec" | "Option")):
                told |= {id(keyword.value) for keyword in node.keywords}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


@pytest.mark.parametrize("path", SPEAKERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_stands_outside_the_wording(path):
    """A string of several words in a flow is something a guest may read, or should be one."""
    name = str(path.relative_to(ROOT))
    for words in literals(path):
        several = re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", words)
        assert not several or words in ALLOWED.get(name, ()) or is_pattern(words) or is_quoted(words), words


def is_pattern(words: str) -> bool:
    return any(sign in words for sign in (r"\d", r"\s", "(?", "|"))


def is_quoted(words: str) -> bool:
    """A forward reference of a type."""
    return words.startswith(("dict[", "str |", "Turn[", "Sorry["))
