"""What a host reads at a start."""

import re
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

    async def of(
        *found: Finding, claim_code: str | None = None, to_terminal: bool = False, **given
    ) -> dict[str, str]:
        settings = settings_of(**{"data_dir": tmp_path, "http_port": 0, "web": False} | given)
        platforms = [one for one in by_default(PLATFORMS) if one.spec.name == "house"]
        async with fourtop(settings, platforms=platforms) as built:
            looked = [*await look_at(built, platforms, within=timedelta(seconds=5)), *found]
            title, *lines = (
                await block(built, looked, claim_code=claim_code, to_terminal=to_terminal)
            ).splitlines()
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


async def test_the_page_is_named_with_its_token_at_a_terminal_and_nowhere_else(parts):
    said = (await parts(web=True, to_terminal=True))["web"]
    assert re.fullmatch(r"on: http://127\.0\.0\.1:\d+/\?token=[0-9a-f]{32}", said.strip())
    said = (await parts(web=True))["web"]
    assert "on: http://127.0.0.1:" in said
    assert "`fourtop page` prints the address" in said
    assert "token=" not in said


async def test_with_a_webhook_the_page_is_off_by_itself_and_says_how_it_is_turned_on(parts):
    hook = {"telegram_webhook_url": "https://bot.example/hook"}
    said = (await parts(web=None, **hook))["web"].strip()
    assert said.startswith("off: FOURTOP_TELEGRAM_WEBHOOK_URL")
    assert "FOURTOP_WEB=on" in said
    assert (await parts(web=None))["web"].strip().startswith("on: ")
    assert (await parts(web=True, **hook))["web"].strip().startswith("on: ")
    assert (await parts(web=False, **hook))["web"].strip() == "off: FOURTOP_WEB is off"


async def test_what_is_wrong_with_a_platform_stands_out_with_what_to_do(parts):
    found = Finding(what="tavola", health=Health.BAD, words="does not answer.", advice="Is it there?")
    assert (await parts(found))["tavola"].strip() == "BAD: does not answer. Is it there?"
