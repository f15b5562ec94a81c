"""Hears facts for people: has cards drawn, and what is news told."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot.conversation.declared import Declared
from bot.flows.membership.join import show_waiting
from bot.notifications import guest_news, plan_news, reminders, requests
from bot.notifications.guest_cards import redraw_accounts, redraw_approvals
from bot.notifications.news import MissedNews
from bot.notifications.plan_cards import redraw
from core.domain import fact as facts
from core.domain.fact import Fact
from core.errors import PlanOver
from core.persistence import accounts, guests, plans, reservations
from core.persistence.facts import Recorded
from core.persistence.guest_of_now import guest_of_now


class Notifications:
    """`core.events.subscriber.Subscriber` whose work is done in the outbox."""

    name = "notifications"

    def __init__(self, declared: Declared) -> None:
        self._showing_accounts = declared.showing_accounts

    def start_over(self, tx: Connection, *, now: datetime) -> None:
        """Every plan under way is shown as it is; what has ended meanwhile its people see when they look."""
        for plan_id in plans.under_way(tx):
            redraw(tx, plan_id, now=now)

    def hear(self, tx: Connection, recorded: Recorded) -> None:
        """Told as of when it became true, so that hearing it again tells it once."""
        try:
            self._hear(tx, recorded.fact, recorded.at)
        except PlanOver:  # the plan is forgotten, and whoever wanted to know of it with it
            return

    def missed(self, tx: Connection, recorded: Recorded, *, now: datetime) -> None:
        """The card says what is true now; that nobody was told is for the hosts to see to."""
        about = _about(tx, recorded.fact)
        if about.plan_id is not None:
            redraw(tx, about.plan_id, now=now)
        stem = f"missed:{recorded.id}:{recorded.at.timestamp():.0f}"
        guest_news.tell_hosts(tx, about, stem=stem, now=now)

    def _hear(self, tx: Connection, fact: Fact, now: datetime) -> None:  # noqa: PLR0912, PLR0915 - a case for each fact
        match fact:
            case facts.TableBooked(plan_id=plan_id, reservation_id=number):
                if (kept := reservations.get(tx, number)) is not None:
                    plan_news.booked(tx, plans.get(tx, plan_id), kept, now=now)
            case facts.PlanLost(plan_id=plan_id):
                plan_news.lost(tx, plans.get(tx, plan_id), now=now)
            case facts.PlanTroubled(plan_id=plan_id, trouble=trouble):
                plan_news.troubled(tx, plans.get(tx, plan_id), trouble, now=now)
            case facts.GuestNeeded(plan_id=plan_id, guest_id=guest_id):
                needed = replace(fact, guest_id=guest_of_now(tx, guest_id))
                requests.guest_needed(tx, plans.get(tx, plan_id), needed, now=now)
            case facts.AccountLent() | facts.MandateWithdrawn():
                guest_id = guest_of_now(tx, fact.guest_id)
                requests.show_mandate(tx, plans.get(tx, fact.plan_id), guest_id, now=now)
            case facts.MendNeeded(guest_id=guest_id):
                requests.ask_to_mend(tx, replace(fact, guest_id=guest_of_now(tx, guest_id)), now=now)
            case facts.TableReleased(plan_id=plan_id, reservation_id=number, guest_id=guest_id):
                by = guest_of_now(tx, guest_id)
                plan_news.released(tx, plans.get(tx, plan_id), number, by=by, now=now)
            case facts.TableUnlisted(plan_id=plan_id, reservation_id=number):
                plan_news.unlisted(tx, plans.get(tx, plan_id), number, now=now)
            case facts.FriendJoined(plan_id=plan_id, guest_id=guest_id):
                if (kept := reservations.live_of_plan(tx, plan_id)) is not None:
                    joined = guest_of_now(tx, guest_id)
                    reminders.remind(tx, plans.get(tx, plan_id), kept.reservation, joined, now=now)
                redraw(tx, plan_id, now=now)
            case facts.FriendLeft(plan_id=plan_id, guest_id=guest_id):
                plan = plans.get(tx, plan_id)
                for left in {guest_id, guest_of_now(tx, guest_id)} - plan.people:
                    reminders.remind_no_more(tx, plan, left)
                redraw(tx, plan_id, now=now)
            case (
                facts.PlanChanged(plan_id=plan_id)
                | facts.PlanMoved(plan_id=plan_id)
                | facts.PlanHandedOver(plan_id=plan_id)
                | facts.PlanCancelled(plan_id=plan_id)
                | facts.TableReadBack(plan_id=plan_id)
            ):
                redraw(tx, plan_id, now=now)
            case (
                facts.AccountConnected(account_id=account_id)
                | facts.AccountLost(account_id=account_id)
                | facts.AccountSeenOtherwise(account_id=account_id)
                | facts.AccountDisconnected(account_id=account_id)
            ):
                for plan_id in accounts.live_plans(tx, account_id):
                    redraw(tx, plan_id, now=now)
                redraw_accounts(tx, account_id, self._showing_accounts, now=now)
            case facts.GuestJudged(guest_id=guest_id, state=state):
                judged_id = guest_of_now(tx, guest_id)
                guest_news.judged(tx, judged_id, state, now=now)
                redraw_approvals(tx, judged_id, now=now)
            case facts.AdminMade(guest_id=guest_id):
                admin_id = guest_of_now(tx, guest_id)
                redraw_approvals(tx, admin_id, now=now)
                if (admin := guests.find(tx, admin_id)) is not None and admin.is_admin:
                    show_waiting(tx, admin_id, now=now)
            case facts.AdminResigned(guest_id=guest_id) | facts.GuestVouchedFor(guest_id=guest_id):
                redraw_approvals(tx, guest_of_now(tx, guest_id), now=now)
            case facts.GuestsLinked(guest_id=guest_id, gone_id=gone_id):
                for each in (guest_id, gone_id):
                    redraw_approvals(tx, each, now=now)
                reminders.remind_instead(tx, gone_id, guest_of_now(tx, guest_id), now=now)
            case facts.PlanArmed() | facts.DropSeen():  # whoever armed it has its card before them
                pass
            case _:
                assert_never(fact)


def _about(tx: Connection, fact: Fact) -> MissedNews:
    """Which plan a fact is about, or else which guest."""
    match fact:
        case facts.MendNeeded(plan_id=None):
            return MissedNews(guest_id=guest_of_now(tx, fact.guest_id))
        case facts.OfPlan() | facts.MendNeeded():
            return MissedNews(plan_id=fact.plan_id)
        case facts.OfGuest():
            return MissedNews(guest_id=guest_of_now(tx, fact.guest_id))
        case facts.OfAccount():
            account = accounts.find(tx, fact.account_id)
            return MissedNews(guest_id=None if account is None else account.guest_id)
        case facts.DropSeen():
            return MissedNews()
        case _:
            assert_never(fact)
