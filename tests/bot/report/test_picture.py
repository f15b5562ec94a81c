"""The picture of a drop can be read on a phone, whatever happened."""

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor, ImageDraw

from bot.report import style
from bot.report.picture import WIDTH, Heading, draw
from bot.report.scale import scale_of
from bot.report.style import font, readable
from core.jobs.review.drop_record import DropRecord
from core.jobs.steps import Fate
from tests.core.jobs.drops import BEATEN, DOWN, NOTHING, SECOND, TWO_MINUTES_LATE, WON, drop, look, ms, tried
from tests.expect import expect, present

HEADING = Heading(title="Casa Luna, Tue 22 Dec, 4 guests", facts="on time", verdict="Booked 19:30", won=True)
STORIES = {
    "won": WON,
    "second choice": SECOND,
    "two minutes late": TWO_MINUTES_LATE,
    "beaten": BEATEN,
    "nothing": NOTHING,
    "down": DOWN,
    "one look": drop(looks=(look(0, 0),)),
    "no look": drop(tries=(tried("19:30", 10, None, Fate.UNANSWERED),)),
}


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def coloured(image: Image.Image, colour: str) -> set[tuple[int, int]]:
    """Where a colour is, give or take what smoothing and the palette do to it."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    found = set()
    for x in range(image.width):
        for y in range(image.height):
            r, g, b = expect(tuple, image.getpixel((x, y)))
            if abs(r - red) + abs(g - green) + abs(b - blue) < 40:
                found.add((x, y))
    return found


@pytest.mark.parametrize("story", STORIES)
def test_a_picture_is_small_and_as_wide_as_a_phone_shows_well(story):
    png = draw(STORIES[story], HEADING)
    assert len(png) < 80_000
    image = opened(png)
    assert image.width == WIDTH
    assert 300 <= image.height <= 700


@pytest.mark.parametrize("story", STORIES)
def test_the_same_drop_makes_the_same_bytes(story):
    assert draw(STORIES[story], HEADING) == draw(STORIES[story], HEADING)


def test_each_slot_has_a_row_of_its_own_in_the_colour_of_its_fate():
    image = opened(draw(SECOND, HEADING))
    below = (
        {y for x, y in coloured(image, style.BAD) if 240 < y < 340},
        {y for x, y in coloured(image, style.GOOD) if 240 < y < 340},
    )
    lost, got = below
    assert lost
    assert got
    assert max(lost) < min(got)


def test_the_drop_is_a_line_through_every_row():
    image = opened(draw(WON, HEADING))
    line = coloured(image, style.DROP)
    column = max({x for x, _ in line}, key=lambda x: sum(1 for one in line if one[0] == x))
    assert sum(1 for x, _ in line if x == column) > 120


def test_fates_differ_without_their_colours():
    def grey(fate: Fate) -> bytes:
        told = drop(looks=(look(-20, 20, 2, "19:30"),), tries=(tried("19:30", 21, 100, fate),))
        image = opened(draw(told, HEADING)).crop((240, 230, 830, 300)).convert("L")
        return image.point([255 if value > 225 else 0 for value in range(256)]).tobytes()

    assert len({grey(fate) for fate in (Fate.BOOKED, Fate.TAKEN, Fate.UNANSWERED, Fate.NEEDS_GUEST)}) == 4


def test_an_empty_look_differs_from_one_with_tables():
    empty = opened(draw(drop(looks=(look(-20, 20),)), HEADING))
    full = opened(draw(drop(looks=(look(-20, 20, 3, "19:30"),)), HEADING))
    lane = (230, 140, WIDTH, 190)
    assert empty.crop(lane).tobytes() != full.crop(lane).tobytes()
    assert len(coloured(full.crop(lane), style.LOOK)) > 150
    assert not coloured(empty.crop(lane), style.LOOK)


def test_a_drop_two_minutes_late_still_shows_its_milliseconds():
    scale = scale_of(TWO_MINUTES_LATE, left=0, right=760, words=180)
    (call,) = TWO_MINUTES_LATE.tries
    assert scale.x(present(call.answered)) - scale.x(call.sent) > 100
    assert scale.breaks
    assert scale.x(ms(250)) - scale.x(ms(0)) > 4


@given(
    at=st.lists(st.integers(-50, 700_000), min_size=1, max_size=12, unique=True),
    calls=st.lists(st.tuples(st.integers(0, 700_000), st.integers(1, 10_000)), max_size=5),
)
def test_no_moment_is_drawn_before_an_earlier_one_or_off_the_paper(at, calls):
    told = drop(
        looks=tuple(look(one, one + 40, one % 3) for one in sorted(at)),
        tries=tuple(tried("19:30", one, one + took, Fate.TAKEN) for one, took in calls),
    )
    scale = scale_of(told, left=0, right=760, words=180)
    assert all(one.right < two.left and one.end == two.start for one, two in pairwise(scale.panels))
    moments = sorted({*(ms(one) for one in at), *(ms(one + took) for one, took in calls), ms(0)})
    places = [scale.x(one) for one in moments]
    assert places == sorted(places)
    assert places[0] >= 0
    assert places[-1] <= 760


def test_more_slots_than_fit_are_counted():
    def of(count: int) -> DropRecord:
        calls = tuple(tried(f"{12 + n}:00", n * 90, n * 90 + 80, Fate.TAKEN) for n in range(count))
        return drop(looks=(look(-20, -1, 20, "19:30"),), tries=calls)

    assert opened(draw(of(9), HEADING)).height == opened(draw(of(7), HEADING)).height
    assert opened(draw(of(6), HEADING)).height < opened(draw(of(7), HEADING)).height


@pytest.mark.parametrize(
    ("words", "drawn"),
    [
        ("Café Größe – l’été", "Cafe Grosse - l’ete"),
        ("寿司 Sushi", "Sushi"),
        ("Łódź\n\t🍕", "Lodz"),
        ("±12 ms · ok…", "±12 ms · ok…"),
    ],
)
def test_words_are_drawn_in_letters_that_the_font_has(words, drawn):
    def of(letter: str) -> tuple[tuple[int, int, int, int], bytes]:
        mask = Image.new("L", (80, 80))
        ImageDraw.Draw(mask).text((10, 10), letter, fill=255, font=font(40))
        return present(mask.getbbox()), mask.tobytes()

    assert readable(words) == drawn
    missing = of("\uffff")
    assert all(of(letter) != missing for letter in drawn.replace(" ", ""))
