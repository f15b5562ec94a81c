"""Sentences only the chat page's server needs; the page has its own labels."""

THIS_MACHINE_ONLY = "The chat page is open to this machine only."
LOCAL_NAME_ONLY = "The chat page is open to this machine only: use http://localhost and the port."
BY_ITS_ADDRESS = (
    "The chat page opens only by its address with the token in it: Fourtop shows it in the terminal where it was "
    "started, and “fourtop page” prints it."
)
ANOTHER_SITE = "Another site's page may not speak here."
NO_NAME = "Say who you are: ?person= and a name of 1 to 40 letters."
NO_FILE = "There is no such file."
NO_CARD = "There is no such card in your chats."
NOTHING_SAID = "There is nothing to say, or no such chat of yours."
NOT_RUNNING = "The chat page is not running."
STARTING_OR_STOPPING = "Fourtop is starting or stopping."
