"""Hears facts for people: has cards drawn, and what is news told."""

from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot.notifications import guest_news, plan_news, reminders, requests
from bot.notifications.plan_cards import redraw
from core.domain import fact as facts
from core.domain.fact import Fact
from core.errors import PlanOver
from core.persistence import accounts, plans, reservations
from core.persistence.facts import Recorded


class Notifications:
    """`core.events.subscriber.Subscriber` whose work is done in the outbox."""

    name = "notifications"

    def start_over(self, tx: Connection, *, now: datetime) -> None:
        """Every plan under way is shown as it is; what has ended meanwhile its people see when they look."""
        for plan_id in plans.under_way(tx):
            redraw(tx, plan_id, now=now)

    def hear(self, tx: Connection, recorded: Recorded) -> None:
        """Told as of when it became true, so that hearing it again tells it once."""
        try:
            _hear(tx, recorded.fact, recorded.at)
        except PlanOver:  # the plan is forgotten, and whoever wanted to know of it with it
            return


def _hear(tx: Connection, fact: Fact, now: datetime) -> None:  # noqa: PLR0912 - a case for each fact
    match fact:
        case facts.TableBooked(plan_id=plan_id, reservation_id=number):
            if (kept := reservations.get(tx, number)) is not None:
                plan_news.booked(tx, plans.get(tx, plan_id), kept, now=now)
        case facts.PlanLost(plan_id=plan_id):
            plan_news.lost(tx, plans.get(tx, plan_id), now=now)
        case facts.PlanTroubled(plan_id=plan_id, trouble=trouble):
            plan_news.troubled(tx, plans.get(tx, plan_id), trouble, now=now)
        case facts.GuestNeeded(plan_id=plan_id):
            requests.guest_needed(tx, plans.get(tx, plan_id), fact, now=now)
        case facts.MendNeeded():
            requests.ask_to_mend(tx, fact, now=now)
        case facts.TableReleased(plan_id=plan_id, reservation_id=number, guest_id=guest_id):
            plan_news.released(tx, plans.get(tx, plan_id), number, by=guest_id, now=now)
        case facts.TableUnlisted(plan_id=plan_id, reservation_id=number):
            plan_news.unlisted(tx, plans.get(tx, plan_id), number, now=now)
        case facts.FriendJoined(plan_id=plan_id, guest_id=guest_id):
            if (kept := reservations.live_of_plan(tx, plan_id)) is not None:
                reminders.remind(tx, plans.get(tx, plan_id), kept.reservation, guest_id, now=now)
            redraw(tx, plan_id, now=now)
        case facts.FriendLeft(plan_id=plan_id, guest_id=guest_id):
            plan = plans.get(tx, plan_id)
            if guest_id != plan.organiser_id:
                reminders.remind_no_more(tx, plan, guest_id)
            redraw(tx, plan_id, now=now)
        case (
            facts.PlanChanged(plan_id=plan_id)
            | facts.PlanMoved(plan_id=plan_id)
            | facts.PlanHandedOver(plan_id=plan_id)
            | facts.PlanCancelled(plan_id=plan_id)
            | facts.TableReadBack(plan_id=plan_id)
        ):
            redraw(tx, plan_id, now=now)
        case facts.AccountConnected(account_id=account_id) | facts.AccountLost(account_id=account_id):
            for plan_id in accounts.live_plans(tx, account_id):
                redraw(tx, plan_id, now=now)
        case facts.GuestJudged(guest_id=guest_id, state=state):
            guest_news.judged(tx, guest_id, state, now=now)
        case (
            facts.PlanArmed()  # whoever armed it has its card before them
            | facts.AccountDisconnected()
            | facts.GuestVouchedFor()
            | facts.AdminMade()
            | facts.AdminResigned()
            | facts.GuestsLinked()
            | facts.DropSeen()
        ):
            pass
        case _:
            assert_never(fact)
