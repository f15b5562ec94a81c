"""What the doctor says of Resy."""

from pathlib import Path

import pytest

from bot.cli.doctor import Finding, Health, diagnose
from platforms.resy.lookalike import Fault, LookAlike, serving
from tests.fakes.clock import FakeClock


async def seen_at(url: str, monkeypatch: pytest.MonkeyPatch, folder: Path, **settings: str) -> Finding:
    monkeypatch.chdir(folder)
    wanted = {"RESY": "true", "RESY_API_URL": url, "DATA_DIR": str(folder), **settings}
    for name, value in wanted.items():
        monkeypatch.setenv(f"FOURTOP_{name}", value)
    (finding,) = [finding for finding in await diagnose() if finding.what == "resy"]
    return finding


async def test_a_platform_that_answers_is_well(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    async with serving(LookAlike(FakeClock())) as url:
        assert (await seen_at(url, monkeypatch, tmp_path)).health is Health.GOOD


async def test_a_key_that_is_refused_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    async with serving(LookAlike(FakeClock())) as url:
        finding = await seen_at(url, monkeypatch, tmp_path, RESY_API_KEY="wrong")
    assert finding.health is Health.BAD
    assert "FOURTOP_RESY_API_KEY" in finding.advice


async def test_an_address_that_is_shut_out_is_a_note(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    world = LookAlike(FakeClock())
    world.faults.next("geoip", Fault.TEXT_500)
    async with serving(world) as url:
        assert (await seen_at(url, monkeypatch, tmp_path)).health is Health.NOTE


async def test_a_platform_that_does_not_answer_is_bad(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    finding = await seen_at("http://127.0.0.1:9", monkeypatch, tmp_path)
    assert finding.health is Health.BAD
    assert "FOURTOP_RESY=false" in finding.advice
