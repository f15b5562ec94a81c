"""What a host reads at a start."""

from datetime import timedelta

import pytest

from bot.bootstrap import fourtop
from bot.cli.startup_report import block, look_at
from bot.platforms import PLATFORMS
from core.health import Finding, Health
from core.platform_spec import by_default
from core.runtime.version import VERSION
from tests.settings import settings_of


@pytest.fixture
def parts(tmp_path):
    """Each part's words, of a Fourtop with these settings."""

    async def of(*found: Finding, claim_code: str | None = None, **given) -> dict[str, str]:
        settings = settings_of(**{"data_dir": tmp_path, "http_port": 0, "web": False} | given)
        platforms = [one for one in by_default(PLATFORMS) if one.spec.name == "house"]
        async with fourtop(settings, platforms=platforms) as built:
            looked = [*await look_at(built, platforms, within=timedelta(seconds=5)), *found]
            title, *lines = (await block(built, looked, claim_code=claim_code)).splitlines()
        assert title == f"Fourtop {VERSION}"
        return {name: words for name, _, words in (line.strip().partition(" ") for line in lines)}

    return of


async def test_what_is_off_says_which_setting_would_turn_it_on(parts):
    said = await parts()
    assert said["telegram"].strip() == "off: FOURTOP_TELEGRAM_TOKEN is not set"
    assert said["discord"].strip() == "off: FOURTOP_DISCORD_TOKEN is not set"
    assert said["web"].strip() == "off: FOURTOP_WEB is off"


async def test_a_first_start_says_how_to_become_its_admin_and_how_to_get_venues(parts):
    said = await parts(claim_code="KX7M-2QRA")
    assert "/claim KX7M-2QRA" in said["admin"]
    assert "fourtop venue add --samples" in said["house"]
    assert said["database"].strip().endswith("fourtop.db (0 jobs waiting)")


async def test_the_page_is_named_with_its_address(parts):
    assert "on: http://127.0.0.1:" in (await parts(web=True))["web"]


async def test_what_is_wrong_with_a_platform_stands_out_with_what_to_do(parts):
    found = Finding(what="tavola", health=Health.BAD, words="does not answer.", advice="Is it there?")
    assert (await parts(found))["tavola"].strip() == "BAD: does not answer. Is it there?"
