import io
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.messages import Card, Choice, File, Notice, Tone
from bot.demo.transcript import Transcript, put
from bot.frontends.web.chats import GROUP
from bot.frontends.web.message_body import Words, card_body, notice_body
from bot.frontends.web.protocol import Message
from bot.wording.text import When, lines, say
from tests.fakes.clock import FakeClock

FILE = File(name="table.ics", media_type="text/calendar", content=b"x")


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def transcript(clock):
    return Transcript(clock)


@pytest.fixture
def printed(capsys):
    return lambda: capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ").splitlines()


def a_message(body, *, number=1, chat=GROUP, author="", clock):
    return Message(id=str(number), chat=chat, author=author, revision=1, sent_at=clock.now(), body=body)


def a_card(text, *labels):
    return card_body(Card(text=text, options=tuple(Choice(label=one, value=one) for one in labels)), "d1")


def test_each_speaker_is_named_once_and_lines_stand_under_each_other(transcript, printed, clock):
    transcript.group(a_message(Words(text="/reserve luna"), author="Ann", clock=clock))
    transcript.group(
        a_message(a_card(lines(say("*Which?*"), say("Tap.")), "A", "B b"), number=2, clock=clock)
    )
    assert printed() == [
        "Ann      /reserve luna",
        "Fourtop  Which?",
        "         Tap.",
        "         [A] [B b]",
    ]


def test_of_an_edited_card_only_what_is_new_is_printed(transcript, printed, clock):
    labels = ("19:00", "19:30", "20:00", "Cancel")
    transcript.group(a_message(a_card(lines(say("Which?"), say("Tap.")), *labels), clock=clock))
    printed()
    transcript.group(
        a_message(a_card(lines(say("Which?"), say("First 19:30.")), "1 · 19:00", *labels[1:]), clock=clock)
    )
    assert printed() == ["Fourtop  First 19:30."]
    transcript.group(a_message(a_card(lines(say("Which?"), say("First 19:30.")), "Yes", "No"), clock=clock))
    assert printed() == ["Fourtop  [Yes] [No]"]


async def test_a_countdown_alone_is_no_news(transcript, printed, clock):
    drop = When(clock.now() + timedelta(minutes=1), "UTC", "relative")
    card = a_card(say("Released {when}.", when=drop))
    transcript.group(a_message(card, clock=clock))
    assert printed() == ["Fourtop  Released in 60 seconds."]
    await clock.advance(timedelta(seconds=10))
    transcript.group(a_message(replace(card, tone=Tone.WAITING), clock=clock))
    assert printed() == []


def test_what_the_group_was_told_is_not_said_again_in_private(transcript, printed, clock):
    told = notice_body(Notice(text=say("Booked."), file=FILE))
    transcript.private("Bob", a_message(told, number=2, chat="dm:bob", clock=clock))
    transcript.group(a_message(told, number=3, clock=clock))
    transcript.in_private()
    assert printed() == [
        "Fourtop  Booked.",
        "         📎 table.ics",
        "Fourtop  (to Bob in private)",
        "         The same.",
        "         📎 table.ics",
    ]


def test_what_was_told_in_private_alone_is_printed_in_full(transcript, printed, clock):
    transcript.private("Bob", a_message(notice_body(Notice(text=say("Psst."))), chat="dm:bob", clock=clock))
    transcript.in_private()
    transcript.in_private()
    assert printed() == ["Fourtop  (to Bob in private)", "         Psst."]


def test_a_terminal_without_emoji_shows_the_rest(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii", write_through=True))
    put("✅ Booked")
    assert raw.getvalue() == b"? Booked\n"
