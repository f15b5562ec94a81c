"""Which of a guest's own accounts books, where the platform has accounts."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.flow import Scene
from bot.conversation.form import Question, Sorry
from bot.conversation.messages import Card
from bot.flows.reserve.draft import Draft
from bot.flows.reserve.spec import ReserveAction
from bot.wording import accounts as accounts_wording
from bot.wording import confirm as wording
from core.domain.account import Account, AccountState
from core.persistence import accounts
from core.powers.accounts import Accounts

ASKING = -1


class AccountQuestion(Question[Draft]):
    """Never asked unasked: the newest is used until another one is chosen."""

    action = ReserveAction.ACCOUNT

    def open(self, draft: Draft) -> bool:
        return draft.account_id == ASKING

    def blank(self, draft: Draft) -> Draft:
        return replace(draft, account_id=ASKING)

    async def settle(self, scene: Scene, draft: Draft) -> Draft | Sorry[Draft]:
        several = len(await own_accounts(scene, draft) or ()) > 1
        return draft if several else replace(draft, account_id=None)

    async def ask(self, scene: Scene, draft: Draft) -> Card:
        known = await own_accounts(scene, draft) or ()
        options = tuple(ReserveAction.ACCOUNT.choice(accounts_wording.label(one), one.id) for one in known)
        return Card(text=wording.WHICH_ACCOUNT, options=options, wide=True)

    async def said(self, scene: Scene, draft: Draft, text: str) -> Draft | Sorry[Draft]:
        return Sorry(text=wording.TAP_AN_ACCOUNT, draft=draft)

    async def chose(self, scene: Scene, draft: Draft, value: str) -> Draft | Sorry[Draft]:
        return replace(draft, account_id=int(value))


async def own_accounts(scene: Scene, draft: Draft) -> Sequence[Account] | None:
    """The owner's accounts that open, the newest first; None where the platform has none."""
    platform = draft.place.ref.platform
    if not isinstance(scene.world.platforms[platform], Accounts):
        return None
    known = await scene.world.database.read(
        lambda tx: accounts.of_guest(tx, scene.owner_id, platform=platform)
    )
    return [one for one in reversed(known) if one.state is AccountState.CONNECTED]


def chosen(known: Sequence[Account], draft: Draft) -> Account | None:
    """The one that books: the chosen one as long as it opens, else the newest."""
    return next((one for one in known if one.id == draft.account_id), known[0] if known else None)
