"""How accounts are drawn: all of them in a list, or one with what can be done."""

from collections.abc import Mapping, Sequence

from bot.conversation.messages import Card, Choice, Look, Tone
from bot.flows.accounts.actions import AccountsAction
from bot.flows.accounts_handoff import AccountsDraft
from bot.wording import accounts as wording
from bot.wording import common
from bot.wording.text import Text, lines
from core.domain.account import Account, AccountState
from core.domain.plan import Plan
from core.powers.accounts import Accounts


def listed(found: Sequence[Account], platforms: Mapping[str, Accounts], *, zone: str) -> Card:
    """Every account on a line; a tap opens one."""
    options = tuple(AccountsAction.OPEN.choice(wording.label(one), one.id) for one in found)
    text = (
        lines(wording.YOUR_ACCOUNTS, *(wording.line(one, zone) for one in found)) if found else wording.NONE
    )
    more = wording.CONNECT_ANOTHER if found else wording.CONNECT_ONE
    return Card(text=text, options=options, actions=_more(platforms, more), wide=True)


def opened(
    one: Account,
    draft: AccountsDraft,
    *,
    used_for: Sequence[Plan],
    platforms: Mapping[str, Accounts],
    alone: bool,
    zone: str,
) -> Card:
    """One account; `alone`: there is no other to go back to."""
    if draft.asking == "disconnect":
        yes = AccountsAction.SURELY_DISCONNECT.choice(wording.YES_DISCONNECT, one.id, look=Look.DANGER)
        keep = AccountsAction.OPEN.choice(wording.KEEP, one.id)
        return Card(text=wording.sure_disconnect(one, used_for), actions=(yes, keep))
    page = platforms[one.platform].mending_page() if one.platform in platforms else ""
    text = lines(
        wording.connected_now(one) if draft.fresh else wording.head(one),
        wording.until(one, zone),
        wording.card_on_file(one, page),
        wording.used_for(used_for),
        wording.NEXT if draft.fresh else Text(),
    )
    good = one.state is AccountState.CONNECTED
    back = () if alone else (AccountsAction.ALL.choice(common.BACK),)
    actions = (
        *_offered(one, platforms),
        *back,
        *(_more(platforms, wording.CONNECT_ANOTHER) if alone else ()),
    )
    return Card(text=text, tone=Tone.GOOD if good else Tone.BAD, actions=actions)


def _offered(one: Account, platforms: Mapping[str, Accounts]) -> tuple[Choice, ...]:
    connected = one.state is AccountState.CONNECTED
    look = Look.PLAIN if connected else Look.PRIMARY
    check = (AccountsAction.CHECK.choice(wording.CHECK, one.id),) if connected else ()
    again = (AccountsAction.SIGN_IN_AGAIN.choice(wording.SIGN_IN_AGAIN, one.id, look=look),)
    leave = AccountsAction.DISCONNECT.choice(wording.DISCONNECT, one.id, look=Look.DANGER)
    return (*check, *again, leave) if one.platform in platforms else (leave,)


def _more(platforms: Mapping[str, Accounts], label: str) -> tuple[Choice, ...]:
    return (AccountsAction.CONNECT.choice(label),) if platforms else ()
