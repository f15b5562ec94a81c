"""A guest's account at Resy: opened, renewed, looked at."""

from datetime import timedelta

import pytest

from core.domain.account import AccountState, CardOnFile
from core.errors import PlatformDown, SignInNeeded, SignInRefused
from core.powers.accounts import Credentials, SignedIn, SignInAnswer
from core.powers.sign_in import SignInRefusal, SignInStep, TypeEmail, TypePassword, Way
from core.security.secret import Secret
from platforms.resy.client import ResyClient
from platforms.resy.lookalike import Card, Fault
from platforms.resy.sign_in import renewed_pair
from tests.expect import expect
from tests.platforms.resy.scene import ANN, Resy, Said, Scripted

RIGHT = Secret("correct horse")


async def by_password(resy: Resy, email: str, password: Secret = RIGHT) -> SignInAnswer:
    return await resy.platform.next_step(SignInStep(question=TypePassword(email=email)), password)


async def by_token(resy: Resy, pasted: str) -> SignInAnswer:
    """From the first question on."""
    step = await resy.platform.next_step(resy.platform.first_step(), Secret(Way.TOKEN))
    assert isinstance(step, SignInStep)
    return await resy.platform.next_step(step, Secret(pasted))


async def opened(resy: Resy, email: str) -> SignedIn:
    """From the first question on, by password."""
    asked = expect(
        SignInStep, await resy.platform.next_step(resy.platform.first_step(), Secret(Way.PASSWORD))
    )
    assert asked == SignInStep(question=TypeEmail())
    asked = expect(SignInStep, await resy.platform.next_step(asked, Secret(email)))
    assert asked == SignInStep(question=TypePassword(email=email))
    return expect(SignedIn, await resy.platform.next_step(asked, RIGHT))


async def test_a_password_opens_the_account(resy: Resy):
    person = resy.person(1, cards=(Card(id=5, last_four="4242"), Card(id=6, last_four="1881", brand="amex")))
    signed_in = await opened(resy, " guest1@example.org ")
    assert (signed_in.external_id, signed_in.holder) == (str(person.id), "Ann Example")
    assert signed_in.cards == (
        CardOnFile(last_digits="4242", brand="visa", is_default=True),
        CardOnFile(last_digits="1881", brand="amex"),
    )
    pair, now = signed_in.credentials, resy.clock.now()
    assert pair.expires_at == now + timedelta(days=45)
    assert pair.refresh_expires_at == now + timedelta(days=90)
    assert pair.refresh is not None


async def test_an_account_without_a_card_has_none(resy: Resy):
    resy.person(1, cards=())
    assert (await opened(resy, "guest1@example.org")).cards == ()


async def test_the_older_door_opens_it_too(resy: Resy):
    resy.person(1)
    resy.turn(login_versions=("3",))
    assert (await opened(resy, "guest1@example.org")).holder == "Ann Example"


@pytest.mark.parametrize(
    "words", [("guest1@example.org", "wrong"), ("nobody@example.org", "correct horse"), ("", "")]
)
async def test_wrong_words_are_refused(resy: Resy, words: tuple[str, str]):
    resy.person(1)
    assert isinstance(await by_password(resy, words[0], Secret(words[1])), SignInRefusal)


async def test_a_closed_account_is_refused_with_the_reason(resy: Resy):
    resy.change(1, closed=True)
    refused = await by_password(resy, "guest1@example.org")
    assert isinstance(refused, SignInRefusal)
    assert "closed" in refused.reason


async def test_an_api_key_that_is_refused_is_not_the_guests_fault(resy: Resy):
    resy.person(1)
    await resy.wallet.credentials(1)
    resy.turn(api_key="another")
    with pytest.raises(PlatformDown, match="API key"):
        await by_password(resy, "guest1@example.org")
    with pytest.raises(PlatformDown, match="API key"):
        await resy.platform.look_at(1)
    assert resy.wallet.lost_accounts == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault.CUT,
        Fault.TEXT_500,
        Fault.HTML_504,
        Fault.GARBAGE,
        Fault.HTML_403,
        Fault.TOO_MANY,
        Fault.EMPTY_BODY,
    ],
)
async def test_a_sign_in_that_breaks_is_breakage(resy: Resy, fault: Fault):
    resy.person(1)
    resy.world.faults.next("login", fault)
    with pytest.raises(PlatformDown):
        await by_password(resy, "guest1@example.org")


@pytest.mark.parametrize(
    "pasted",
    [
        "{auth}",
        "x-resy-auth-token: {auth}",
        "authToken={auth}; production_refresh_token={refresh}; other=1",
        '{{"production_refresh_token": "{refresh}", "authToken": "{auth}"}}',
        "curl 'https://api.resy.com/2/user' -H 'x-resy-auth-token: {auth}' -H 'x-resy-universal-auth: {auth}'",
        "{auth}\n{refresh}",
        "production_refresh_token={refresh}",
    ],
)
async def test_a_pasted_token_opens_the_account(resy: Resy, pasted: str):
    pair = resy.world.sign_in(resy.person(1))
    text = pasted.format(auth=pair.auth, refresh=pair.refresh)
    signed_in = await by_token(resy, text)
    assert isinstance(signed_in, SignedIn)
    assert signed_in.holder == "Ann Example"
    renewable = "{refresh}" in pasted
    assert (signed_in.credentials.refresh is not None) == renewable
    if "{auth}" in pasted:
        assert signed_in.credentials.token == Secret(pair.auth)


async def test_a_pasted_token_that_ended_is_renewed_if_it_can_be(resy: Resy):
    pair = resy.world.sign_in(resy.person(1))
    resy.world.accounts.drop_auth(pair.auth)
    text = f"token={pair.auth} production_refresh_token={pair.refresh}"
    signed_in = await by_token(resy, text)
    assert isinstance(signed_in, SignedIn)
    assert signed_in.credentials.token != Secret(pair.auth)
    assert isinstance(await by_token(resy, pair.auth), SignInRefusal)


@pytest.mark.parametrize(
    "pasted", ["", "hello", "eyJhbGciOi", "my password is 1234", "eyJ0eXAiOiJK.eyJleHAiOjE3.c2ln"]
)
async def test_what_holds_no_good_token_is_refused(resy: Resy, pasted: str):
    assert isinstance(await by_token(resy, pasted), SignInRefusal)


# Renewing and looking.


async def test_a_renewal_gives_a_new_pair_and_ends_the_old_one(resy: Resy):
    old = await resy.wallet.credentials(1)
    resy.clock.jump(resy.clock.now() + timedelta(days=36))
    new = await resy.platform.renew(old)
    assert new.token != old.token
    assert new.refresh not in {None, old.refresh}
    assert new.expires_at == resy.clock.now() + timedelta(days=45)
    with pytest.raises(SignInRefused):
        await resy.platform.renew(old)


async def test_a_renewal_without_a_new_cookie_keeps_the_old_one(client: ResyClient, scripted: Scripted):
    scripted.says = Said(body=b'{"token":"new"}')
    pair = await renewed_pair(client, Credentials(token=Secret("old"), refresh=Secret("renews")))
    assert (pair.token, pair.refresh) == (Secret("new"), Secret("renews"))


async def test_what_nothing_renews_is_refused(resy: Resy):
    with pytest.raises(SignInRefused):
        await resy.platform.renew(Credentials(token=Secret("x")))
    assert resy.asked("refresh") == 0


@pytest.mark.parametrize(
    "fault", [Fault.CUT, Fault.CUT_AFTER_COMMIT, Fault.TEXT_500, Fault.GARBAGE, Fault.HTML_503]
)
async def test_a_renewal_whose_answer_is_lost_is_breakage_and_not_repeated(resy: Resy, fault: Fault):
    old = await resy.wallet.credentials(1)
    resy.world.faults.next("refresh", fault)
    with pytest.raises(PlatformDown):
        await resy.platform.renew(old)
    assert resy.asked("refresh") == 1


async def test_looking_at_an_account_shows_its_cards_as_they_are_now(resy: Resy):
    await resy.wallet.credentials(1)
    resy.change(1, cards=(Card(id=8, last_four="0005"),))
    seen = await resy.platform.look_at(1)
    assert [card.last_digits for card in seen.cards] == ["0005"]
    assert seen.credentials == await resy.wallet.credentials(1)


async def test_looking_renews_a_token_that_ended(resy: Resy):
    old = await resy.wallet.credentials(1)
    resy.world.accounts.drop_auth(old.token.reveal())
    seen = await resy.platform.look_at(1)
    assert seen.credentials.token != old.token
    assert resy.wallet.renewals == 1


async def test_an_account_that_is_gone_has_to_sign_in(resy: Resy):
    await resy.wallet.credentials(1)
    resy.world.accounts.drop_all(resy.person(1).id, renewers=True)
    for asking in (resy.platform.look_at(1), resy.platform.reservations(booker=ANN)):
        with pytest.raises(SignInNeeded):
            await asking
    assert resy.wallet.lost_accounts[0] == (1, AccountState.EXPIRED)
