"""News as notices: who is called by name, what goes along."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.conversation.flow import World
from bot.conversation.messages import File, Notice
from bot.delivery.calendar_file import invitation
from bot.flows.plan.at_platform import address_of
from bot.flows.plan.snapshot import Snapshot, snapshot
from bot.notifications.news import (
    BookedNews,
    DoorNews,
    JudgedNews,
    LostNews,
    MissedNews,
    NeededNews,
    News,
    ReleasedNews,
    ReminderNews,
    ReportNews,
    TroubleNews,
    UnlistedNews,
)
from bot.report.drop_report import drop_report
from bot.wording import lists as list_wording
from bot.wording import members as member_wording
from bot.wording import news as wording
from bot.wording.text import Mention, Plain, Span, Text
from core.domain.booking import GuestAction
from core.domain.chat import Chat
from core.domain.guest import Guest, GuestState
from core.domain.plan_state import PlanState
from core.domain.trouble import Trouble
from core.errors import PlanOver
from core.persistence import guests, plans


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What news of a plan are told from; `people` are called by name in a group."""

    now: Snapshot
    people: tuple[Span, ...]
    address: str


class NewsRenderer:
    """Words for news, read from the database when they are sent."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def render(self, news: News, chat: Chat) -> Notice | None:  # noqa: PLR0912 - a case for each
        """The notice for this chat; None when it is no longer true."""
        match news:
            case JudgedNews(state=state):
                return Notice(text=member_wording.judged_news(GuestState(state)))
            case DoorNews(plan_id=plan_id, guest_id=guest_id):
                return await self._door(plan_id, guest_id, chat)
            case MissedNews():
                return Notice(text=await self._world.database.read(lambda tx: _missed(tx, news)))
            case BookedNews(plan_id=plan_id):
                return self._booked(await self._source(plan_id, chat))
            case LostNews(plan_id=plan_id):
                return _lost(await self._source(plan_id, chat))
            case TroubleNews(plan_id=plan_id, trouble=trouble, about=about):
                return _troubled(await self._source(plan_id, chat), trouble, about)
            case NeededNews(plan_id=plan_id, action=action):
                source = await self._source(plan_id, chat)
                return Notice(text=wording.needed(source.now.plan, GuestAction(action)))
            case ReportNews(job_id=job_id):
                return await drop_report(self._world.database, job_id)
            case ReminderNews(plan_id=plan_id):
                source = await self._source(plan_id, chat)
                if source.now.kept is None:
                    return None
                plan, kept = source.now.plan, source.now.kept
                return Notice(text=list_wording.soon(plan.venue_name, kept.reservation, source.address))
            case ReleasedNews(plan_id=plan_id, by=by):
                source = await self._source(plan_id, chat)
                return Notice(text=wording.released(source.now.plan, by))
            case UnlistedNews(plan_id=plan_id):
                source = await self._source(plan_id, chat)
                if source.now.kept is None or source.now.kept.reservation.read_back:
                    return None
                return Notice(
                    text=wording.unlisted(source.now.plan, source.now.kept.reservation, source.people)
                )

    def _booked(self, source: _Source) -> Notice | None:
        now = source.now
        if now.kept is None:
            return None
        calendar = invitation(
            now.kept.reservation,
            venue_name=now.plan.venue_name,
            address=source.address,
            uid=f"{now.plan.id}@fourtop",
            now=now.kept.booked_at,
        )
        return Notice(
            text=wording.booked(
                now.plan,
                now.kept.reservation,
                address=source.address,
                name=now.in_name_of,
                coming=[guest.name for guest in now.coming],
                people=source.people,
            ),
            file=File(name="reservation.ics", media_type="text/calendar", content=calendar),
        )

    async def _source(self, plan_id: str, chat: Chat) -> _Source:
        def look(tx: Connection) -> tuple[Snapshot, tuple[Span, ...]]:
            now = snapshot(tx, plan_id)
            if chat.private:
                return now, ()
            friends = {guest.id: guest for guest in (now.organiser, *now.coming)}
            return now, tuple(called(tx, guest, chat.frontend) for guest in friends.values())

        now, people = await self._world.database.read(look)
        return _Source(now=now, people=people, address=await address_of(self._world, now.plan))

    async def _door(self, plan_id: str, guest_id: int, chat: Chat) -> Notice | None:
        def look(tx: Connection) -> Span | None:
            guest = guests.find(tx, guest_id)
            return None if guest is None else called(tx, guest, chat.frontend)

        person = await self._world.database.read(look)
        if person is None:
            return None
        url = self._world.networks.door(chat.frontend, "start")
        return Notice(text=wording.door(person, url))


def _missed(tx: Connection, news: MissedNews) -> Text:
    """Of which plan or guest, as far as they are there still."""
    if news.plan_id is not None:
        try:
            return wording.missed_plan(plans.get(tx, news.plan_id))
        except PlanOver:
            return wording.missed_guest("")
    guest = None if news.guest_id is None else guests.find(tx, news.guest_id)
    return wording.missed_guest("" if guest is None else guest.name)


def _troubled(source: _Source, trouble: str, about: str) -> Notice | None:
    if trouble == Trouble.LOCKED_OUT:
        unseen = source.now.out_of_sight
        if unseen is None:
            return None
        about = unseen.guest.name
    return Notice(text=wording.troubled(source.now.plan, trouble, about, source.people))


def _lost(source: _Source) -> Notice | None:
    now = source.now
    if now.plan.state is not PlanState.LOST:
        return None
    reason = now.job.reason if now.job is not None else None
    unseen = "" if now.out_of_sight is None else now.out_of_sight.guest.name
    return Notice(text=wording.lost(now.plan, reason, now.story, source.people, unseen=unseen))


def called(tx: Connection, guest: Guest, frontend: str) -> Span:
    """A guest by name, in a way that they notice where their network has one."""
    for sign_in in guests.sign_ins_of(tx, guest.id):
        if sign_in.frontend == frontend:
            return Mention(sign_in.name, sign_in.account_id)
    return Plain(guest.name)
