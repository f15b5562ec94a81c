"""Cards that show a guest: their accounts to themselves, and themselves to the admins who decide about them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation.flow_spec import FlowSpec
from bot.flows.membership.join import approval_of
from bot.outgoing import draw
from core.persistence import accounts, dialogues


def redraw_accounts(tx: Connection, account_id: int, specs: Iterable[FlowSpec], *, now: datetime) -> None:
    """Have the open cards drawn again in which these flows tell an account's guest of it."""
    if (account := accounts.find(tx, account_id)) is None:
        return
    for spec in specs:
        for row in dialogues.open_of(tx, spec.name, account.guest_id):
            if not spec.live:  # it was drawn with a turn: as things stood then
                dialogues.undrawn(tx, row.id)
            draw(tx, row, now=now)


def redraw_approvals(tx: Connection, guest_id: int, *, now: datetime) -> None:
    """Have the cards drawn again on which admins are asked about a guest, and those on which the guest is asked."""
    about = dialogues.of_draft(tx, "approval", approval_of(guest_id))
    for row in (*about, *dialogues.open_of(tx, "approval", guest_id)):
        draw(tx, row, now=now)
