import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.house.engine.name_match import best

VENUES = [
    ("casa-luna", "Casa Luna"),
    ("bistro-eglantine", "Bistro Églantine"),
    ("the-long-table", "The Long Table"),
    ("luna-park", "Luna Park Diner"),
    ("osteria", "Osteria Francescana"),
]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("casa luna", "casa-luna"),
        ("CASA-LUNA", "casa-luna"),
        ("luna", "luna-park"),
        ("luna casa", "casa-luna"),
        ("caza luna", "casa-luna"),
        ("eglantine", "bistro-eglantine"),
        ("Eglantíne!", "bistro-eglantine"),
        ("long tabel", "the-long-table"),
        ("osteria francesana", "osteria"),
        ("fran", "osteria"),
    ],
)
def test_people_find_what_they_mean(words: str, first: str):
    assert best(words, VENUES, limit=3)[0] == first


@pytest.mark.parametrize("words", ["zanzibar", "sushi", "qqq", "luna sushi"])
def test_what_is_not_there_is_not_guessed(words: str):
    assert best(words, VENUES, limit=3) == []


def test_no_words_mean_all():
    assert len(best("  ", VENUES, limit=10)) == len(VENUES)


@given(st.text(max_size=40))
def test_whatever_is_typed_the_limit_holds(words: str):
    assert len(best(words, VENUES, limit=2)) <= 2
