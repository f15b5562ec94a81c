"""What people see and do at the chat page, in a real browser."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from bot.conversation.messages import Card, Choice, Chose, Command, Look, Notice, Place, Said
from bot.conversation.ports import Reply
from bot.frontends.web.chats import GROUP
from bot.wording.text import Link, Mention, say
from tests.browser.cards import FRIENDS, INVITATION, armed, booked, calendar, times
from tests.browser.chromium import picture

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def shown(web, card, *, key="k1", message_id=None, place=FRIENDS, dialogue_id="d1"):
    receipt = await web.web.show(place, card, dialogue_id=dialogue_id, message_id=message_id, key=key)
    return receipt.message_id


def pane(page, who):
    return page.locator(f'[data-person="{who}"]')


async def test_two_friends_tap_the_same_card_and_both_panes_follow(visit, web, ears):
    page = await visit("/?panes=Ann,Bob")
    card = await shown(web, times())
    await pane(page, "ann").get_by_role("button", name="19:30", exact=True).click()
    await pane(page, "bob").get_by_role("button", name="19:00", exact=True).click()
    await web.people["ann"].until(lambda: len(ears.heard) == 2)
    assert {(event.person.name, event.ref) for event in ears.events} == {("Ann", "19:30"), ("Bob", "19:00")}
    await shown(web, times("19:30", "19:00"), message_id=card, key="k2")
    for who in ("ann", "bob"):
        first = pane(page, who).get_by_role("button", name="19:30, choice 1")
        await expect(first).to_have_attribute("aria-pressed", "true")
        await expect(pane(page, who).get_by_role("button", name="19:00, choice 2")).to_be_visible()
        await expect(pane(page, who).locator(".card")).to_have_count(1)
    await page.screenshot(path=picture("page-two-panes"))


async def test_everything_works_by_keyboard_alone(visit, web, ears):
    page = await visit("/?as=Ann")
    await shown(web, times())
    await page.get_by_label("Message the group as Ann").focus()
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("button", name="18:00", exact=True)).to_be_focused()
    columns = await page.locator(".options").evaluate(
        "box => getComputedStyle(box).gridTemplateColumns.split(' ').length"
    )
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowLeft")
    below = page.locator(".options .choice").nth(columns)
    await expect(below).to_be_focused()
    await page.keyboard.press("Enter")
    await web.people["ann"].until(lambda: ears.heard)
    assert ears.events == [
        Chose(
            person=ears.events[0].person,
            place=FRIENDS,
            dialogue_id="d1",
            ref=await below.get_attribute("data-label"),
        )
    ]
    await page.keyboard.press("Escape")
    await page.keyboard.type("19:30")
    await page.keyboard.press("Enter")
    await web.people["ann"].until(lambda: len(ears.heard) == 2)
    assert isinstance(ears.events[1], Said)


async def test_focus_stays_on_the_option_when_the_card_is_drawn_anew(visit, web):
    page = await visit("/?as=Ann")
    card = await shown(web, times())
    await page.get_by_role("button", name="19:30", exact=True).focus()
    await shown(web, times("19:30"), message_id=card, key="k2")
    await expect(page.get_by_role("button", name="19:30, choice 1")).to_be_focused()


async def test_what_is_typed_answers_the_card_until_the_person_says_otherwise(visit, web, ears):
    page = await visit("/?as=Ann")
    card = await shown(web, times())
    entry = page.get_by_label("Message the group as Ann")
    await expect(page.locator(".chip").first).to_contain_text("Answering Casa Luna")
    await entry.fill("19:30")
    await entry.press("Enter")
    await web.people["ann"].until(lambda: ears.heard)
    assert (ears.events[0].text, ears.events[0].reply_to) == ("19:30", card)
    await entry.press("Escape")
    await expect(page.locator(".chip").first).to_be_hidden()
    await entry.fill("hello all")
    await entry.press("Enter")
    await expect(page.locator(".mine")).to_have_count(2)
    assert len(ears.heard) == 1
    await page.get_by_role("button", name="or type times").click()
    await expect(page.locator(".chip").first).to_be_visible()
    await expect(entry).to_be_focused()


async def test_words_are_only_the_other_way_where_there_is_something_to_tap(visit, web):
    page = await visit("/?as=Ann")
    await shown(web, Card(text=say("*The code?*"), typing="the code"))
    await expect(page.get_by_role("button", name="Type the code")).to_be_visible()
    await shown(web, times(), key="k2", dialogue_id="d2")
    await expect(page.get_by_role("button", name="or type times")).to_be_visible()


async def test_a_slash_offers_the_commands_that_fit_the_chat(visit, web, ears):
    page = await visit("/?as=Ann")
    entry = page.get_by_label("Message the group as Ann")
    await entry.fill("/re")
    offers = page.get_by_role("option")
    await expect(offers.first).to_contain_text("/reserve")
    assert not any("/reservations" in text for text in await offers.all_inner_texts())
    await entry.press("Enter")
    await expect(entry).to_have_value("/reserve ")
    ears.venues = ["Casa Luna", "Otto"]
    await entry.press_sequentially("lun")
    await expect(offers).to_have_text(["Casa Luna"])
    await page.screenshot(path=picture("page-suggestions"))
    await entry.press("Tab")
    await expect(entry).to_have_value('/reserve "Casa Luna" ')
    await entry.press_sequentially("4 fri")
    await entry.press("Enter")
    await web.people["ann"].until(lambda: ears.heard)
    assert isinstance(ears.events[0], Command)
    assert ears.events[0].words == '"Casa Luna" 4 fri'


WIDER = """
    [document.documentElement, ...document.querySelectorAll(".messages, .card")].some(
        (box) => box.scrollWidth > box.clientWidth + 1)
"""
SMALL = """
    [...document.querySelectorAll("button, a, textarea")]
        .filter((each) => each.checkVisibility())
        .map((each) => [each, each.getBoundingClientRect()])
        .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
        .map(([each, box]) => `${each.className} ${each.textContent} ${box.width}x${box.height}`)
"""
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'


async def test_markup_in_a_name_or_a_text_is_only_text(visit, web):
    page = await visit("/?as=%3Cb%3EEve%3C%2Fb%3E")
    await expect(page.get_by_role("heading", name="<b>Eve</b>")).to_be_visible()
    entry = page.locator("textarea").first
    await entry.fill(HOSTILE)
    await entry.press("Enter")
    link = Link("tap", "javascript:document.title=3")
    text = say("*{words}* {link} {who}", words=HOSTILE, link=link, who=Mention("<i>x</i>", "x"))
    await shown(web, Card(text=text, typing=HOSTILE))
    await expect(page.locator(".bubble")).to_have_text(HOSTILE)
    await expect(page.locator(".card .text")).to_have_text(f"{HOSTILE} tap @<i>x</i>")
    assert await page.locator(".messages img:not(.logo), .messages script, .messages a").count() == 0
    assert "Fourtop" in await page.title()


async def test_history_is_there_after_a_reload_and_nothing_twice(visit, web):
    page = await visit("/?as=Ann")
    await page.locator("textarea").first.fill("hello")
    await page.locator("textarea").first.press("Enter")
    await shown(web, times("19:30"))
    await expect(page.locator(".row:visible")).to_have_count(2)
    await page.reload()
    await expect(page.locator(".row:visible")).to_have_count(2)
    await expect(page.locator(".row:visible .bubble")).to_have_text("hello")
    await expect(page.get_by_role("button", name="19:30, choice 1")).to_be_visible()


async def test_the_page_comes_back_by_itself_and_sends_what_was_said_meanwhile(visit, web, ears):
    page = await visit("/?as=Ann")
    await page.context.set_offline(True)
    for viewer in list(web.web._room._viewers):
        if viewer.who.name == "Ann":
            viewer.lost.set()
    await expect(page.locator(".status")).to_have_text("Reconnecting …")
    entry = page.locator("textarea").first
    await entry.fill("/plans")
    await entry.press("Escape")
    await entry.press("Enter")
    await expect(page.locator(".pending")).to_have_count(1)
    await page.context.set_offline(False)
    await expect(page.locator(".status")).to_have_text("")
    await expect(page.locator(".pending")).to_have_count(0)
    await expect(page.locator(".mine")).to_have_count(1)
    assert [event.name for event in ears.events] == ["plans"]


async def test_an_unread_private_message_is_counted_until_it_is_read(visit, web):
    page = await visit("/?as=Ann")
    alone = Place(frontend="web", chat_id="dm:ann", private=True)
    await web.web.tell(alone, Notice(text=say("Your table is booked.")), key="n1")
    tab = page.get_by_role("tab", name="Just me")
    await expect(tab.locator(".count")).to_have_text("1")
    await expect(page).to_have_title("(1) Ann · Fourtop")
    await tab.click()
    await expect(tab.locator(".count")).to_be_hidden()
    await expect(page.get_by_text("Your table is booked.")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Your table is booked.")).to_be_visible()
    await expect(page).to_have_title("Ann · Fourtop")


async def test_a_door_link_opens_the_private_chat_and_says_what_it_carries(visit, web, ears):
    page = await visit("/?as=Bob")
    link = Link("Open a private chat", web.web.door("hello-1"))
    await web.web.tell(FRIENDS, Notice(text=say("{link}", link=link)), key="n1")
    await page.get_by_role("link", name="Open a private chat").click()
    await web.people["bob"].until(lambda: ears.heard)
    assert (ears.events[0].name, ears.events[0].words) == ("start", "hello-1")
    assert ears.events[0].place.chat_id == "dm:bob"


async def test_a_toast_is_seen_by_who_tapped_alone(visit, web, ears):
    page = await visit("/?panes=Ann,Bob")
    await shown(web, times())
    ears.answers = [Reply(toast=say("That card has *moved on*."))]
    await pane(page, "bob").get_by_role("button", name="19:30", exact=True).click()
    await expect(pane(page, "bob").locator(".toast")).to_contain_text("That card has moved on.")
    await expect(pane(page, "ann").locator(".toast")).to_have_count(0)


async def test_times_are_in_the_venues_zone_and_countdowns_run(visit, web):
    page = await visit("/?as=Ann")
    await shown(web, armed(web.clock.now() + timedelta(seconds=43)))
    moment, left = page.locator(".text time").first, page.locator(".text time[data-at]")
    await expect(moment).to_have_text("Tue 1 Dec at 07:00")
    await expect(left).to_have_text(re.compile(r"in 4[0-3] seconds"))
    await expect(left).to_have_text(re.compile(r"in 3\d seconds|in 4[01] seconds"))
    await expect(left).to_have_attribute("aria-live", "off")


async def test_days_stand_under_their_weekdays(visit, web, ears):
    page = await visit("/?as=Ann", width=700)
    await shown(web, calendar())
    friday = page.get_by_role("button", name="Fri 4 Dec", exact=True)
    heading = page.locator(".weekday", has_text="Fri")
    assert abs((await friday.bounding_box())["x"] - (await heading.bounding_box())["x"]) < 2
    await expect(page.get_by_role("button", name="Sat 5 Dec, full")).to_be_visible()
    await expect(page.get_by_role("button", name="Thu 17 Dec, released 3 Dec")).to_be_visible()
    await friday.focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("button", name="Fri 11 Dec")).to_be_focused()
    await page.keyboard.press("Enter")
    await web.people["ann"].until(lambda: ears.heard)
    assert ears.events[0].ref == "11"
    await page.screenshot(path=picture("page-calendar"))


async def test_a_file_can_be_downloaded(visit, web):
    page = await visit("/?as=Ann")
    await web.web.tell(FRIENDS, INVITATION, key="n1")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Casa Luna.ics").click()
    assert (await download.value).suggested_filename == "Casa Luna.ics"


async def test_on_a_phone_nothing_is_wider_than_the_screen_and_all_can_be_hit(visit, web):
    page = await visit("/?panes=Ann,Bob,Cas", width=360, height=720, phone=True)
    await web.people["bob"].say(GROUP, "averyveryverylongwordwithoutanyspaces" * 6)
    await shown(web, calendar(), key="c1")
    await shown(web, times("19:30"))
    await expect(page.get_by_role("button", name="19:30, choice 1")).to_be_visible()
    await page.screenshot(path=picture("page-phone"))
    assert not await page.evaluate(WIDER)
    assert await page.evaluate(SMALL) == []
    await expect(page.locator(".pane:visible")).to_have_count(1)
    await page.get_by_role("button", name="Bob").first.tap()
    await expect(pane(page, "bob")).to_be_visible()
    await expect(pane(page, "ann")).to_be_hidden()


async def test_in_the_dark_the_page_is_dark(visit, web):
    brightness = "Number(/\\d+/.exec(getComputedStyle(document.body).backgroundColor)[0])"
    dark, light = await visit("/?panes=Ann,Bob", scheme="dark"), await visit("/?as=Ann")
    card = await shown(web, times("19:00", "19:30"))
    await web.people["bob"].say(GROUP, "after 19:00 please", reply_to=card)
    await shown(web, booked(web.clock.now()), key="k2", dialogue_id="d2")
    await web.web.tell(FRIENDS, INVITATION, key="n1")
    await expect(dark.get_by_text("Booked!").first).to_be_visible()
    assert await dark.evaluate(brightness) < 60
    assert await light.evaluate(brightness) > 200
    await dark.screenshot(path=picture("page-dark"))
    await light.screenshot(path=picture("page-light"))


async def test_the_door_asks_who_you_are(visit):
    page = await visit("/", width=700)
    await page.screenshot(path=picture("page-door"))
    await page.get_by_label("Another name").fill("Dée & Co")
    await page.get_by_role("button", name="Come in").click()
    await expect(page.get_by_role("heading", name="Dée & Co")).to_be_visible()
    await page.get_by_role("link", name="Be somebody else").click()
    await page.get_by_role("link", name="Cas").click()
    await expect(page.get_by_role("heading", name="Cas")).to_be_visible()


async def test_who_cannot_be_a_person_is_asked_again(visit):
    page = await visit("/?as=Fourtop")
    await expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()


async def test_a_card_that_changes_out_of_sight_is_told_and_one_tap_away(visit, web):
    page = await visit("/?as=Ann", height=600)
    card = await shown(web, armed(web.clock.now() + timedelta(seconds=43)))
    for number in range(20):
        await web.people["bob"].say(GROUP, f"fingers crossed {number}")
    await expect(page.get_by_text("fingers crossed 19")).to_be_in_viewport()
    await shown(web, booked(web.clock.now()), message_id=card, key="k2")
    await web.people["bob"].say(GROUP, "what happened?")
    await page.get_by_role("button", name="Card updated").click()
    await expect(page.get_by_text("Booked!", exact=True)).to_be_in_viewport()
    await expect(page.get_by_role("button", name="Card updated")).to_be_hidden()


ALONE = Place(frontend="web", chat_id="dm:ann", private=True)
SECRET = Card(
    text=say("*And the Resy password* of ann@example.org?"),
    actions=(Choice(label="Cancel", value="cancel", ref="cancel", look=Look.DANGER),),
    typing="your password",
    secret=True,
)


async def test_a_secret_is_typed_unseen_and_kept_nowhere_in_the_page(visit, web, ears):
    page = await visit("/?as=Ann")
    await page.get_by_role("tab", name="Just me").click()
    card = await shown(web, SECRET, place=ALONE)
    entry = page.locator('.chat:not([hidden]) input[type="password"]')
    await expect(entry).to_be_visible()
    await expect(entry).to_have_attribute("placeholder", "Type your password")
    await expect(page.locator(".chat:not([hidden]) textarea")).to_be_hidden()
    await entry.fill("/hunter2 x")
    await page.screenshot(path=picture("page-secret"))
    await entry.press("Enter")
    await web.people["ann"].until(lambda: ears.heard)
    assert ears.events[0].typed == "/hunter2 x"
    mine = page.locator(".chat:not([hidden]) .row.mine")
    await expect(mine).to_contain_text("•••")
    await expect(entry).to_have_value("")
    assert "hunter2" not in await page.content()
    kept = "JSON.stringify([{...sessionStorage}, {...localStorage}])"
    assert "hunter2" not in await page.evaluate(kept)
    await web.web.erase(ALONE, ears.events[0].message_id)
    await expect(mine).to_have_count(0)
    await shown(web, Card(text=say("*Connected.*")), place=ALONE, message_id=card, key="k2")
    await expect(entry).to_be_hidden()
    await expect(page.locator(".chat:not([hidden]) textarea")).to_be_visible()


async def test_a_secret_on_its_way_is_lost_with_the_page_rather_than_kept(visit, web, ears):
    page = await visit("/?as=Ann")
    await page.get_by_role("tab", name="Just me").click()
    await shown(web, SECRET, place=ALONE)
    entry = page.locator('.chat:not([hidden]) input[type="password"]')
    await entry.fill("hunter2")
    await page.evaluate("WebSocket.prototype.send = () => {}")
    await entry.press("Enter")
    await expect(page.locator(".chat:not([hidden]) .row.mine.pending")).to_contain_text("•••")
    assert "hunter2" not in await page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")


async def test_what_was_erased_while_the_line_was_down_goes_when_it_is_back(visit, web, ears):
    page = await visit("/?as=Ann")
    await page.get_by_role("tab", name="Just me").click()
    await shown(web, SECRET, place=ALONE)
    await page.locator('.chat:not([hidden]) input[type="password"]').fill("hunter2")
    await page.keyboard.press("Enter")
    mine = page.locator(".chat:not([hidden]) .row.mine:not(.pending)")
    await expect(mine).to_have_count(1)
    await page.context.set_offline(True)
    web.web._room.empty()
    await expect(page.locator(".pane.down")).to_have_count(1)
    await web.web.erase(ALONE, ears.events[0].message_id)
    await page.context.set_offline(False)
    await expect(mine).to_have_count(0)
