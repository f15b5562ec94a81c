"""What only Discord's forms and buttons need to say."""

from bot.wording.text import say

WORDS = "Everything at once, in any order and in your own words"
TYPE_IT = "Type it…"
TYPE_UNSEEN = "Type it unseen…"
UNSEEN = f", by the button “{TYPE_UNSEEN}”: then it is never a message"
"""Behind what may be typed, where that is a secret: a message only its author can delete."""
TYPE_TITLE = "Type your answer"
TYPE_LABEL = "Your answer"
PICK = "Pick one of {count}"
PICK_PAGE = "Pick one: page {page} of {pages}"

CANNOT_WRITE_HERE = say(
    "I can't write in this chat, so I have answered you in private. "
    "To have me here, ask an admin of the server to add me."
)
