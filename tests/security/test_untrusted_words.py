"""Names, titles and words as people with bad intentions choose them: kept by every database, shown on one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.conversation.messages import Chose, Command, Heard, Person, Place, Said
from bot.conversation.sanitize import sanitized
from bot.delivery.calendar_file import invitation
from bot.frontends.discord.markdown import markdown
from bot.frontends.discord.message_body import card_body, notice_body
from bot.frontends.telegram.markup import marked, units
from bot.frontends.web.message_body import card_body as page_card
from bot.wording.text import Plain, Text
from core.persistence import codec
from core.persistence.open_database import open_database
from core.persistence.tables import guests as guests_table
from tests.expect import expect
from tests.fakes.clock import FakeClock
from tests.schema import create_tables
from tests.security.acts import command, dm, group, newest
from tests.stage import NOON, Stage

EVIL = (
    "@everyone @here <@&1> <@2001> <#3>",
    "*bold* _it_ `code` ||spoiler|| [text](http://evil.example) <b>html</b> <script>alert(1)</script>",
    "Bob\u202egnp.exe\u2066\u200f\u061c",
    "zero\u200bwidth\ufeff\u2060\u00ad",
    "NUL\x00 ESC\x1b[2J BEL\x07 C1\x9b2J DEL\x7f",
    "two\nlines\r\nof\u2028a\u2029name\x85",
    "half a pair \ud800 and \udfff",
    "😀" * 50_000,
    "\u0301" * 1000,
    "{name} {0} %s %d ${HOME}",
    "'; DROP TABLE guests; --",
    "\u202e\x00",
    "",
)


def heard(event) -> Heard:
    return Heard(frontend="fake", id="1", at=NOON, event=event)


def said(name: str, text: str) -> Heard:
    person = Person(frontend="fake", account_id="1", name=name, handle=name)
    place = Place(frontend="fake", chat_id="1", private=False, title=name)
    return heard(Said(person=person, place=place, text=text, reply_to=text, dialogue_id=text))


@pytest.mark.parametrize("evil", EVIL)
def test_a_name_is_one_visible_line(evil):
    person = expect(Said, sanitized(said(evil, "")).event).person
    assert 1 <= len(person.name) <= 128
    assert len(person.name.splitlines()) == 1
    assert not set(person.name) & set("\x00\x1b\x9b\x07\x7f\u202e\u2066\u200f\u200b\ufeff\ud800\udfff")


@given(st.text(st.characters(codec=None), max_size=50))
def test_whatever_was_said_can_be_noted_and_read_again(text):
    kept = sanitized(said(text, text))
    assert codec.load(Heard, codec.dump(Heard, kept)) == kept
    assert sanitized(kept) == kept
    words = expect(Said, kept.event).text
    words.encode()
    assert "\x00" not in words


def test_ordinary_words_stay_what_they_are():
    for words in ("luna 4 fri 19:00-21:00", "Zoë & José 👨‍👩‍👧 🏳️‍🌈", "می‌خواهم", "two\nlines", "tab\there"):
        assert expect(Said, sanitized(said("Ann", words)).event).text == words
    ordinary = said("Ann", "/reserve")
    assert sanitized(ordinary) is ordinary


def test_words_without_end_are_cut_before_anything_reads_them():
    person = Person(frontend="fake", account_id="1", name="Ann")
    place = Place(frontend="fake", chat_id="1", private=True)
    long = Command(person=person, place=place, name="reserve", words="luna " * 100_000)
    assert len(expect(Command, sanitized(heard(long)).event).words) <= 1000
    forged = Chose(person=person, place=place, dialogue_id="x" * 100_000, ref="\x00" * 100_000)
    kept = expect(Chose, sanitized(heard(forged)).event)
    assert len(kept.dialogue_id) <= 128
    assert not kept.ref


@pytest.mark.parametrize("evil", EVIL)
async def test_a_stranger_with_such_a_name_is_shown_to_the_admin(evil):
    async with Stage() as stage:
        await stage.fake.hear(command("ann", "/help", dm("ann")))
        eve = Person(frontend="fake", account_id="eve", name=evil, handle=evil)
        place = Place(frontend="fake", chat_id="other", private=False, title=evil)
        answer = await stage.fake.hear(Command(person=eve, place=place, name="start", words=evil))
        alone = Place(frontend="fake", chat_id="dm:eve", private=True, title=evil)
        await stage.fake.hear(Said(person=eve, place=alone, text=evil))
        assert answer.toast is None or "wrong" not in answer.toast.plain(now=NOON)
        assert "wants to use me" in newest(stage, "dm:ann").text.plain(now=NOON)


@pytest.mark.parametrize("evil", EVIL)
async def test_no_command_breaks_on_such_words(evil):
    async with Stage() as stage:
        for line in ("/reserve", "/favourites", "/claim", "/approve", "/settings", "/help", "/nothing"):
            answer = await stage.fake.hear(command("ann", f"{line} {evil}", dm("ann")))
            assert answer.toast is None or "went wrong" not in answer.toast.plain(now=NOON), (line, evil)
            answer = await stage.fake.hear(
                Said(person=command("ann", "/x", group()).person, place=dm("ann"), text=evil)
            )
            assert answer.toast is None or "went wrong" not in answer.toast.plain(now=NOON), (line, evil)


async def test_postgresql_keeps_them_all(postgres_url):
    database = open_database(postgres_url)
    create_tables(database.engine)
    async with Stage(database=database, clock=FakeClock(NOON)) as stage:
        for number, evil in enumerate(EVIL):
            eve = Person(frontend="fake", account_id=f"eve{number}", name=evil, handle=evil)
            place = Place(frontend="fake", chat_id=f"other{number}", private=False, title=evil)
            for event in (
                Command(person=eve, place=place, name="start", words=evil),
                Command(person=eve, place=place, name=evil, words=evil),
                Said(person=eve, place=place, text=evil, reply_to=evil, dialogue_id=evil),
                Chose(person=eve, place=place, dialogue_id=evil, ref=evil),
            ):
                answer = await stage.fake.hear(event)
                assert answer.toast is None or "went wrong" not in answer.toast.plain(now=NOON)
        names = await stage.database.read(lambda tx: tx.execute(select(guests_table.c.name)).scalars().all())
        assert len(names) == 3 + len(EVIL)


@pytest.mark.parametrize("evil", [evil for evil in EVIL if evil])
def test_what_is_shown_of_such_a_name_fits_every_network(evil):
    from bot.conversation.messages import Card, Choice, Notice  # noqa: PLC0415

    name = expect(Said, sanitized(said(evil, "")).event).person.name
    text = Text((Plain(name),))
    card = Card(text=text, options=(Choice(label=name, value="x", ref="r"),))
    words = marked(text, now=NOON)
    assert units(words.text) <= 4096
    assert not words.entities, "a name is never markup on Telegram"
    body = card_body(card, dialogue_id="d")
    assert body["allowed_mentions"] == {"parse": [], "users": []}
    assert notice_body(Notice(text=text))["allowed_mentions"] == {"parse": [], "users": []}
    assert "<@" not in markdown(text).replace("\\<@", "").replace("\\<\\@", "")
    assert page_card(card, "d").text == text.spans


@pytest.mark.parametrize("evil", EVIL)
def test_a_calendar_file_has_no_line_of_theirs(evil):
    from datetime import timedelta  # noqa: PLC0415

    from core.domain.reservation import Reservation, ReservationState  # noqa: PLC0415
    from core.domain.terms import Terms  # noqa: PLC0415
    from core.domain.venue import VenueRef  # noqa: PLC0415

    hostile = f"{evil[:500]}\r\nATTACH:http://evil.example\r\nEND:VEVENT"
    reservation = Reservation(
        venue=VenueRef(platform="house", id="x"),
        id="1",
        confirmation=hostile,
        starts_at=NOON + timedelta(days=1),
        party_size=2,
        seating=hostile,
        terms=Terms(),
        state=ReservationState.BOOKED,
    )
    file = invitation(reservation, venue_name=hostile, address=hostile, uid="1@fourtop", now=NOON)
    lines = file.replace(b"\r\n ", b"").split(b"\r\n")
    assert not [line for line in lines if line.startswith(b"ATTACH")]
    assert lines.count(b"END:VEVENT") == 1
    assert b"\x00" not in file
