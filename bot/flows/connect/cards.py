"""What is shown while an account is being connected: which platform, and each step of signing in there."""

from dataclasses import replace

from bot.conversation.flow import Scene
from bot.conversation.messages import Card, Look
from bot.flows.connect.account_platforms import with_accounts
from bot.flows.connect.draft import ConnectDraft
from bot.flows.connect.spec import ConnectAction
from bot.flows.connect.steps import question_of, ways_of
from bot.wording import common
from bot.wording import connect as wording
from bot.wording.accounts import called
from bot.wording.text import Text, lines
from core.persistence import plans
from core.powers.accounts import Accounts
from core.powers.sign_in import PickWay

_LEAVE = ConnectAction.CANCEL.choice(common.CANCEL, look=Look.DANGER)
_BACK = ConnectAction.BACK.choice(common.BACK)


def which_platform(scene: Scene) -> Card:
    """Asked only where several platforms have accounts."""
    known = with_accounts(scene)
    if not known:
        return Card(text=wording.NO_ACCOUNTS_HERE)
    options = tuple(ConnectAction.PLATFORM.choice(called(name), name) for name in known)
    return Card(text=wording.WHICH_PLATFORM, options=options, actions=(_LEAVE,))


async def step(scene: Scene, draft: ConnectDraft, accounts: Accounts) -> Card:
    """What the platform asks now; before the first of it honest words on what it means."""
    question = question_of(draft, accounts)
    text = wording.asked(draft.platform, question, ways_of(accounts))
    back = bool(draft.steps) or len(with_accounts(scene)) > 1
    if not draft.steps:
        before = await _before(scene, draft, accounts)
        text = before if isinstance(question, PickWay) else lines(before, text)
    card = Card(
        text=text,
        actions=(_BACK, _LEAVE) if back else (_LEAVE,),
        typing=wording.typing(question),
        secret=question.secret,
    )
    if not isinstance(question, PickWay):
        return card
    looks = (Look.PRIMARY, *(Look.PLAIN for _ in question.ways[1:]))
    options = (
        ConnectAction.WAY.choice(wording.way(one), one.value, look=look)
        for one, look in zip(question.ways, looks, strict=True)
    )
    return replace(card, options=tuple(options), wide=True)


async def _before(scene: Scene, draft: ConnectDraft, accounts: Accounts) -> Text:
    plan_id = draft.plan_id
    plan = None if plan_id is None else await scene.world.database.read(lambda tx: plans.get(tx, plan_id))
    return wording.before_signing_in(draft.platform, ways_of(accounts), plan, again=draft.again is not None)
