"""What is sealed opens for its purpose and with its key, and for nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Locked
from core.security.vault import Vault, is_sealed

OLD, NEW = b"o" * 32, b"n" * 32


@given(text=st.text(), purpose=st.text(max_size=40))
def test_what_was_sealed_opens_again(text, purpose):
    vault = Vault([NEW])
    assert vault.open(vault.seal(text, purpose), purpose).reveal() == text


def test_nothing_of_it_shows_and_no_two_are_alike():
    vault = Vault([NEW])
    one, two = (vault.seal("planted-token", "account:1") for _ in range(2))
    assert one != two
    assert "planted" not in one
    assert is_sealed(one)
    assert not is_sealed('{"frontend": "web"}')
    assert not is_sealed("")


def test_what_was_sealed_for_another_row_does_not_open():
    vault = Vault([NEW])
    sealed = vault.seal("token", "account:resy:1")
    with pytest.raises(Locked):
        vault.open(sealed, "account:resy:2")


def test_an_old_key_opens_and_the_new_one_seals():
    before = Vault([OLD]).seal("token", "account:1")
    vault = Vault([NEW, OLD])
    assert vault.open(before, "account:1").reveal() == "token"
    after = vault.seal("token", "account:1")
    with pytest.raises(Locked):
        Vault([OLD]).open(after, "account:1")


@pytest.mark.parametrize("spoil", [lambda s: s[:-4], lambda s: s[:-1] + ("A" if s[-1] != "A" else "B"), len])
def test_what_was_tampered_with_does_not_open(spoil):
    vault = Vault([NEW])
    sealed = str(spoil(vault.seal("token" * 7, "account:1")))
    with pytest.raises(Locked):
        vault.open(sealed, "account:1")


@pytest.mark.parametrize("nonsense", ["", "v1", "v1.", "v1..", "v1.00000000.????", "v1.é.é", "{}", "v2.a.b"])
def test_nonsense_does_not_open(nonsense):
    with pytest.raises(Locked):
        Vault([NEW]).open(nonsense, "account:1")


def test_whoever_fails_to_open_says_neither_key_nor_value():
    vault = Vault([b"planted-key-of-the-host-00000000"])
    sealed = Vault([OLD]).seal("planted-token", "account:1")
    with pytest.raises(Locked) as refused:
        vault.open(sealed, "account:1")
    said = f"{refused.value!r} {refused.value} {vault!r} {vault}"
    assert "planted" not in said
    assert sealed not in said
    assert refused.value.__cause__ is None
    assert "planted-token" not in repr(vault.seal("planted-token", "x"))


def test_what_was_opened_is_not_printed():
    vault = Vault([NEW])
    assert "token" not in repr(vault.open(vault.seal("token", "x"), "x"))
