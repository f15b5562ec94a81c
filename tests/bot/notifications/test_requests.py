"""What only one guest can do is asked of them, once within minutes."""

from datetime import timedelta

from bot.notifications import requests
from core.domain.account import AccountState
from core.domain.fact import MendNeeded
from core.domain.trouble import Trouble
from core.persistence import accounts, chats, dialogues, guests
from tests.core.plans.evening import NOW, meet
from tests.expect import present
from tests.fakes.own_accounts import connect


async def test_who_was_asked_a_moment_ago_is_not_asked_again(tx):
    ann = meet(tx, "ann")
    door = chats.of_place(tx, frontend="fake", external_id="dm:ann", private=True, title="")
    guests.set_dm(tx, "fake", "ann", door.id)
    mine = connect(tx, ann.id, now=NOW)
    ask = MendNeeded(guest_id=ann.id, plan_id=None, account_id=mine, trouble=Trouble.SIGN_IN)
    for minutes in (0, 1, 60):
        requests.ask_to_mend(tx, ask, now=NOW + timedelta(minutes=minutes))
    assert [row.open for row in dialogues.open_of(tx, "mend", ann.id)] == [True], "the newest one asks"
    assert present(accounts.find(tx, mine)).state is AccountState.CONNECTED
