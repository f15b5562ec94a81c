"""A word to the venue: what can be said, and what is said of that."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.wording.text import Text, say

A_WORD = "A word to the venue"
WHICH = say("*What shall they know?* One thing: it takes the place of what was said before.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """The `label` is what a guest taps, and the `sentence` what the venue reads."""

    label: str
    sentence: str


WORDS: Mapping[str, Word] = {
    "birthday": Word(label="🎂 A birthday", sentence="We are celebrating a birthday."),
    "anniversary": Word(label="🥂 An anniversary", sentence="We are celebrating an anniversary."),
    "quiet": Word(label="🤫 A quiet table", sentence="A quiet table, if you have one, please."),
    "chair": Word(label="🪑 A high chair", sentence="We need a high chair, please."),
    "step_free": Word(label="♿ A way without steps", sentence="We need a way in without steps, please."),
}


def passed_on(venue: str) -> Text:
    return say("Passed on to {venue}.", venue=venue)
