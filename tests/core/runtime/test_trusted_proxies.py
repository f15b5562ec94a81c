"""Whom a request is from, by its peer and by what proxies say."""

from ipaddress import ip_address, ip_network

import pytest

from core.runtime.trusted_proxies import TrustedProxies, address_of, party_of


def sender(peer, *networks, **headers):
    scope = {
        "type": "http",
        "scheme": "http",
        "client": None if peer is None else (peer, 5000),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    return TrustedProxies([ip_network(one) for one in networks]).sender(scope)


def test_without_proxies_the_peer_is_the_sender_whatever_is_said():
    found = sender("127.0.0.1", x_forwarded_for="203.0.113.7", x_forwarded_proto="https")
    assert found.address == ip_address("127.0.0.1")
    assert found.claimed
    assert not found.by_proxy
    assert not found.secure


def test_a_named_proxy_is_believed_and_only_it():
    said = {
        "x_forwarded_for": "203.0.113.7",
        "x_forwarded_proto": "https",
        "x_forwarded_host": "Page.example",
    }
    found = sender("10.0.0.2", "10.0.0.0/24", host="upstream", **said)
    assert (found.address, found.by_proxy, found.secure) == (ip_address("203.0.113.7"), True, True)
    assert found.names == ("upstream", "page.example")
    other = sender("10.0.1.2", "10.0.0.0/24", host="upstream", **said)
    assert (other.address, other.by_proxy, other.secure) == (ip_address("10.0.1.2"), False, False)
    assert other.names == ("upstream",)


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        ("127.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7, 10.0.0.3", "203.0.113.7"),
        ("10.0.0.4, 10.0.0.3", "10.0.0.4"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, unknown", None),
        ("", None),
    ],
)
def test_what_a_client_wrote_before_the_proxy_did_counts_for_nothing(chain, address):
    found = sender("10.0.0.2", "10.0.0.0/24", x_forwarded_for=chain)
    if chain:
        assert found.address == (address and ip_address(address))
    else:
        assert not found.by_proxy


@pytest.mark.parametrize("peer", [None, "", "testclient", "10.0.0.2%x y"])
def test_a_peer_without_an_address_is_nobodys_proxy(peer):
    found = sender(peer, "0.0.0.0/0", "::/0", x_forwarded_for="203.0.113.7")
    assert found.address is None
    assert found.claimed


def test_in_ipv6_a_party_has_a_network():
    assert party_of("2001:db8::1") == party_of("2001:db8::ffff:1") != party_of("2001:db8:0:1::1")
    assert party_of("203.0.113.7") != party_of("203.0.113.8")
    assert party_of("::ffff:203.0.113.7") == party_of("203.0.113.7")
    assert address_of("::ffff:127.0.0.1") == ip_address("127.0.0.1")
