"""How far another clock is from ours."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.domain.bracket import UNMEASURED, Bracket, ClockOffset

T = datetime(2026, 12, 3, 14, tzinfo=UTC)
MS = timedelta(milliseconds=1)
ZERO = timedelta(0)

skews = st.timedeltas(min_value=timedelta(seconds=-5), max_value=timedelta(seconds=5))
ways = st.timedeltas(min_value=ZERO, max_value=200 * MS)
trips = st.lists(st.tuples(ways, ways), min_size=1, max_size=16)


@dataclass
class Server:
    """A clock `skew` ahead of ours that shows whole seconds, somewhere away."""

    skew: timedelta

    def read(self, sent_at, there, back) -> Bracket:
        shown = (sent_at + there + self.skew).replace(microsecond=0)
        return Bracket.of(sent_at=sent_at, answered_at=sent_at + there + back, shown=shown)


def asked_again_and_again(server, trips, start=T) -> Bracket:
    """One reading after another, each sent when the bracket wants it."""
    bracket = server.read(start, *trips[0])
    answered_at = start + sum(trips[0], ZERO)
    for there, back in trips[1:]:
        (sent_at,) = bracket.sendings(answered_at, 1)
        assert sent_at >= answered_at
        bracket = bracket.narrowed(server.read(sent_at, there, back))
        answered_at = sent_at + there + back
    return bracket


@given(skews, trips, st.timedeltas(min_value=ZERO, max_value=timedelta(seconds=1)))
def test_the_truth_is_always_within_the_stated_uncertainty(skew, trips, phase):
    estimate = asked_again_and_again(Server(skew), trips, T + phase).estimate
    assert abs(estimate.offset - skew) <= estimate.uncertainty
    assert estimate.round_trip == min(there + back for there, back in trips)


@given(skews, ways, st.timedeltas(min_value=ZERO, max_value=timedelta(seconds=1)))
def test_over_an_even_way_twelve_readings_find_the_offset_to_a_millisecond(skew, way, phase):
    bracket = asked_again_and_again(Server(skew), [(way, way)] * 12, T + phase)
    assert bracket.edge <= MS
    assert abs(bracket.estimate.offset - skew) <= bracket.edge + timedelta(microseconds=1)
    assert bracket.estimate.uncertainty <= way + 2 * MS


@given(skews, ways, ways)
def test_what_is_uneven_about_the_way_is_off_by_half_and_within_what_is_stated(skew, there, back):
    estimate = asked_again_and_again(Server(skew), [(there, back)] * 12).estimate
    assert abs(estimate.offset - skew - (there - back) / 2) <= MS
    assert abs(estimate.offset - skew) <= estimate.uncertainty


@given(skews, ways, st.integers(1, 5))
def test_each_reading_of_an_even_way_halves_what_it_was_sent_to_halve(skew, way, readings):
    server = Server(skew)
    before = asked_again_and_again(server, [(way, way)] * readings)
    (sent_at,) = before.sendings(T + timedelta(minutes=1), 1)
    after = before.narrowed(server.read(sent_at, way, way))
    assert abs(after.edge - before.edge / 2) <= timedelta(microseconds=2)


@given(skews, ways, st.integers(1, 8))
def test_readings_that_are_sent_together_cut_the_uncertain_into_equal_parts(skew, way, count):
    server = Server(skew)
    before = server.read(T, way, way)
    sendings = before.sendings(T + 2 * way, count)
    assert T + 2 * way <= sendings[0]
    assert sendings[-1] - sendings[0] < timedelta(seconds=1)
    after = before
    for sent_at in sendings:
        assert before.cut_by(sent_at)
        after = after.narrowed(server.read(sent_at, way, way))
    assert abs(after.edge - before.edge / (count + 1)) <= timedelta(microseconds=5)


def test_a_reading_far_from_the_turn_of_the_second_would_tell_nothing():
    bracket = asked_again_and_again(Server(ZERO), [(20 * MS, 20 * MS)] * 8)
    (sent_at,) = bracket.sendings(T + timedelta(minutes=1), 1)
    assert bracket.cut_by(sent_at)
    assert not bracket.cut_by(sent_at + 100 * MS)
    assert not bracket.cut_by(sent_at - 100 * MS)


def test_a_clock_that_was_set_in_between_makes_what_was_known_worthless():
    before = asked_again_and_again(Server(ZERO), [(20 * MS, 20 * MS)] * 8)
    newer = Server(timedelta(seconds=3)).read(T + timedelta(minutes=1), 20 * MS, 20 * MS)
    assert before.narrowed(newer) == newer


@given(skews, ways)
def test_after_one_reading_our_own_clock_is_believed_as_far_as_it_allows(skew, way):
    estimate = Server(skew).read(T, way, way).estimate
    assert abs(estimate.offset - skew) <= estimate.uncertainty
    if skew == ZERO:
        assert estimate.offset == ZERO


def test_what_was_never_measured_is_no_offset_and_no_way():
    assert UNMEASURED.sending(T) == UNMEASURED.shown(T) == T
    assert UNMEASURED.uncertainty is None


@given(skews, st.timedeltas(min_value=ZERO, max_value=400 * MS), st.timedeltas(ZERO, timedelta(seconds=1)))
def test_what_is_sent_half_a_round_trip_early_arrives_at_the_moment_or_a_hair_later(skew, trip, edge):
    known = ClockOffset(offset=skew, uncertainty=edge + trip / 2, edge=edge, round_trip=trip)
    arrives_at = known.shown(known.sending(T)) + trip / 2
    late = arrives_at - T
    assert abs(late - min(edge, 10 * MS)) <= timedelta(microseconds=1)


@given(skews, ways, st.integers(6, 12))
def test_over_an_even_way_the_first_request_is_never_early_and_hardly_late(skew, way, readings):
    bracket = asked_again_and_again(Server(skew), [(way, way)] * readings)
    arrives_at = bracket.estimate.sending(T) + way + skew
    assert -timedelta(microseconds=2) <= arrives_at - T + max(bracket.edge - 10 * MS, ZERO)
    assert arrives_at - T <= 2 * bracket.edge + timedelta(microseconds=2)
