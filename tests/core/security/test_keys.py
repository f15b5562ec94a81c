"""The key is made once, replaced without a moment at which it is lost, and found wherever a host has it."""

import os
from pathlib import Path

import pytest

from core.errors import BadInput
from core.runtime.settings import Settings
from core.security.key_file import KeyFile
from core.security.keys import found_keys, key_ring
from tests.security import planted
from tests.settings import settings_of

ONE, TWO = "the first key of this host", "the second key of this host"


def settings(folder: Path, **given) -> Settings:
    return settings_of(data_dir=folder, **given)


def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    folder = tmp_path / "new"
    key = KeyFile(folder).make()
    assert len(key) == 32
    assert KeyFile(folder).make() == KeyFile(folder).key() == key
    assert {path.name: planted.mode(path) for path in folder.iterdir()} == {"secret.key": 0o600}


def test_a_new_key_leaves_the_old_one_beside_it(tmp_path):
    file = KeyFile(tmp_path)
    first = file.make()
    second = file.replace()
    third = file.replace()
    assert len({first, second, third}) == 3
    assert file.key() == third
    assert list(file.old_keys()) == [second, first]
    assert {planted.mode(path) for path in tmp_path.iterdir()} == {0o600}
    file.forget_old()
    file.forget_old()
    assert file.key() == third
    assert not file.old_keys()


@pytest.mark.parametrize("call", ["link", "fsync"])
def test_who_dies_making_the_first_key_makes_it_the_next_time(tmp_path, monkeypatch, call):
    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, call, die)
    with pytest.raises(KeyboardInterrupt):
        KeyFile(tmp_path).make()
    monkeypatch.undo()
    assert len(KeyFile(tmp_path).make()) == 32


@pytest.mark.parametrize("dies_at", range(6))
def test_who_dies_replacing_a_key_leaves_every_key_that_sealed_anything(tmp_path, monkeypatch, dies_at):
    first = KeyFile(tmp_path).make()
    calls = iter(range(100))

    def fragile(real):
        def call(*given):
            if next(calls) == dies_at:
                raise KeyboardInterrupt
            return real(*given)

        return call

    monkeypatch.setattr(os, "fsync", fragile(os.fsync))
    monkeypatch.setattr(Path, "replace", fragile(Path.replace))
    with pytest.raises(KeyboardInterrupt):
        KeyFile(tmp_path).replace()
    monkeypatch.undo()
    file = KeyFile(tmp_path)
    assert file.key() is not None
    assert first in {file.key(), *file.old_keys()}
    second = file.replace()
    assert file.key() == second
    assert first in file.old_keys()
    assert {path.name for path in tmp_path.iterdir()} == {"secret.key", "secret.key.old"}


def test_a_disk_without_links_does_too(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert KeyFile(tmp_path).make() == KeyFile(tmp_path).key()
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("content", ["", "not hex", "abcd", "00" * 32 + "\nzz"])
def test_a_file_that_is_no_key_is_never_replaced_by_one(tmp_path, content):
    (tmp_path / "secret.key").write_text(content)
    (tmp_path / "secret.key").chmod(0o600)
    with pytest.raises(BadInput) as refused:
        KeyFile(tmp_path).make()
    assert "put the old one back" in str(refused.value)
    assert (tmp_path / "secret.key").read_text() == content


def test_the_key_of_the_environment_comes_first_and_all_others_open(tmp_path):
    made = KeyFile(tmp_path).make()
    ring = key_ring(settings(tmp_path, secret_key=TWO, old_secret_keys=ONE))
    alone = key_ring(settings(tmp_path / "other", secret_key=ONE))
    assert ring.first.where == "FOURTOP_SECRET_KEY"
    assert [key.where for key in ring.old] == [
        "FOURTOP_OLD_SECRET_KEYS, number 1",
        str(tmp_path / "secret.key"),
    ]
    assert ring.old[0].value == alone.first.value
    assert ring.old[1].value == made
    assert not (tmp_path / "other").exists()


def test_a_host_who_leaves_the_key_to_fourtop_again_keeps_what_it_sealed(tmp_path):
    ring = key_ring(settings(tmp_path, old_secret_keys=ONE))
    assert ring.first.where == str(tmp_path / "secret.key")
    assert [key.where for key in ring.old] == ["FOURTOP_OLD_SECRET_KEYS, number 1"]


def test_a_key_copied_out_of_its_file_opens_what_it_sealed(tmp_path):
    made = KeyFile(tmp_path).make()
    ring = key_ring(settings(tmp_path / "other", secret_key=(tmp_path / "secret.key").read_text().strip()))
    assert made in ring.values()[1:]
    assert not ring.old


def test_whoever_only_looks_makes_no_key(tmp_path):
    assert found_keys(settings(tmp_path)) is None
    assert not list(tmp_path.iterdir())


def test_a_ring_shows_no_key(tmp_path):
    ring = key_ring(
        settings(tmp_path, secret_key=planted.KEY, old_secret_keys=f"{planted.PASSWORD},{planted.HOOK}")
    )
    assert not planted.found_in(repr(ring), str(ring))
    assert ring.first.value.hex() not in repr(ring)
    assert repr(ring.first.value)[2:-1] not in repr(ring)


@pytest.mark.parametrize("weak", ["a", "secret", "aaaaaaaaaaaaaaaaaaaaaaaa", "abababababababababab"])
def test_a_key_that_can_be_guessed_is_refused_with_what_to_do(tmp_path, weak):
    with pytest.raises(BadInput, match="openssl rand -hex 32") as refused:
        key_ring(settings(tmp_path, secret_key=weak))
    assert refused.value.where == "FOURTOP_SECRET_KEY"
    assert "FOURTOP_OLD_SECRET_KEYS" in refused.value.why
    assert weak == "a" or weak not in str(refused.value)
    assert len(key_ring(settings(tmp_path, secret_key=ONE, old_secret_keys=weak)).old) == 1, (
        "it may be replaced"
    )


@pytest.mark.parametrize("mode", [0o644, 0o666, 0o604])
def test_a_key_that_others_can_read_is_refused_with_what_to_do(tmp_path, mode):
    made = key_ring(settings(tmp_path))
    (tmp_path / "secret.key").chmod(mode)
    with pytest.raises(BadInput, match="chmod 600"):
        key_ring(settings(tmp_path))
    (tmp_path / "secret.key").chmod(0o600)
    assert key_ring(settings(tmp_path)).first == made.first
