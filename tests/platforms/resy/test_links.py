from datetime import date

import pytest

from core.domain.venue import VenueRef
from platforms.resy import links

ON = date(2026, 12, 10)


@pytest.mark.parametrize(
    ("url", "venue", "on", "size"),
    [
        (
            "https://resy.com/cities/new-york-ny/venues/carbone?date=2026-12-10&seats=4",
            "new-york-ny/carbone",
            ON,
            4,
        ),
        ("https://resy.com/cities/new-york-ny/venues/carbone", "new-york-ny/carbone", None, None),
        ("https://resy.com/cities/ny/carbone?seats=2&date=2026-12-10", "ny/carbone", ON, 2),
        ("https://www.resy.com/cities/ny/carbone/", "ny/carbone", None, None),
        ("http://resy.com/cities/NY/Carbone", "ny/carbone", None, None),
        ("resy.com/cities/ny/carbone", "ny/carbone", None, None),
        ("  <https://resy.com/cities/ny/carbone>  ", "ny/carbone", None, None),
        ("https://resy.com/cities/ny/carbone.", "ny/carbone", None, None),
        ("https://widgets.resy.com/?venueId=87134&date=2026-12-10&seats=2", "87134", ON, 2),
        ("https://widgets.resy.com/#/reservation?venue_id=87134&party_size=3", "87134", None, 3),
        ("https://resy.com/cities/ny/carbone?date=soon&seats=many", "ny/carbone", None, None),
        ("https://resy.com/cities/ny/carbone?date=2026-02-30&seats=0", "ny/carbone", None, None),
        ("https://resy.com/cities/ny/carbone?seats=99999999", "ny/carbone", None, None),
        ("https://resy.com/cities/ny/carbone?seats=²", "ny/carbone", None, None),
    ],
)
def test_an_address_says_the_venue_the_day_and_the_party(
    url: str, venue: str, on: date | None, size: int | None
):
    assert links.read(url) == links.Pasted(ref=VenueRef(platform="resy", id=venue), on=on, party_size=size)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "carbone",
        "https://resy.com/",
        "https://resy.com/cities/ny",
        "https://resy.com/cities/ny/venues/",
        "https://resy.com/cities/ny/search?query=x",
        "https://blog.resy.com/cities/ny/carbone/more",
        "https://resy.com.evil.example/cities/ny/carbone",
        "https://evil.example/?u=https://resy.com/cities/ny/carbone",
        "https://resy.com@evil.example/cities/ny/carbone",
        "ftp://resy.com/cities/ny/carbone",
        "javascript:alert(1)",
        "https://resy.com/cities/ny/../../etc",
        "https://resy.com/cities/ny/%2e%2e%2f",
        "https://[resy.com/cities/ny/carbone",
        "https://widgets.resy.com/?venueId=12x",
        "https://widgets.resy.com/?venueId=١٢",
        "https://resy.com/cities/ny/" + "a" * 300,
    ],
)
def test_any_other_address_says_nothing(url: str):
    assert links.read(url) is None


def test_a_page_is_written_for_a_day_and_a_party():
    ref = VenueRef(platform="resy", id="new-york-ny/carbone")
    assert links.page(ref) == "https://resy.com/cities/new-york-ny/venues/carbone"
    full = links.page(ref, on=ON, party_size=4)
    assert full == "https://resy.com/cities/new-york-ny/venues/carbone?date=2026-12-10&seats=4"
    assert links.read(full) == links.Pasted(ref=ref, on=ON, party_size=4)
    number = VenueRef(platform="resy", id="87134")
    assert links.read(links.page(number, on=ON, party_size=2)) == links.Pasted(
        ref=number, on=ON, party_size=2
    )
