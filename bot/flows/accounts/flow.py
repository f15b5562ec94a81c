"""`/accounts`: what is connected, until when, with which card; and an end to it."""

from dataclasses import replace

from sqlalchemy import Connection

from bot.commands import CommandSpec, Where
from bot.conversation.actions import Chosen
from bot.conversation.flow import Become, Scene, Turn
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card
from bot.flows.accounts.actions import AccountsAction
from bot.flows.accounts.card import listed, opened
from bot.flows.accounts_handoff import ACCOUNTS, AccountsDraft
from bot.flows.connect.account_platforms import look_again, with_accounts
from bot.flows.connect.draft import ConnectDraft, begun
from bot.flows.connect.spec import CONNECT
from bot.flows.flow_kinds import CardFlow
from bot.wording import accounts as wording
from bot.wording.text import Text
from core.domain.account import Account
from core.errors import NotYours
from core.persistence import accounts, guests, plans
from core.plans import account_choice


class AccountsFlow(CardFlow[AccountsDraft]):
    """Drawn from what is true when it is sent: accounts are renewed, and end, by themselves."""

    spec = FlowSpec(
        name=ACCOUNTS,
        commands=(CommandSpec(name="accounts", summary="Your connected accounts", where=Where.PRIVATE),),
        actions=AccountsAction,
        becomes=(CONNECT,),
        live=True,
        shows_accounts=True,
    )
    draft = AccountsDraft

    async def show(self, scene: Scene, draft: AccountsDraft) -> Card:
        guest, found = await scene.world.database.read(
            lambda tx: (guests.get(tx, scene.owner_id), accounts.of_guest(tx, scene.owner_id))
        )
        zone, platforms = guest.preferences.zone or "UTC", with_accounts(scene)
        chosen = next((one for one in found if one.id == draft.account_id), None)
        one = found[0] if chosen is None and len(found) == 1 else chosen
        if one is None:
            return listed(found, platforms, zone=zone)
        used_for = await scene.world.database.read(
            lambda tx: [plans.get(tx, plan_id) for plan_id in accounts.live_plans(tx, one.id)]
        )
        shown = draft if chosen is not None else replace(draft, fresh=False, asking="")
        alone = len(found) == 1
        return opened(one, shown, used_for=used_for, platforms=platforms, alone=alone, zone=zone)

    async def chose(
        self, scene: Scene, draft: AccountsDraft, chosen: Chosen[AccountsAction]
    ) -> Turn[AccountsDraft]:
        match chosen.action:
            case AccountsAction.ALL:
                return Turn(draft=AccountsDraft())
            case AccountsAction.CONNECT:
                return _connect(begun(scene))
            case AccountsAction.OPEN:
                return Turn(draft=AccountsDraft(account_id=int(chosen.about)))
            case AccountsAction.CHECK:
                return await self._check(scene, await _theirs(scene, chosen.about))
            case AccountsAction.SIGN_IN_AGAIN:
                account = await _theirs(scene, chosen.about)
                return _connect(ConnectDraft(platform=account.platform, again=account.id))
            case AccountsAction.DISCONNECT:
                number = chosen.about.partition(":")[0]  # cards of an earlier version have more
                return Turn(draft=AccountsDraft(account_id=int(number), asking="disconnect"))
            case AccountsAction.SURELY_DISCONNECT:
                return self._disconnect(scene, await _theirs(scene, chosen.about))

    async def _check(self, scene: Scene, account: Account) -> Turn[AccountsDraft]:
        draft = AccountsDraft(account_id=account.id)
        seen = await look_again(scene, account)
        if isinstance(seen, Text):
            return Turn(draft=draft, toast=seen)

        def write(tx: Connection) -> None:
            for plan_id in accounts.live_plans(tx, account.id) if seen.cards else ():
                account_choice.mended(tx, plan_id, now=scene.now)

        return Turn(draft=draft, writes=(write,), toast=wording.looked_at(seen))

    def _disconnect(self, scene: Scene, account: Account) -> Turn[AccountsDraft]:
        def write(tx: Connection) -> None:
            scene.world.wallet.disconnect(tx, account.id, by=scene.speaker.id)

        return Turn(draft=AccountsDraft(), writes=(write,), toast=wording.disconnected(account.platform))


async def _theirs(scene: Scene, number: str) -> Account:
    """The account, if it is the speaker's own. Raises `NotYours`."""
    account = await scene.world.database.read(lambda tx: accounts.find(tx, int(number)))
    if account is None or account.guest_id != scene.speaker.id:
        raise NotYours
    return account


def _connect(draft: ConnectDraft) -> Turn[AccountsDraft]:
    return Turn(draft=AccountsDraft(), become=Become(flow=CONNECT, draft=draft))
