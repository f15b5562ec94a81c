"""What a host can set, and what is said of a wrong one."""

import pytest

from core.errors import BadInput
from core.runtime.settings import load_settings


@pytest.fixture(autouse=True)
def _nowhere(tmp_path, monkeypatch):
    """No `.env` but the test's own."""
    monkeypatch.chdir(tmp_path)


def test_without_any_there_are_defaults_and_a_database_in_the_data_folder(tmp_path):
    settings = load_settings()
    assert settings.telegram_token is None
    assert settings.database() == f"sqlite:///{tmp_path / 'data' / 'fourtop.db'}"


def test_the_environment_goes_before_the_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("FOURTOP_HTTP_PORT=1111\nFOURTOP_LOG_LEVEL=DEBUG\nOTHER=x\n")
    monkeypatch.setenv("FOURTOP_HTTP_PORT", "2222")
    settings = load_settings()
    assert (settings.http_port, settings.log_level) == (2222, "debug")


def test_an_empty_one_is_none_at_all(monkeypatch):
    monkeypatch.setenv("FOURTOP_HTTP_PORT", "")
    monkeypatch.setenv("FOURTOP_TELEGRAM_TOKEN", "")
    assert (load_settings().http_port, load_settings().telegram_token) == (8044, None)


def test_admins_and_old_keys_are_lists_between_commas(monkeypatch):
    monkeypatch.setenv("FOURTOP_ADMINS", "telegram:11, discord:22,")
    monkeypatch.setenv("FOURTOP_OLD_SECRET_KEYS", "one, two")
    settings = load_settings()
    assert settings.admins == (("telegram", "11"), ("discord", "22"))
    assert [key.get_secret_value() for key in settings.old_secret_keys] == ["one", "two"]


@pytest.mark.parametrize("admins", ["11", "telegram:", "smoke:11", "telegram:1,22"])
def test_an_admin_is_named_by_network_and_account(admins, monkeypatch):
    monkeypatch.setenv("FOURTOP_ADMINS", admins)
    with pytest.raises(BadInput, match="telegram:11,discord:22") as wrong:
        load_settings()
    assert "FOURTOP_ADMINS" in str(wrong.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTP_PORT", "70000"), ("HTTP_PORT", "hunter2"), ("LOG_LEVEL", "hunter2"), ("WEB", "hunter2")],
)
def test_a_wrong_one_is_named_and_its_value_never_repeated(name, value, monkeypatch):
    monkeypatch.setenv(f"FOURTOP_{name}", value)
    with pytest.raises(BadInput) as wrong:
        load_settings()
    assert f"FOURTOP_{name}" in str(wrong.value)
    assert value not in str(wrong.value)


def test_secrets_are_not_printed(monkeypatch):
    monkeypatch.setenv("FOURTOP_TELEGRAM_TOKEN", "hunter2")
    monkeypatch.setenv("FOURTOP_DATABASE_URL", "postgresql://me:hunter2@host/db")
    assert "hunter2" not in repr(load_settings())


@pytest.mark.parametrize("name", ["TELEGRAM_WEBHOOK_SECRET"])
def test_a_secret_that_lets_people_in_is_none_that_can_be_guessed(monkeypatch, name):
    monkeypatch.setenv(f"FOURTOP_{name}", "a")
    with pytest.raises(BadInput, match="this can be guessed: use 16 characters or more") as refused:
        load_settings()
    assert refused.value.where == f"FOURTOP_{name}"
