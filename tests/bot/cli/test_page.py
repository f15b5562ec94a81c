"""`fourtop page`: the way in for whoever has the machine."""

import httpx
import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.bootstrap import fourtop
from bot.cli.page import page_address
from core.errors import BadInput
from core.platform_spec import by_default
from tests.settings import settings_of


async def test_the_address_that_it_prints_opens_the_page_of_the_one_that_runs(
    tmp_path, monkeypatch, unused_tcp_port
):
    settings = settings_of(data_dir=tmp_path, http_port=unused_tcp_port)
    async with fourtop(settings, platforms=by_default([])):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("FOURTOP_DATA_DIR", str(tmp_path))
        monkeypatch.setenv("FOURTOP_HTTP_PORT", str(unused_tcp_port))
        said = CliRunner().invoke(main, ["page"]).output.strip()
        async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as http:
            answer = await http.get(said)
    assert (answer.status_code, str(answer.url)) == (200, f"http://127.0.0.1:{unused_tcp_port}/")


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"web": False}, "FOURTOP_WEB"),
        ({"telegram_webhook_url": "https://bot.example/hook"}, "FOURTOP_WEB"),
        ({"http_port": 0}, "FOURTOP_HTTP_PORT"),
        ({}, "FOURTOP_DATA_DIR"),
    ],
)
def test_where_there_is_no_address_it_says_why(tmp_path, given, where):
    with pytest.raises(BadInput) as caught:
        page_address(settings_of(data_dir=tmp_path, **given))
    assert caught.value.where == where
    assert not list(tmp_path.iterdir()), "it makes no key"
