"""What not turning up may cost a person without asking again."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import Connection

from bot.conversation.flow import Scene, Turn, Write
from bot.conversation.form import Question, Sorry
from bot.conversation.messages import Card
from bot.flows.reserve.draft import Draft
from bot.flows.reserve.spec import ReserveAction
from bot.wording import terms as wording
from core.domain.guest import Preferences
from core.domain.terms import Ceiling, Money, Terms
from core.domain.usual_limit import currency_at
from core.persistence import guests
from core.powers.accounts import Accounts

ASKING = "?"
ANY = "any"
LIMITS: Sequence[str] = ("0", "25", "50", "100", ANY)


class LimitQuestion(Question[Draft]):
    """Never asked unasked: the guest's last answer, or what most would say, holds until it is changed."""

    action = ReserveAction.LIMIT

    def open(self, draft: Draft) -> bool:
        return draft.limit == ASKING

    def blank(self, draft: Draft) -> Draft:
        return replace(draft, limit=ASKING)

    async def settle(self, scene: Scene, draft: Draft) -> Draft | Sorry[Draft]:
        return draft if fees_possible(scene, draft) else replace(draft, limit="")

    async def ask(self, scene: Scene, draft: Draft) -> Card:
        currency = currency_of(draft)
        options = tuple(ReserveAction.LIMIT.choice(wording.limit_label(one, currency), one) for one in LIMITS)
        return Card(text=wording.WHICH_LIMIT, options=options)

    async def said(self, scene: Scene, draft: Draft, text: str) -> Draft | Sorry[Draft]:
        return Sorry(text=wording.TAP_A_LIMIT, draft=draft)

    async def chose(self, scene: Scene, draft: Draft, value: str) -> Turn[Draft]:
        if scene.speaker.id != scene.owner_id:  # an admin may step in, but not with another's money
            return Turn(draft=draft, toast=wording.ONLY_THE_PAYER)
        return Turn(draft=replace(draft, limit=value), writes=(_keep(scene, value),))


def fees_possible(scene: Scene, draft: Draft) -> bool:
    """Whether a guest may have to pay anything: with an account of theirs, or under terms that were seen."""
    own = isinstance(scene.world.platforms[draft.place.ref.platform], Accounts)
    return own or (draft.terms is not None and draft.terms.late_fee is not None)


async def limit_of(scene: Scene, draft: Draft) -> str:
    """The answer given, else the owner's usual one."""
    if draft.limit not in {"", ASKING}:
        return draft.limit
    owner = await scene.world.database.read(lambda tx: guests.find(tx, scene.owner_id))
    usual = (Preferences() if owner is None else owner.preferences).fee_limit
    return ANY if usual is None else str(usual)


def ceiling(limit: str, draft: Draft, agreed: Terms | None) -> Ceiling:
    """The limit in the money of the place; `agreed` are terms that were shown and accepted with it."""
    fee = None if limit == ANY else Money(amount=Decimal(limit), currency=currency_of(draft))
    return Ceiling(late_fee=fee, agreed=agreed)


def limit_in(known: Ceiling) -> str:
    """The limit that a ceiling was made from."""
    return ANY if known.late_fee is None else f"{known.late_fee.amount:.0f}"


def currency_of(draft: Draft) -> str:
    """That of the terms which were seen, else what people pay with there."""
    if draft.terms is not None and draft.terms.late_fee is not None:
        return draft.terms.late_fee.currency
    return currency_at(draft.place.zone)


def _keep(scene: Scene, value: str) -> Write:
    """The owner's answer is their usual one from now on."""

    def write(tx: Connection) -> None:
        preferences = guests.get(tx, scene.owner_id).preferences
        usual = None if value == ANY else int(value)
        guests.set_preferences(tx, scene.owner_id, replace(preferences, fee_limit=usual))

    return write
