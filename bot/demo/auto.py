"""The evening that plays itself: three friends at the page's own API, from `/reserve` to the calendar file."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

from bot.bootstrap import Fourtop
from bot.conversation.messages import Tone
from bot.demo import stage, words
from bot.demo.contest import contest
from bot.demo.friend import Friend, Missed, at_the_page
from bot.demo.release import VENUE, VENUES, Release, release_in
from bot.demo.report import report
from bot.demo.rivals import USUAL, Race, Rival
from bot.demo.transcript import Transcript
from bot.demo.verdict import Evidence, ToldMessage, missing
from bot.frontends.web.chats import GROUP
from bot.frontends.web.protocol import Message
from bot.wording.text import Text
from core.domain.booking import BookAnswer, Booker
from core.domain.mandate import for_this
from core.domain.slot import Slot
from core.jobs.steps import Timeline, timeline
from core.persistence import jobs, plans, steps
from core.security.secret import Secret

_BREATH = timedelta(milliseconds=500)
_COUNT = (10, 5, 3, 2, 1)
_RESULT_WITHIN = 15.0
_TOLD_WITHIN = 5.0

_TAPS = (("Bob", "19:30"), ("Cas", "19:00"), ("Bob", "20:00"), ("Cas", "21:30"))


async def play_by_itself(built: Fourtop, *, lead: timedelta, rivals: Sequence[Rival] = USUAL) -> int:
    """Act the evening out, tell what came of it, and say by the exit code whether it was a success."""
    script = Transcript(built.clock)
    release = release_in(lead, now=built.clock.now())
    await stage.arm(built, release)
    race = Race(url=built.http.url, venue=VENUE, on=release.on, drop_at=release.drop_at, rivals=tuple(rivals))
    key = await stage.key_for_others(built)
    try:
        async with AsyncExitStack() as stack:
            others = await stack.enter_async_context(contest(race, key))
            friends = [await _sit_down(stack, name, built, script) for name in stage.FRIENDS]
            await stage.tell_group(built, words.greeting(release), key="welcome")
            await _plan(friends, release, built, script)
            before = _last(friends)
            await _count_down(release, built, script)
            await _until_told(friends, before)
            script.in_private()
            script.line()
            script.line("  … and what the others got, the last of whom comes ten seconds late:")
            takings = await others.takings()
            evidence, story = await _evidence(built, friends, before, key)
            evidence = replace(evidence, takings=takings)
    except Missed as trouble:
        script.line()
        script.line(f"Not a success: {trouble}")
        return 1
    script.line()
    for line in report(evidence, story, drop_at=release.drop_at):
        script.line(line)
    return 1 if missing(evidence) else 0


async def _sit_down(stack: AsyncExitStack, name: str, built: Fourtop, script: Transcript) -> Friend:
    def shown(message: Message) -> None:
        if name == stage.FRIENDS[0]:
            script.group(message)
        script.private(name, message)

    return await stack.enter_async_context(
        at_the_page(name, built.page_token.address(built.http.url), shown=shown)
    )


async def _plan(friends: Sequence[Friend], release: Release, built: Fourtop, script: Transcript) -> None:
    """From the first word to the armed plan."""
    by_name = {friend.name: friend for friend in friends}
    ann = friends[0]

    async def tap(name: str, label: str) -> None:
        await built.clock.sleep(_BREATH)
        script.tapped(name, label, await by_name[name].tap(label))

    await built.clock.sleep(_BREATH)
    whispered = await ann.say(words.command(release))
    if whispered:
        raise Missed(f"question, but “{whispered.plain(now=built.clock.now())}”")
    for name, label in _TAPS:
        await tap(name, label)
        await ann.until(lambda label=label: _chosen(ann, label), f"sign that {label} is wanted")
    await tap("Ann", "Done")
    await tap("Ann", "Any of them")
    await tap("Ann", "Yes, go for it")
    await ann.until(lambda: _toned(ann, Tone.WAITING), "armed plan")
    await tap("Bob", "I'm in")
    await tap("Cas", "I'm in")


async def _count_down(release: Release, built: Fourtop, script: Transcript) -> None:
    script.line()
    for seconds in _COUNT:
        at = release.drop_at - timedelta(seconds=seconds)
        if at > built.clock.now():
            await built.clock.sleep_until(at)
            script.line(f"  {at.astimezone():%H:%M:%S}  {words.written_count(seconds, 'second')} to go")
    script.line()


async def _until_told(friends: Sequence[Friend], before: str) -> None:
    """Until the card shows a result; and if it is a table, until everyone was told, or should have been."""
    ann = friends[0]
    toned = await ann.until(
        lambda: _toned(ann, Tone.GOOD, Tone.BAD), "result on the card", patience=_RESULT_WITHIN
    )
    if toned is Tone.GOOD:
        await ann.until(
            lambda: ann.notice(GROUP, after=before), "message to the group", patience=_TOLD_WITHIN
        )
        for friend in friends:
            await friend.until(
                lambda friend=friend: friend.notice(friend.private, after=before),
                f"message to {friend.name} in private",
                patience=_TOLD_WITHIN,
            )


async def _evidence(
    built: Fourtop, friends: Sequence[Friend], before: str, key: Secret
) -> tuple[Evidence, Timeline]:
    """Look at the result from everywhere: the inventory, a stranger, the group, and each private chat."""
    (job,) = await built.database.read(lambda tx: jobs.latest(tx, limit=1))
    plan = await built.database.read(lambda tx: plans.get(tx, job.plan_id))
    story = timeline(await built.database.read(lambda tx: steps.of_job(tx, job.id)))
    booker = Booker(guest_id=plan.organiser_id, name=friends[0].name)
    kept = await built.platforms[VENUE.platform].reservations(booker=booker)
    reservation = next((one for one in kept if one.key == plan.id), None)
    card = friends[0].card
    now = built.clock.now()
    evidence = Evidence(
        reservation=reservation,
        card="" if card is None else " ".join(Text(card.text).plain(now=now).split()),
        tone=None if card is None else card.tone,
        group=await _told(friends[0], GROUP, before, built),
        private={friend.name: await _told(friend, friend.private, before, built) for friend in friends},
        outsider=None,
        takings=(),
    )
    if reservation is not None and story.fates:
        slot = Slot(
            venue=VENUE,
            token=story.fates[-1].token,
            starts_at=reservation.starts_at,
            party_size=reservation.party_size,
            seating=reservation.seating,
        )
        evidence = replace(evidence, outsider=await _ask_as_stranger(built, slot, key))
    return evidence, story


async def _told(friend: Friend, chat: str, before: str, built: Fourtop) -> ToldMessage | None:
    found = friend.notice(chat, after=before)
    if found is None:
        return None
    message_id, notice = found
    assert notice.file is not None
    file = await friend.download(message_id, notice.file.name)
    return ToldMessage(words=Text(notice.text).plain(now=built.clock.now()), file=file)


async def _ask_as_stranger(built: Fourtop, slot: Slot, key: Secret) -> BookAnswer:
    """Try to book the slot from outside, as somebody else."""
    stranger = VENUES.elsewhere(built.http.url, built.clock, caller="stranger", key=key)
    try:
        return await stranger.book(
            slot, mandate=for_this(slot, Booker(guest_id=1, name="Stranger")), key="stranger"
        )
    finally:
        await stranger.aclose()


def _last(friends: Sequence[Friend]) -> str:
    """The newest message that anybody sees."""
    seen = [
        message.id
        for friend in friends
        for chat in (GROUP, friend.private)
        for message in friend.messages(chat)
    ]
    return max(seen, key=int, default="0")


def _chosen(friend: Friend, label: str) -> bool | None:
    card = friend.card
    options = card.options if card is not None else ()
    return any(label in button.label and button.chosen for button in options) or None


def _toned(friend: Friend, *tones: Tone) -> Tone | None:
    card = friend.card
    return card.tone if card is not None and card.tone in tones else None
