"""What a host can set, from the environment (prefix `FOURTOP_`) or a `.env` file."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import BadInput

PREFIX = "FOURTOP_"

S = TypeVar("S", bound=BaseSettings)


_HARD_LENGTH = 16
_HARD_LETTERS = 6


def hard_to_guess(secret: SecretStr | None) -> SecretStr | None:
    """Raises `ValueError` with a sentence that says what to do: who guesses it is let in."""
    words = "" if secret is None else secret.get_secret_value()
    if secret is not None and (len(words) < _HARD_LENGTH or len(set(words)) < _HARD_LETTERS):
        raise ValueError(
            f"this can be guessed: use {_HARD_LENGTH} characters or more, such as `openssl rand -hex 32` prints."
        )
    return secret


class FromEnvironment(BaseSettings):
    """Fields that are variables: `FOURTOP_` and the field's name. Those of others are no concern of theirs."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )


class Settings(FromEnvironment):
    """Every outside address is one of these, so that any of them can be pointed at a test server.

    What a platform can be set to, its own spec says (`core.platform_spec`).
    """

    data_dir: Path = Path("data")
    database_url: SecretStr | None = None
    secret_key: SecretStr | None = None
    old_secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    admins: Annotated[tuple[tuple[str, str], ...], NoDecode] = ()

    telegram_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_url: str | None = None
    telegram_webhook_secret: SecretStr | None = None

    discord_token: SecretStr | None = None
    discord_api_url: str = "https://discord.com/api/v10"
    discord_gateway_url: str | None = None

    web: bool | None = None

    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8044
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"

    @field_validator("admins", mode="before")
    @classmethod
    def _split_admins(cls, value: object) -> object:
        """`telegram:11,discord:22` as pairs of network and account id."""
        if not isinstance(value, str):
            return value
        pairs = [part.strip().partition(":") for part in value.split(",") if part.strip()]
        if any(network not in {"telegram", "discord", "web"} or not account for network, _, account in pairs):
            raise ValueError("expected network:id pairs such as telegram:11,discord:22")
        return tuple((network, account) for network, _, account in pairs)

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _hard(cls, secret: SecretStr | None) -> SecretStr | None:
        return hard_to_guess(secret)

    @field_validator("old_secret_keys", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Several of a kind, between commas."""
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @property
    def page(self) -> bool:
        """Whether the chat page is served. With a webhook there is a way in from outside, so then not by itself."""
        return self.telegram_webhook_url is None if self.web is None else self.web

    def database(self) -> str:
        """The database's URL, with its password; the default is a file in the data folder."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'fourtop.db').absolute()}"


def load_settings() -> Settings:
    """The settings in force. Raises `BadInput` naming the variable that is wrong, and never its value."""
    return loaded(Settings)


def loaded(kind: type[S]) -> S:
    """Settings of one kind. Raises `BadInput` as `load_settings` does."""
    try:
        return kind(_env_file=".env")
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"][:1]).upper()
        raise BadInput(name, first["msg"].removeprefix("Value error, ")) from None
