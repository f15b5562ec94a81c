"""A dialogue as its author writes it: what is asked, over a draft that is all there is to remember."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar, runtime_checkable

from sqlalchemy import Connection

from bot.conversation.actions import Action, Chosen
from bot.conversation.ask_platforms import OncePerTurn
from bot.conversation.declared import Declared
from bot.conversation.flow_spec import FlowName, FlowSpec
from bot.conversation.messages import Card, Chose, Command, Heard, Notice, Said
from bot.conversation.ports import Networks
from bot.conversation.search_budget import SearchBudget
from bot.drills.runner import DrillRunner
from bot.wording.text import Text
from core.accounts.keeper import AccountKeeper
from core.clock import Clock
from core.domain.chat import Chat
from core.domain.guest import Guest
from core.persistence.database import Database
from core.ports import Platform

D = TypeVar("D")
A_contra = TypeVar("A_contra", bound=Action, contravariant=True)
Write = Callable[[Connection], None]
Afterwards = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is there whoever speaks: the same for all flows."""

    database: Database
    platforms: Mapping[str, Platform]
    clock: Clock
    networks: Networks
    secret: bytes = field(repr=False)
    wallet: AccountKeeper
    drills: DrillRunner
    declared: Declared
    admins: frozenset[tuple[str, str]] = frozenset()
    searches: SearchBudget = field(default_factory=SearchBudget, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The moment of one turn. `guest` speaks (None: the card is drawn for everybody); `owner_id` is whose
    dialogue it is. `ask` is the way to ask a platform what may be asked more than once in the turn.
    """

    world: World
    now: datetime
    chat: Chat
    thread_id: str | None
    dialogue_id: str
    owner_id: int
    plan_id: str | None = None
    guest: Guest | None = None
    event: Command | Said | Chose | None = None
    ask: OncePerTurn = field(default_factory=OncePerTurn, compare=False)

    @property
    def speaker(self) -> Guest:
        """Who speaks, in turns that somebody's words or tap began."""
        assert self.guest is not None
        return self.guest


@dataclass(frozen=True, slots=True, kw_only=True)
class Become:
    """The same card goes on as another flow."""

    flow: FlowName
    draft: object
    plan_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(Generic[D]):
    """What one utterance came to.

    `writes` happen in the transaction that keeps the draft; `sorry` is said on the card, above the question;
    `toast` to the speaker alone; `notices` in the chat. `open` False ends the dialogue. `shown` False leaves
    the card as it is; `last_card` is shown instead of what the flow would draw. `resumes` are noted events that
    can be acted on once this turn is kept. `erase` takes what was typed out of the chat again, or asks its author
    to where the network does not let us. `afterwards` is done once the turn is kept, and not if the process dies
    in between: it brings to memory what is in the database, and nothing else.
    """

    draft: D
    writes: tuple[Write, ...] = ()
    sorry: Text | None = None
    toast: Text | None = None
    notices: tuple[Notice, ...] = ()
    open: bool = True
    shown: bool = True
    last_card: Card | None = None
    become: Become | None = None
    resumes: tuple[Heard, ...] = ()
    erase: bool = False
    afterwards: tuple[Afterwards, ...] = ()


class Flow(Protocol[D, A_contra]):
    """One dialogue: what it declares of itself, a draft, and what is made of words and taps."""

    @property
    def spec(self) -> FlowSpec: ...

    @property
    def draft(self) -> type[D]:
        """The shape of the draft, a frozen dataclass that goes through JSON."""
        ...

    async def show(self, scene: Scene, draft: D) -> Card:
        """What the card shows for this draft."""
        ...

    async def said(self, scene: Scene, draft: D, text: str) -> Turn[D]:
        """Somebody typed."""
        ...

    async def chose(self, scene: Scene, draft: D, chosen: Chosen[A_contra]) -> Turn[D]:
        """Somebody tapped a choice of the present card, and may."""
        ...

    async def leave(self, scene: Scene, draft: D) -> Turn[D]:
        """Somebody called it off."""
        ...


@runtime_checkable
class BegunFlow(Flow[D, A_contra], Protocol[D, A_contra]):
    """One that a command opens; others are begun by our side, or by another flow's card."""

    async def begin(self, scene: Scene, words: str) -> Turn[D]:
        """A command opened the dialogue."""
        ...


AnyFlow = Flow[object, Action]
"""A flow among others: a draft, and what was chosen, always go back to the flow that they came from."""
