from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.frontends.telegram.markup import clipped, marked, units
from bot.wording.text import Bold, Code, Link, Mention, Plain, Text, When, say
from tests.doubles.botapi.content import slice_of, words_of

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)

SPANS = st.one_of(
    st.builds(Plain, st.text()),
    st.builds(Bold, st.text()),
    st.builds(Code, st.text()),
    st.builds(Link, st.text(), st.sampled_from(["https://a.example/x", "nonsense", "javascript:x"])),
    st.builds(Mention, st.text(), st.sampled_from(["42", "ann", ""])),
)


def test_entities_point_at_their_words_in_utf_16_units():
    shown = marked(say("🍕🍕 *{venue}* for {size}", venue="Luna 🌙", size=4), now=NOW)
    (bold,) = shown.entities
    assert (bold["type"], bold["offset"]) == ("bold", 5)
    assert slice_of(shown.text, bold) == "Luna 🌙"


def test_peoples_words_stay_words():
    shown = marked(say("{name} is in", name="<b>*_[x](http://y)_*</b> &amp; @all"), now=NOW)
    assert shown.text == "<b>*_[x](http://y)_*</b> &amp; @all is in"
    assert shown.entities == ()


def test_a_mention_pings_by_id_and_only_by_id():
    ann = marked(Text((Mention("Ann", "42"),)), now=NOW)
    assert ann.text == "Ann"
    assert ann.entities[0]["user"]["id"] == 42  # type: ignore[index]
    assert marked(Text((Mention("Ann", "ann"),)), now=NOW).entities == ()


def test_a_link_that_telegram_would_refuse_is_written_out():
    good = marked(Text((Link("here", "https://a.example"),)), now=NOW)
    assert good.entities == ({"type": "text_link", "url": "https://a.example", "offset": 0, "length": 4},)
    bad = marked(Text((Link("here", "ftp://a"),)), now=NOW)
    assert (bad.text, bad.entities) == ("here (ftp://a)", ())


def test_an_instant_is_written_on_the_venues_clock():
    when = When(datetime(2026, 12, 24, 0, 30, tzinfo=UTC), "America/New_York")
    assert marked(Text((when,)), now=NOW).text == "Wed 23 Dec at 19:30"


def test_what_is_too_long_ends_with_an_ellipsis_on_a_whole_word():
    assert clipped("one two three four", 12) == "one two…"
    assert clipped("x" * 50, 10) == "x" * 9 + "…"
    assert clipped("fits", 4) == "fits"


def test_a_cut_never_goes_through_an_emoji():
    assert clipped("🍕" * 10, 8) == "🍕🍕🍕…"


def test_the_line_on_typing_survives_a_text_that_is_too_long():
    shown = marked(say("*{long}*", long="wörd " * 2000), now=NOW, italic_end="Or type: a day")
    assert units(shown.text) <= 4096
    assert shown.text.endswith("…\nOr type: a day")
    assert [slice_of(shown.text, one) for one in shown.entities][1] == "Or type: a day"


def test_half_an_emoji_from_json_is_replaced():
    assert marked(Text((Plain("a\ud83d"),)), now=NOW).text == "a\ufffd"


def test_no_words_at_all_are_still_a_message():
    assert marked(Text((Plain(" \n "),)), now=NOW).text == "…"


@given(spans=st.lists(SPANS, max_size=12), limit=st.integers(60, 300))
def test_whatever_people_write_is_taken_by_telegram(spans, limit):
    shown = marked(Text(tuple(spans)), now=NOW, limit=limit, italic_end="Or type: x")
    text, entities = words_of(shown.text, list(shown.entities), most=limit)
    assert text.endswith("Or type: x")
    assert slice_of(text, entities[-1]) == "Or type: x"
