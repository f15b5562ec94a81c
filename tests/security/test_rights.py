"""Every choice of every card, tapped by everybody who should not, and from where it is not."""

import pytest
from sqlalchemy import Connection

from bot.conversation.messages import Said
from bot.flows.registry import all_flows
from bot.wording import common
from core.persistence import guests, plans
from core.persistence.tables import (
    accounts,
    dialogues,
    drop_claims,
    favourites,
    jobs,
    mandates,
    plan_friends,
    reservations,
)
from core.persistence.tables import guests as guests_table
from core.persistence.tables import plans as plans_table
from tests.expect import present
from tests.security.acts import command, dm, group, person, tap, toast
from tests.security.cards import MAKES, OWNERS, Made, made, seat, stage_with_accounts
from tests.stage import Stage

FRIENDS_MAY = {
    "reserve": {"venue", "day", "party", "times", "seating", "back"},
    "plan": {"in", "out"},
    "plans": {"chat"},
    "reminder": {"coming"},
}
"""What this suite holds to be a friend's right, by the name of the action; each flow has its own word for it."""
UNSEEN = {
    *(("accounts", "all"), ("connect", "platform"), ("drop", "changed"), ("mend", "free")),
    *(("drill", action) for action in ("more", "stop")),
    *(("favourites", action) for action in ("add", "bring")),
    *(("plan", action) for action in ("lend", "notify", "terms", "unlend", "watch", "word")),
    *(("reserve", action) for action in ("account", "connect", "join", "limit")),
}
"""Actions that none of these cards offers: they want a plan that goes wrong, or a platform with more powers. Those are
tried by everybody in `tests/bot/conversation/test_permissions.py` alone.
"""
NOT_TAPPED = {"start", "help", "claim", "link", "allow", "resign", "promote", "approve", "decline", "block"}
"""Flows that answer in one breath: their cards have nothing to tap."""
OWN = {"plans", "reservations", "favourites", "settings", "connect", "accounts", "mend", "mandate", "drop"}


async def facts(stage: Stage) -> list[object]:
    """All that a tap could have changed."""

    def look(tx: Connection) -> list[object]:
        d, g = dialogues.c, guests_table.c
        return [
            tx.execute(
                dialogues.select().with_only_columns(d.id, d.flow, d.draft, d.plan_id, d.open, d.guest_id)
            ).all(),
            tx.execute(
                guests_table.select()
                .with_only_columns(g.id, g.state, g.is_admin, g.preferences, g.note)
                .order_by(g.id)
            ).all(),
            *(
                tx.execute(table.select()).all()
                for table in (
                    plans_table,
                    plan_friends,
                    mandates,
                    jobs,
                    reservations,
                    favourites,
                    accounts,
                    drop_claims,
                )
            ),
        ]

    return await stage.database.read(look)


def is_a_friends(card: Made, value: str) -> bool:
    return value.partition(":")[0] in FRIENDS_MAY.get(card.flow, ())


def test_every_flow_that_can_be_tapped_is_tried_here():
    tried = {name.partition(":")[0] for name in MAKES} | {"join"}
    assert tried | NOT_TAPPED == {flow.spec.name for flow in all_flows()}


async def test_every_action_that_can_be_tapped_is_tried_here():
    """Of every flow in the registry: who adds one brings its card about, in `MAKES`, or says why that is not needed."""
    seen = set[tuple[str, str]]()
    for name in MAKES:
        async with stage_with_accounts() as stage:
            await seat(stage)
            card = await made(stage, name)
            seen |= {(card.flow, choice.value.partition(":")[0]) for choice in card.choices}
    declared = {(flow.spec.name, str(action)) for flow in all_flows() for action in flow.spec.actions}
    assert declared - seen == UNSEEN


@pytest.mark.parametrize("name", MAKES)
async def test_nobody_without_the_right_changes_anything(name):
    async with stage_with_accounts() as stage:
        await seat(stage)
        card = await made(stage, name)
        # Seen once before, so that meeting them is no change.
        for who in ("newcomer", "pia", "dee", "blo", "out", "cas", "ann"):
            await stage.fake.hear(command(who, "/cancel", group()))
            await stage.fake.hear(command(who, "/cancel", dm(who)))
            await stage.fake.hear(command(who, "/cancel", group("other")))
        before = await facts(stage)
        refused: list[tuple[str, str, str]] = []
        for choice in card.choices:
            here = ["newcomer", "pia", "dee", "blo"]
            if not is_a_friends(card, choice.value):
                here.append("cas")
            if card.flow in OWN and not is_a_friends(card, choice.value):
                here.append("ann")
            here = [who for who in here if who != OWNERS.get(name, "bob")]
            attempts = [(who, card.place) for who in here]
            # The same button, copied to where its card is not: by a guest, by an admin, by its owner.
            attempts += [(who, group("other")) for who in ("out", "ann", "bob", "cas")]
            attempts += [(who, dm(who)) for who in ("out", "ann", "bob") if dm(who) != card.place]
            for who, place in attempts:
                said = toast(await stage.fake.hear(tap(who, place, card.dialogue_id, choice.ref)))
                if await facts(stage) != before:
                    refused.append((who, place.chat_id, choice.value))
                    before = await facts(stage)
                assert "went wrong" not in said
        assert not refused


@pytest.mark.parametrize("name", MAKES)
async def test_a_forged_reference_does_nothing(name):
    async with stage_with_accounts() as stage:
        await seat(stage)
        card = await made(stage, name)
        owner = OWNERS.get(name, "bob")
        other = await made(stage, "plan: armed" if name.startswith("reserve") else "reserve: venue")
        before = await facts(stage)
        known = {choice.ref for choice in card.choices}
        forged = ["", "x", "0" * 12, "\x00", "~1", "page", *(choice.value for choice in card.choices)]
        forged += [choice.ref for choice in other.choices if choice.ref not in known]
        for ref in forged:
            said = toast(await stage.fake.hear(tap(owner, card.place, card.dialogue_id, ref)))
            assert "went wrong" not in said, ref
        assert await facts(stage) == before


@pytest.mark.parametrize("name", [name for name in MAKES if not name.startswith("reserve")])
async def test_words_to_somebody_elses_card_change_nothing(name):
    async with stage_with_accounts() as stage:
        await seat(stage)
        card = await made(stage, name)
        shown = next(
            one for one in reversed(stage.fake.frontend.messages) if one.dialogue_id == card.dialogue_id
        )
        for who in ("newcomer", "pia", "blo", "cas", "out", "ann"):
            await stage.fake.hear(command(who, "/cancel", group()))
            await stage.fake.hear(command(who, "/cancel", group("other")))
        before = await facts(stage)
        for who in ("newcomer", "pia", "blo", "cas", "out", *(["ann"] if card.flow in OWN else [])):
            for words in ("Berlin", "22-8", "casa luna", "yes"):
                for place in (card.place, group("other")):
                    for event in (
                        Said(person=person(who), place=place, text=words, reply_to=shown.id),
                        Said(person=person(who), place=place, text=words, dialogue_id=card.dialogue_id),
                    ):
                        await stage.fake.hear(event)
        if card.flow == "reserve":  # a plan that is being changed: friends may answer
            return
        assert await facts(stage) == before


@pytest.mark.parametrize("name", [name for name in MAKES if name.partition(":")[0] in FRIENDS_MAY])
async def test_a_friend_may_do_what_friends_may(name):
    async with stage_with_accounts() as stage:
        card = await made(stage, name)
        theirs = [choice for choice in card.choices if is_a_friends(card, choice.value)]
        for choice in theirs[:3]:
            answer = await stage.fake.hear(tap("cas", card.place, card.dialogue_id, choice.ref))
            assert answer.toast != common.NOT_FOR_YOU


@pytest.mark.parametrize("name", MAKES)
async def test_the_owner_may_tap_everything_once(name):
    async with stage_with_accounts() as stage:
        card = await made(stage, name)
        for choice in card.choices[:1]:
            said = toast(
                await stage.fake.hear(tap(OWNERS.get(name, "bob"), card.place, card.dialogue_id, choice.ref))
            )
            assert said not in {text.plain(now=stage.clock.now()) for text in (common.NOT_FOR_YOU,)}


@pytest.mark.parametrize("name", ["plans: mine", "guests", "approval", "reservations"])
async def test_a_page_is_turned_only_where_the_card_is(name):
    """Turning a page is the front-end's own affair, and shows the card it asks for."""
    async with stage_with_accounts() as stage:
        card = await made(stage, name)
        here = await stage.switchboard.current_card(card.dialogue_id, place=card.place)
        assert here is not None
        for place in (group("other"), dm("eve"), dm("cas"), group("never heard of")):
            assert await stage.switchboard.current_card(card.dialogue_id, place=place) is None


async def test_a_groups_list_has_only_that_groups_plans():
    async with stage_with_accounts() as stage:
        await stage.fake.hear(command("ann", "/allow", group("other")))
        await stage.fake.say("bob", "/reserve luna 2 fri 19:00-20:00 bar", private=True)
        await stage.fake.tap("bob", "Yes, book it", private=True)
        await stage.fake.say("cas", "/reserve luna 4 22 dec 19:00-20:00 dining")
        await stage.fake.tap("cas", "Yes, go for it")
        await stage.fake.hear(command("bob", "/plans", group("other")))
        card = next(one for one in reversed(stage.fake.frontend.messages) if one.place.chat_id == "other")
        assert [choice.label for choice in present(card.card).choices()] == ["Mine"]


async def test_who_was_an_admin_sees_no_guests_any_more():
    async with stage_with_accounts() as stage:
        await stage.fake.hear(command("ann", "/promote bob", dm("ann")))
        await stage.fake.hear(command("bob", "/guests", dm("bob")))
        await stage.fake.hear(command("eve", "/start", dm("eve")))
        shown = [one for one in stage.fake.frontend.messages if one.place.chat_id == "dm:bob"]
        assert len([one for one in shown if "Eve" in one.text.plain(now=stage.clock.now())]) == 1
        await stage.fake.hear(command("bob", "/resign", dm("bob")))
        await stage.fake.hear(command("ann", "/approve eve", dm("ann")))
        for one in shown:
            for choice in present(one.card).choices():
                await stage.fake.hear(tap("bob", dm("bob"), present(one.dialogue_id), choice.ref))
        now = stage.clock.now()
        assert not [one for one in shown if "approved" in one.text.plain(now=now)]


async def test_a_plan_is_handed_over_only_to_who_is_in_it():
    async with stage_with_accounts() as stage:
        card = await made(stage, "plan: hand over?")
        assert [choice.label for choice in card.choices][:-1] == ["Cas"]
        cas = next(choice for choice in card.choices if choice.label == "Cas")
        plan = (await stage.database.read(lambda tx: tx.execute(plans_table.select()).one())).id
        guest = present(await stage.database.read(lambda tx: guests.sign_in(tx, "fake", "cas")))
        await stage.database.write(
            lambda tx: plans.set_coming(tx, plan, present(guest).guest_id, coming=False)
        )
        await stage.fake.hear(tap("bob", group(), card.dialogue_id, cas.ref))
        row = await stage.database.read(lambda tx: plans.get(tx, plan))
        assert row.organiser_id != guest.guest_id


async def test_a_command_of_admins_is_for_admins():
    async with stage_with_accounts() as stage:
        await seat(stage)
        before = await facts(stage)
        for who in ("bob", "pia", "blo"):
            for line in ("/approve pia", "/block ann", "/decline ann", "/promote bob", "/resign", "/guests"):
                for place in (dm(who), group()):
                    answer = await stage.fake.hear(command(who, line, place))
                    assert answer.toast in {None, common.ADMINS_ONLY, common.NOT_A_GUEST, common.SHUT_OUT}
            await stage.fake.hear(command(who, "/allow", group("other")))
        assert await facts(stage) == before
