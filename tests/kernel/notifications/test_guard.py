"""Where a webhook may lead: decided on addresses, by every one of a name's, and connected to the one that was decided on."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def resolving(*addresses: str) -> Any:
    def resolve(host: str, port: int, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return resolve


FORBIDDEN = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1",
    "::7f00:1", "2001:0:a00:1::", "fec0::1",
]  # fmt: skip
ALLOWED = ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_what_is_not_public_is_refused(django_ready: None, address: str) -> None:
    from giao.kernel.notifications.guard import Refused, target_of

    with pytest.raises(Refused, match="not on the public internet"):
        target_of("https://hook.example.org/x", resolving(address))
    with pytest.raises(Refused, match="not on the public internet"):
        target_of("https://hook.example.org/x", resolving("93.184.216.34", address))


@pytest.mark.parametrize("address", ALLOWED)
def test_what_is_public_is_connected_by_its_number(django_ready: None, address: str) -> None:
    from giao.kernel.notifications.guard import target_of

    found = target_of("https://hook.example.org:8443/x?y=1", resolving(address))
    assert (found.address, found.host, found.port, found.path) == (
        address,
        "hook.example.org",
        8443,
        "/x?y=1",
    )


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_private_counts_as_public(address: Any) -> None:
    from giao.kernel.notifications.guard import is_public

    shown = getattr(address, "ipv4_mapped", None) or address
    if is_public(address):
        assert not shown.is_private
        assert not shown.is_loopback
        assert not shown.is_link_local
        assert not shown.is_multicast


@settings(max_examples=100, deadline=None)
@given(st.ip_addresses(v=4))
def test_an_address_hidden_in_ipv6_counts_as_what_it_hides(inner: ipaddress.IPv4Address) -> None:
    from giao.kernel.notifications.guard import is_public

    for outer in (
        f"::ffff:{inner}",
        f"64:ff9b::{inner}",
        str(ipaddress.IPv6Address((0x2002 << 112) | (int(inner) << 80))),
    ):
        if not is_public(inner):
            assert not is_public(ipaddress.IPv6Address(outer)), outer


@pytest.mark.parametrize(
    "url",
    [
        "", "hook.example.org", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "javascript:alert(1)",
        "http://example.org/", "https://user:secret@example.org/", "https://user@example.org/", "https:///x",
        "https://example.org:22/", "https://example.org:6379/", "https://example.org:99999/", "https://example.org/#x",
        "https://example.org/ x", "https://example.org/\r\nHost: y", "https://[::1/",
    ],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_refused(django_ready: None, url: str) -> None:
    from giao.kernel.notifications.guard import Refused, check_url

    with pytest.raises(Refused):
        check_url(url)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost"])
def test_other_spellings_of_the_loopback_are_refused_by_their_address(django_ready: None, host: str) -> None:
    from giao.kernel.notifications.guard import Refused, target_of

    with pytest.raises((Refused, OSError)):
        target_of(f"https://{host}/")


def test_the_administrator_can_allow_a_network_and_only_it(
    django_ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from giao.kernel.notifications.guard import Refused, target_of

    monkeypatch.setattr("django.conf.settings.GIAO_WEBHOOK_NETWORKS", ["10.1.0.0/16"])
    assert target_of("http://hook.internal/x", resolving("10.1.2.3")).address == "10.1.2.3"
    for address in ("10.2.0.1", "127.0.0.1", "169.254.169.254"):
        with pytest.raises(Refused):
            target_of("https://hook.internal/x", resolving(address))


def test_a_name_that_is_not_found_is_no_refusal_but_tried_again(django_ready: None) -> None:
    from giao.kernel.notifications.guard import target_of

    with pytest.raises(OSError, match="no address"):
        target_of("https://hook.example.org/", resolving())
