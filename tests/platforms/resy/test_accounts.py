import asyncio
from datetime import date, time, timedelta

import pytest

from core.domain.account import AccountState, CardOnFile
from core.domain.booking import Booked
from core.domain.plan import Wish
from core.errors import (
    CancelRefused,
    NotConnected,
    NotifyRefused,
    PlatformDown,
    SignInNeeded,
    SignInRefused,
    VenueGone,
)
from core.powers.accounts import Credentials, PasswordLogin, TokenLogin
from core.security.secret import Secret
from platforms.resy.client import ResyClient
from platforms.resy.lookalike import MADRID, Card, Fault, Policy
from platforms.resy.sign_in import renewed_pair
from tests.platforms.resy.scene import ANN, BOB, FEE, NOBODY, ON, TIMES, Resy, Said, Scripted, ref_of

RIGHT = Secret("correct horse")


def login(email: str, password: Secret = RIGHT) -> PasswordLogin:
    return PasswordLogin(email=email, password=password)


async def reservation(resy: Resy, **changes):
    return await reservation_at(resy, resy.venue(**changes))


async def reservation_at(resy: Resy, venue):
    answer = await resy.platform.book(await resy.slot(venue), booker=ANN, key="plan")
    assert isinstance(answer, Booked)
    return answer.reservation


# Signing in.


async def test_a_password_opens_the_account(resy: Resy):
    person = resy.person(1, cards=(Card(id=5, last_four="4242"), Card(id=6, last_four="1881", brand="amex")))
    signed_in = await resy.platform.sign_in(login(" guest1@example.org "))
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
    assert (await resy.platform.sign_in(login("guest1@example.org"))).cards == ()


async def test_the_older_door_opens_it_too(resy: Resy):
    resy.person(1)
    resy.turn(login_versions=("3",))
    assert (await resy.platform.sign_in(login("guest1@example.org"))).holder == "Ann Example"


@pytest.mark.parametrize(
    "words", [("guest1@example.org", "wrong"), ("nobody@example.org", "correct horse"), ("", "")]
)
async def test_wrong_words_are_refused(resy: Resy, words: tuple[str, str]):
    resy.person(1)
    with pytest.raises(SignInRefused):
        await resy.platform.sign_in(login(words[0], Secret(words[1])))


async def test_a_closed_account_is_refused_with_the_reason(resy: Resy):
    resy.change(1, closed=True)
    with pytest.raises(SignInRefused) as refused:
        await resy.platform.sign_in(login("guest1@example.org"))
    assert "closed" in refused.value.reason


async def test_an_api_key_that_is_refused_is_not_the_guests_fault(resy: Resy):
    resy.person(1)
    await resy.wallet.credentials(1)
    resy.turn(api_key="another")
    with pytest.raises(PlatformDown, match="API key"):
        await resy.platform.sign_in(login("guest1@example.org"))
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
        await resy.platform.sign_in(login("guest1@example.org"))


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
    signed_in = await resy.platform.sign_in(TokenLogin(pasted=Secret(text)))
    assert signed_in.holder == "Ann Example"
    renewable = "{refresh}" in pasted
    assert (signed_in.credentials.refresh is not None) == renewable
    if "{auth}" in pasted:
        assert signed_in.credentials.token == Secret(pair.auth)


async def test_a_pasted_token_that_ended_is_renewed_if_it_can_be(resy: Resy):
    pair = resy.world.sign_in(resy.person(1))
    resy.world.accounts.drop_auth(pair.auth)
    text = f"token={pair.auth} production_refresh_token={pair.refresh}"
    signed_in = await resy.platform.sign_in(TokenLogin(pasted=Secret(text)))
    assert signed_in.credentials.token != Secret(pair.auth)
    with pytest.raises(SignInRefused):
        await resy.platform.sign_in(TokenLogin(pasted=Secret(pair.auth)))


@pytest.mark.parametrize(
    "pasted", ["", "hello", "eyJhbGciOi", "my password is 1234", "eyJ0eXAiOiJK.eyJleHAiOjE3.c2ln"]
)
async def test_what_holds_no_good_token_is_refused(resy: Resy, pasted: str):
    with pytest.raises(SignInRefused):
        await resy.platform.sign_in(TokenLogin(pasted=Secret(pasted)))


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


# Reservations.


async def test_without_an_account_there_is_no_list(resy: Resy):
    with pytest.raises(NotConnected):
        await resy.platform.reservations(booker=NOBODY)


async def test_a_list_says_when_it_is_by_the_venues_clock(resy: Resy):
    booked = await reservation(resy, policy=FEE)
    (listed,) = await resy.platform.reservations(booker=ANN)
    assert listed == booked
    assert listed.starts_at.time() == TIMES[1]
    assert str(listed.starts_at.tzinfo) == "America/New_York"
    assert str(listed.terms.late_fee) == "25.00 USD"


async def test_cancelling_takes_the_tokens_of_the_moment(resy: Resy):
    resy.turn(old_resy_tokens=False)
    await resy.platform.cancel(await reservation(resy), booker=ANN)
    assert not resy.world.live_reservations()


async def test_a_token_of_a_reservation_that_is_not_known_is_looked_up_again(resy: Resy):
    held = await reservation(resy)
    resy.world.faults.next("cancel", Fault.UNAUTHORIZED_401)
    await resy.platform.cancel(held, booker=ANN)
    assert not resy.world.live_reservations()
    assert resy.wallet.renewals == 0


async def test_a_419_on_cancel_is_no_dead_login(resy: Resy):
    held = await reservation(resy)
    resy.world.faults.next("cancel", Fault.UNAUTHORIZED_401, times=5)
    with pytest.raises(CancelRefused):
        await resy.platform.cancel(held, booker=ANN)
    assert resy.wallet.lost_accounts == []
    assert resy.asked("cancel") == 2


async def test_a_policy_that_forbids_cancelling_is_said(resy: Resy):
    held = await reservation(resy, policy=Policy(fee=25.0, cut_off=timedelta(days=20)))
    with pytest.raises(CancelRefused) as refused:
        await resy.platform.cancel(held, booker=ANN)
    assert refused.value.reason.endswith(".")
    assert len(resy.world.live_reservations()) == 1


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER_COMMIT, Fault.TIMEOUT_504_AFTER_COMMIT, Fault.CUT_IN_BODY])
async def test_a_cancelling_whose_answer_is_lost_is_looked_up(resy: Resy, fault: Fault):
    held = await reservation(resy)
    resy.world.faults.next("cancel", fault)
    await resy.platform.cancel(held, booker=ANN)
    assert not resy.world.live_reservations()


@pytest.mark.parametrize("fault", [Fault.TEXT_500, Fault.HTML_503])
async def test_a_cancelling_that_did_not_happen_is_breakage(resy: Resy, fault: Fault):
    held = await reservation(resy)
    resy.world.faults.next("cancel", fault)
    with pytest.raises(PlatformDown):
        await resy.platform.cancel(held, booker=ANN)
    assert len(resy.world.live_reservations()) == 1


async def test_what_is_not_listed_yet_is_not_said_to_be_given_back(resy: Resy):
    resy.turn(stale_reservations=timedelta(minutes=1))
    booking = asyncio.ensure_future(reservation(resy))
    while not booking.done():
        await resy.clock.advance(timedelta(milliseconds=250))
        await asyncio.sleep(0.001)
    with pytest.raises(PlatformDown):
        await resy.platform.cancel(booking.result(), booker=ANN)
    assert len(resy.world.live_reservations()) == 1
    resy.turn(stale_reservations=timedelta(0))
    await resy.platform.cancel(booking.result(), booker=ANN)
    assert not resy.world.live_reservations()


async def test_what_another_account_holds_is_not_cancelled(resy: Resy):
    held = await reservation(resy)
    with pytest.raises(CancelRefused):
        await resy.platform.cancel(held, booker=BOB)
    assert len(resy.world.live_reservations()) == 1


# The notify list.


def wish(resy: Resy, venue, *times: time, on: date = ON) -> Wish:
    return Wish(venue=ref_of(venue), on=on, party_size=2, times=times or TIMES)


async def test_a_guest_is_put_on_the_list_once(resy: Resy):
    venue = resy.venue()
    resy.world.sell_out(venue, ON)
    for _ in range(2):
        await resy.platform.ask_to_be_told(wish(resy, venue), booker=ANN)
    assert (resy.asked("notify"), resy.asked("notify_add")) == (2, 1)
    listed = await resy.platform._client.notifies((await resy.wallet.credentials(1)).token)
    (one,) = listed.notify
    assert (one.specs.venue_id, one.specs.day, one.specs.party_size) == (str(venue.id), ON, 2)
    assert one.specs.service_type_id == 2


async def test_a_day_that_is_too_far_away_is_refused(resy: Resy):
    venue = resy.venue()
    with pytest.raises(NotifyRefused):
        await resy.platform.ask_to_be_told(wish(resy, venue, on=date(2027, 3, 1)), booker=ANN)


async def test_without_an_account_there_is_no_place_on_it(resy: Resy):
    with pytest.raises(NotConnected):
        await resy.platform.ask_to_be_told(wish(resy, resy.venue()), booker=NOBODY)


# Links.


@pytest.mark.parametrize("city", ["new-york-ny", "ny"])
async def test_a_pasted_link_is_read_whatever_it_calls_the_city(resy: Resy, city: str):
    venue = resy.venue()
    linked = await resy.platform.read_link(f"https://resy.com/cities/{city}/carbone?date=2026-12-10&seats=4")
    assert linked is not None
    assert (linked.ref, linked.on, linked.party_size) == (ref_of(venue), ON, 4)


async def test_a_widget_names_its_venue_by_number(resy: Resy):
    venue = resy.venue()
    linked = await resy.platform.read_link(f"https://widgets.resy.com/?venueId={venue.id}")
    assert linked is not None
    assert linked.ref == ref_of(venue)


async def test_a_link_to_a_venue_that_is_not_there_says_so(resy: Resy):
    with pytest.raises(VenueGone):
        await resy.platform.read_link("https://resy.com/cities/ny/never-was")
    assert await resy.platform.read_link("https://example.org/cities/ny/carbone") is None


async def test_a_link_that_is_written_can_be_read(resy: Resy):
    venue = await resy.platform.venue(ref_of(resy.venue()))
    link = resy.platform.link(venue, on=ON, party_size=3)
    assert link == "https://resy.com/cities/new-york-ny/venues/carbone?date=2026-12-10&seats=3"
    linked = await resy.platform.read_link(link)
    assert linked is not None
    assert (linked.ref, linked.on, linked.party_size) == (venue.ref, ON, 3)


# A word to the venue, favourites.


async def test_the_last_word_to_the_venue_is_beside_the_reservation(resy: Resy):
    held = await reservation(resy)
    for words in ("By the window.", "It is a birthday."):
        await resy.platform.tell_venue(held, words, booker=ANN)
    (live,) = resy.world.live_reservations()
    assert (str(live.id), live.request) == (held.id, "It is a birthday.")


async def test_a_word_about_a_table_that_was_given_back_goes_nowhere(resy: Resy):
    held = await reservation(resy)
    await resy.platform.cancel(held, booker=ANN)
    with pytest.raises(PlatformDown):
        await resy.platform.tell_venue(held, "By the window.", booker=ANN)
    assert resy.asked("special_request") == 0


async def test_what_is_marked_there_is_a_favourite_in_its_own_time_zone(resy: Resy):
    here, there = resy.venue(), resy.venue(name="Carbone Madrid", city=MADRID)
    for liked in (here, there):
        resy.world.wishes.like(resy.person(1).id, liked.key, liked=True)
    found = await resy.platform.favourites(booker=ANN)
    assert {venue.ref: venue.zone for venue in found} == {
        ref_of(here): "America/New_York",
        ref_of(there): "Europe/Madrid",
    }
    assert not await resy.platform.favourites(booker=BOB)


async def test_a_place_on_the_list_can_be_given_up_and_only_that_one(resy: Resy):
    venue, other = resy.venue(), resy.venue(name="Via Carota")
    for one in (venue, other):
        await resy.platform.ask_to_be_told(wish(resy, one), booker=ANN)
    for _ in range(2):
        await resy.platform.ask_no_more(wish(resy, venue), booker=ANN)
    listed = await resy.platform._client.notifies((await resy.wallet.credentials(1)).token)
    assert [one.specs.venue_id for one in listed.notify] == [str(other.id)]


async def test_a_number_that_nobody_knows_any_more_is_found_by_the_slug(resy: Resy):
    venue = resy.venue()
    await reservation_at(resy, venue)
    started_again = type(resy)(resy.world, resy.url, resy.clock)
    started_again.wallet.kept = resy.wallet.kept
    await started_again.platform.venue(ref_of(resy.world.retire_id(venue)))
    (listed,) = await started_again.platform.reservations(booker=ANN)
    assert listed.venue == ref_of(venue)
    await started_again.platform.aclose()
