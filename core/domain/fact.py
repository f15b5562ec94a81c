"""Facts: what became true, told by ids alone. Names and words are found by whoever tells people of them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.domain.account import AccountState
from core.domain.booking import GuestAction
from core.domain.guest import GuestState
from core.domain.plan_state import PlanState
from core.domain.trouble import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class OfPlan:
    """What all facts about one plan have; they are heard in the order in which they became true."""

    plan_id: str

    @property
    def subject(self) -> str:
        return f"plan:{self.plan_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanArmed(OfPlan):
    """Friends want a table, and a job gets it."""

    kind: Literal["plan_armed"] = "plan_armed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChanged(OfPlan):
    """What the plan wants, waits for or is booked with is another."""

    kind: Literal["plan_changed"] = "plan_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMoved(OfPlan):
    """It stands elsewhere, and has come to no end: tried, being checked, armed again."""

    state: PlanState
    kind: Literal["plan_moved"] = "plan_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHandedOver(OfPlan):
    """Another guest organises it from now on."""

    guest_id: int
    kind: Literal["plan_handed_over"] = "plan_handed_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendJoined(OfPlan):
    """A guest said that they come along."""

    guest_id: int
    kind: Literal["friend_joined"] = "friend_joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendLeft(OfPlan):
    """A guest said that they do not come."""

    guest_id: int
    kind: Literal["friend_left"] = "friend_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCancelled(OfPlan):
    """It was given up before it had a table."""

    kind: Literal["plan_cancelled"] = "plan_cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLost(OfPlan):
    """It ended without a table; why is with its job."""

    kind: Literal["plan_lost"] = "plan_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTroubled(OfPlan):
    """Something may spoil it that no guest's account is the cause of."""

    trouble: Trouble
    kind: Literal["plan_troubled"] = "plan_troubled"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestNeeded(OfPlan):
    """It goes on when this guest has done what the platform wants of them."""

    action: GuestAction
    guest_id: int
    account_id: int | None
    kind: Literal["guest_needed"] = "guest_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLent(OfPlan):
    """A guest who does not organise it lets it be booked with an account of theirs."""

    guest_id: int
    account_id: int
    kind: Literal["account_lent"] = "account_lent"


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateWithdrawn(OfPlan):
    """It wants what a guest did not speak of: in their name it is not booked before they say so."""

    guest_id: int
    account_id: int | None
    kind: Literal["mandate_withdrawn"] = "mandate_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBooked(OfPlan):
    """The platform confirmed a table; `reservation_id` is our number of it."""

    reservation_id: int
    kind: Literal["table_booked"] = "table_booked"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReadBack(OfPlan):
    """The platform lists the table, too."""

    reservation_id: int
    kind: Literal["table_read_back"] = "table_read_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableUnlisted(OfPlan):
    """The platform confirmed a table, and long after its list does not have it."""

    reservation_id: int
    kind: Literal["table_unlisted"] = "table_unlisted"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReleased(OfPlan):
    """The table was given back, by this guest."""

    reservation_id: int
    guest_id: int
    kind: Literal["table_released"] = "table_released"


@dataclass(frozen=True, slots=True, kw_only=True)
class MendNeeded:
    """Only this guest can see to what stands in a plan's way, or in the way of an account's next one."""

    guest_id: int
    trouble: Trouble
    account_id: int | None
    plan_id: str | None
    kind: Literal["mend_needed"] = "mend_needed"

    @property
    def subject(self) -> str:
        return f"guest:{self.guest_id}" if self.plan_id is None else f"plan:{self.plan_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfAccount:
    """What all facts about a guest's account on a platform have."""

    account_id: int

    @property
    def subject(self) -> str:
        return f"account:{self.account_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountConnected(OfAccount):
    """It opens, for the first time or again."""

    kind: Literal["account_connected"] = "account_connected"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLost(OfAccount):
    """It opens no more until its guest signs in again."""

    state: AccountState
    kind: Literal["account_lost"] = "account_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSeenOtherwise(OfAccount):
    """The platform has another name or other cards on it than we knew."""

    kind: Literal["account_seen_otherwise"] = "account_seen_otherwise"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDisconnected(OfAccount):
    """Its guest took it away."""

    kind: Literal["account_disconnected"] = "account_disconnected"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfGuest:
    """What all facts about one guest have."""

    guest_id: int

    @property
    def subject(self) -> str:
        return f"guest:{self.guest_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestJudged(OfGuest):
    """An admin let them in, turned them down or shut them out."""

    state: GuestState
    kind: Literal["guest_judged"] = "guest_judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestVouchedFor(OfGuest):
    """They spoke in a group in which everybody is let in."""

    kind: Literal["guest_vouched_for"] = "guest_vouched_for"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminMade(OfGuest):
    """They may decide who uses Fourtop."""

    kind: Literal["admin_made"] = "admin_made"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminResigned(OfGuest):
    """They may no more."""

    kind: Literal["admin_resigned"] = "admin_resigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestsLinked(OfGuest):
    """Another guest turned out to be the same human: what was theirs is this guest's."""

    gone_id: int
    kind: Literal["guests_linked"] = "guests_linked"


@dataclass(frozen=True, slots=True, kw_only=True)
class DropSeen:
    """A venue's tables for a day were seen to come out, or seen closer than before."""

    platform: str
    venue_id: str
    on: date
    kind: Literal["drop_seen"] = "drop_seen"

    @property
    def subject(self) -> str:
        return f"venue:{self.platform}:{self.venue_id}"


Fact = (
    PlanArmed
    | PlanChanged
    | PlanMoved
    | PlanHandedOver
    | FriendJoined
    | FriendLeft
    | PlanCancelled
    | PlanLost
    | PlanTroubled
    | GuestNeeded
    | AccountLent
    | MandateWithdrawn
    | TableBooked
    | TableReadBack
    | TableUnlisted
    | TableReleased
    | MendNeeded
    | AccountConnected
    | AccountLost
    | AccountSeenOtherwise
    | AccountDisconnected
    | GuestJudged
    | GuestVouchedFor
    | AdminMade
    | AdminResigned
    | GuestsLinked
    | DropSeen
)
