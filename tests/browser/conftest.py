from urllib.parse import parse_qsl, urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from tests.browser import chromium
from tests.commands import COMMANDS
from tests.drivers.web import TOKEN, WebDriver
from tests.fakes.ears import ScriptedEars


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser():
    path = chromium.executable()
    if path is None:
        pytest.skip(chromium.MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield browser
        await browser.close()


@pytest.fixture
def ears():
    return ScriptedEars()


@pytest_asyncio.fixture(loop_scope="session")
async def web(ears):
    driver = WebDriver(commands=COMMANDS)
    await driver.start(ears)
    yield driver
    await driver.stop()


def opening(url: str, address: str) -> str:
    """As the host passes it on: with the token, which the page exchanges for a cookie."""
    parts = urlsplit(address)
    return TOKEN.address(url, parts.path, **dict(parse_qsl(parts.query)))


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser, web):
    """Open an address of the page: `await visit("/?as=Ann")`. Trouble in the page fails the test."""
    contexts, trouble = [], []

    async def opened(address, *, width=1280, height=860, scheme="light", phone=False):
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            has_touch=phone,
            is_mobile=phone,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/Berlin",
        )
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda line: trouble.append(line.text) if line.type == "error" else None)
        await page.goto(opening(web.url, address))
        if "panes=" in address or ("as=" in address and "Fourtop" not in address):
            await page.locator(".pane .messages").first.wait_for()
        return page

    yield opened
    for context in contexts:
        await context.close()
    unexpected = [line for line in trouble if "WebSocket" not in line]
    assert not unexpected, unexpected
