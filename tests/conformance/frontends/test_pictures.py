"""A picture is shown where it is said, on every network, and can be understood by who does not see it."""

import pytest

from bot.conversation.messages import File, Notice, Place
from bot.conversation.ports import Delivered
from bot.report.picture import Heading, draw
from bot.wording.text import say
from tests.core.jobs.drops import WON


@pytest.fixture(scope="module")
def png():
    return draw(WON, Heading(title="Luna", facts="on time", verdict="Booked 19:30", won=True))


def group_of(driver) -> Place:
    if driver.name == "fake":
        return driver.place("ann", private=False)
    if driver.name == "telegram":
        return Place(frontend="telegram", chat_id=str(driver.group.id), private=False)
    if driver.name == "discord":
        return Place(frontend="discord", chat_id=str(driver.channel.id), private=False)
    return Place(frontend="web", chat_id="friends", private=False)


async def test_a_picture_is_shown_in_the_chat_with_its_words(evening, network, png):
    driver = evening.drivers[network]
    file = File(name="release.png", media_type="image/png", content=png, alt="A timeline.")
    notice = Notice(text=say("*How it went*"), file=file, quiet=True)
    receipt = await driver.frontend.tell(group_of(driver), notice, key="picture")
    assert isinstance(receipt, Delivered)
    shown = (await driver.messages())[-1]
    assert shown.pictures == ("release.png",)
    assert "How it went" in shown.text


async def test_what_is_no_picture_is_a_file(evening, network):
    driver = evening.drivers[network]
    file = File(name="table.ics", media_type="text/calendar", content=b"BEGIN:VCALENDAR")
    await driver.frontend.tell(group_of(driver), Notice(text=say("Booked."), file=file), key="file")
    shown = (await driver.messages())[-1]
    assert (shown.files, shown.pictures) == (("table.ics",), ())
