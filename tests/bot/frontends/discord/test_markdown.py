"""Text in Discord's markdown."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.frontends.discord.markdown import clipped, markdown, pinged, width
from bot.wording.text import Bold, Code, Link, Mention, Plain, Text, When, say


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("Luna_Rossa *the* ~second~", r"Luna\_Rossa \*the\* \~second\~"),
        ("`code` ||spoiler|| \\", r"\`code\` \|\|spoiler\|\| \\"),
        ("# heading\n- item\n12. item\n-# small", "\\# heading\n\\- item\n12\\. item\n\\-# small"),
        ("> quote", r"\> quote"),
        ("<@1> <#2> <t:1:R> <:a:3>", r"\<@1\> \<#2\> \<t:1:R\> \<:a:3\>"),
        ("[evil](https://x.example)", r"\[evil\](https://x.example)"),
        ("19:30, table 4 - or 5", "19:30, table 4 - or 5"),
    ],
)
def test_peoples_words_show_as_they_were_written(words, written):
    assert markdown(Text((Plain(words),))) == written


def test_neighbouring_bold_spans_are_one():
    assert markdown(say("*{venue} for {size}*!", venue="Luna", size=4)) == "**Luna for 4**!"


def test_empty_bold_leaves_no_asterisks():
    assert markdown(Text((Bold(""), Plain("x"), Bold(" ")))) == "x "


def test_code_holds_even_backticks():
    assert markdown(Text((Code("/claim AB`C"),))) == "`` /claim AB`C ``"
    assert markdown(Text((Code("/start"),))) == "`/start`"


def test_a_link_does_not_unfold():
    assert markdown(Text((Link("menu", "https://x.example/a b>"),))) == "[menu](<https://x.example/a%20b%3E>)"


def test_an_instant_is_shown_on_each_readers_clock():
    at = datetime(2026, 12, 24, 19, 30, tzinfo=UTC)
    spans = (When(at, "UTC"), Plain(" "), When(at, "UTC", "relative"))
    assert markdown(Text(spans)) == f"<t:{int(at.timestamp())}:F> <t:{int(at.timestamp())}:R>"


def test_a_readers_own_clock_has_no_zone_beside_it():
    at = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)
    zoned = Text((When(at, "America/New_York", "zoned"),))
    assert markdown(zoned) == f"<t:{int(at.timestamp())}:F>"
    assert zoned.plain(now=at) == "Thu 3 Dec at 09:00 (New York time)"


def test_only_mentions_of_this_network_ping():
    text = Text((Mention("Ann", "42"), Mention("Bob", "tg-7"), Mention("Ann", "42"), Plain("<@9>")))
    assert pinged(text) == ("42",)
    assert markdown(text) == r"<@42>@Bob<@42>\<@9\>"


@given(st.text(max_size=80), st.integers(min_value=5, max_value=60))
def test_nothing_is_longer_than_its_limit_in_utf_16(words, limit):
    text = Text((Plain(words), Bold(words), Link(words, "https://x.example")))
    assert width(markdown(text, limit)) <= limit
    assert 1 <= width(clipped(words, limit)) <= limit


@given(st.text(min_size=1, max_size=40))
def test_what_fits_is_not_cut(words):
    text = Text((Plain("a"), Plain(words), Bold(words)))
    whole = markdown(text)
    assert markdown(text, width(whole)) == whole


def test_a_cut_never_breaks_an_escape():
    assert markdown(Text((Plain("_" * 10),)), 6) == r"\_\_…"
    assert markdown(Text((Bold("x" * 10),)), 8) == "**xxx**…"
