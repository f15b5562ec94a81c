"""Everything that can go wrong, in one tree.

FourtopError
├── NotPossible             what was asked cannot be done; the guest is told why and loses nothing
│   ├── VenueGone           the platform does not know the venue any more
│   ├── PlanOver            the plan has ended
│   ├── PlanBusy            a booking call is out this very second
│   ├── AlreadyPlanned      the guest has a plan for that venue and day
│   ├── NotYours            another guest decides about this
│   ├── CodeInvalid         a claim or link code is unknown, used or too old
│   ├── TooManyTries        codes were guessed too often
│   ├── TooManyPlans        the guest has as many plans under way as one guest may
│   ├── TooManyFavourites   the guest has as many favourites as one guest may
│   ├── TooManySearches     the guest has had venues looked for too often just now
│   ├── LastAdmin           somebody has to remain an admin
│   ├── CancelRefused       the platform does not cancel the reservation (any more)
│   ├── SignInRefused       the platform does not open the account with these words
│   ├── SignInNeeded        a connected account does not open any more; its guest has to sign in
│   ├── NotConnected        no account of the guest is connected
│   ├── ConnectedElsewhere  another guest has connected that account
│   └── NotifyRefused       the platform does not put the guest on its list
├── PlatformDown            the platform did not answer, or with nonsense; trying again may help
├── IllegalTransition       a job or plan was to take a step that its state table does not know (a bug)
├── LeaseLost               somebody else has the job, or the message, in hand now
├── Behind                  facts after that cursor are no longer kept
├── GoesFirst               another plan of the same friends for that evening goes before
├── AlreadyRunning          another process uses this database
├── Locked                  no key at hand opens what was sealed
└── BadInput                a file or setting that a host wrote is not understood

Exceptions carry fields; the sentence a guest reads is in `bot/wording/`.
"""

from datetime import timedelta


class FourtopError(Exception):
    """The root."""


class NotPossible(FourtopError):
    """What was asked cannot be done."""


class VenueGone(NotPossible):
    def __init__(self, venue: str) -> None:
        super().__init__(venue)
        self.venue = venue


class PlanOver(NotPossible):
    def __init__(self, plan_id: str) -> None:
        super().__init__(plan_id)
        self.plan_id = plan_id


class PlanBusy(NotPossible):
    def __init__(self, plan_id: str) -> None:
        super().__init__(plan_id)
        self.plan_id = plan_id


class AlreadyPlanned(NotPossible):
    def __init__(self, plan_id: str) -> None:
        super().__init__(plan_id)
        self.plan_id = plan_id


class NotYours(NotPossible):
    """Only the organiser or an admin decides about a plan."""


class CodeInvalid(NotPossible):
    """A one-time code that does not open anything (any more)."""


class TooManyTries(NotPossible):
    """Wrong codes have been given so often that no more are looked at for a while."""


class TooManyPlans(NotPossible):
    """`most` plans of one guest may be under way at once."""

    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


class TooManyFavourites(NotPossible):
    """`most` venues may be kept as favourites of one guest."""

    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


class TooManySearches(NotPossible):
    """One guest has had the platforms searched so often that they are not asked again for a moment."""


class LastAdmin(NotPossible):
    """The last admin cannot stop being one."""


class CancelRefused(NotPossible):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SignInRefused(NotPossible):
    """`reason` is the platform's own sentence, where it had one."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class SignInNeeded(NotPossible):
    def __init__(self, account_id: int) -> None:
        super().__init__(str(account_id))
        self.account_id = account_id


class NotConnected(NotPossible):
    def __init__(self, platform: str) -> None:
        super().__init__(platform)
        self.platform = platform


class ConnectedElsewhere(NotPossible):
    """One account of a platform belongs to one guest; `holder` is the name on it."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


class NotifyRefused(NotPossible):
    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class PlatformDown(FourtopError):
    """`retry_after` is the platform's own wish, where it said one."""

    def __init__(self, platform: str, reason: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(f"{platform}: {reason}")
        self.platform = platform
        self.reason = reason
        self.retry_after = retry_after


class IllegalTransition(FourtopError):
    def __init__(self, before: str, after: str) -> None:
        super().__init__(f"{before} -> {after}")
        self.before = before
        self.after = after


class LeaseLost(FourtopError):
    def __init__(self, row_id: int, fence: int) -> None:
        super().__init__(f"row {row_id}, fence {fence}")
        self.row_id = row_id
        self.fence = fence


class Behind(FourtopError):
    """Facts after this cursor are no longer kept: begin with a snapshot of what is true now."""

    def __init__(self, cursor: str) -> None:
        super().__init__(cursor)
        self.cursor = cursor


class GoesFirst(FourtopError):
    """`plan_id` is a plan of the same circle, for the same venue and day, that goes before."""

    def __init__(self, plan_id: str) -> None:
        super().__init__(plan_id)
        self.plan_id = plan_id


class AlreadyRunning(FourtopError):
    def __init__(self, owner: str) -> None:
        super().__init__(owner)
        self.owner = owner


class Locked(FourtopError):
    """`purpose` names what was sealed. The key that sealed it is not among those at hand, or it was tampered with."""

    def __init__(self, purpose: str) -> None:
        super().__init__(purpose)
        self.purpose = purpose


class BadInput(FourtopError):
    """`where` names the file or variable, `why` is a whole sentence."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why
