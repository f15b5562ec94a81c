"""What the schemas are made of."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Json(BaseModel):
    """Nothing that is read here shows in an error: it may be a token."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )


def _instant(value: object) -> object:
    """`null`, `""` and `"null"` are all seen for "none"."""
    return None if value in ("", "null") else value


Instant = Annotated[datetime | None, BeforeValidator(_instant)]
"""Aware where the text says so (a trailing Z); what does not is UTC, except where a docstring says otherwise."""

Fee = object
"""A number, a text such as `"$25"`, or an object with an `amount`; what can't be read is not the same as nothing."""
