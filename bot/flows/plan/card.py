"""How a plan is drawn in each of its states, and what can be done in it."""

from datetime import datetime

from bot.conversation.digest import digest
from bot.conversation.messages import Card, Choice, Look, Tone
from bot.flows.plan.actions import PlanAction
from bot.flows.plan.lending import lent_to
from bot.flows.plan.platform_facts import PlatformFacts
from bot.flows.plan.snapshot import OutOfSight, Snapshot
from bot.flows.plan_handoff import PlanDraft
from bot.wording import account_choice, common, drops, outcome
from bot.wording import confirm as confirm_wording
from bot.wording import mandate as mandate_wording
from bot.wording import plan as wording
from bot.wording import terms as terms_wording
from bot.wording import word_to_venue as a_word_wording
from bot.wording.text import Text, lines
from core.domain.account import AccountState
from core.domain.booking import GuestAction
from core.domain.job_state import Strategy
from core.domain.outcome import Reason
from core.domain.plan import Plan
from core.domain.plan_state import PlanState
from core.domain.reservation import Reservation
from core.domain.step import Conflicted
from core.jobs.attempt.pacing import AT_DROP
from core.jobs.steps import looks_spent

NO_TO_TERMS = "no"
_MOVABLE = {PlanState.ARMED, PlanState.NEEDS_GUEST}


def drawn(now: Snapshot, draft: PlanDraft, facts: PlatformFacts, *, at: datetime) -> Card:
    """The card at `at`."""
    text, tone = _state(now, facts, at)
    options, actions = _actions(now, draft, facts)
    coming = [guest.name for guest in now.coming]
    called_off = now.plan.state is PlanState.CANCELLED
    people = Text() if called_off else wording.who(now.organiser.name, coming)
    parts = (
        wording.head(now.plan.venue_name, now.plan.wish),
        text,
        _lent(now, facts),
        people,
        _page(now, facts),
        _question(now, draft, at),
    )
    return Card(text=lines(*parts), tone=tone, options=options, actions=actions)


def _state(now: Snapshot, facts: PlatformFacts, at: datetime) -> tuple[Text, Tone]:
    plan, job = now.plan, now.job
    wanted = wording.wanted(plan.wish.times)
    match plan.state:
        case PlanState.ARMED if job is not None and job.strategy is Strategy.DROP and job.drop_at is not None:
            waits = wording.armed_for_drop(job.drop_at, plan.zone)
            sure = Text() if facts.known is None else drops.how_sure(facts.known, plan.zone)
            told = confirm_wording.how_sure(sure) if sure else Text()
            return lines(
                wanted, waits, told, _first(now), confirm_wording.budget(AT_DROP.budget)
            ), Tone.WAITING
        case PlanState.ARMED if job is not None and job.strategy is Strategy.WATCH:
            waits = wording.watching(job.until, plan.zone)
            unknown = wording.DROP_UNKNOWN if facts.finds_out and facts.known is None else Text()
            return lines(wanted, waits, unknown, _first(now)), Tone.WAITING
        case PlanState.ARMED:
            return lines(wanted, _first(now) or wording.ABOUT_TO_TRY), Tone.TRYING
        case PlanState.TRYING:
            return lines(wanted, wording.TRYING), Tone.TRYING
        case PlanState.CHECKING if now.out_of_sight is not None:
            return _out_of_sight(plan, now.out_of_sight), Tone.WAITING
        case PlanState.CHECKING:
            return wording.CHECKING, Tone.TRYING
        case PlanState.NEEDS_GUEST:
            return _needs(now, facts, at), Tone.WAITING
        case PlanState.BOOKED if now.kept is not None:
            terms = wording.cancelling(now.kept.reservation.terms, plan.zone)
            table = wording.booked(now.kept.reservation, facts.address)
            confirmed = _confirmed(now.kept.reservation, now.booked_with) if facts.own else Text()
            return lines(table, confirmed, terms, outcome.punctual(now.story)), Tone.GOOD
        case PlanState.BOOKED:
            return wording.RELEASED, Tone.BAD
        case PlanState.LOST:
            told = outcome.DETAILS_GONE if now.details_gone else outcome.tried(now.story)
            return lines(_lost(now), told, _spent(now)), Tone.BAD
        case PlanState.CANCELLED:
            return wording.RELEASED if now.given_back else wording.CANCELLED, Tone.BAD


def _needs(now: Snapshot, facts: PlatformFacts, at: datetime) -> Text:
    plan = now.plan
    if now.asked is not None:
        terms = terms_wording.to_accept(now.asked, plan.zone, plan.wish.party_size)
        return lines(wording.wants_terms_accepted(now.payer.name), wording.wanted(plan.wish.times), terms)
    if now.job is not None and now.job.needs is not None:
        return lines(_whose_turn(now, now.job.needs.action, facts), _release(now, at))
    return wording.NEEDS_GUEST


def _whose_turn(now: Snapshot, action: GuestAction, facts: PlatformFacts) -> Text:
    platform = now.plan.wish.venue.platform
    if action is GuestAction.SIGN_IN and facts.own and not now.lent:
        return wording.needs_an_account(now.payer.name, platform)
    return wording.needs(action, now.payer.name, platform)


def _release(now: Snapshot, at: datetime) -> Text:
    """When tables come out, where that is still ahead: until then it can be mended."""
    drop_at = None if now.job is None else now.job.drop_at
    return Text() if drop_at is None or drop_at <= at else wording.released_on(drop_at, now.plan.zone)


def _first(now: Snapshot) -> Text:
    """Who of the circle goes before; by name where this chat knows the plan."""
    if now.first is None:
        return Text()
    (plan, organiser), unseen = now.first, now.first_out_of_sight
    known = plan.chat_id is not None and plan.chat_id == now.plan.chat_id
    if unseen is not None:
        return wording.may_be_enough(
            plan.wish.venue.platform, (organiser.name, unseen.guest.name) if known else None
        )
    return wording.goes_first(organiser.name if known else None)


def _out_of_sight(plan: Plan, unseen: OutOfSight) -> Text:
    ends_at = plan.wish.first_at(plan.zone)
    return wording.out_of_sight(
        unseen.guest.name, plan.wish.venue.platform, unseen.called_at, ends_at, plan.zone
    )


def _confirmed(reservation: Reservation, holder: str | None) -> Text:
    platform = reservation.venue.platform
    return wording.confirmed(platform, holder) if reservation.read_back else wording.not_listed_yet(platform)


def _lost(now: Snapshot) -> Text:
    reason = now.job.reason if now.job is not None else None
    if reason is Reason.CONFLICT:
        for step in reversed(now.story.steps):
            if isinstance(step.what, Conflicted):
                return outcome.lost_to_conflict(step.what.venue_name, step.what.with_time)
    unseen = now.out_of_sight
    return outcome.lost(reason) if unseen is None else outcome.never_found_out(unseen.guest.name)


def _spent(now: Snapshot) -> Text:
    """How much of the request budget was used, where there was a drop."""
    looks = looks_spent(now.story.steps)
    at_drop = now.job is not None and now.job.strategy is Strategy.DROP
    return outcome.spent(looks, AT_DROP.budget) if at_drop and looks else Text()


def _lent(now: Snapshot, facts: PlatformFacts) -> Text:
    """Whose account books."""
    if not facts.own or now.plan.state.over or now.out_of_sight is not None:
        return Text()
    platform = now.plan.wish.venue.platform
    waits = {guest.id for guest in now.asked_again}
    opens = [(account, guest) for account, guest in now.lent if guest.id not in waits]
    ready = [guest.name for account, guest in opens if account.state is AccountState.CONNECTED]
    dead = [guest.name for account, guest in now.lent if account.state is not AccountState.CONNECTED]
    again = [guest.name for guest in now.asked_again]
    unsaid = mandate_wording.not_used(platform, again) if again else Text()
    return lines(account_choice.whose(platform, ready, dead), unsaid)


def _page(now: Snapshot, facts: PlatformFacts) -> Text:
    if facts.link is None or now.plan.state in {PlanState.CANCELLED, PlanState.TRYING, PlanState.CHECKING}:
        return Text()
    return confirm_wording.page(now.plan.wish.venue.platform, facts.link)


def _asked(now: Snapshot, draft: PlanDraft) -> str:
    """The side question, as long as the plan's state has it: a job may have moved the plan meanwhile."""
    state = now.plan.state
    match draft.asking:
        case "cancel" if state in _MOVABLE:
            return "cancel"
        case "hand_over" if state in _MOVABLE or state is PlanState.BOOKED:
            return "hand_over"
        case "release" if state is PlanState.BOOKED:
            return "release"
        case "word" if state is PlanState.BOOKED:
            return "word"
        case _:
            return ""


def _question(now: Snapshot, draft: PlanDraft, at: datetime) -> Text:
    match _asked(now, draft):
        case "cancel":
            return wording.SURE_CANCEL
        case "hand_over":
            return wording.WHO_TAKES_OVER
        case "word":
            return a_word_wording.WHICH
        case "release" if now.kept is not None:
            terms, party_size = now.kept.reservation.terms, now.kept.reservation.party_size
            return wording.sure_release(terms, now.plan.zone, party_size, at)
        case _:
            return Text()


def _actions(
    now: Snapshot, draft: PlanDraft, facts: PlatformFacts
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Options and actions: the side question's where one is asked, else what the state allows."""
    keep = PlanAction.KEEP.choice(wording.KEEP)
    match _asked(now, draft):
        case "cancel":
            return (), (PlanAction.CANCEL.choice(wording.YES_CANCEL, "yes", look=Look.DANGER), keep)
        case "release":
            return (), (PlanAction.RELEASE.choice(wording.YES_RELEASE, "yes", look=Look.DANGER), keep)
        case "hand_over":
            named = (PlanAction.HAND_OVER.choice(guest.name, guest.id) for guest in now.others)
            return tuple(named), (PlanAction.KEEP.choice(common.BACK),)
        case "word":
            return _words_to_venue(), (PlanAction.KEEP.choice(common.BACK),)
        case _:
            return _terms(now), _usual(now, draft, facts)


def _words_to_venue() -> tuple[Choice, ...]:
    words = a_word_wording.WORDS.items()
    return tuple(PlanAction.WORD.choice(each.label, name) for name, each in words)


def _terms(now: Snapshot) -> tuple[Choice, ...]:
    if now.asked is None or now.plan.state is not PlanState.NEEDS_GUEST:
        return ()
    accept = PlanAction.TERMS.choice(wording.ACCEPT, terms_on(now), look=Look.PRIMARY)
    return accept, PlanAction.TERMS.choice(wording.DECLINE, NO_TO_TERMS)


def terms_on(now: Snapshot) -> str:
    """A digest of the terms that stand on the card, and of what they are for."""
    return digest(now.plan.wish, now.asked)


def _usual(now: Snapshot, draft: PlanDraft, facts: PlatformFacts) -> tuple[Choice, ...]:
    coming = (PlanAction.JOIN.choice(wording.IN), PlanAction.STAY_OUT.choice(wording.OUT))
    cancel = PlanAction.CANCEL.choice(wording.CANCEL, look=Look.DANGER)
    hand_over = (PlanAction.HAND_OVER.choice(wording.HAND_OVER),) if now.others else ()
    match now.plan.state:
        case PlanState.ARMED | PlanState.NEEDS_GUEST:
            change = PlanAction.CHANGE.choice(wording.CHANGE)
            return (*coming, *_lending(now, facts), change, *hand_over, cancel)
        case PlanState.BOOKED:
            word = (PlanAction.WORD.choice(a_word_wording.A_WORD),) if _can_tell(now, facts) else ()
            release = PlanAction.RELEASE.choice(wording.RELEASE, look=Look.DANGER)
            return (*coming, *word, *hand_over, release)
        case PlanState.LOST:
            return (
                PlanAction.WATCH.choice(wording.WATCH, look=Look.PRIMARY),
                *((_notifying(now, draft),) if facts.tells else ()),
                PlanAction.CHANGE.choice(wording.OTHER_DAY, "day"),
                PlanAction.CHANGE.choice(wording.OTHER_TIMES, "times"),
            )
        case PlanState.TRYING | PlanState.CHECKING | PlanState.CANCELLED:
            return ()


def _notifying(now: Snapshot, draft: PlanDraft) -> Choice:
    platform = now.plan.wish.venue.platform
    if draft.waits_there:
        return PlanAction.NOTIFY.choice(wording.notify_no_more(platform), "no_more")
    return PlanAction.NOTIFY.choice(wording.notify(platform))


def _can_tell(now: Snapshot, facts: PlatformFacts) -> bool:
    return facts.passes_on and now.kept is not None


def _lending(now: Snapshot, facts: PlatformFacts) -> tuple[Choice, ...]:
    """Accounts are offered and taken back by whoever taps."""
    if not facts.own:
        return ()
    lend = PlanAction.LEND.choice(
        account_choice.use_mine(now.plan.wish.venue.platform, more=bool(now.lent)), lent_to(now.plan)
    )
    return (lend, PlanAction.TAKE_BACK.choice(account_choice.NOT_MINE)) if len(now.lent) > 1 else (lend,)
