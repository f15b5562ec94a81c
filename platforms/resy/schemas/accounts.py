"""Who has signed in, and with which cards."""

from pydantic import Field

from platforms.resy.schemas.parts import Json


class CardJson(Json):
    id: int
    is_default: bool = False
    display: str = ""
    type: str = ""
    provider_name: str = ""


class UserJson(Json):
    id: str
    first_name: str = ""
    last_name: str = ""
    payment_method_id: int | None = None
    payment_methods: tuple[CardJson, ...] | None = None


class SignedInJson(UserJson):
    token: str = Field(repr=False)


class RefreshedJson(Json):
    token: str = Field(repr=False)
