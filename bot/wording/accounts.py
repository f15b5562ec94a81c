"""What is said about guests' own accounts on platforms, once they are connected."""

from collections.abc import Sequence

from bot.platforms import title
from bot.wording import times as written
from bot.wording.text import Link, Text, When, lines, say
from core.domain.account import Account, AccountState, CardOnFile
from core.domain.plan import Plan
from core.powers.accounts import SignedIn

CHECK = "Check now"
SIGN_IN_AGAIN = "Sign in again"
DISCONNECT = "Disconnect"
YES_DISCONNECT = "Yes, disconnect"
KEEP = "No, keep it"
CONNECT_ONE = "Connect an account"
CONNECT_ANOTHER = "Connect another account"

YOUR_ACCOUNTS = say("*Your accounts.* Tap one to check or disconnect it.")
NONE = say(
    "*No account of yours is connected.* Connect one, and I can book there for you the moment tables appear."
)
NEXT = say("What next: /reserve gets a table, and /accounts shows this card again.")

_BRANDS = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover"}


called = title
"""A platform as people write it."""


def connected_now(account: Account) -> Text:
    return say(
        "*Your {name} account is connected*: {holder}.", name=called(account.platform), holder=account.holder
    )


def head(account: Account) -> Text:
    return say("*{name}*: {holder}", name=called(account.platform), holder=account.holder)


def label(account: Account) -> str:
    """An account on a button."""
    return f"{called(account.platform)}: {account.holder}"


def line(account: Account, zone: str) -> Text:
    """An account in a list."""
    card = main_card(account.cards)
    on_file = say(", {card}", card=_card(card)) if card is not None else say(", no card on file")
    good = account.state is AccountState.CONNECTED
    return say(
        "{sign} {name}, {holder}{card}. {until}",
        sign="✅" if good else "⚠️",
        name=called(account.platform),
        holder=account.holder,
        card=on_file if good else Text(),
        until=until(account, zone),
    )


def until(account: Account, zone: str) -> Text:
    """How long it opens, and whether anybody has to do anything about that."""
    match account.state:
        case AccountState.EXPIRED:
            return say("It does not open any more: sign in again.")
        case AccountState.CLOSED:
            return say("{name} has closed it, so I can't book with it.", name=called(account.platform))
        case AccountState.DISCONNECTED:
            return say("It is disconnected.")
        case AccountState.CONNECTED if account.expires_at is None:
            return say("It opens until {name} ends it.", name=called(account.platform))
        case AccountState.CONNECTED:
            assert account.expires_at is not None
            end = When(account.expires_at, zone)
            if account.renewable:
                return say("It opens until {end}, and I renew it by myself before that.", end=end)
            return say(
                "It opens until {end}. I can't renew it: days before I will ask you to sign in.", end=end
            )


def main_card(cards: Sequence[CardOnFile]) -> CardOnFile | None:
    """The one that is charged."""
    return next((card for card in cards if card.is_default), cards[0] if cards else None)


def card_on_file(account: Account, page: str) -> Text:
    """The card that fees would go to or, where there is none, what that means."""
    if account.state is not AccountState.CONNECTED:
        return Text()
    card = main_card(account.cards)
    if card is not None:
        return say("Card on file: {card}. Fees that you agree to go there.", card=_card(card))
    return say(
        "*No card is on file.* Many venues want one to hold a table, and refuse me without it: add one {there}, then "
        "tap “{check}”.",
        there=there(account.platform, page),
        check=CHECK,
    )


def there(platform: str, page: str) -> Text:
    """Where a card is put on file."""
    name = called(platform)
    return Text((Link(f"on your {name} page", page),)) if page else say("on your {name} page", name=name)


def used_for(plans: Sequence[Plan]) -> Text:
    return say("Books for: {plans}.", plans=_named(plans)) if plans else Text()


def sure_disconnect(account: Account, plans: Sequence[Plan]) -> Text:
    """What is lost with it."""
    loses = (
        say("*{plans}* can't be booked with it any more.", plans=_named(plans))
        if plans
        else say("No plan under way books with it.")
    )
    return lines(
        say("*Really disconnect {name}, {holder}?*", name=called(account.platform), holder=account.holder),
        loses,
        say(
            "I forget its token at once. Tables that are booked stay booked; to give one back you go to {name}, or "
            "connect again.",
            name=called(account.platform),
        ),
    )


def disconnected(platform: str) -> Text:
    return say("Disconnected: I have forgotten what opened your {name} account.", name=called(platform))


def looked_at(seen: SignedIn) -> Text:
    """What a look at the account found."""
    card = main_card(seen.cards)
    if card is None:
        return say("It opens, and there is no card on file yet.")
    return say("All is well: it opens, and {card} is on file.", card=_card(card))


def _card(card: CardOnFile) -> str:
    brand = _BRANDS.get(card.brand.casefold(), card.brand.capitalize()) or "a card"
    return f"{brand} ending in {card.last_digits}"


def _named(plans: Sequence[Plan]) -> str:
    return written.listed([f"{plan.venue_name} on {written.day(plan.wish.on)}" for plan in plans])
