"""How a plan is drawn in each of its states, and what can be done in it."""

from datetime import datetime

from bot.conversation.messages import Card, Choice, Look, Tone
from bot.conversation.text import Text, lines
from bot.flows.plan.draft import PlanDraft
from bot.flows.plan.standing import Standing
from bot.wording import common
from bot.wording import plan as wording
from core.domain.plan import PlanState
from core.jobs.states import Strategy

_MOVABLE = {PlanState.ARMED, PlanState.NEEDS_GUEST}


def drawn(now: Standing, draft: PlanDraft, *, address: str, tells: bool, at: datetime) -> Card:
    """The card at `at`; `address` is the venue's, for a plan that holds a table. `tells`: the platform has a list
    of its own of people to be told of tables.
    """
    text, tone = _state(now, address)
    options, actions = _actions(now, draft, tells=tells)
    coming = [guest.name for guest in now.coming]
    called_off = now.plan.state is PlanState.CANCELLED
    people = Text() if called_off else wording.who(now.organiser.name, coming)
    parts = (wording.head(now.plan.venue_name, now.plan.wish), text, people, _question(now, draft, at))
    return Card(text=lines(*parts), tone=tone, options=options, actions=actions)


def _state(now: Standing, address: str) -> tuple[Text, Tone]:
    plan, job = now.plan, now.job
    match plan.state:
        case PlanState.ARMED if job is not None and job.strategy is Strategy.DROP and job.drop_at is not None:
            waits = wording.armed_for_drop(job.drop_at, plan.zone)
            return lines(wording.wanted(plan.wish.times), waits), Tone.WAITING
        case PlanState.ARMED if job is not None and job.strategy is Strategy.WATCH:
            waits = wording.watching(job.until, plan.zone)
            return lines(wording.wanted(plan.wish.times), waits), Tone.WAITING
        case PlanState.ARMED:
            return lines(wording.wanted(plan.wish.times), wording.ABOUT_TO_TRY), Tone.TRYING
        case PlanState.TRYING:
            return lines(wording.wanted(plan.wish.times), wording.TRYING), Tone.TRYING
        case PlanState.CHECKING:
            return wording.CHECKING, Tone.TRYING
        case PlanState.NEEDS_GUEST:
            return wording.NEEDS_GUEST, Tone.WAITING
        case PlanState.BOOKED if now.kept is not None:
            terms = wording.cancelling(now.kept.reservation.terms, plan.zone)
            facts = wording.booked(now.kept.reservation, address)
            return lines(facts, terms, wording.punctual(now.story)), Tone.GOOD
        case PlanState.BOOKED:
            return wording.RELEASED, Tone.BAD
        case PlanState.LOST:
            reason = job.reason if job is not None else None
            return lines(wording.lost(reason), wording.tried(now.story)), Tone.BAD
        case PlanState.CANCELLED:
            return wording.RELEASED if now.given_back else wording.CANCELLED, Tone.BAD


def _asked(now: Standing, draft: PlanDraft) -> str:
    """The side question, as long as the plan's state has it: a job may have moved the plan meanwhile."""
    state = now.plan.state
    match draft.asking:
        case "cancel" if state in _MOVABLE:
            return "cancel"
        case "hand_over" if state in _MOVABLE or state is PlanState.BOOKED:
            return "hand_over"
        case "release" if state is PlanState.BOOKED:
            return "release"
        case _:
            return ""


def _question(now: Standing, draft: PlanDraft, at: datetime) -> Text:
    match _asked(now, draft):
        case "cancel":
            return wording.SURE_CANCEL
        case "hand_over":
            return wording.WHO_TAKES_OVER
        case "release" if now.kept is not None:
            terms, party_size = now.kept.reservation.terms, now.kept.reservation.party_size
            return wording.sure_release(terms, now.plan.zone, party_size, at)
        case _:
            return Text()


def _actions(
    now: Standing, draft: PlanDraft, *, tells: bool
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Options and actions: the side question's where one is asked, else what the state allows."""
    keep = Choice(label=wording.KEEP, value="keep")
    match _asked(now, draft):
        case "cancel":
            return (), (Choice(label=wording.YES_CANCEL, value="cancel:yes", look=Look.DANGER), keep)
        case "release":
            return (), (Choice(label=wording.YES_RELEASE, value="release:yes", look=Look.DANGER), keep)
        case "hand_over":
            named = (Choice(label=guest.name, value=f"hand_over:{guest.id}") for guest in now.others)
            return tuple(named), (Choice(label=common.BACK, value="keep"),)
        case _:
            return (), _usual(now, tells=tells)


def _usual(now: Standing, *, tells: bool) -> tuple[Choice, ...]:
    coming = (Choice(label=wording.IN, value="in"), Choice(label=wording.OUT, value="out"))
    cancel = Choice(label=wording.CANCEL, value="cancel", look=Look.DANGER)
    hand_over = (Choice(label=wording.HAND_OVER, value="hand_over"),) if now.others else ()
    match now.plan.state:
        case PlanState.ARMED | PlanState.NEEDS_GUEST:
            change = Choice(label=wording.CHANGE, value="change")
            return (*coming, change, *hand_over, cancel)
        case PlanState.BOOKED:
            return (*coming, *hand_over, Choice(label=wording.RELEASE, value="release", look=Look.DANGER))
        case PlanState.LOST:
            notify = Choice(label=wording.notify(now.plan.wish.venue.platform), value="notify")
            return (
                Choice(label=wording.WATCH, value="watch", look=Look.PRIMARY),
                *((notify,) if tells else ()),
                Choice(label=wording.OTHER_DAY, value="change:day"),
                Choice(label=wording.OTHER_TIMES, value="change:times"),
            )
        case PlanState.TRYING | PlanState.CHECKING | PlanState.CANCELLED:
            return ()
