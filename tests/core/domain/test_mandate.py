"""What was spoken of: never more than was said, and all of what was."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.domain.booking import Booker
from core.domain.mandate import Mandate, MandateScope, for_this
from core.domain.plan import Wish
from core.domain.slot import Slot
from core.domain.venue import VenueRef

LUNA, SOL = (VenueRef(platform="fake", id=each) for each in ("luna", "sol"))
BOB = Booker(guest_id=2, name="Bob", account_id=7)
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)

venues = st.sampled_from([LUNA, SOL])
days = st.sampled_from([date(2026, 12, 24), date(2026, 12, 25)])
times = st.lists(st.sampled_from([time(19), time(19, 30), time(20)]), min_size=1, unique=True).map(tuple)
seatings = st.lists(st.sampled_from(["Bar", "bar", "Patio"]), unique=True).map(tuple)
parties = st.integers(1, 3)
wishes = st.builds(Wish, venue=venues, on=days, party_size=parties, times=times, seatings=seatings)
slots = st.builds(
    lambda venue, on, at, size, seating: Slot(
        venue=venue, token="t", starts_at=datetime.combine(on, at, UTC), party_size=size, seating=seating
    ),
    venues,
    days,
    st.sampled_from([time(19), time(19, 30), time(20)]),
    parties,
    st.sampled_from(["", "Bar", "Patio"]),
)


@given(said=wishes, wants=wishes, slot=slots)
def test_a_wish_that_is_covered_takes_no_table_that_was_not_spoken_of(said, wants, slot):
    scope = MandateScope.of(said)
    if scope.covers(wants) and wants.venue == slot.venue and wants.rank([slot]):
        assert scope.holds(slot)


@given(said=wishes, slot=slots)
def test_every_table_that_the_wish_would_take_was_spoken_of_and_no_other(said, slot):
    taken = said.venue == slot.venue and bool(said.rank([slot]))
    assert MandateScope.of(said).holds(slot) == taken


@given(said=wishes)
def test_what_was_said_covers_itself(said):
    assert MandateScope.of(said).covers(said)


@given(slot=slots)
def test_a_word_is_good_until_its_evening_and_not_after(slot):
    mandate = for_this(slot, BOB)
    assert mandate.holds(slot, slot.starts_at - timedelta(minutes=1))
    assert not mandate.holds(slot, slot.starts_at)
    over = Mandate(booker=BOB, scope=mandate.scope, until=NOW)
    assert not over.holds(slot, NOW)
