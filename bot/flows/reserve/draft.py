"""What is known of a table that somebody wants, so far."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.conversation.form import Sorry
from bot.parsing import TimesHeard, Unclear, understand
from bot.wording import reserve as wording
from core.domain.plan import Wish
from core.domain.terms import Terms
from core.domain.venue import Venue

_FILLERS = frozenset({"at", "in", "on", "the", "with", "a"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Answers are None until given.

    `words` were typed and wait for the venue, in whose zone they are read; `found` are venues that may be meant;
    `page` is the page of the calendar; `heard_times` and `heard_seating` wait for what the venue offers;
    `picking` are times tapped so far. `plan_id` is the plan that is being changed. `unchanged` is everything as
    it was before one answer was to be changed. `limit` is what not turning up may cost without asking, and
    `account_id` the account that books, where that was chosen. `terms` are those on the card: of the wanted table,
    or (with their `cut_off`) of another day `terms_on`; `terms_of` says for what they were asked.
    """

    words: str = ""
    venue: Venue | None = None
    found: tuple[Venue, ...] = ()
    on: date | None = None
    page: int = 0
    party_size: int | None = None
    heard_times: TimesHeard | None = None
    picking: tuple[time, ...] = ()
    times: tuple[time, ...] | None = None
    heard_seating: str | None = None
    seatings: tuple[str, ...] | None = None
    limit: str = ""
    account_id: int | None = None
    terms: Terms | None = None
    terms_on: date | None = None
    cut_off: timedelta | None = None
    terms_of: str = ""
    plan_id: str | None = None
    unchanged: "Draft | None" = None

    @property
    def place(self) -> Venue:
        """The venue, in questions that come after it."""
        assert self.venue is not None
        return self.venue

    @property
    def wish(self) -> Wish:
        """What is wanted, once everything is answered."""
        assert self.on is not None
        assert self.party_size is not None
        assert self.times is not None
        return Wish(
            venue=self.place.ref,
            on=self.on,
            party_size=self.party_size,
            times=self.times,
            seatings=self.seatings or (),
        )


def at_venue(draft: Draft, venue: Venue, now: datetime) -> Draft | Sorry[Draft]:
    """The draft with its venue, and what was typed before read in the venue's zone."""
    words = draft.words
    draft = replace(draft, venue=venue, found=(), words="")
    parts = {part for seating in venue.seatings for part in seating.split()}
    heard = understand(words, now=now, zone=venue.tz, seatings=(*venue.seatings, *sorted(parts)))
    draft = replace(
        draft,
        heard_times=heard.times or draft.heard_times,
        heard_seating=heard.seating or _seating(venue, heard.venue) or draft.heard_seating,
    )
    answered: Draft | Sorry[Draft] = draft if heard.day is None else on_day(draft, heard.day, now)
    if heard.party_size is None:
        return answered
    draft = answered.draft if isinstance(answered, Sorry) else answered
    if not venue.party_min <= heard.party_size <= venue.party_max:
        return Sorry(text=wording.party_size_off(venue), draft=draft)
    draft = replace(draft, party_size=heard.party_size)
    return replace(answered, draft=draft) if isinstance(answered, Sorry) else draft


def on_day(draft: Draft, heard: date | Unclear, now: datetime) -> Draft | Sorry[Draft]:
    """The draft with its day, if the venue can be asked about it."""
    venue = draft.place
    if isinstance(heard, Unclear):
        return Sorry(text=wording.unclear_day(heard.reason, heard.candidates), draft=draft)
    today = now.astimezone(venue.tz).date()
    if heard < today:
        return Sorry(text=wording.past_day(heard), draft=draft)
    if venue.horizon_days is not None and heard > (last := today + timedelta(days=venue.horizon_days)):
        return Sorry(text=wording.beyond_horizon(venue.name, last), draft=draft)
    return replace(draft, on=heard)


def to_fit(draft: Draft) -> Draft:
    """The draft with its times to be picked again: another day, or another party, may not have all of them."""
    if not draft.times:
        return draft
    return replace(draft, times=None, heard_times=TimesHeard(draft.times))


def _seating(venue: Venue, words: str) -> str | None:
    """A part of the venue among words that are no part of its name: "dining" for its dining room."""
    known = venue.name.casefold()
    rest = [word for word in words.casefold().split() if word not in known and word not in _FILLERS]
    named = " ".join(rest)
    return named if rest and any(named in seating.casefold() for seating in venue.seatings) else None
