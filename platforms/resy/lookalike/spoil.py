"""What a fault makes of an answer."""

import json
from dataclasses import replace
from typing import cast

from platforms.resy.lookalike.answer import Answer, as_json, blocked, not_found, page, problem
from platforms.resy.lookalike.faults import Fault
from platforms.resy.lookalike.gates import too_many

RETRY_AFTER = 7
_GARBAGE = b'{"status": 200, "resy_\xff\xfe\x00}}} %%'


def instead(fault: Fault) -> Answer | None:
    """The answer to a call that is not carried out; None where the fault does not answer by itself."""
    return _INSTEAD.get(fault)


def spoiled(fault: Fault, answer: Answer) -> Answer:
    """What is left of the answer to a call that was carried out."""
    match fault:
        case Fault.TEXT_500_AFTER_COMMIT:
            return blocked()
        case Fault.TIMEOUT_504_AFTER_COMMIT:
            return page(504)
        case Fault.GARBAGE_AFTER_COMMIT:
            return _garbage(answer.status)
        case Fault.CUT_JSON:
            return replace(answer, body=answer.body[: len(answer.body) // 2])
        case Fault.EMPTY_BODY:
            return replace(answer, body=b"")
        case Fault.NO_VENUES:
            return _emptied(answer, venues=False)
        case Fault.EMPTY_FIND:
            return _emptied(answer, venues=True)
        case _:
            return answer


def _garbage(status: int) -> Answer:
    return Answer(status=status, body=_GARBAGE, content_type="application/json")


def _emptied(answer: Answer, *, venues: bool) -> Answer:
    """A find without slots, in either form."""
    if answer.status != 200:
        return answer
    value = cast("dict[str, dict[str, list[dict[str, object]]]]", json.loads(answer.body))
    results = value["results"]
    if venues:
        for venue in results["venues"]:
            venue["slots"] = []
    else:
        results["venues"] = []
    return as_json(value)


_INSTEAD = {
    Fault.TEXT_500: blocked(),
    Fault.HTML_502: page(502),
    Fault.HTML_503: page(503),
    Fault.HTML_504: page(504),
    Fault.GARBAGE: _garbage(200),
    Fault.EMPTY_500: Answer(status=500, body=b"", content_type="application/json"),
    Fault.TOO_MANY: too_many(None),
    Fault.TOO_MANY_RETRY_AFTER: too_many(RETRY_AFTER),
    Fault.HTML_403: page(403, "Request blocked. Please solve the captcha."),
    Fault.JSON_403: problem(403, "Forbidden"),
    Fault.UNAUTHORIZED_401: problem(401, "Unauthorized"),
    Fault.PAYMENT_402: problem(402, "Payment Required"),
    Fault.NOT_FOUND_404: not_found(),
    Fault.CONFLICT_412: problem(412, "Precondition Failed"),
    Fault.REDIRECT_302: Answer(
        status=302, body=b"", content_type="text/html", headers=(("Location", "https://resy.com/login"),)
    ),
}
