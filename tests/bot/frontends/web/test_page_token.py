from bot.frontends.web.page_token import PageToken, without_token

TOKEN = PageToken(b"one")


def scope(path="/", query="", cookie=""):
    return {
        "type": "http",
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"cookie", cookie.encode())],
    }


def query_of(token):
    return token.address("").removeprefix("/?")


def cookie_of(token):
    return token.cookie(secure=False).partition(";")[0]


def test_it_opens_by_address_and_by_cookie():
    assert TOKEN.comes_with(scope(query=query_of(TOKEN)))
    assert TOKEN.comes_with(scope(query=f"person=Ann&{query_of(TOKEN)}"))
    assert TOKEN.comes_with(scope(cookie=f"theme=dark; {cookie_of(TOKEN)}"))
    assert not TOKEN.comes_with(scope())
    assert not TOKEN.comes_with(scope(query="token="))


def test_another_installs_token_opens_nothing_and_its_cookie_has_another_name():
    other = PageToken(b"two")
    assert not TOKEN.comes_with(scope(query=query_of(other), cookie=cookie_of(other)))
    assert cookie_of(TOKEN).partition("=")[0] != cookie_of(other).partition("=")[0]
    assert TOKEN.comes_with(scope(cookie=f"{cookie_of(other)}; {cookie_of(TOKEN)}")), (
        "both are at this machine"
    )


def test_what_stays_of_an_address_is_what_it_asked_for_otherwise():
    assert (
        without_token(scope(query=f"panes=Ann,Bob&{query_of(TOKEN)}&start=link-1"))
        == "/?panes=Ann,Bob&start=link-1"
    )
    assert without_token(scope(query=query_of(TOKEN))) == "/"
    assert without_token(scope(query="start=%2F%2Fevil&token=x")) == "/?start=%2F%2Fevil"


def test_nothing_prints_it():
    assert query_of(TOKEN).removeprefix("token=") not in repr(TOKEN) + str(TOKEN)
