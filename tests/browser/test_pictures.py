"""A picture that comes with a message is seen in it, on a wide page and on a phone."""

import pytest
from playwright.async_api import expect

from bot.conversation.messages import File, Notice
from bot.report.picture import Heading, draw
from bot.wording.text import say
from tests.browser.cards import FRIENDS
from tests.core.jobs.drops import SECOND

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize(("width", "phone"), [(1280, False), (390, True)])
async def test_a_picture_is_drawn_in_its_message_and_fits(visit, web, width, phone):
    png = draw(SECOND, Heading(title="Casa Luna", facts="on time", verdict="Booked 20:00", won=True))
    file = File(name="release.png", media_type="image/png", content=png, alt="Timeline of the release.")
    await web.web.tell(FRIENDS, Notice(text=say("*How it went*"), file=file), key=f"picture{width}")
    page = await visit("/?as=Ann", width=width, phone=phone)
    drawing = page.get_by_role("img", name="Timeline of the release.")
    await drawing.scroll_into_view_if_needed()
    await expect(drawing).to_be_visible()
    await page.wait_for_function("document.querySelector('.picture img').naturalWidth === 1000")
    box = await drawing.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["width"] >= min(width, 640) * 0.6
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
