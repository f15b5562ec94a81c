"""What only one guest can do: asked of them, in private where that can be."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.flows.mandate.flow import MandateFlow
from bot.flows.plan.flow import PlanFlow
from bot.flows.trouble.flow import MendDraft, MendFlow
from bot.notifications.news import NeededNews
from bot.notifications.plan_cards import redraw
from bot.notifications.plan_news import tell_organiser, troubled
from bot.outgoing import open_dialogue
from core.domain.booking import GuestAction
from core.domain.fact import GuestNeeded, MendNeeded
from core.domain.plan import Plan
from core.domain.step import TroubleTold
from core.domain.trouble import Trouble
from core.persistence import codec, dialogues, guests, jobs, plans, steps

_ASKS_AGAIN_AFTER = timedelta(minutes=3)


def guest_needed(tx: Connection, plan: Plan, fact: GuestNeeded, *, now: datetime) -> None:
    """Tell the guest what only they can do: with the card that asks them, where something is to be decided."""
    redraw(tx, plan.id, now=now, urgent=True)
    match fact.action:
        case GuestAction.ACCEPT_TERMS if (chat_id := guests.private_chat(tx, fact.guest_id)) is not None:
            _ask_on_a_card(tx, plan, fact.guest_id, chat_id, now=now)
            return
        case GuestAction.SIGN_IN:
            trouble = Trouble.NOT_CONNECTED if fact.account_id is None else Trouble.SIGN_IN
        case GuestAction.ADD_CARD if fact.account_id is not None:
            trouble = Trouble.NO_CARD
        case GuestAction.AGREE:
            show_mandate(tx, plan, fact.guest_id, now=now)
            return
        case _:
            stem = f"needed:{plan.id}:{fact.action.value}:{now.timestamp():.0f}"
            tell_organiser(
                tx, plan, NeededNews(plan_id=plan.id, action=fact.action.value), stem=stem, now=now
            )
            return
    needed = MendNeeded(guest_id=fact.guest_id, trouble=trouble, account_id=fact.account_id, plan_id=plan.id)
    ask_to_mend(tx, needed, now=now)


def ask_to_mend(tx: Connection, needed: MendNeeded, *, now: datetime) -> None:
    """Ask the one who can mend it, privately and with the button that does.

    Who was asked just now is not asked again. Where no private chat with them is open, the plan's chat is told.
    Raises `PlanOver` for a plan that is forgotten.
    """
    plan = None if needed.plan_id is None else plans.get(tx, needed.plan_id)
    chat_id, about = guests.private_chat(tx, needed.guest_id), _in_the_way(tx, needed)
    if chat_id is None:
        if plan is not None:
            troubled(tx, plan, needed.trouble, about=about, now=now)
        return
    if _asked_before(tx, needed, now):
        return
    draft = MendDraft(
        plan_id=needed.plan_id, account_id=needed.account_id, trouble=needed.trouble.value, about=about
    )
    open_dialogue(
        tx,
        flow=MendFlow.spec.name,
        chat_id=chat_id,
        guest_id=needed.guest_id,
        plan_id=needed.plan_id,
        draft=codec.dump(MendDraft, draft),
        now=now,
    )


def show_mandate(tx: Connection, plan: Plan, guest_id: int, *, now: datetime) -> None:
    """Show a guest in private what may be booked in their name: on one card, the newest message there. Where none can
    be shown, the plan's card says it.
    """
    redraw(tx, plan.id, now=now)
    chat_id = guests.private_chat(tx, guest_id)
    if chat_id is None:
        return
    for row in dialogues.of_plan(tx, plan.id):
        if row.open and (row.flow, row.guest_id) == (MandateFlow.spec.name, guest_id):
            if row.created_at == now:  # twice is once
                return
            dialogues.save(tx, replace(row, open=False))
    open_dialogue(
        tx, flow=MandateFlow.spec.name, chat_id=chat_id, guest_id=guest_id, plan_id=plan.id, now=now
    )


def _ask_on_a_card(tx: Connection, plan: Plan, guest_id: int, chat_id: int, *, now: datetime) -> None:
    """Show a guest the plan's card in private, unless that is where it is; twice is once."""
    asked = any(
        (row.flow, row.chat_id, row.created_at) == (PlanFlow.spec.name, chat_id, now)
        for row in dialogues.of_plan(tx, plan.id)
    )
    if chat_id != plan.chat_id and not asked:
        open_dialogue(
            tx, flow=PlanFlow.spec.name, chat_id=chat_id, guest_id=guest_id, plan_id=plan.id, now=now
        )


def _in_the_way(tx: Connection, needed: MendNeeded) -> str:
    """The name of what was found in the way, as the job's steps have it."""
    job = None if needed.plan_id is None else jobs.live_of(tx, needed.plan_id)
    for step in reversed(steps.of_job(tx, job.id) if job is not None else ()):
        match step.what:
            case TroubleTold(what=needed.trouble, account=needed.account_id, about=about):
                return about
            case _:
                pass
    return ""


def _asked_before(tx: Connection, needed: MendNeeded, now: datetime) -> bool:
    """Whether they were asked for the same within minutes. A card that asked earlier is closed: a new one does."""
    for row in dialogues.open_of(tx, MendFlow.spec.name, needed.guest_id):
        asked = codec.load(MendDraft, row.draft)
        if (asked.account_id, asked.trouble) == (needed.account_id, needed.trouble.value):
            if now - row.created_at < _ASKS_AGAIN_AFTER:
                return True
            dialogues.save(tx, replace(row, open=False))
    return False
