"""`/lots`: friends put their names into a hat, and the one who began draws."""

from dataclasses import dataclass

from bot.commands import CommandSpec
from bot.conversation.actions import Action, Chosen
from bot.conversation.flow import Scene, Turn
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card
from bot.flows.flow_kinds import CardFlow
from bot.who import Who
from bot.wording.text import say


@dataclass(frozen=True, slots=True, kw_only=True)
class LotsDraft:
    """The names in the hat, in the order in which they came."""

    names: tuple[str, ...] = ()


class LotsAction(Action):
    """What can be tapped, and by whom; names are kept in saved cards."""

    JOIN = "join", Who.FRIEND
    TAKE_OUT = "take_out", Who.ORGANISER
    DRAW = "draw", Who.ORGANISER


class LotsFlow(CardFlow[LotsDraft]):
    """Everybody puts names in, by tapping or typing; who began takes names out, and draws."""

    spec = FlowSpec(
        name="lots",
        commands=(CommandSpec(name="lots", summary="Draw who pays"),),
        actions=LotsAction,
        typed_by=Who.FRIEND,
        listens=True,
    )
    draft = LotsDraft

    async def show(self, scene: Scene, draft: LotsDraft) -> Card:
        hat = enumerate(draft.names)
        return Card(
            text=say("*Who pays?* In the hat: {names}.", names=", ".join(draft.names) or "nobody"),
            options=tuple(LotsAction.TAKE_OUT.choice(f"✕ {name}", number) for number, name in hat),
            actions=(LotsAction.JOIN.choice("Me, too"), LotsAction.DRAW.choice("Draw")),
            typing="somebody else's name",
        )

    async def said(self, scene: Scene, draft: LotsDraft, text: str) -> Turn[LotsDraft]:
        return Turn(draft=LotsDraft(names=(*draft.names, text.strip())))

    async def chose(self, scene: Scene, draft: LotsDraft, chosen: Chosen[LotsAction]) -> Turn[LotsDraft]:
        match chosen.action:
            case LotsAction.JOIN:
                return await self.said(scene, draft, scene.speaker.name)
            case LotsAction.TAKE_OUT:
                out = int(chosen.about)
                return Turn(draft=LotsDraft(names=draft.names[:out] + draft.names[out + 1 :]))
            case LotsAction.DRAW if not draft.names:
                return Turn(draft=draft, toast=say("Nobody is in the hat."), shown=False)
            case LotsAction.DRAW:
                drawn = draft.names[int(scene.dialogue_id, 16) % len(draft.names)]
                return Turn(draft=draft, open=False, last_card=Card(text=say("*{name}* pays.", name=drawn)))
