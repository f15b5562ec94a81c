"""What a host does from the command line, before anything ever ran."""

from bot.cli.admin import add_samples, add_simple, list_jobs, list_venues, migrate_now
from core.runtime.settings import Settings
from tests.settings import settings_of


def settings(folder) -> Settings:
    return settings_of(data_dir=folder / "not" / "there" / "yet")


async def test_migrating_makes_the_folder_and_the_tables_and_then_has_nothing_to_do(tmp_path):
    assert (await migrate_now(settings(tmp_path))).startswith("Brought the database from tables none to ")
    assert (await migrate_now(settings(tmp_path))).startswith("The database is up to date")


async def test_venues_are_added_and_listed(tmp_path):
    assert any("Casa Luna" in line for line in await add_samples(settings(tmp_path)))
    (line,) = await add_simple(
        settings(tmp_path),
        name="Chez Nous",
        zone="Europe/Berlin",
        tables="4x2,2x4",
        hours="18:00-21:00",
        days_ahead=7,
        released_at="09:00",
    )
    assert line == "Chez Nous (chez-nous), 1-4 guests, released 7 days ahead at 09:00 Berlin time"
    assert len(await list_venues(settings(tmp_path))) == 4


async def test_without_jobs_there_is_a_sentence(tmp_path):
    assert await list_jobs(settings(tmp_path), everything=False) == ["No job is waiting."]
