"""The password or the token: used in the very turn in which it comes, and nowhere after."""

import logging
from dataclasses import replace
from urllib.parse import unquote_plus

from sqlalchemy import Connection

from bot.conversation.flow import Become, Scene, Turn
from bot.conversation.form import Question
from bot.conversation.messages import Card
from bot.flows.accounts_handoff import AccountsDraft
from bot.flows.connect.account_platforms import accounts_at
from bot.flows.connect.connected import connected
from bot.flows.connect.draft import ConnectDraft
from bot.wording import accounts as wording
from bot.wording import common
from bot.wording.text import Text
from core.domain.account import Account
from core.errors import ConnectedElsewhere, PlatformDown, SignInRefused
from core.powers.accounts import Login, PasswordLogin, SignedIn, TokenLogin
from core.security.secret import Secret

log = logging.getLogger(__name__)

_PIECE = 4
_LONGEST_REASON = 200
_MOST_REFUSED = 5
"""Wrong passwords in one dialogue: platforms lock accounts after more."""


class SecretQuestion(Question[ConnectDraft]):
    """The last question: its answer opens the account, or it is asked again."""

    name = "secret"

    def open(self, draft: ConnectDraft) -> bool:
        return True

    def blank(self, draft: ConnectDraft) -> ConnectDraft:
        return draft

    async def ask(self, scene: Scene, draft: ConnectDraft) -> Card:
        if draft.way == "token":
            text, typing = wording.how_to_copy(draft.platform), wording.TYPE_TOKEN
        else:
            text, typing = wording.which_password(draft.platform, draft.email), wording.TYPE_PASSWORD
        return Card(text=text, typing=typing, secret=True)

    async def said(self, scene: Scene, draft: ConnectDraft, text: str) -> Turn[ConnectDraft]:
        signed_in = await _signed_in(scene, draft, _login(draft, text))
        if isinstance(signed_in, Text):
            return _refused(draft, signed_in)
        try:
            account = await scene.world.wallet.connect(scene.speaker.id, draft.platform, signed_in)
        except ConnectedElsewhere as error:
            return Turn(draft=draft, sorry=common.explained(error), erase=True)
        return _connected(scene, draft, account)

    async def chose(self, scene: Scene, draft: ConnectDraft, value: str) -> ConnectDraft:
        return draft


def _login(draft: ConnectDraft, text: str) -> Login:
    typed = Secret(text.strip())
    return (
        TokenLogin(pasted=typed) if draft.way == "token" else PasswordLogin(email=draft.email, password=typed)
    )


async def _signed_in(scene: Scene, draft: ConnectDraft, login: Login) -> SignedIn | Text:
    """The account that was opened, or why not: in a sentence that has nothing in it of what was typed."""
    try:
        return await accounts_at(scene, draft.platform).sign_in(login)
    except SignInRefused as error:
        reason = error.reason if _harmless(error.reason, login) else ""
        if isinstance(login, TokenLogin):
            return wording.no_token(draft.platform, reason)
        return wording.wrong_password(draft.platform, reason)
    except PlatformDown as error:
        return common.explained(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, its words may repeat what was typed
        log.error("signing in at %s broke: %s", draft.platform, type(error).__name__)  # noqa: TRY400
        return common.SOMETHING_BROKE


def _harmless(reason: str, login: Login) -> bool:
    """Whether a platform's own sentence repeats nothing of what was typed, not even a piece of it."""
    typed = (login.pasted if isinstance(login, TokenLogin) else login.password).reveal().casefold()
    said, size = unquote_plus(reason).casefold(), min(len(typed), _PIECE)
    pieces = (typed[start : start + size] for start in range(len(typed) - size + 1))
    return len(reason) <= _LONGEST_REASON and not any(piece in said for piece in pieces)


def _refused(draft: ConnectDraft, sorry: Text) -> Turn[ConnectDraft]:
    draft = replace(draft, refused=draft.refused + 1)
    if draft.refused < _MOST_REFUSED:
        return Turn(draft=draft, sorry=sorry, erase=True)
    last = Card(text=wording.enough_tries(draft.platform))
    return Turn(draft=ConnectDraft(), open=False, last_card=last, erase=True)


def _connected(scene: Scene, draft: ConnectDraft, account: Account) -> Turn[ConnectDraft]:
    guest = scene.speaker

    def write(tx: Connection) -> None:
        connected(tx, guest, account, scene.world.declared, plan_id=draft.plan_id, now=scene.now)

    shown = Become(flow="accounts", draft=AccountsDraft(account_id=account.id, fresh=True))
    return Turn(draft=ConnectDraft(), become=shown, writes=(write,), erase=True)
