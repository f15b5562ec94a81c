"""A reservation in a calendar."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from bot.delivery.calendar_file import invitation
from core.domain.reservation import Reservation, ReservationState
from core.domain.venue import VenueRef

NOW = datetime(2026, 12, 3, 14, 0, 5, 123456, tzinfo=UTC)
TABLE = Reservation(
    venue=VenueRef(platform="house", id="luna"),
    id="r1",
    confirmation="LUNA-42",
    starts_at=datetime(2026, 12, 24, 19, 30, tzinfo=ZoneInfo("America/New_York")),
    party_size=4,
    seating="Bar",
)


def made(reservation: Reservation = TABLE, **changed) -> bytes:
    told = {
        "venue_name": "Casa Luna",
        "address": "1 Moon St, New York",
        "uid": "plan-7@fourtop",
        "now": NOW,
    } | changed
    return invitation(reservation, **told)


class Fields:
    """An event's fields, as words or a number."""

    def __init__(self, event: Component) -> None:
        self._event = event
        self.decoded = event.decoded

    def __getitem__(self, name: str) -> str:
        return str(self._event[name])

    def __contains__(self, name: str) -> bool:
        return name in self._event


def read(content: bytes):
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return calendar, Fields(event)


def test_the_event_is_the_reservation():
    calendar, event = read(made())
    assert event["uid"] == "plan-7@fourtop"
    assert event["summary"] == "Casa Luna, table for 4"
    assert event["location"] == "Casa Luna, 1 Moon St, New York"
    assert event["status"] == "CONFIRMED"
    assert event["sequence"] == "0"
    assert "LUNA-42" in event["description"]
    assert "Bar" in event["description"]
    assert calendar["version"] == "2.0"


@pytest.mark.parametrize(
    ("zone", "local", "start"),
    [
        ("America/New_York", datetime(2026, 12, 24, 19, 30), datetime(2026, 12, 25, 0, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 7, 1, 19, 30), datetime(2026, 7, 1, 23, 30, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 10, 25, 1, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 12, 24, 20, 0), datetime(2026, 12, 24, 14, 15, tzinfo=UTC)),
    ],
)
def test_it_starts_at_the_venues_time_and_lasts_as_long_as_said(zone, local, start):
    table = replace(TABLE, starts_at=local.replace(tzinfo=ZoneInfo(zone)))
    _, event = read(made(table, duration=timedelta(minutes=105)))
    assert event.decoded("dtstart") == start
    assert event.decoded("dtend") == start + timedelta(minutes=105)
    assert event.decoded("dtstamp") == NOW.replace(microsecond=0)


def test_the_cancellation_is_a_later_word_on_the_same_event():
    _, booked = read(made())
    _, cancelled = read(made(replace(TABLE, state=ReservationState.CANCELLED)))
    assert cancelled["uid"] == booked["uid"]
    assert int(cancelled["sequence"]) > int(booked["sequence"])
    assert cancelled["status"] == "CANCELLED"


def test_a_venue_without_an_address_and_a_table_without_a_seating_say_nothing_of_it():
    _, event = read(made(replace(TABLE, seating=""), address=""))
    assert event["location"] == "Casa Luna"
    assert "Seating" not in event["description"]


def test_the_file_is_made_of_lines_of_75_octets_at_most_that_end_as_the_standard_says():
    content = made(venue_name="Café Zoë 🌙 " * 20, address="a;b,c\\d\n" * 20)
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_a_name_cannot_add_lines_of_its_own():
    _, event = read(
        made(venue_name="Luna\r\nEND:VEVENT\r\nBEGIN:VEVENT", address="x\nATTACH:file:///etc/passwd")
    )
    assert "attach" not in event
    assert "END:VEVENT" in event["location"]


@given(st.text(), st.text(), st.text())
def test_any_words_are_carried_whole(name, address, seating):
    def kept(words):
        breaks = words.replace("\r\n", "\n").replace("\r", "\n")
        return "".join(
            char for char in breaks if char == "\n" or (ord(char) > 31 and not 0x7F <= ord(char) < 0xA0)
        )

    content = made(replace(TABLE, seating=seating), venue_name=name, address=address)
    _, event = read(content)
    assert event["summary"] == f"{kept(name)}, table for 4"
    assert not seating or event["description"].endswith(f"Seating: {kept(seating)}")
    content.decode("utf-8")
