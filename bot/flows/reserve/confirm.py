"""The table that is wanted, said back in plain words before the plan is armed."""

from bot.conversation.digest import digest
from bot.conversation.flow import Scene, Turn
from bot.conversation.form import Question, Sorry
from bot.conversation.messages import Card, Choice, Look
from bot.flows.connect.draft import connect_privately
from bot.flows.plan_handoff import plan_card
from bot.flows.reserve.arming import arm
from bot.flows.reserve.draft import Draft
from bot.flows.reserve.forecast import AllTaken, AtDrop, Forecast, NotKnown, TablesOpen, forecast
from bot.flows.reserve.limit import ceiling, currency_of, fees_possible, limit_of
from bot.flows.reserve.spec import ReserveAction
from bot.flows.reserve.summary import Summary, summary, with_terms
from bot.wording import common, drops
from bot.wording import confirm as wording
from bot.wording import plan as plan_wording
from bot.wording import terms as terms_wording
from bot.wording.text import Text, lines
from core.domain.plan_state import PlanState
from core.domain.terms import Ceiling
from core.errors import PlanOver
from core.jobs.attempt.pacing import AT_DROP
from core.persistence import plans


class ConfirmQuestion(Question[Draft]):
    """What will happen and when; changes of one answer; and the tap that arms the plan."""

    action = ReserveAction.CONFIRM

    def open(self, draft: Draft) -> bool:
        return True

    def blank(self, draft: Draft) -> Draft:
        return draft

    async def settle(self, scene: Scene, draft: Draft) -> Draft | Sorry[Draft]:
        return await with_terms(scene, draft)

    async def ask(self, scene: Scene, draft: Draft) -> Card:
        seen, wish, venue = await summary(scene, draft), draft.wish, draft.place
        text = lines(
            plan_wording.head(venue.name, wish),
            _what_happens(seen.ahead, draft),
            _cost(scene, seen, draft),
            _account(seen, draft),
            _circle(seen),
            Text() if seen.link is None else wording.page(venue.ref.platform, seen.link),
        )
        return Card(
            text=text,
            options=_options(seen, _digest(draft, seen.ahead, seen.limit)),
            actions=tuple(
                ReserveAction.CHANGE.choice(wording.change(label), name)
                for name, label in _changes(scene, seen, draft)
            ),
            wide=True,
        )

    async def said(self, scene: Scene, draft: Draft, text: str) -> Draft | Sorry[Draft]:
        return Sorry(text=wording.TAP_TO_CONFIRM, draft=draft)

    async def chose(self, scene: Scene, draft: Draft, value: str) -> Draft | Sorry[Draft] | Turn[Draft]:
        if draft.plan_id is not None and await _ended(scene, draft.plan_id):
            toast = common.explained(PlanOver(draft.plan_id))
            return Turn(draft=draft, become=plan_card(draft.plan_id), toast=toast)
        ahead = await forecast(scene, draft)
        if value != _digest(draft, ahead, await limit_of(scene, draft)):
            return Turn(draft=draft, toast=common.CHANGED_MEANWHILE)
        return await arm(scene, draft, ahead)


def _digest(draft: Draft, ahead: Forecast, limit: str) -> str:
    """Of all that is confirmed: what is wanted, what happens when, with whose account, at what cost."""
    at = ahead.at if isinstance(ahead, AtDrop) else None
    return digest(draft.wish, draft.account_id, draft.terms, draft.terms_on, limit, type(ahead).__name__, at)


async def connect_first(scene: Scene, draft: Draft) -> Turn[Draft]:
    """An account is missing: it is connected in private, and the card waits."""
    writes, toast = await connect_privately(scene, draft.place.ref.platform)
    return Turn(draft=draft, writes=writes, toast=toast, shown=False)


async def _ended(scene: Scene, plan_id: str) -> bool:
    plan = await scene.world.database.read(lambda tx: plans.get(tx, plan_id))
    return plan.state in {PlanState.BOOKED, PlanState.CANCELLED}


def _options(seen: Summary, confirmed: str) -> tuple[Choice, ...]:
    """To go for it, unless an account is missing that is needed at once; to connect one; to join a friend's plan."""
    go = ReserveAction.CONFIRM.choice(_go(seen.ahead), confirmed, look=Look.PRIMARY)
    options = () if seen.unconnected and isinstance(seen.ahead, TablesOpen) else (go,)
    if seen.unconnected and seen.can_write:
        options = (*options, ReserveAction.CONNECT.choice(wording.CONNECT))
    if seen.other is not None and seen.other.here:
        name = seen.other.organiser.name
        options = (*options, ReserveAction.JOIN.choice(wording.join(name), seen.other.plan.id))
    return options


def _changes(scene: Scene, seen: Summary, draft: Draft) -> list[tuple[str, str]]:
    offered = dict(wording.CHANGES)
    if not draft.place.seatings[1:]:
        del offered[ReserveAction.SEATING]
    if isinstance(seen.ahead, TablesOpen) or not fees_possible(scene, draft):
        del offered[ReserveAction.LIMIT]
    if not seen.accounts or len(seen.accounts) < 2:
        del offered[ReserveAction.ACCOUNT]
    return list(offered.items())


def _go(ahead: Forecast) -> str:
    match ahead:
        case AtDrop():
            return wording.ARM
        case TablesOpen():
            return wording.BOOK
        case AllTaken():
            return wording.WATCH
        case NotKnown():
            return wording.LOOK


def _what_happens(ahead: Forecast, draft: Draft) -> Text:
    venue, wish = draft.place, draft.wish
    match ahead:
        case AtDrop(at=at, window=window, known=known):
            return lines(
                wording.will_fire(wish.on, at, venue.zone, wish.times),
                wording.irregular(window),
                Text() if known is None else wording.how_sure(drops.how_sure(known, venue.zone)),
                wording.budget(AT_DROP.budget),
            )
        case TablesOpen(times=times):
            return wording.will_book(times)
        case AllTaken(until=until):
            return wording.will_watch(until, venue.zone, wish.times)
        case NotKnown(until=until):
            return wording.will_look(until, venue.zone, wish.times)


def _cost(scene: Scene, seen: Summary, draft: Draft) -> Text:
    """What the table costs or is likely to, and what is agreed to without asking."""
    venue, terms = draft.place, draft.terms
    match seen.ahead:
        case TablesOpen(terms=fresh):
            return terms_wording.cost(terms or fresh, venue.zone)
        case AllTaken():
            known = Text()
        case AtDrop() | NotKnown() if terms is not None and draft.terms_on is not None:
            usual = terms_wording.usual(terms, draft.terms_on, draft.cut_off)
            known = lines(terms_wording.NOT_CHARGED_YET, usual)
        case AtDrop() | NotKnown():
            unknown = terms_wording.NOT_KNOWN if fees_possible(scene, draft) else Text()
            known = lines(terms_wording.NOT_CHARGED_YET, unknown)
    if not fees_possible(scene, draft):
        return known
    limit = terms_wording.agreed_to(seen.limit, currency_of(draft))
    return lines(known, limit, _warning(seen, draft))


def _warning(seen: Summary, draft: Draft) -> Text:
    """That the likely terms are not those that may be agreed to without asking."""
    terms = draft.terms
    if terms is None:
        return Text()
    if not Ceiling().allows(terms):
        return terms_wording.ALWAYS_ASKED
    return Text() if ceiling(seen.limit, draft, None).allows(terms) else terms_wording.ABOVE_LIMIT


def _account(seen: Summary, draft: Draft) -> Text:
    if seen.accounts is None:
        return Text()
    platform = draft.place.ref.platform
    if seen.account is not None:
        return wording.books_with(platform, seen.account.holder)
    at_once = isinstance(seen.ahead, TablesOpen)
    return wording.not_connected(platform, None if seen.can_write else seen.door, at_once=at_once)


def _circle(seen: Summary) -> Text:
    other = seen.other
    if other is None:
        return Text()
    if not other.here:
        return wording.ANOTHER_PLAN_OF_YOURS
    return wording.friends_plan(other.organiser.name, booked=other.booked)
