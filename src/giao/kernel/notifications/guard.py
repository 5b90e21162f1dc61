"""Where a webhook may lead. Decided on the address that is then connected to: a name cannot change its mind in between.

Refused: everything that is not public on the internet (private, loopback, link-local with the metadata services, reserved,
multicast, carrier-grade NAT, and IPv4 hidden in IPv6), unless GIAO_WEBHOOK_NETWORKS names the network.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
PORTS_REFUSED = frozenset({0, 22, 23, 25, 110, 143, 465, 587, 993, 995, 3306, 5432, 6379, 11211, 27017})
"""Services that take text for commands."""


class Refused(Exception):
    """A sentence for the person who gave the address."""


@dataclass(frozen=True)
class Target:
    """`address` is the one to connect to; `host` the name for TLS and the Host header."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def allowed_networks() -> list[Network]:
    return [ipaddress.ip_network(text, strict=False) for text in settings.GIAO_WEBHOOK_NETWORKS]


def check_url(url: str) -> tuple[str, str, int, str]:
    """(scheme, host, port, path with query). Raises Refused for what is no plain web address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused(_("This is no web address; write it as https://example.org/path.")) from None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.fragment:
        raise Refused(_("This is no web address; write it as https://example.org/path."))
    if parts.username is not None or parts.password is not None:
        raise Refused(_("Leave user and password out of the address: the signature says who sends."))
    if any(ord(letter) <= 32 or ord(letter) == 127 for letter in url):
        raise Refused(_("There is a space or a control character in the address."))
    if parts.scheme == "http" and not allowed_networks():
        raise Refused(_("Write https://…: what is sent must not be read on its way."))
    chosen = port or (443 if parts.scheme == "https" else 80)
    if chosen in PORTS_REFUSED:
        raise Refused(_("No web server is at port %(port)s; give another one.") % {"port": chosen})
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, chosen, path


def is_public(address: Address) -> bool:
    """Reachable for everybody on the internet. IPv4 inside of IPv6 (mapped, 6to4, Teredo, NAT64) counts as what it hides."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        hidden = [address.sixtofour, *(address.teredo or ())]
        if any(inner is not None and not is_public(inner) for inner in hidden):
            return False
        if address.is_site_local or int(address) >> 32 == 0:  # the old ::a.b.c.d
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def target_of(url: str, resolve: Callable[..., Any] = socket.getaddrinfo) -> Target:
    """Look the name up and decide. Every address of the name must be allowed; the first is used.

    Raises Refused, and OSError when the name is not found.
    """
    scheme, host, port, path = check_url(url)
    found = resolve(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    if not addresses:
        raise OSError(f"the name {host} has no address")
    _check_addresses(host, (ipaddress.ip_address(text) for text in addresses))
    return Target(scheme, host, port, path, addresses[0])


def _check_addresses(host: str, addresses: Iterable[Address]) -> None:
    allowed = allowed_networks()
    for address in addresses:
        if any(address in network for network in allowed if network.version == address.version):
            continue
        if not is_public(address):
            raise Refused(
                _(
                    "%(host)s leads to an address that is not on the public internet. The administrator can allow its "
                    "network with GIAO_WEBHOOK_NETWORKS."
                )
                % {"host": host}
            )
