"""What kinds of letters there are."""

NEWS = "news"
CARD = "card"
NOTICE = "notice"
ERASE = "erase"
