"""A sign-in, a step at a time: an answer is used in the very turn in which it comes, and nowhere after."""

import logging
from dataclasses import replace
from typing import assert_never
from urllib.parse import unquote_plus

from sqlalchemy import Connection

from bot.conversation.flow import Become, Scene, Turn
from bot.conversation.messages import Card
from bot.flows.accounts_handoff import ACCOUNTS, AccountsDraft
from bot.flows.connect.connected import connected
from bot.flows.connect.draft import AskedStep, ConnectDraft
from bot.wording import common
from bot.wording import connect as wording
from bot.wording.text import Text
from core.errors import ConnectedElsewhere, Locked, PlatformDown
from core.persistence import codec, dialogues
from core.powers.accounts import Accounts, SignedIn, SignInAnswer
from core.powers.sign_in import PickWay, SignInLapsed, SignInQuestion, SignInRefusal, SignInStep, Way
from core.security.secret import Secret

log = logging.getLogger(__name__)

_PIECE = 4
_LONGEST_REASON = 200
_MOST_REFUSED = 5
"""Answers that did not do in one dialogue: platforms lock accounts after more."""


def question_of(draft: ConnectDraft, accounts: Accounts) -> SignInQuestion:
    """What is asked now."""
    return draft.steps[-1].question if draft.steps else accounts.first_step().question


def ways_of(accounts: Accounts) -> tuple[Way, ...]:
    """Those that may be picked from; none where there is but one."""
    first = accounts.first_step().question
    return first.ways if isinstance(first, PickWay) else ()


async def answered(
    scene: Scene, draft: ConnectDraft, accounts: Accounts, answer: Secret
) -> Turn[ConnectDraft]:
    """The turn that an answer comes to: the next question, the same again, all from the beginning, or an account."""
    step = _now(scene, draft, accounts)
    question = question_of(draft, accounts)
    came = SignInLapsed() if step is None else await _answer(draft.platform, accounts, step, answer)
    match came:
        case SignInStep():
            sealed = scene.world.wallet.sealed_step(came.state, dialogue_id=scene.dialogue_id)
            asked = AskedStep(question=came.question, sealed=sealed, until=came.until)
            return Turn(draft=replace(draft, steps=(*draft.steps, asked)), erase=question.secret)
        case SignInRefusal(reason=reason):
            told = reason if _harmless(reason, question, answer) else ""
            return _not_taken(
                draft, question, wording.not_taken(draft.platform, question, ways_of(accounts), told)
            )
        case SignInLapsed():
            anew = wording.from_the_beginning(draft.platform)
            return _not_taken(replace(draft, steps=()), question, anew)
        case Text():
            return _not_taken(draft, question, came)
        case SignedIn():
            return await _keep(scene, draft, came)
        case _:
            assert_never(came)


def _now(scene: Scene, draft: ConnectDraft, accounts: Accounts) -> SignInStep | None:
    """What was asked, as the platform wants it back; None when that is of no use any more."""
    if not draft.steps:
        return accounts.first_step()
    asked = draft.steps[-1]
    if asked.until is not None and scene.now >= asked.until:
        return None
    try:
        state = scene.world.wallet.unsealed_step(asked.sealed, dialogue_id=scene.dialogue_id)
    except Locked:  # the key was changed meanwhile
        return None
    return SignInStep(question=asked.question, state=state, until=asked.until)


async def _answer(platform: str, accounts: Accounts, step: SignInStep, answer: Secret) -> SignInAnswer | Text:
    """What comes of it, or why nothing: in a sentence that has nothing in it of what was typed."""
    try:
        return await accounts.next_step(step, answer)
    except PlatformDown as error:
        return common.explained(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, its words may repeat what was typed
        log.error("signing in at %s broke: %s", platform, type(error).__name__)  # noqa: TRY400
        return common.SOMETHING_BROKE


def _harmless(reason: str, question: SignInQuestion, answer: Secret) -> bool:
    """Whether a platform's own sentence repeats nothing of a secret, not even a piece of it."""
    typed = answer.reveal().casefold() if question.secret else ""
    said, size = unquote_plus(reason).casefold(), min(len(typed), _PIECE)
    pieces = (typed[start : start + size] for start in range(len(typed) - size + 1))
    return len(reason) <= _LONGEST_REASON and not any(piece and piece in said for piece in pieces)


def _not_taken(draft: ConnectDraft, question: SignInQuestion, sorry: Text) -> Turn[ConnectDraft]:
    draft = replace(draft, refused=draft.refused + 1)
    if draft.refused < _MOST_REFUSED:
        return Turn(draft=draft, sorry=sorry, erase=question.secret)
    last = Card(text=wording.enough_tries(draft.platform))
    return Turn(draft=ConnectDraft(), open=False, last_card=last, erase=question.secret)


async def _keep(scene: Scene, draft: ConnectDraft, signed_in: SignedIn) -> Turn[ConnectDraft]:
    """The account, what waited for it, and that it was answered, all in the turn's own transaction: a code is used
    once, and what it opened is there with all that follows or not at all.
    """
    guest, wallet, platform = scene.speaker, scene.world.wallet, draft.platform

    def look(tx: Connection) -> None:
        wallet.connectable(tx, guest_id=guest.id, platform=platform, signed_in=signed_in)

    def keep(tx: Connection) -> None:
        account = wallet.connect_in(tx, guest_id=guest.id, platform=platform, signed_in=signed_in)
        shown = AccountsDraft(account_id=account.id, fresh=True)
        dialogues.set_draft(tx, scene.dialogue_id, codec.dump(AccountsDraft, shown))  # its number is new
        connected(
            tx,
            guest,
            account,
            plan_id=draft.plan_id,
            lends=draft.lends,
            now=scene.now,
        )

    try:
        await scene.world.database.read(look)
    except ConnectedElsewhere as error:
        return Turn(draft=draft, sorry=common.explained(error), erase=True)
    return Turn(
        draft=ConnectDraft(),
        become=Become(flow=ACCOUNTS, draft=AccountsDraft(fresh=True)),
        writes=(keep,),
        afterwards=(lambda: wallet.open_all(of=guest.id),),
        erase=True,
    )
