"""What a host is told of a backup."""

import pytest
from pydantic import SecretStr

from bot.cli.admin import add_samples
from bot.cli.backup import make_backup
from core.errors import BadInput
from core.runtime.settings import Settings
from core.security.keys import key_ring
from tests.settings import settings_of


def settings(folder, **more) -> Settings:
    return settings_of(data_dir=folder / "data", **more)


async def test_the_key_is_not_in_it_and_the_last_line_says_where_it_is(tmp_path):
    mine = settings(tmp_path)
    await add_samples(mine)
    key = key_ring(mine).first.value
    lines = await make_backup(mine, str(tmp_path / "copy.db"), force=False)
    content = (tmp_path / "copy.db").read_bytes()
    assert key not in content
    assert key.hex().encode() not in content
    assert "whole and checked" in lines[0]
    assert "The secret key is not in it" in lines[-1]
    assert str(tmp_path / "data" / "secret.key") in lines[-1]
    assert key.hex() not in "".join(lines)


async def test_a_key_in_the_environment_is_named_by_its_variable(tmp_path):
    mine = settings(tmp_path, secret_key=SecretStr("correct horse battery staple"))
    await add_samples(mine)
    lines = await make_backup(mine, str(tmp_path / "copy.db"), force=False)
    assert "FOURTOP_SECRET_KEY" in lines[-1]
    assert "battery" not in "".join(lines)


async def test_before_the_first_start_there_is_no_key_and_none_is_made(tmp_path):
    mine = settings(tmp_path)
    await add_samples(mine)
    lines = await make_backup(mine, str(tmp_path / "copy.db"), force=False)
    assert "there is none yet" in lines[-1]
    assert not (tmp_path / "data" / "secret.key").exists()


async def test_for_postgresql_the_command_is_told_without_the_password(tmp_path):
    url = SecretStr("postgresql+asyncpg://four:hunter2@db.example:5433/top?password=hunter2&sslmode=require")
    with pytest.raises(BadInput) as told:
        await make_backup(settings(tmp_path, database_url=url), "to here.dump", force=False)
    assert (
        "pg_dump --format=custom '--file=to here.dump' "
        "'postgresql://four@db.example:5433/top?sslmode=require'" in told.value.why
    )
    assert "hunter2" not in str(told.value)
    assert "****" not in told.value.why, "it can be typed as it stands"


async def test_a_database_in_memory_cannot_be_kept(tmp_path):
    with pytest.raises(BadInput, match="not a file"):
        await make_backup(settings(tmp_path, database_url=SecretStr("sqlite://")), "x", force=False)
