"""One folder and one line make a platform, and taking them away leaves nothing that fails."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

import bot.platforms
from bot.__main__ import main
from bot.bootstrap import fourtop
from bot.cli.doctor import diagnose
from bot.cli.run import set_up_log
from bot.cli.startup_report import block, look_at
from bot.store import open_store
from bot.wording.accounts import called
from core.domain.venue import VenueRef
from core.drops.almanac import Almanac
from core.errors import BadInput
from core.health import Finding, Health
from core.platform_spec import Offered, PlatformSpec, as_set, by_default
from core.powers.accounts import Accounts
from core.runtime.settings import FromEnvironment, Settings, load_settings
from core.security.api_keys import ApiKeys
from tests import worked_platform
from tests.dialogues.acting import card, labels, lurk
from tests.expect import present
from tests.fakes.clock import FakeClock
from tests.fakes.keys import a_key
from tests.stage import NOON, Stage

EMAIL = "ann@example.org"


@pytest.fixture
def host(monkeypatch, tmp_path):
    """A host's folder, and nothing of this machine's network."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOURTOP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FOURTOP_TELEGRAM_API_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("FOURTOP_HTTP_PORT", "0")
    return monkeypatch


@pytest.fixture
def garden(host):
    """The page's folder and line are there."""
    with worked_platform.folder():
        host.setattr(bot.platforms, "PLATFORMS", listed := worked_platform.listed())
        host.setattr("bot.cli.doctor.PLATFORMS", listed)
        host.setenv("FOURTOP_GARDEN_MEMBERS", f"{EMAIL}, bob@example.org")
        yield listed[0]


async def found(what: str):
    return [one for one in await diagnose() if one.what == what]


# One folder and one line.


def test_the_page_has_a_folder_and_one_line():
    *files, line = worked_platform.blocks()
    assert files == ["platforms/garden/spec.py", "platforms/garden/platform.py"]
    assert line == "bot/platforms.py"
    assert len(worked_platform.blocks()[line].splitlines()) == 1


def test_it_is_listed_with_the_others(garden):
    assert [spec.name for spec in bot.platforms.PLATFORMS] == ["garden", "house", "resy"]
    assert called("garden") == "Lemon Garden"


async def test_the_doctor_shows_it_and_what_to_do(garden, host):
    (finding,) = await found("garden")
    assert (finding.health, finding.words) == (Health.GOOD, "open to 2.")
    host.setenv("FOURTOP_GARDEN_MEMBERS", "")
    (finding,) = await found("garden")
    assert (finding.health, finding.advice) == (Health.NOTE, "Name members in FOURTOP_GARDEN_MEMBERS.")
    host.setenv("FOURTOP_GARDEN", "perhaps")
    (finding,) = await found("FOURTOP_GARDEN")
    assert finding.bad
    assert "perhaps" not in finding.words


async def test_the_process_has_it_and_the_start_block_says_so(garden, host):
    platforms = as_set(bot.platforms.PLATFORMS)
    async with fourtop(load_settings(), platforms=platforms) as built:
        assert isinstance(built.platforms["garden"], Accounts)
        looked = await look_at(built, platforms, within=timedelta(seconds=1))
        said = await block(built, looked, claim_code=None, to_terminal=False)
        assert "  garden     open to 2." in said.splitlines()


async def test_one_that_is_turned_off_is_not_built_and_says_so(garden, host):
    host.setenv("FOURTOP_GARDEN", "false")
    platforms = as_set(bot.platforms.PLATFORMS)
    async with fourtop(load_settings(), platforms=platforms) as built:
        assert list(built.platforms) == ["house"]
    (finding,) = await found("garden")
    assert finding.words == "off."


async def test_a_member_connects_an_account_step_by_step_and_books_there(garden, host):
    clock = FakeClock(NOON)
    stage = Stage(clock=clock)
    (as_it_is,) = as_set([garden])
    made = present(
        as_it_is.build(
            Offered(
                database=stage.database,
                clock=clock,
                wallet=stage.wallet,
                almanac=Almanac(stage.database, clock),
                caller="here",
                api_keys=ApiKeys(stage.database, clock),
            )
        )
    )
    platform = worked_platform.own(made.platform)
    stage.platforms = {"house": stage.house, "garden": platform}
    async with stage:
        await lurk(stage.fake, "ann", "bob")
        await stage.fake.say("ann", "/reserve lemons 2 fri 19:00")
        assert "Connect your Lemon Garden account first" in await card(stage)
        await stage.fake.say("ann", "/connect garden", private=True)
        assert "Which e-mail address" in await card(stage, private_of="ann")
        await stage.fake.say("ann", "eve@example.org", private=True)
        assert "Only members sit in the garden." in await card(stage, private_of="ann")
        await stage.fake.say("ann", EMAIL, private=True)
        assert "sent to your telephone" in await card(stage, private_of="ann")
        await stage.fake.say("ann", platform.sent[-1].code, private=True)
        assert "account is connected: ann" in await card(stage, private_of="ann")
        assert "Yes, book it" in await labels(stage)
        await stage.fake.tap("ann", "Yes, book it")
        await stage.time.advance(timedelta(seconds=2))
        assert "Booked:" in (await stage.fake.messages())[0].text
        day = await platform.slots(
            VenueRef(platform="garden", id="lemons"), on=date(2026, 12, 4), party_size=2
        )
        assert len(day.slots) == 2, "a table at noon, and the other one at seven"
        assert platform._taken(day.slots[1]) == 1


# Any of them away.


def without(name: str) -> tuple[PlatformSpec[FromEnvironment], ...]:
    return tuple(spec for spec in bot.platforms.PLATFORMS if spec.name != name)


@pytest.fixture(params=[spec.name for spec in bot.platforms.PLATFORMS])
def gone(request, host, tmp_path):
    """The name of a platform that is on no list; its variables are still set, in the environment and the file."""
    (tmp_path / ".env").write_text("FOURTOP_RESY_API_URL=left over\nFOURTOP_GARDEN_MEMBERS=left over\n")
    left = without(request.param)
    for place in ("bot.platforms.PLATFORMS", "bot.cli.doctor.PLATFORMS"):
        host.setattr(place, left)
    host.setenv("FOURTOP_RESY_API_KEY", "left over")
    host.setenv("FOURTOP_HOUSE_TOKEN", "left-over-from-before")
    return request.param


async def test_with_any_one_away_the_rest_is_assembled_and_starts(gone):
    platforms = as_set(bot.platforms.PLATFORMS)
    settings = load_settings()
    set_up_log(settings, platforms)
    async with fourtop(settings, platforms=platforms) as built:
        assert gone not in built.platforms
        looked = await look_at(built, platforms, within=timedelta(seconds=1))
        assert gone not in {one.what for one in looked}
        assert "left over" not in await block(built, looked, claim_code=None, to_terminal=False)


async def test_with_any_one_away_the_doctor_says_nothing_of_it(gone, host):
    await open_store(load_settings()).aclose()
    findings = await diagnose()
    assert {spec.name for spec in bot.platforms.PLATFORMS} <= {one.what for one in findings}
    assert gone not in {one.what for one in findings}
    assert [one.what for one in findings if one.bad] == []


def test_with_any_one_away_people_still_read_its_name(gone):
    assert called(gone) == gone.capitalize()


def test_without_venues_of_its_own_the_command_says_so_in_a_sentence(host):
    host.setattr(bot.platforms, "PLATFORMS", without("house"))
    with pytest.raises(BadInput, match="no platform here keeps"):
        bot.platforms.keeps_venues()
    said = CliRunner().invoke(main, ["venue", "list"])
    assert said.exit_code
    assert "no platform here keeps" in str(said.exception)


# What a spec says is what is known of a platform.


@pytest.mark.parametrize("spec", bot.platforms.PLATFORMS, ids=lambda spec: spec.name)
def test_a_spec_is_in_the_folder_of_its_name_and_explains_its_settings(spec):
    assert spec.settings.__module__ == f"platforms.{spec.name}.spec"
    for name, field in spec.settings.model_fields.items():
        assert field.description, name
        assert name.startswith(spec.name), "variables of a platform begin with its name"


def test_no_two_kinds_of_settings_share_a_variable():
    kinds = [Settings, *(spec.settings for spec in bot.platforms.PLATFORMS)]
    names = [name for kind in kinds for name in kind.model_fields]
    assert len(names) == len(set(names))


def test_secret_settings_are_kept_out_of_the_log(host):
    host.setenv("FOURTOP_HOUSE_TOKEN", "let-me-into-the-house")
    secrets = {one.spec.name: one.secrets() for one in as_set(bot.platforms.PLATFORMS)}
    assert secrets == {"house": ["let-me-into-the-house"], "resy": []}


def test_a_token_that_can_be_guessed_is_refused(host):
    host.setenv("FOURTOP_HOUSE_TOKEN", "a")
    with pytest.raises(BadInput, match="this can be guessed"):
        as_set(bot.platforms.PLATFORMS)


def test_the_environment_is_not_read_where_nothing_of_it_is_to_count(host):
    host.setenv("FOURTOP_HOUSE_URL", "http://127.0.0.1:1")
    (house, _) = by_default(bot.platforms.PLATFORMS)
    assert house.settings.model_dump() == {"house_url": None, "house_token": None}


async def test_a_check_that_breaks_is_a_finding_and_stops_nothing(host, monkeypatch):
    async def broken(*_: object) -> Sequence[Finding]:
        raise RuntimeError("a bug in a check")

    house, *_ = bot.platforms.PLATFORMS
    worse = PlatformSpec(
        name="worse", title="Worse", settings=house.settings, build=lambda *_: None, health=broken
    )
    host.setattr("bot.cli.doctor.PLATFORMS", (worse, house))
    (finding,) = await found("worse")
    assert finding.bad
    assert "RuntimeError" in finding.words


async def test_another_processs_house_is_asked_whether_it_answers(host, tmp_path):
    settings = load_settings()
    async with fourtop(settings, platforms=as_set(bot.platforms.PLATFORMS)) as built:
        host.setenv("FOURTOP_HOUSE_TOKEN", (await a_key(built.database)).reveal())
        host.setenv("FOURTOP_HOUSE_URL", built.http.url)
        (finding,) = await found("house")
        assert finding.health is Health.GOOD
        host.setenv("FOURTOP_HOUSE_TOKEN", "some-wrong-token-here")
        (finding,) = await found("house")
        assert "FOURTOP_HOUSE_TOKEN" in finding.advice
        host.setenv("FOURTOP_HOUSE_URL", f"{built.http.url}/nothing/here")
        (finding,) = await found("house")
        assert "answered 404" in finding.words
    host.setenv("FOURTOP_HOUSE_URL", "http://127.0.0.1:1")
    (finding,) = await found("house")
    assert finding.bad
    assert "does not answer" in finding.words
