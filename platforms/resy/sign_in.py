"""Opening an account, keeping it open, and looking at it."""

from typing import assert_never

from core.errors import PlatformDown, SignInRefused
from core.powers.accounts import Credentials, SignedIn, SignInAnswer
from core.powers.sign_in import (
    PasteToken,
    PickWay,
    SignInLapsed,
    SignInRefusal,
    SignInStep,
    TypeCode,
    TypeEmail,
    TypePassword,
    Way,
)
from core.security.secret import Secret
from platforms.resy import jwt, translate
from platforms.resy.client import ResyClient
from platforms.resy.schemas.accounts import UserJson
from platforms.resy.statuses import PLATFORM, Meaning, Rejected

FIRST_STEP = SignInStep(question=PickWay(ways=(Way.PASSWORD, Way.TOKEN)))
_TOKEN = PasteToken(site="resy.com", api="api.resy.com", header="x-resy-auth-token")


async def next_step(client: ResyClient, step: SignInStep, answer: Secret) -> SignInAnswer:
    """What is asked after that, or what opens the account. Raises `PlatformDown`."""
    try:
        match step.question:
            case PickWay():
                return SignInStep(question=_TOKEN if answer.reveal() == Way.TOKEN else TypeEmail())
            case TypeEmail():
                return SignInStep(question=TypePassword(email=answer.reveal()))
            case TypePassword(email=email):
                return await _by_password(client, email, answer)
            case PasteToken():
                return await _by_token(client, answer)
            case TypeCode():  # it sends none
                return SignInLapsed()
            case _:
                assert_never(step.question)
    except SignInRefused as refused:
        return SignInRefusal(reason=refused.reason)


async def renewed_pair(client: ResyClient, stale: Credentials) -> Credentials:
    """A new pair for an old one. Raises `SignInRefused`, `PlatformDown`."""
    if stale.refresh is None:
        raise SignInRefused
    try:
        json, refresh = await client.refresh(stale.refresh)
    except Rejected as refused:
        raise await _why(client, refused) from None
    return credentials_of(Secret(json.token), refresh or stale.refresh)


def signed_in(user: UserJson, credentials: Credentials) -> SignedIn:
    """Who the account is of, and what cards it has."""
    return SignedIn(
        credentials=credentials,
        external_id=user.id,
        holder=translate.holder_of(user),
        cards=translate.cards_of(user.payment_methods),
    )


def credentials_of(token: Secret, refresh: Secret | None) -> Credentials:
    """With their ends, read from the tokens themselves."""
    return Credentials(
        token=token,
        expires_at=jwt.expiry(token.reveal()),
        refresh=refresh,
        refresh_expires_at=None if refresh is None else jwt.expiry(refresh.reveal()),
    )


async def _by_password(client: ResyClient, email: str, password: Secret) -> SignedIn:
    try:
        user, refresh = await client.sign_in(email.strip(), password)
    except Rejected as refused:
        raise await _why(client, refused) from None
    return signed_in(user, credentials_of(Secret(user.token), refresh))


async def _by_token(client: ResyClient, pasted: Secret) -> SignedIn:
    """A token that has ended is renewed at once, if what renews it was pasted as well."""
    token, refresh = jwt.pair_in(pasted.reveal())
    if token is None and refresh is None:
        raise SignInRefused
    renews = None if refresh is None else Secret(refresh)
    if token is not None:
        credentials = credentials_of(Secret(token), renews)
        try:
            return signed_in(await client.user(credentials.token), credentials)
        except Rejected as refused:
            if refused.meaning is not Meaning.SIGN_IN or renews is None:
                raise await _why(client, refused) from None
    fresh = await renewed_pair(client, Credentials(token=Secret(""), refresh=renews))
    try:
        return signed_in(await client.user(fresh.token), fresh)
    except Rejected as refused:
        raise await _why(client, refused) from None


async def _why(client: ResyClient, refused: Rejected) -> SignInRefused | PlatformDown:
    """A refusal, unless it is us who are not let in: by a wrong API key, or by a page that wants to see a person."""
    match refused.meaning:
        case Meaning.FORBIDDEN if not refused.message:
            return refused.down
        case Meaning.SIGN_IN if not await client.takes_key():
            return PlatformDown(PLATFORM, "the API key is refused")
        case Meaning.GONE:
            return refused.down
        case Meaning.CLOSED:
            return SignInRefused(refused.message or "Resy has closed this account.")
        case _:
            return SignInRefused(refused.message)
