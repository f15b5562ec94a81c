from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.messages import Tone
from bot.delivery.calendar_file import invitation
from bot.demo.release import VENUE, ZONE
from bot.demo.report import report
from bot.demo.rivals import RivalTable, Taking
from bot.demo.verdict import Evidence, ToldMessage, invited_at, missing
from core.domain.booking import Booked, SlotTaken
from core.domain.reservation import Reservation
from core.jobs.steps import timeline

AT = datetime(2026, 12, 4, 19, 30, tzinfo=ZONE)
KEPT = Reservation(
    venue=VENUE, id="r1", confirmation="K7QM2X", starts_at=AT, party_size=4, seating="patio", key="plan"
)


def calendar(reservation=KEPT):
    now = datetime(2026, 11, 20, tzinfo=UTC)
    return invitation(reservation, venue_name="Casa Luna", address="212 Hudson", uid="u@fourtop", now=now)


TOLD = ToldMessage(words="Casa Luna it is! Confirmation: K7QM2X", file=calendar())
GOOD = Evidence(
    reservation=KEPT,
    card="Booked. Confirmation: K7QM2X",
    tone=Tone.GOOD,
    group=TOLD,
    private={"Ann": TOLD, "Bob": TOLD, "Cas": TOLD},
    outsider=SlotTaken(),
    takings=(),
)


def a_taking(hours, seating):
    at = AT + timedelta(hours=hours)
    table = RivalTable(starts_at=at, seating=seating, confirmation="X", after=timedelta(milliseconds=20))
    return Taking(name="Stroller", habit="strolls", looks=1, tries=1, table=table)


def test_an_evening_on_which_all_went_well_lacks_nothing():
    others = (a_taking(0, "dining room"), a_taking(2, "patio"), Taking(name="X", habit="", looks=1, tries=0))
    assert missing(replace(GOOD, takings=others)) == []


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (replace(GOOD, reservation=None, card="No table."), "has no table for the friends"),
        (replace(GOOD, outsider=Booked(reservation=KEPT)), "A stranger could book"),
        (replace(GOOD, outsider=None), "A stranger could book"),
        (replace(GOOD, takings=(a_taking(1.5, "patio"),)), "Stroller has the table"),
        (replace(GOOD, tone=Tone.TRYING), "The card in the group does not say"),
        (replace(GOOD, card="Booked."), "The card in the group does not say"),
        (replace(GOOD, group=None), "Nobody told the group."),
        (replace(GOOD, private={**GOOD.private, "Cas": None}), "Nobody told Cas."),
        (
            replace(GOOD, private={**GOOD.private, "Bob": replace(TOLD, words="Casa Luna")}),
            "message to Bob lacks",
        ),
        (
            replace(
                GOOD,
                group=replace(TOLD, file=calendar(replace(KEPT, starts_at=AT + timedelta(hours=1)))),
            ),
            "calendar file for the group is not for Fri 04 Dec at 19:30",
        ),
        (replace(GOOD, group=replace(TOLD, file=b"nonsense")), "calendar file for the group"),
    ],
)
def test_whatever_is_missing_is_said_in_a_sentence(evidence, sentence):
    (trouble,) = missing(evidence)
    assert sentence in trouble
    lines = report(evidence, timeline([]), drop_at=AT)
    assert lines[-1] == f"Not a success: {trouble}"


def test_a_success_is_reported_with_the_table_and_everyone_who_knows():
    lines = "\n".join(report(GOOD, timeline([]), drop_at=AT))
    assert "Table     Fri 4 Dec at 19:30, patio. Confirmation K7QM2X" in lines
    assert "Ann, Bob and Cas each in private" in lines
    assert "Not a success" not in lines


@pytest.mark.parametrize("file", [b"", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"])
def test_a_file_without_an_event_invites_nobody(file):
    assert invited_at(file) is None
