"""An account at a server that behaves as Resy's does: connected, looked at, lost, and signed in to again."""

import json
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from core.clock import SystemClock
from core.persistence import accounts
from core.persistence.tables import accounts as table
from platforms.resy.lookalike import Card, Fault, LookAlike, serving
from platforms.resy.platform import ResyPlatform
from tests.conformance.frontends.days import venues
from tests.conformance.frontends.evening import Evening
from tests.conformance.frontends.transcript import Acting, hides, says, sees, taps
from tests.conformance.platforms.resy import KnownDrops
from tests.drivers.fake import FakeDriver

EMAIL, PASSWORD = "ann@example.org", "correct horse battery"
VISA = Card(id=99887766, last_four="4242")


@pytest.fixture
async def stage(tmp_path):
    """Ann's private chat, and Resy's server with her account on it."""
    clock = SystemClock()
    world = LookAlike(clock, seed=1)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serving(world))
        evening = Evening(tmp_path, FakeDriver(), venues=venues())
        resy = ResyPlatform(url, world.knobs.api_key, clock, wallet=evening.wallet, almanac=KnownDrops())
        stack.push_async_callback(resy.aclose)
        evening._platforms["resy"] = resy
        await stack.enter_async_context(evening)
        yield world, evening, Acting(driver=evening.drivers["fake"]).act


def by_password(*words: str) -> list:
    return [
        says("ann", "/connect resy", private=True),
        taps("ann", "E-mail and password", private=True),
        says("ann", EMAIL, private=True),
        *(hides("ann", word) for word in words),
    ]


def by_token(pasted: str) -> list:
    return [
        says("ann", "/connect", private=True),
        taps("ann", "Paste a token", private=True),
        hides("ann", pasted),
    ]


async def test_an_account_is_connected_lost_and_signed_in_to_again(stage):
    world, evening, act = stage
    ann = world.add_person(EMAIL, password=PASSWORD, cards=(VISA,))
    await act(
        [
            *by_password("not it"),
            sees("does not take that e-mail address", private_of="ann"),
            hides("ann", PASSWORD),
            sees("is connected", "I renew it by myself", "4242", private_of="ann"),
            taps("ann", "Check now", private=True),
            sees("Card on file", private_of="ann"),
        ]
    )
    (told,) = [one for one in evening.drivers["fake"].said_toasts["ann"] if "All is well" in one]
    assert "4242" in told

    world.accounts.drop_all(ann.id, renewers=True)
    await act(
        [
            says("ann", "/accounts", private=True),
            sees("Resy: Ann Example", private_of="ann", messages=2),
            taps("ann", "Check now", private=True),
            sees("Resy wants you to sign in again", private_of="ann", offers=("Sign in again",)),
            taps("ann", "Sign in again", private=True),
            sees("Sign in to Resy again", private_of="ann"),
            taps("ann", "Paste a token", private=True),
            hides("ann", f"x-resy-auth-token: {world.sign_in(ann).auth}"),
            sees("is connected", "I can't renew it", private_of="ann"),
        ]
    )
    (row,) = await evening.database.read(lambda tx: tx.execute(table.select()).all())
    assert row.external_id == str(ann.id)
    kept = await evening.database.read(lambda tx: accounts.find(tx, row.id))
    assert kept.state is accounts.AccountState.CONNECTED


async def test_a_card_that_is_added_later_is_found(stage):
    world, _, act = stage
    ann = world.add_person(EMAIL, password=PASSWORD, cards=())
    await act([*by_password(PASSWORD), sees("No card is on file", "resy.com", private_of="ann")])
    world.accounts.change(replace(ann, cards=(VISA,)))
    await act(
        [taps("ann", "Check now", private=True), sees("Card on file", "4242", private_of="ann")],
    )


@pytest.mark.parametrize(
    "shape",
    [
        "{}",
        '"{}"',
        "x-resy-auth-token: {}",
        "X-Resy-Auth-Token\n{}",
        "authToken={}; production_refresh_token=x; other=1",
        "curl 'https://api.resy.com/2/user' -H 'x-resy-auth-token: {}' -H 'accept: */*'",
        "json",
    ],
)
async def test_a_token_is_understood_as_people_paste_it(stage, shape):
    world, _, act = stage
    token = world.sign_in(world.add_person(EMAIL, password=PASSWORD, cards=(VISA,))).auth
    pasted = json.dumps({"id": 1, "token": token}) if shape == "json" else shape.replace("{}", token)
    await act([*by_token(pasted), sees("is connected", "4242", private_of="ann")])


@pytest.mark.parametrize("pasted", ["what now?", "eyJ0eXAi", "https://resy.com/cities/new-york-ny", "{"])
async def test_what_is_no_token_loses_nothing(stage, pasted):
    world, _, act = stage
    token = world.sign_in(world.add_person(EMAIL, password=PASSWORD, cards=(VISA,))).auth
    await act(
        [
            *by_token(pasted),
            sees("There is no token in that", private_of="ann"),
            hides("ann", token),
            sees("is connected", private_of="ann"),
        ]
    )


@pytest.mark.parametrize("fault", [Fault.TEXT_500, Fault.HTML_503, Fault.GARBAGE, Fault.TOO_MANY, Fault.CUT])
async def test_a_server_that_is_unwell_is_tried_again(stage, fault):
    world, _, act = stage
    world.add_person(EMAIL, password=PASSWORD, cards=(VISA,))
    world.faults.next("login", fault)
    await act(
        [
            *by_password(PASSWORD),
            sees("the Resy password", private_of="ann", without=("does not take", "is connected")),
            hides("ann", PASSWORD),
            sees("is connected", private_of="ann"),
        ]
    )
