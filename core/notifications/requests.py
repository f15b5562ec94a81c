"""What only one guest can do: asked of them, in private where that can be."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.domain.booking import GuestAction
from core.domain.news import GuestNeeded, Trouble
from core.domain.plan import Plan
from core.notifications.cards import open_dialogue, plan_changed
from core.notifications.plan_news import plan_troubled, tell_organiser
from core.notifications.reach import private_chat
from core.persistence import dialogues, plans

_ASKS_AGAIN_AFTER = timedelta(minutes=3)


def guest_needed(
    tx: Connection,
    plan: Plan,
    action: GuestAction,
    *,
    guest_id: int,
    account_id: int | None,
    now: datetime,
) -> None:
    """Tell the guest what only they can do: with the card that asks them, where something is to be decided."""
    plan_changed(tx, plan.id, now=now, urgent=True)
    match action:
        case GuestAction.ACCEPT_TERMS if (chat_id := private_chat(tx, guest_id)) is not None:
            _ask_on_a_card(tx, plan, guest_id, chat_id, now=now)
            return
        case GuestAction.SIGN_IN:
            trouble = Trouble.NOT_CONNECTED if account_id is None else Trouble.SIGN_IN
            ask_to_mend(tx, guest_id, plan_id=plan.id, account_id=account_id, trouble=trouble, now=now)
            return
        case GuestAction.ADD_CARD if account_id is not None:
            ask_to_mend(
                tx, guest_id, plan_id=plan.id, account_id=account_id, trouble=Trouble.NO_CARD, now=now
            )
            return
        case _:
            pass
    news = GuestNeeded(plan_id=plan.id, action=action.value)
    tell_organiser(tx, plan, news, stem=f"needed:{plan.id}:{action.value}:{now.timestamp():.0f}", now=now)


def ask_to_mend(
    tx: Connection,
    guest_id: int,
    *,
    plan_id: str | None,
    account_id: int | None,
    trouble: Trouble,
    about: str = "",
    now: datetime,
) -> bool:
    """Ask the one who can mend it, privately and with the button that does; `about` names what stands in the way.

    Who was asked just now is not asked again. Where no private chat with them is open, the plan's chat is told;
    False when there is no plan either.
    """
    chat_id = private_chat(tx, guest_id)
    if chat_id is not None:
        if _asked_before(tx, guest_id, account_id, trouble, now):
            return True
        draft = {"plan_id": plan_id, "account_id": account_id, "trouble": trouble.value, "about": about}
        open_dialogue(
            tx,
            flow="mend",
            chat_id=chat_id,
            guest_id=guest_id,
            plan_id=plan_id,
            draft=json.dumps(draft),
            now=now,
        )
    elif plan_id is not None:
        plan_troubled(tx, plans.get(tx, plan_id), trouble.value, about=about, now=now)
    return chat_id is not None or plan_id is not None


def _ask_on_a_card(tx: Connection, plan: Plan, guest_id: int, chat_id: int, *, now: datetime) -> None:
    """Show a guest the plan's card in private, unless that is where it is."""
    if chat_id != plan.chat_id:
        open_dialogue(
            tx,
            flow="plan",
            chat_id=chat_id,
            guest_id=guest_id,
            plan_id=plan.id,
            now=now,
        )


def _asked_before(
    tx: Connection, guest_id: int, account_id: int | None, trouble: Trouble, now: datetime
) -> bool:
    """Whether they were asked for the same within minutes. A card that asked earlier is closed: a new one does."""
    for row in dialogues.open_of(tx, "mend", guest_id):
        asked: dict[str, object] = json.loads(row.draft)
        if (asked.get("account_id"), asked.get("trouble")) == (account_id, trouble.value):
            if now - row.created_at < _ASKS_AGAIN_AFTER:
                return True
            dialogues.save(tx, replace(row, open=False))
    return False
