"""Sentences as structure: people's words stay words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.text import Bold, Code, Link, Mention, Plain, Text, When, distance, join, lines, say, written

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def test_a_sentence_is_its_spans_in_order():
    assert say("A table at *{venue}* for {size}.", venue="Luna", size=4) == Text(
        (Plain("A table at "), Bold("Luna"), Plain(" for "), Plain("4"), Plain("."))
    )


def test_bold_may_hold_words_and_values():
    assert say("*for {size} at {venue}*", venue="Luna", size=4).spans == (
        Bold("for "),
        Bold("4"),
        Bold(" at "),
        Bold("Luna"),
    )


def test_a_span_given_as_a_value_stays_what_it_is_even_in_bold():
    mention = Mention("Ann", "11")
    code = Code("/claim ABC")
    assert say("*{who}* types {what}", who=mention, what=code).spans == (mention, Plain(" types "), code)


def test_a_text_given_as_a_value_keeps_its_spans():
    inner = say("*Luna* bar")
    assert say("At {place}.", place=inner).spans == (Plain("At "), Bold("Luna"), Plain(" bar"), Plain("."))


def test_a_value_that_was_not_given_is_a_mistake():
    with pytest.raises(KeyError):
        say("at {venue}")


@given(st.text())
def test_a_value_is_never_read_for_markup(words):
    assert say("{words}", words=words).spans == (Plain(words),)
    assert say("*{words}*", words=words).spans == (Bold(words),)
    assert say("a {words} b", words=words).plain(now=NOW) == f"a {words} b"


@pytest.mark.parametrize(
    "words", ["*bold*", "{size}", "**", "{", "}", "@everyone", "<b>", "[a](b)", "_x_", "`code`"]
)
def test_markup_in_a_value_is_only_words(words):
    said = say("*{a}* {b} {size}", a=words, b=words, size=4)
    assert said.spans == (Bold(words), Plain(" "), Plain(words), Plain(" "), Plain("4"))


@pytest.mark.parametrize("template", ["5 * 3", "a {not a name} b", "100%", "{}", "*", "a * b", ""])
def test_a_template_without_marks_is_plain(template):
    assert say(template).plain(now=NOW) == template
    assert all(isinstance(span, Plain) for span in say(template).spans)


def test_lines_leave_no_gap_for_what_is_empty():
    assert lines(say("one"), say(""), Text(), say("two")).plain(now=NOW) == "one\ntwo"


def test_join_puts_words_between_and_not_around():
    assert join([say("a"), say("b"), say("c")], ", ").plain(now=NOW) == "a, b, c"
    assert join([], ", ") == Text()


def test_texts_add_up_and_an_empty_one_is_false():
    assert say("a") + say("*b*") == Text((Plain("a"), Bold("b")))
    assert not Text()
    assert say("a")


def test_plain_words_say_what_each_span_says():
    text = Text(
        (
            Mention("Ann", "11"),
            Plain(" "),
            Code("/help"),
            Plain(" "),
            Link("the menu", "https://luna.example/menu"),
            Plain(" "),
            When(NOW + timedelta(days=13), "America/New_York"),
            Plain(", "),
            When(NOW + timedelta(days=13), "UTC", "relative"),
        )
    )
    assert (
        text.plain(now=NOW)
        == "@Ann /help the menu (https://luna.example/menu) Mon 14 Dec at 07:00, in 13 days"
    )


def test_a_moment_is_written_on_the_clock_of_its_zone():
    at = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)
    assert written(When(at, "America/New_York"), now=NOW) == "Thu 3 Dec at 09:00"
    assert written(When(at, "Asia/Tokyo"), now=NOW) == "Thu 3 Dec at 23:00"


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(days=13), "in 13 days"),
        (timedelta(days=12, hours=23), "in 13 days"),
        (timedelta(days=2), "in 2 days"),
        (timedelta(hours=47), "in 47 hours"),
        (timedelta(hours=2), "in 2 hours"),
        (timedelta(minutes=119), "in 119 minutes"),
        (timedelta(minutes=59, seconds=40), "in 60 minutes"),
        (timedelta(seconds=90), "in 2 minutes"),
        (timedelta(seconds=89), "in 89 seconds"),
        (timedelta(seconds=1), "in 1 second"),
        (timedelta(milliseconds=400), "now"),
        (timedelta(), "now"),
        (timedelta(milliseconds=-400), "now"),
        (timedelta(seconds=-1), "1 second ago"),
        (timedelta(minutes=-5), "5 minutes ago"),
        (timedelta(hours=-3), "3 hours ago"),
        (timedelta(days=-2), "2 days ago"),
    ],
)
def test_a_distance_is_said_in_the_largest_honest_unit(ahead, words):
    assert distance(ahead.total_seconds()) == words


@given(st.floats(0.5, 10**8))
def test_ahead_and_ago_mirror_each_other(seconds):
    ahead, ago = distance(seconds), distance(-seconds)
    assert ahead.removeprefix("in ") == ago.removesuffix(" ago")


@given(st.integers(1, 10**8))
def test_a_distance_is_off_by_less_than_a_third(seconds):
    lengths = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
    count, unit = distance(seconds).removeprefix("in ").split()
    said = int(count) * lengths[unit.removesuffix("s")]
    assert abs(said - seconds) <= seconds / 3
    assert unit.endswith("s") == (count != "1")
