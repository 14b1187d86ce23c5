"""Addresses that people name: public ones are called, whatever else a name or a figure says is not."""

import socket

import httpcore2
import pytest

from assetdb import outside
from assetdb.errors import DamError

INSIDE = [
    *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "0", "0.0.0.0"),
    *("10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192"),
    *("198.18.0.1", "192.88.99.1", "168.63.129.16", "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]"),
    *("[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fd00:ec2::254]", "[fec0::1]"),
    *("[ff02::1]", "[100::1]", "[2001:db8::1]", "[0:0:0:0:0:0:0:1]"),
]


def answers(monkeypatch, *addresses: str) -> list[str]:
    """Have every name resolve to ``addresses`` and every connection fail; return the list of those tried."""
    tried: list[str] = []
    found = [(socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, 443)) for one in addresses]

    def connect(self, host, port, *arguments):
        tried.append(host)
        raise httpcore2.ConnectError("nobody is there")

    monkeypatch.setattr(outside.socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(outside.SyncBackend, "connect_tcp", connect)
    return tried


@pytest.mark.parametrize("host", INSIDE)
def test_what_is_inside_is_refused_in_every_spelling(host, monkeypatch):
    with pytest.raises(outside.RefusedError) as refused:
        outside.check_url(f"https://{host}/hook")
    assert refused.value.code == "address_refused"
    # And at the moment of connecting, whatever was checked before.
    monkeypatch.setattr(outside.SyncBackend, "connect_tcp", lambda *_: pytest.fail("connected"))
    with pytest.raises((outside.RefusedError, httpcore2.ConnectError)):
        outside.Gate(seconds=5).connect_tcp(host.strip("[]"), 443, 1)


@pytest.mark.parametrize(
    "host", ["1.1.1.1", "93.184.216.34", "[2606:4700::1111]", "hooks.example.com", "xn--bcher-kva.ch"]
)
def test_what_is_outside_may_be_called(host):
    assert outside.check_url(f"https://{host}:8443/a?b=c") == f"https://{host}:8443/a?b=c"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/", "address_refused"),
        ("ftp://example.com/", "bad_url"),
        ("https://", "bad_url"),
        ("https:///hook", "bad_url"),
        ("example.com/hook", "bad_url"),
        ("https://user:word@example.com/", "bad_url"),
        ("https://@example.com/", "bad_url"),
        ("https://example.com/#part", "bad_url"),
        ("https://example.com:0/", "bad_url"),
        ("https://example.com:99999/", "bad_url"),
        ("https://[::1/", "bad_url"),
        ("https://[fe80::1%25eth0]/", "bad_url"),
        ("https://exa mple.com/", "bad_url"),
        ("https://example.com/\r\nX: y", "bad_url"),
        ("https://bücher.example/", "bad_url"),
        ("https://example.com/" + "a" * 1000, "bad_url"),
    ],
)
def test_what_is_no_address_is_said(url, code):
    with pytest.raises(DamError) as refused:
        outside.check_url(url)
    assert refused.value.code == code


def test_a_host_that_was_opened_may_be_inside_and_plain():
    assert outside.check_url("http://127.0.0.1:9/x", opened=["127.0.0.1"])
    assert outside.resolve("127.0.0.1", 9, opened=["127.0.0.1"]) == ["127.0.0.1"]
    with pytest.raises(outside.RefusedError):
        outside.check_url("http://127.0.0.2:9/x", opened=["127.0.0.1"])


def test_a_name_is_asked_for_once_and_the_checked_address_is_called(monkeypatch):
    tried = answers(monkeypatch, "93.184.216.34", "2606:4700::1111")
    with pytest.raises(httpcore2.ConnectError):
        outside.Gate(seconds=5).connect_tcp("rebinding.example", 443, 1)
    assert tried == ["93.184.216.34", "2606:4700::1111"], "the name itself is never given to the system"


@pytest.mark.parametrize("inside", ["127.0.0.1", "::ffff:10.0.0.1", "100.64.0.1", "64:ff9b::a00:1"])
def test_a_name_with_one_address_inside_is_refused(monkeypatch, inside):
    tried = answers(monkeypatch, "93.184.216.34", inside)
    with pytest.raises(outside.RefusedError):
        outside.Gate(seconds=5).connect_tcp("rebinding.example", 443, 1)
    assert tried == []


def test_a_name_that_is_not_there_is_said(monkeypatch):
    def nowhere(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(outside.socket, "getaddrinfo", nowhere)
    with pytest.raises(httpcore2.ConnectError, match=r"there is no host “nowhere\.example”"):
        outside.resolve("nowhere.example", 443)
