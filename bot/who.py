"""Who may do something: begin a dialogue, tap a choice, type an answer."""

from enum import StrEnum


class Who(StrEnum):
    """What an action or a command names; `bot.conversation.permissions` says what it means for a guest."""

    THE_ONE_ASKED = "the one asked"
    """Whose dialogue it is, and nobody else: admins neither."""

    ORGANISER = "organiser"
    """Who decides about the plan, or began the dialogue where there is none; an admin may step in."""

    FRIEND = "friend"
    """Every guest who has been let in, where the card is."""

    ADMIN = "admin"

    ANYONE_HERE = "anyone here"
    """Also somebody whom no admin has let in yet."""
