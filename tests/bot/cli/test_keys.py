"""`fourtop keys`: made, listed and taken back."""

import pytest
from click.testing import CliRunner

from bot.__main__ import main


@pytest.fixture
def fourtop(tmp_path, monkeypatch):
    """What a command says on standard output and standard error, and its exit code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOURTOP_DATA_DIR", str(tmp_path))

    def run(*words):
        done = CliRunner().invoke(main, words)
        return done.stdout, done.stderr + str(done.exception or ""), done.exit_code

    return run


def test_a_key_is_shown_once_by_itself_and_listed_without_it(fourtop):
    key, told, code = fourtop("keys", "add", "Ann's site")
    assert (code, key.strip()[:8], len(key.split())) == (0, "fourtop_", 1)
    assert "read, book, cancel at every venue" in told
    said, _, _ = fourtop("keys")
    assert said.startswith("Ann's site: may read, book, cancel at every venue; made ")
    assert "never used" in said
    assert key.strip() not in said


def test_a_narrower_key_says_so(fourtop):
    fourtop("venue", "add", "--samples")
    _, told, code = fourtop("keys", "add", "luna", "--venue", "house:casa-luna", "--verb", "read")
    assert code == 0
    assert "“luna” may read at casa-luna." in told
    assert "may read at casa-luna" in fourtop("keys")[0]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "x", "--venue", "nowhere"), "there is no venue “nowhere”"),
        (("add", "x", "--verb", "rule"), "rule"),
        (("add", ""), "say who has the key"),
        (("add", "x" * 65), "say who has the key"),
        (("add", "taken"), "“taken” has a key already"),
        (("revoke", "nobody"), "“nobody” has no key that is in use"),
    ],
)
def test_what_does_not_do_is_refused_in_a_sentence(fourtop, words, why):
    fourtop("keys", "add", "taken")
    said, trouble, code = fourtop("keys", *words)
    assert code
    assert why in trouble
    assert "fourtop_" not in said
    assert len(fourtop("keys")[0].splitlines()) == 1


def test_a_revoked_key_stays_on_the_list(fourtop):
    assert "No key was made" in fourtop("keys")[0]
    fourtop("keys", "add", "ann")
    said, _, code = fourtop("keys", "revoke", "ann")
    assert (code, "opens nothing any more" in said) == (0, True)
    assert "REVOKED" in fourtop("keys")[0]
    assert fourtop("keys", "add", "ann")[2] == 0
    assert len(fourtop("keys")[0].splitlines()) == 2
