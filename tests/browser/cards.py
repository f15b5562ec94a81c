"""Cards like those of an evening, for looking at."""

from datetime import timedelta

from bot.conversation.messages import Card, Choice, File, Look, Notice, Place, Tone
from bot.frontends.web.chats import GROUP
from bot.wording.text import Code, When, say

FRIENDS = Place(frontend="web", chat_id=GROUP, private=False, title="Friends")
CANCEL = Choice(label="Cancel", value="cancel", ref="cancel", look=Look.DANGER)


def choice(label, *, chosen=False, look=Look.PLAIN):
    return Choice(label=label, value=label, ref=label.rpartition(" ")[2], chosen=chosen, look=look)


def times(*picked):
    """The times question, with some picked in order."""

    def option(at):
        return choice(f"{picked.index(at) + 1} · {at}", chosen=True) if at in picked else choice(at)

    offered = [f"{hour}:{minute:02}" for hour in (18, 19, 20) for minute in (0, 15, 30, 45)]
    return Card(
        text=say(
            "*Casa Luna*, Thu 24 Dec, 4 of you.\nWhich times would you take? First tapped, first wanted."
        ),
        options=tuple(option(at) for at in offered),
        actions=(choice("Done", look=Look.PRIMARY), CANCEL),
        typing="times, such as 19:00-21:00",
    )


def calendar():
    """Three weeks, with full days and days that are not released yet."""
    weekdays = ("Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon")
    marks = {5: " ✕", 12: " ✕", **{day: f" ◷ {day - 14} Dec" for day in range(16, 22)}}
    days = [f"{weekdays[(day - 1) % 7]} {day} Dec{marks.get(day, '')}" for day in range(1, 22)]
    return Card(
        text=say("*Casa Luna*: which day?"),
        options=tuple(Choice(label=day, value=day, ref=day.split()[1]) for day in days),
        actions=(choice("Later"), CANCEL),
        typing="a day, such as fri or 24 dec",
    )


def armed(drop_at):
    when = When(drop_at, "America/New_York")
    left = When(drop_at, "America/New_York", "relative")
    return Card(
        tone=Tone.WAITING,
        text=say(
            "*Casa Luna*, Thu 24 Dec, 4 of you.\nTables are released {when}, {left}.", when=when, left=left
        ),
        actions=(choice("I'm in"), CANCEL),
    )


def booked(now):
    free_until = When(now + timedelta(days=20), "America/New_York")
    return Card(
        tone=Tone.GOOD,
        text=say(
            "*Booked!* Casa Luna, Thu 24 Dec at 19:30, 4 of you.\n"
            "Say {code} at the door. Free to cancel until {until}.",
            code=Code("LUNA-7731"),
            until=free_until,
        ),
        actions=(choice("I can't come"), choice("Release", look=Look.DANGER)),
    )


INVITATION = Notice(
    text=say("For your calendars."),
    file=File(
        name="Casa Luna.ics", media_type="text/calendar", content=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    ),
)
