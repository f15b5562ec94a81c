"""`/accounts`: what is connected, until when, with which card; and an end to it."""

from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation.flow import Become, Scene, Turn
from bot.conversation.messages import Card
from bot.flows.accounts.card import listed, opened
from bot.flows.accounts_handoff import AccountsDraft, redraw_of
from bot.flows.connect.account_platforms import look_again, with_accounts
from bot.flows.connect.draft import ConnectDraft, begun
from bot.flows.flow_kinds import CardFlow
from bot.wording import accounts as wording
from bot.wording.text import Text
from core.domain.account import Account
from core.errors import NotYours
from core.persistence import accounts, guests, plans
from core.plans import account_choice


class AccountsFlow(CardFlow[AccountsDraft]):
    """Drawn from what is true when it is sent: accounts are renewed, and end, by themselves."""

    name = "accounts"
    live = True
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

    async def chose(self, scene: Scene, draft: AccountsDraft, value: str) -> Turn[AccountsDraft]:
        match value.split(":"):
            case ["open", number]:
                return Turn(draft=AccountsDraft(account_id=int(number)))
            case ["connect"]:
                return _connect(begun(scene))
            case ["check", number]:
                return await self._check(scene, await _theirs(scene, number))
            case ["again", number]:
                account = await _theirs(scene, number)
                return _connect(ConnectDraft(platform=account.platform, again=account.id))
            case ["disconnect", number]:
                return Turn(draft=AccountsDraft(account_id=int(number), asking="disconnect"))
            case ["disconnect", number, "yes"]:
                return self._disconnect(scene, await _theirs(scene, number))
            case _:
                return Turn(draft=AccountsDraft())

    async def _check(self, scene: Scene, account: Account) -> Turn[AccountsDraft]:
        draft = AccountsDraft(account_id=account.id)
        seen = await look_again(scene, account)
        if isinstance(seen, Text):
            return Turn(draft=draft, toast=seen)

        def write(tx: Connection) -> None:
            for plan_id in accounts.live_plans(tx, account.id) if seen.cards else ():
                account_choice.mended(tx, plan_id, now=scene.now)
            redraw_of(tx, account.guest_id, now=scene.now)

        return Turn(draft=draft, writes=(write,), toast=wording.looked_at(seen))

    def _disconnect(self, scene: Scene, account: Account) -> Turn[AccountsDraft]:
        def write(tx: Connection) -> None:
            scene.world.wallet.disconnect(tx, account.id, by=scene.speaker.id)
            redraw_of(tx, account.guest_id, now=scene.now)

        return Turn(draft=AccountsDraft(), writes=(write,), toast=wording.disconnected(account.platform))


async def _theirs(scene: Scene, number: str) -> Account:
    """The account, if it is the speaker's own. Raises `NotYours`."""
    account = await scene.world.database.read(lambda tx: accounts.find(tx, int(number)))
    if account is None or account.guest_id != scene.speaker.id:
        raise NotYours
    return account


def _connect(draft: ConnectDraft) -> Turn[AccountsDraft]:
    return Turn(draft=AccountsDraft(), become=Become(flow="connect", draft=draft))
