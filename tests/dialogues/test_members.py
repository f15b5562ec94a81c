"""Who may use Fourtop: strangers at the door, admins, and one human on two networks."""

from datetime import timedelta

import pytest

from bot.conversation.messages import Chose
from core import members
from core.domain.guest import Guest, GuestState
from core.persistence import favourites, guests
from tests.dialogues.acting import all_plans, arm, book, card, labels, lurk, toast
from tests.drivers.fake import FakeDriver
from tests.expect import present
from tests.fakes.clock import settle
from tests.fakes.frontend import FakeFrontEnd
from tests.stage import SECRET, Stage


async def code(stage: Stage) -> str:
    now = stage.clock.now()
    offered = await stage.database.write(lambda tx: members.offer_claim(tx, SECRET, now=now))
    assert offered is not None
    return offered


async def guest(stage: Stage, who: str, driver: FakeDriver | None = None) -> Guest:
    name = (driver or stage.drivers[0]).name

    def look(tx: guests.Connection) -> Guest:
        known = guests.sign_in(tx, name, who)
        assert known is not None
        return guests.get(tx, known.guest_id)

    return await stage.database.read(look)


async def admin(stage: Stage, who: str = "ann") -> None:
    await stage.fake.say(who, f"/claim {await code(stage)}", private=True)
    assert (await guest(stage, who)).is_admin


# The claim code.


async def test_the_claim_code_makes_the_first_admin():
    async with Stage(strangers=True) as stage:
        await stage.fake.say("ann", f"/claim {await code(stage)}", private=True)
        assert "You are my admin now." in await card(stage, private_of="ann")
        assert (await guest(stage, "ann")).approved


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code[:2]} {code[2:]} "]
)
async def test_case_dashes_and_spaces_of_a_code_do_not_matter(typed):
    async with Stage(strangers=True) as stage:
        await stage.fake.say("ann", f"/claim {typed(await code(stage))}", private=True)
        assert (await guest(stage, "ann")).is_admin


async def test_a_wrong_a_used_and_an_old_code_open_nothing():
    async with Stage(strangers=True) as stage:
        right = await code(stage)
        await stage.fake.say("bob", "/claim ABCD-EFGH", private=True)
        assert "That code opens nothing" in await toast(stage, "bob")
        stage.time.jump(stage.clock.now() + timedelta(days=8))
        await stage.fake.say("bob", f"/claim {right}", private=True)
        assert "That code opens nothing" in await toast(stage, "bob")
        await admin(stage)
        assert not (await guest(stage, "bob")).is_admin
        await stage.fake.say("bob", f"/claim {right}", private=True)
        assert not (await guest(stage, "bob")).is_admin


async def test_only_the_first_claim_counts():
    async with Stage(strangers=True) as stage:
        right = await code(stage)
        await stage.fake.say("ann", f"/claim {right}", private=True)
        await stage.fake.say("bob", f"/claim {right}", private=True)
        assert "That code opens nothing" in await toast(stage, "bob")


async def test_a_code_from_before_there_was_an_admin_makes_no_second_one():
    async with Stage(strangers=True) as stage:
        right = await code(stage)
        await lurk(stage.fake, "ann")
        ann = await guest(stage, "ann")
        await stage.database.write(lambda tx: members.make_admin(tx, ann, now=stage.clock.now()))
        await stage.fake.say("bob", f"/claim {right}", private=True)
        assert not (await guest(stage, "bob")).is_admin


async def test_claim_alone_says_how():
    async with Stage(strangers=True) as stage:
        await stage.fake.say("ann", "/claim", private=True)
        assert "/claim ABCD-EFGH" in await card(stage, private_of="ann")


async def test_admins_of_the_settings_are_admins_when_they_first_speak():
    async with Stage(strangers=True, admins=frozenset({("fake", "ann")})) as stage:
        await stage.fake.say("bob", "/reserve")
        await stage.fake.say("ann", "/start", private=True)
        ann = await guest(stage, "ann")
        assert ann.is_admin
        assert ann.approved
        messages = await stage.fake.messages(private_of="ann")
        assert any("Bob wants to use me" in message.text for message in messages), "who came before is shown"


# Strangers.


async def test_a_stranger_waits_and_every_admin_is_asked_in_private():
    async with Stage() as stage:
        await lurk(stage.fake, "ann", "bob")
        bob = await guest(stage, "bob")
        await stage.database.write(lambda tx: members.make_admin(tx, bob, now=stage.clock.now()))
        await stage.fake.say("dee", "/reserve luna 4 24 dec")
        assert "An admin has to let you in first" in await card(stage)
        for who in ("ann", "bob"):
            text = await card(stage, private_of=who)
            assert "Dee wants to use me." in text
            assert "On Fake as @dee, number dee." in text
            assert "Came from the group “Friends”." in text
            assert await labels(stage, private_of=who) == ("Approve", "Decline", "Block")


async def test_whoever_becomes_an_admin_is_shown_who_waits_however_they_became_one():
    async with Stage() as stage:
        await lurk(stage.fake, "ann", "bob")
        await stage.fake.say("dee", "/reserve luna")
        bob = await guest(stage, "bob")
        await stage.database.write(lambda tx: members.make_admin(tx, bob, now=stage.clock.now()))
        stage.bell.ring()
        await settle()
        assert "Dee wants to use me." in await card(stage, private_of="bob")


async def test_an_admins_card_follows_a_stranger_who_was_vouched_for_meanwhile():
    async with Stage() as stage:
        await lurk(stage.fake, "ann")
        await stage.fake.say("dee", "/start", private=True)
        assert await labels(stage, private_of="ann") == ("Approve", "Decline", "Block")
        await stage.allow(stage.fake, "friends")
        await stage.fake.say("dee", "/help")
        assert await labels(stage, private_of="ann") == ("Decline", "Block")


async def test_an_admin_is_asked_once_about_a_stranger():
    async with Stage() as stage:
        await lurk(stage.fake, "ann")
        for _ in range(3):
            await stage.fake.say("dee", "/reserve luna")
            await stage.fake.say("dee", "/start", private=True)
        asked = [one for one in await stage.fake.messages(private_of="ann") if "Dee" in one.text]
        assert len(asked) == 1


async def test_a_strangers_note_is_passed_on():
    async with Stage() as stage:
        await lurk(stage.fake, "ann")
        await stage.fake.say("dee", "/start", private=True)
        await stage.fake.say("dee", "I'm Bob's sister", private=True)
        assert await toast(stage, "dee") == "I have passed that on."
        assert "Says: “I'm Bob's sister”" in await card(stage, private_of="ann")


async def test_approving_takes_up_what_was_wanted_and_the_other_admins_card_follows():
    async with Stage() as stage:
        await lurk(stage.fake, "ann", "bob")
        bob = await guest(stage, "bob")
        await stage.database.write(lambda tx: members.make_admin(tx, bob, now=stage.clock.now()))
        await stage.fake.say("dee", "/reserve luna 4 24 dec 19:00-20:00 dining")
        await stage.fake.tap("ann", "Approve", private=True)
        assert await toast(stage, "ann") == "Dee is in."
        messages = await stage.fake.messages()
        assert "An admin has let you in." in messages[0].text
        assert "Casa Luna, Thu 24 Dec, 4 guests" in messages[1].text
        assert "Dee is approved." in await card(stage, private_of="bob")
        assert await labels(stage, private_of="bob") == ("Decline", "Block")
        assert "You're in." in await card(stage, private_of="dee")
        await stage.fake.tap("dee", "Yes, go for it")
        assert (await all_plans(stage))[0].organiser_id == (await guest(stage, "dee")).id


async def test_what_a_stranger_wanted_survives_a_second_start():
    async with Stage() as stage:
        await lurk(stage.fake, "ann")
        await stage.fake.say("dee", "/reserve luna 4 24 dec", private=True)
        await stage.fake.say("dee", "/start", private=True)
        await stage.fake.say("ann", "/approve dee", private=True)
        messages = await stage.fake.messages(private_of="dee")
        assert any("which times would you take?" in message.text for message in messages)


async def test_approving_survives_a_restart_in_between():
    async with Stage() as stage:
        await lurk(stage.fake, "ann")
        await stage.fake.say("dee", "/reserve luna 4 24 dec")
        await stage.stop()
        await stage.start()
        await stage.fake.tap("ann", "Approve", private=True)
        assert "which times would you take?" in await card(stage)


@pytest.mark.parametrize(
    ("word", "toasted"), [("approve", "is in"), ("decline", "turned down"), ("block", "shut out")]
)
async def test_commands_judge_as_the_card_does(word, toasted):
    async with Stage() as stage:
        await lurk(stage.fake, "ann")
        await stage.fake.say("dee", "/start", private=True)
        await stage.fake.say("ann", f"/{word} @dee", private=True)
        assert toasted in await card(stage, private_of="ann")
        states = {"approve": GuestState.APPROVED, "decline": GuestState.DECLINED, "block": GuestState.BLOCKED}
        assert (await guest(stage, "dee")).state is states[word]


@pytest.mark.parametrize("label", ["Decline", "Block"])
async def test_one_sentence_and_then_silence(label):
    async with Stage() as stage:
        await lurk(stage.fake, "ann")
        await stage.fake.say("dee", "/reserve luna")
        before = len(await stage.fake.messages(private_of="dee"))
        await stage.fake.tap("ann", label, private=True)
        for _ in range(3):
            await stage.fake.say("dee", "/reserve luna")
            await stage.fake.say("dee", "hello?", private=True)
        told = (await stage.fake.messages(private_of="dee"))[before:]
        assert len(told) + len(await stage.fake.toasts("dee")) == 1
        assert "An admin has said no." in await card(stage)
        assert len(await stage.fake.messages()) == 1


async def test_a_guest_who_was_shut_out_can_be_let_in_again():
    async with Stage() as stage:
        await lurk(stage.fake, "ann")
        await stage.fake.say("dee", "/start", private=True)
        await stage.fake.say("ann", "/block dee", private=True)
        await stage.fake.say("dee", "/reserve", private=True)
        await stage.fake.say("ann", "/approve dee", private=True)
        await stage.fake.say("dee", "/reserve", private=True)
        assert "Where would you like to eat?" in await card(stage, private_of="dee")


async def test_strangers_before_there_is_an_admin_are_shown_to_the_first_one():
    async with Stage(strangers=True) as stage:
        await stage.fake.say("dee", "/reserve luna 4 24 dec")
        assert "Nobody looks after me yet" in await card(stage)
        await admin(stage)
        messages = await stage.fake.messages(private_of="ann")
        assert any("Dee wants to use me." in message.text for message in messages)
        await stage.fake.tap("ann", "Approve", private=True)
        assert "which times would you take?" in await card(stage)


async def test_the_first_admin_was_a_stranger_too():
    async with Stage(strangers=True) as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec", private=True)
        await admin(stage)
        messages = await stage.fake.messages(private_of="ann")
        assert "An admin has let you in." in messages[0].text
        assert any("which times would you take?" in message.text for message in messages)
        assert not any("Ann wants to use me" in message.text for message in messages)


@pytest.mark.parametrize("command", ["/plans", "/settings", "/favourites", "/reservations"])
async def test_a_stranger_may_do_nothing_else(command):
    async with Stage() as stage:
        await stage.fake.say("dee", command, private=True)
        assert "An admin has to let you in first" in await toast(stage, "dee")


async def test_a_stranger_who_taps_is_told_why_nothing_happens():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        await stage.fake.tap("dee", "19:30")
        assert "An admin has to let you in first" in await toast(stage, "dee")
        assert "Tap several" in await card(stage)


# Groups.


async def test_an_admin_vouches_for_a_group_and_ends_it():
    async with Stage() as stage:
        await lurk(stage.fake, "ann")
        await stage.fake.say("ann", "/allow")
        assert "I trust this group." in await card(stage)
        await stage.fake.say("dee", "/reserve")
        assert "Where would you like to eat?" in await card(stage)
        await stage.fake.say("ann", "/allow off")
        assert "need an admin's approval again" in await card(stage)
        await stage.fake.say("eve", "/reserve")
        assert "An admin has to let you in first" in await card(stage)
        await stage.fake.say("dee", "/reserve")
        assert "Where would you like to eat?" in await card(stage), "who was let in stays in"


async def test_vouching_takes_up_what_was_waiting_in_the_group():
    async with Stage() as stage:
        await lurk(stage.fake, "ann")
        await stage.fake.say("dee", "/reserve luna 4 24 dec")
        await stage.fake.say("ann", "/allow")
        messages = await stage.fake.messages()
        assert "An admin has let you in." in messages[0].text
        assert any("which times would you take?" in message.text for message in messages)
        assert "Dee is approved." in (await stage.fake.messages(private_of="ann"))[-1].text


async def test_vouching_does_not_let_a_blocked_guest_in():
    async with Stage() as stage:
        await stage.fake.say("dee", "/start", private=True)
        await stage.fake.say("ann", "/block dee", private=True)
        await stage.fake.say("ann", "/allow")
        await stage.fake.say("dee", "/reserve")
        assert (await guest(stage, "dee")).state is GuestState.BLOCKED


async def test_allow_is_for_groups():
    async with Stage() as stage:
        await stage.fake.say("ann", "/allow", private=True)
        assert "works in a group" in await toast(stage, "ann")


# The list, and who is meant.


async def test_guests_are_listed_a_page_at_a_time_with_state_last_seen_and_plans():
    async with Stage() as stage:
        await arm(stage, who="bob")
        for number in range(12):
            await stage.fake.say(f"g{number:02}", "/start", private=True)
        await stage.fake.say("ann", "/guests", private=True)
        text = await card(stage, private_of="ann")
        assert "Guests 1–8 of 15" in text
        assert "pending" in text
        await stage.fake.tap("ann", "Later", private=True)
        text = await card(stage, private_of="ann")
        assert "Guests 9–15 of 15" in text
        assert "Ann (admin): approved, seen" in text
        assert "1 plan" in text
        await stage.fake.tap("ann", "Earlier", private=True)
        assert "Guests 1–8 of 15" in await card(stage, private_of="ann")
        await stage.fake.tap("ann", "G00", private=True)
        assert "wants to use me." in await card(stage, private_of="ann")
        await stage.fake.tap("ann", "Approve", private=True)
        assert (await guest(stage, "g00")).approved


async def test_several_guests_of_one_name_are_told_apart_by_number():
    async with Stage() as stage:
        for account in ("x1", "x2"):
            await stage.fake.say(account, "/start", private=True)
        first, second = await guest(stage, "x1"), await guest(stage, "x2")

        def rename(tx: guests.Connection) -> None:
            for one in (first, second):
                tx.execute(guests.guests.update().where(guests.guests.c.id == one.id).values(name="Élodie"))

        await stage.database.write(rename)
        await stage.fake.say("ann", "/approve élodie", private=True)
        assert f"#{first.id} Élodie or #{second.id} Élodie" in await card(stage, private_of="ann")
        await stage.fake.say("ann", f"/approve #{second.id}", private=True)
        assert (await guest(stage, "x2")).approved
        assert not (await guest(stage, "x1")).approved


@pytest.mark.parametrize(
    ("words", "answer"),
    [("", "Say whom"), (" nobody", "No guest answers"), (" 99999", "No guest"), (" @", "No guest")],
)
async def test_nobody_is_meant(words, answer):
    async with Stage() as stage:
        await stage.fake.say("ann", f"/approve{words}", private=True)
        assert answer in await card(stage, private_of="ann")


async def test_the_last_admin_stays():
    async with Stage() as stage:
        await stage.fake.say("ann", "/resign", private=True)
        assert "You are the only admin" in await toast(stage, "ann")
        await stage.fake.say("ann", "/block ann", private=True)
        assert "You are the only admin" in await toast(stage, "ann")
        assert (await guest(stage, "ann")).is_admin
        await stage.fake.say("ann", "/promote bob", private=True)
        assert "Bob is an admin now." in await card(stage, private_of="ann")
        await stage.fake.say("ann", "/resign", private=True)
        assert not (await guest(stage, "ann")).is_admin
        assert (await guest(stage, "ann")).approved


async def test_promoting_a_stranger_lets_them_in():
    async with Stage() as stage:
        await stage.fake.say("dee", "/reserve luna 4 24 dec")
        await stage.fake.say("ann", "/promote dee", private=True)
        dee = await guest(stage, "dee")
        assert dee.is_admin
        assert dee.approved
        assert "which times would you take?" in await card(stage)


@pytest.mark.parametrize(
    "command", ["/guests", "/approve dee", "/decline dee", "/block ann", "/promote bob", "/resign", "/allow"]
)
async def test_admin_commands_are_for_admins(command):
    async with Stage() as stage:
        await stage.fake.say("bob", command, private=True)
        assert await toast(stage, "bob") == "Only an admin can do that."
        assert await stage.fake.messages(private_of="bob") == []


async def test_an_admin_who_resigned_no_longer_decides_on_a_card():
    async with Stage() as stage:
        await lurk(stage.fake, "ann", "bob")
        bob = await guest(stage, "bob")
        await stage.database.write(lambda tx: members.make_admin(tx, bob, now=stage.clock.now()))
        await stage.fake.say("dee", "/start", private=True)
        place = stage.fake.place("bob", private=True)
        message, ref = stage.fake.button("Approve", place)
        await stage.fake.say("bob", "/resign", private=True)
        assert await labels(stage, private_of="bob") == (), "he sees that it is not his to decide"
        dialogue_id = present(message.dialogue_id)
        tapped = Chose(person=stage.fake.person("bob"), place=place, dialogue_id=dialogue_id, ref=ref)
        await stage.fake.hear(tapped)
        assert "moved on" in await toast(stage, "bob")
        shown = [message.text for message in await stage.fake.messages(private_of="bob")]
        assert "Only an admin can do that." in shown
        assert (await guest(stage, "dee")).state is GuestState.PENDING


# Two networks.


def two() -> tuple[FakeDriver, FakeDriver]:
    return FakeDriver(FakeFrontEnd(name="fake")), FakeDriver(FakeFrontEnd(name="other"))


async def link_code(driver: FakeDriver, who: str) -> str:
    await driver.say(who, "/link", private=True)
    text = (await driver.messages(private_of=who))[-1].text
    return text.split("/link ")[1].split()[0]


async def test_linking_makes_two_accounts_one_guest_with_all_that_is_theirs():
    here, there = two()
    async with Stage(here, there) as stage:
        await arm(stage, who="bob")
        await here.say("bob", "/favourites luna", private=True)
        await there.say("bob", "/favourites the long table", private=True)
        await here.say("bob", f"/link {await link_code(there, 'bob')}", private=True)
        assert "Linked." in (await here.messages(private_of="bob"))[-1].text
        one, other = await guest(stage, "bob", here), await guest(stage, "bob", there)
        assert one.id == other.id
        assert (await all_plans(stage))[0].organiser_id == one.id
        liked = await stage.database.read(lambda tx: [venue.name for venue in favourites.of(tx, one.id)])
        assert sorted(liked) == ["Casa Luna", "The Long Table"]
        await there.say("bob", "/plans", private=True)
        assert "Casa Luna" in (await there.messages(private_of="bob"))[-1].labels[0]


async def test_a_table_is_given_back_from_the_other_network():
    here, there = two()
    async with Stage(here, there) as stage:
        await book(stage, who="bob")
        await here.say("bob", f"/link {await link_code(there, 'bob')}", private=True)
        await there.say("bob", "/reservations", private=True)
        await there.tap("bob", "Casa Luna", private=True)
        await there.tap("bob", "Give the table back", private=True)
        await there.tap("bob", "Yes, give it back", private=True)
        assert any("Bob gave the table back" in one.text for one in await here.messages())


@pytest.mark.parametrize("asks", ["stranger", "guest"])
async def test_a_guest_vouches_for_their_own_other_account(asks):
    here, there = two()
    async with Stage(here, there) as stage:
        await lurk(here, "ann")
        await there.say("bee", "/reserve luna 4 24 dec", private=True)
        if asks == "stranger":
            await here.say("bob", f"/link {await link_code(there, 'bee')}", private=True)
        else:
            await there.say("bee", f"/link {await link_code(here, 'bob')}", private=True)
        bee = await guest(stage, "bee", there)
        assert bee.approved
        assert bee.id == (await guest(stage, "bob", here)).id
        messages = await there.messages(private_of="bee")
        assert "An admin has let you in." in messages[0].text
        assert any("which times would you take?" in one.text for one in messages)
        shown = [one for one in await here.messages(private_of="ann") if "Fourtop" not in one.text][-1]
        assert "wants to use me" not in shown.text


async def test_an_old_a_foreign_and_a_used_link_code_open_nothing():
    here, there = two()
    async with Stage(here, there) as stage:
        old = await link_code(there, "bob")
        await stage.time.advance(timedelta(minutes=11))
        await here.say("bob", f"/link {old}", private=True)
        assert "That code opens nothing" in (await here.toasts("bob"))[-1]
        mine = await link_code(here, "bob")
        await here.say("bob", f"/link {mine}", private=True)
        assert "That code opens nothing" in (await here.toasts("bob"))[-1], "one's own code links nothing"
        used = await link_code(there, "bob")
        await here.say("bob", f"/link {used}", private=True)
        await here.say("cas", f"/link {used}", private=True)
        assert "That code opens nothing" in (await here.toasts("cas"))[-1]
        await here.say("cas", f"/claim {await link_code(here, 'ann')}", private=True)
        assert not (await guest(stage, "cas", here)).is_admin


async def test_being_blocked_beats_linking():
    here, there = two()
    async with Stage(here, there) as stage:
        offered = await link_code(there, "bob")
        bob = await guest(stage, "bob", there)
        await here.say("ann", f"/block {bob.id}", private=True)
        await here.say("bob", f"/link {offered}", private=True)
        assert (await guest(stage, "bob", here)).state is GuestState.BLOCKED


async def test_the_last_admin_is_not_linked_away():
    here, there = two()
    async with Stage(here, there) as stage:
        there_ann = await guest(stage, "ann", there)
        await stage.database.write(lambda tx: guests.set_admin(tx, there_ann.id, is_admin=False))
        offered = await link_code(there, "ann")
        await stage.database.write(lambda tx: guests.set_state(tx, there_ann.id, GuestState.BLOCKED))
        await here.say("ann", f"/link {offered}", private=True)
        assert "You are the only admin" in (await here.toasts("ann"))[-1]
        ann = await guest(stage, "ann", here)
        assert ann.is_admin
        assert ann.id != there_ann.id
