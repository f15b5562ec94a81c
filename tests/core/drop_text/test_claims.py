"""Venues' prose read as rules, and everything else left alone."""

import pytest

from core.domain.almanac import Source
from core.drop_text import claims_of
from tests.core.drop_text.phrasings import DAILY, MONTHLY, NEW_YORK, UNSURE, WINDOWS

KNOWN = {text: rule for text, rule in (DAILY | WINDOWS | MONTHLY).items() if rule is not None}


@pytest.mark.parametrize(("text", "rule"), KNOWN.items())
def test_a_rule_is_read(text, rule):
    claims = claims_of(text, NEW_YORK)
    assert [claim.rule for claim in claims[:1]] == [rule]
    assert claims[0].source is Source.TEXT
    assert claims[0].words


@pytest.mark.parametrize("text", UNSURE)
def test_what_is_not_sure_is_not_read(text):
    assert claims_of(text, NEW_YORK) == ()
