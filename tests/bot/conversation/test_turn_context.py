"""What a turn starts from: found without a write, unless there is something to learn."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.declared import Declared
from bot.conversation.messages import Chose, Command, Person, Place, Said
from bot.conversation.turn_context import open_turn, recognised
from core.domain.guest import GuestState
from core.persistence import chats, guests
from core.persistence.open_database import open_database
from core.persistence.tables import metadata

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ANN = Person(frontend="telegram", account_id="1", name="Ann", handle="ann")
GROUP = Place(frontend="telegram", chat_id="-5", private=False, title="Friends")
HELP = Command(person=ANN, place=GROUP, name="help")
NOBODY = frozenset()
NOTHING = Declared()


@pytest.fixture
async def database(database_url):
    opened = open_database(database_url)
    metadata.create_all(opened.engine)
    yield opened
    await opened.aclose()


def opened(event: Command | Said | Chose = HELP, *, admins=NOBODY, private_chat=None, now=NOW):
    return lambda tx: open_turn(tx, event, NOTHING, admins=admins, private_chat=private_chat, now=now)


def known(event: Command | Said | Chose = HELP, *, admins=NOBODY, private_chat=None):
    return lambda tx: recognised(tx, event, NOTHING, admins=admins, private_chat=private_chat)


async def test_who_was_met_before_is_recognised_as_they_were_met(database):
    assert await database.read(known()) is None
    met = await database.write(opened())
    assert await database.read(known()) == met


async def test_nobody_is_recognised_of_whom_there_is_something_to_learn(database):
    met = await database.write(opened())
    renamed = replace(HELP, person=replace(ANN, name="Anna"))
    private = replace(HELP, place=Place(frontend="telegram", chat_id="1", private=True))
    elsewhere = replace(HELP, place=replace(GROUP, chat_id="-6"))
    retitled = replace(HELP, place=replace(GROUP, title="Old friends"))
    for event in (renamed, private, elsewhere, retitled):
        assert await database.read(known(event)) is None
    assert await database.read(known(admins=frozenset({("telegram", "1")}))) is None
    assert await database.read(known(private_chat="user:1")) is None
    await database.write(lambda tx: chats.allow(tx, met.chat.id, now=NOW))
    assert await database.read(known()) is None
    assert (await database.write(opened())).guest.state is GuestState.APPROVED
    await database.write(lambda tx: chats.died(tx, met.chat.id, now=NOW))
    assert await database.read(known()) is None


async def test_who_spoke_on_the_other_network_last_is_met_again_here(database):
    here = await database.write(opened())
    there = replace(ANN, frontend="discord")
    other = await database.write(opened(Chose(person=there, place=GROUP, dialogue_id="d", ref="r"), now=NOW))
    await database.write(lambda tx: guests.merge(tx, keep=here.guest.id, gone=other.guest.id))
    await database.write(lambda tx: guests.spoke(tx, "discord", "1", now=LATER))
    assert await database.read(known()) is None
    await database.write(opened(now=LATER + timedelta(seconds=1)))
    assert await database.read(known()) is not None
    (first, _) = await database.read(lambda tx: guests.sign_ins_of(tx, here.guest.id))
    assert first.frontend == "telegram"
