import asyncio
from datetime import UTC, datetime

import pytest

from core.persistence import web_messages
from core.persistence.open_database import open_database
from core.persistence.tables import metadata

AT = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
async def database(database_url):
    database = open_database(database_url)
    metadata.create_all(database.engine)
    yield database
    await database.aclose()


def posted(tx, body="one", *, key="k1", chat="friends", author="", file=None):
    return web_messages.add(tx, chat=chat, author=author, body=body, key=key, sent_at=AT, file=file)


async def test_the_same_key_again_gives_back_the_message_it_made(database):
    first, new = await database.write(posted)
    again, new_again = await database.write(lambda tx: posted(tx, "two"))
    assert (new, new_again) == (True, False)
    assert again == first
    assert again.body == "one"
    assert again.sent_at == AT


async def test_an_edit_counts_up_the_revision_and_one_that_changes_nothing_does_not(database):
    message, _ = await database.write(posted)
    edited, changed = await database.write(
        lambda tx: web_messages.edit(tx, message.id, chat="friends", body="two")
    )
    assert (edited.revision, edited.body, changed) == (2, "two", True)
    same, changed = await database.write(
        lambda tx: web_messages.edit(tx, message.id, chat="friends", body="two")
    )
    assert (same.revision, changed) == (2, False)


async def test_there_is_nothing_to_edit_in_another_chat_or_of_another_author(database):
    ours, _ = await database.write(posted)
    theirs, _ = await database.write(lambda tx: posted(tx, key="k2", author="Ann"))

    def edit(message_id, chat):
        return database.write(lambda tx: web_messages.edit(tx, message_id, chat=chat, body="two"))

    assert await edit(ours.id, "dm:ann") is None
    assert await edit(theirs.id, "friends") is None
    assert await edit(999, "friends") is None


async def test_the_latest_are_the_newest_of_one_chat_oldest_first(database):
    for number in range(5):
        await database.write(lambda tx, n=number: posted(tx, f"{n}", key=f"k{n}"))
    await database.write(lambda tx: posted(tx, "elsewhere", key="x", chat="dm:ann"))
    found = await database.read(lambda tx: web_messages.latest(tx, "friends", limit=3))
    assert [message.body for message in found] == ["2", "3", "4"]


async def test_a_file_is_kept_with_its_message(database):
    message, _ = await database.write(lambda tx: posted(tx, file=b"BEGIN"))
    assert await database.read(lambda tx: web_messages.file_of(tx, message.id)) == b"BEGIN"
    assert await database.read(lambda tx: web_messages.file_of(tx, 999)) is None
    assert await database.read(lambda tx: web_messages.get(tx, message.id)) == message


async def test_the_same_key_from_several_at_once_makes_one_message(database):
    made = await asyncio.gather(*(database.write(posted) for _ in range(8)))
    assert len({message.id for message, _ in made}) == 1
    assert [new for _, new in made].count(True) == 1
