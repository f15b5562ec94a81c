"""Every column that leads to a guest says how it is forgotten with them."""

import re
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, select

from core.domain.guest import GuestState, Preferences
from core.persistence import tables
from core.persistence.columns import FORGOTTEN, Forgotten
from tests.dialogues.test_with_accounts import DROP, LATER, staged
from tests.fakes.accounts import ANN, Member
from tests.schema import metadata
from tests.stage import NOON, Stage

WHO, NUMBER = "zyzzyva", 987654321
HERS = Member(
    email="zyzzyva@example.org",
    password="z",
    token="eyJ-zyz.z.z",
    external_id="zyzzyva-7",
    holder="Zyzzyva Example",
)
LEADS_TO_A_GUEST = re.compile(
    r"(?:^|_)(?:guest|organiser|booker|friend|author|holder)(?:_id|_name)?$|^handle$|^account_id$|^guest_"
)
UNMISTAKABLE = re.compile(rf"(?i){WHO}|{NUMBER}")


def declared() -> dict[str, object]:
    return {
        f"{table.name}.{column.name}": column.info[FORGOTTEN]
        for table in metadata.sorted_tables
        for column in table.columns
        if FORGOTTEN in column.info
    }


def test_what_is_declared_is_one_of_the_ways():
    assert set(map(type, declared().values())) == {Forgotten}
    assert set(declared().values()) == set(Forgotten), "a way that nothing goes is none"


def test_what_is_called_like_a_guest_is_declared():
    called = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if LEADS_TO_A_GUEST.search(column.name)
    }
    assert len(called) > 12
    assert called - declared().keys() == set()


def test_the_page_on_security_says_of_every_table_what_is_kept_there():
    page = (Path(__file__).parents[3] / "SECURITY.md").read_text()
    rows = [line.split("|")[2] for line in page.splitlines() if line.startswith("|")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    tables_named = {name for name in named if not name.startswith("FOURTOP_")}
    assert {table.name for table in metadata.sorted_tables} == tables_named


def meet(tx: Connection) -> None:
    """The guest, with a number that is nothing else's."""
    guest = {
        "id": NUMBER,
        "name": WHO.title(),
        "state": GuestState.APPROVED.value,
        "preferences": Preferences(),
        "first_seen_at": NOON,
        "last_seen_at": NOON,
    }
    tx.execute(insert(tables.guests), guest)
    sign_in = {
        "frontend": "fake",
        "account_id": WHO,
        "guest_id": NUMBER,
        "name": WHO.title(),
        "handle": WHO,
        "last_seen_at": NOON,
    }
    tx.execute(insert(tables.sign_ins), sign_in)


def where_she_is(tx: Connection) -> set[str]:
    """The columns in which the guest turns up now, by number or by name."""
    return {
        f"{table.name}.{column}"
        for table in metadata.sorted_tables
        for row in tx.execute(select(table)).mappings()
        for column, value in row.items()
        if UNMISTAKABLE.search(str(value))
    }


async def test_wherever_a_guest_turns_up_in_an_evening_is_declared():
    found: set[str] = set()

    async def look(stage: Stage) -> None:
        found.update(await stage.database.read(where_she_is))

    async with staged(members=(ANN, HERS)) as stage:
        await stage.database.write(meet)
        fake = stage.fake

        async def say(text: str, *, private: bool = False) -> None:
            await fake.say(WHO, text, private=private)
            await look(stage)

        async def tap(label: str, *, private: bool = False, who: str = WHO) -> None:
            await fake.tap(who, label, private=private)
            await look(stage)

        await say(LATER)
        await tap("Yes, go for it")
        await tap("I'm in", who="bob")
        await say("/connect resy", private=True)
        await tap("E-mail and password", private=True)
        await say(HERS.email, private=True)
        await say(HERS.password, private=True)
        await say(f"/drop carbone {WHO} heard 14 days ahead at 9:00", private=True)
        await say("/link", private=True)
        await say("/settings", private=True)
        await say("/reserve luna 2 fri 19:00-20:00 bar", private=True)
        await tap("Yes, book it", private=True)
        for _ in range(4):
            await stage.time.advance((DROP - NOON) / 3)
            await look(stage)
        await stage.time.advance(timedelta(days=13))
        await look(stage)
        await tap("Give the table back", private=True)

    assert found - declared().keys() == set()
    assert {
        "accounts.holder",
        "dialogues.card",
        "facts.fact",
        "house_reservations.guest_name",
        "outbox.key",
        "plans.organiser_id",
        "reservations.booker_id",
        "sign_ins.handle",
    } <= found, "the evening goes where guests are"
