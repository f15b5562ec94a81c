"""What every front-end has to have, and where their networks leave them no choice but to differ."""

from bot.conversation.ports import FrontEndState
from tests.conformance.frontends.days import shown, typed
from tests.conformance.frontends.transcript import Acting, says, sees, taps, told


async def test_a_front_end_says_what_it_is_and_how_it_is(evening, network):
    frontend = evening.drivers[network].frontend
    assert frontend.name == network
    assert isinstance(frontend.state, FrontEndState)
    assert frontend.state.up
    assert min(frontend.pace.per_chat_second, frontend.pace.per_group_minute, frontend.pace.per_second) > 0
    assert list(frontend.routes()) == [] or network == "web"


async def test_a_door_is_a_link_or_nothing(evening, network):
    door = evening.drivers[network].frontend.door("settings")
    assert door is None or door.startswith(("https://", "/"))


async def test_a_private_chat_is_an_address_or_nothing(evening, network):
    driver = evening.drivers[network]
    chat_id = driver.frontend.private_chat(driver.account("bob"))
    assert (chat_id is None) == (network == "telegram"), "only there may a bot never speak first"


async def test_where_a_private_chat_was_never_opened_one_is_shown_the_way(gather, days):
    evening = await gather("telegram", doors=False)
    await Acting(driver=evening.drivers["telegram"]).act(
        [
            says("bob", "/settings"),
            told("bob", "/settings is for the two of us: open our private chat"),
            says("ann", f"/reserve luna 2 {typed(days.open)} 19:00 patio"),
            taps("ann", "Yes, book it"),
            sees("it is!", number=-2),
            sees("Ann: I can't write to you in private yet. Open our chat and press start."),
            says("bob", "/start settings", private=True),
            sees("Your settings", private_of="bob"),
        ]
    )


async def test_an_answer_that_comes_too_late_for_telegram_is_said_aloud(gather, days):
    evening = await gather("telegram")
    act = Acting(driver=evening.drivers["telegram"]).act
    await act([says("ann", f"/reserve luna 4 {typed(days.later)} 19:30 patio"), sees("Casa Luna")])
    evening.take_time(1.0)
    await act(
        [
            taps("bob", "Yes, go for it"),
            sees("Bob: That is for the organiser to decide.", messages=2),
            sees(shown(days.later), number=0, offers=("Yes, go for it",)),
        ]
    )
