"""Slots as find lists them, and the templates beside them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zlib import crc32

from platforms.resy.lookalike.release import first_showing
from platforms.resy.lookalike.shapes.wire import seconds, wall
from platforms.resy.lookalike.slot_token import token_of
from platforms.resy.lookalike.venue import Policy, Sitting, Trap, Venue
from platforms.resy.lookalike.world import Listed

_MIDNIGHT = datetime.min.time()


def slots_json(venue: Venue, day: date, party_size: int, listed: Sequence[Listed]) -> list[dict[str, object]]:
    """One object a sitting, two for a twin."""
    shown: list[dict[str, object]] = []
    for one in listed:
        shown.append(_slot(venue, day, party_size, one, table=0))
        if one.sitting.trap is Trap.TWIN:
            shown.append(_slot(venue, day, party_size, one, table=1))
    return shown


def _slot(venue: Venue, day: date, party_size: int, one: Listed, *, table: int) -> dict[str, object]:
    sitting = one.sitting
    token = None if sitting.trap is Trap.TOCK else str(token_of(venue, day, sitting, party_size))
    number = crc32(f"{venue.key}/{sitting.at}/{sitting.seating}/{sitting.template_id}".encode()) % 1_000_000
    on_at = first_showing(venue.release.opens_on(day), _MIDNIGHT, venue.zone)
    off_at = venue.starts_at(day, sitting) - sitting.off_market
    turn = seconds(sitting.turn)
    return {
        "config": {
            "id": 1_000_000 + number + table,
            "token": token,
            "type": sitting.seating,
            "custom_config_name": None,
            "is_visible": sitting.trap is not Trap.HIDDEN,
        },
        "date": {"start": wall(day, sitting.at), "end": wall(day, sitting.at, sitting.turn)},
        "size": {"min": sitting.smallest, "max": sitting.largest},
        "quantity": one.quantity,
        "template": {"id": sitting.template_id},
        "table": {"id": [1_400_000 + number + table]},
        "shift": {
            "id": 2_340_000 + sitting.service,
            "day": day.isoformat(),
            "service": {"type": {"id": sitting.service}},
        },
        "time": {"turn": {"actual": turn, "estimated": turn}},
        "market": {"date": {"on": int(on_at.timestamp()), "off": int(off_at.astimezone(UTC).timestamp())}},
        "meta": {"size": {"assumed": party_size}, "type": {"id": 1}},
        "availability": {"id": 3},
        "status": {"id": 1},
        "exclusive": {"id": 0, "is_eligible": sitting.trap is not Trap.NOT_ELIGIBLE},
        "is_global_dining_access": sitting.trap is Trap.GLOBAL_DINING,
        "floorplan": {"id": 90_989},
        "id": None,
        "lock": None,
        "pacing": {"beyond": False},
        "score": {"total": 100.0},
        "custom_config": {"object_id": None, "name": None},
        "display_config": {"color": {"background": None, "font": None}},
        "reservation_config": {"badge": None},
        "gdc_perk": None,
        "has_add_ons": False,
        "payment": payment_json(venue.policy_of(sitting)),
    }


def payment_json(policy: Policy) -> dict[str, object]:
    """Fees and cut-offs of a slot; the same fields stand in its template."""
    at = None if policy.cut_off_at is None else f"{policy.cut_off_at:%H:%M:%S}"
    return {
        "is_paid": policy.wants_card,
        "is_add_on_required": False,
        "cancellation_fee": policy.fee,
        "deposit_fee": policy.deposit,
        "service_charge": None,
        "venue_share": None,
        "payment_structure": None,
        "secs_cancel_cut_off": seconds(policy.cut_off),
        "time_cancel_cut_off": at,
        "secs_change_cut_off": seconds(policy.cut_off),
        "time_change_cut_off": at,
        "service_charge_options": list[object](),
    }


def templates_json(venue: Venue, listed: Sequence[Listed]) -> dict[str, object]:
    """The templates of what is listed, by id."""
    return {str(one.sitting.template_id): _template(venue, one.sitting) for one in listed}


def _template(venue: Venue, sitting: Sitting) -> dict[str, object]:
    return {
        **payment_json(venue.policy_of(sitting)),
        "id": sitting.template_id,
        "name": str(sitting.template_id),
        "venue_id": venue.id,
        "is_default": 1,
        "is_event": 0,
        "is_pickup": 0,
        "content": dict[str, object](),
        "reservation_config": {
            "badge": None,
            "type": sitting.seating,
            "secs_off_market": seconds(sitting.off_market),
            "time_off_market": None,
        },
        "turn_times": [
            {"secs_amount": seconds(sitting.turn), "size": {"min": sitting.smallest, "max": sitting.largest}}
        ],
        "large_party_cancellation_fee": None,
        "large_party_deposit_fee": None,
        "large_party_size": None,
    }
