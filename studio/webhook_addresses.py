"""Where a webhook may call: http and https, and addresses of the open internet only, unless private ones are allowed.

The name is looked up here and the very address that was checked is called, so that a name which answers differently
the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from studio.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
    Resolver = Callable[[str, int], list[str]]

_DISGUISES = tuple(
    ipaddress.ip_network(net)
    for net in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
"""IPv6 ranges that hold an IPv4 address: compatible, mapped, translated, NAT64 (both), 6to4, Teredo."""

_NOBODYS = (ipaddress.ip_network("0.0.0.0/8"), ipaddress.ip_network("240.0.0.0/4"))

_NOWHERE = "the webhook's address"


@dataclass(frozen=True)
class Target:
    """Where a call goes: the name for its Host header and certificate, and the address that was checked."""

    scheme: str
    host: str
    port: int
    path: str
    address: str

    @property
    def host_header(self) -> str:
        """The Host header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme == "https" else 80
        return name if self.port == usual else f"{name}:{self.port}"


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name.

    Raises:
        Problem: 422, it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise Problem(422, f"{_NOWHERE} {host[:120]!r} has no address: check how it is written") from error
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def check_url(url: str, *, private: bool, resolver: Resolver = resolve) -> Target:
    """Where a webhook's URL leads, looked up and checked.

    Args:
        url: http or https, with a host, without user and fragment.
        private: whether private and loopback addresses are allowed (`HIBARI_STUDIO__WEBHOOK_PRIVATE`).
        resolver: gives every address of a name.

    Raises:
        Problem: 422, it is no such URL, or any of its addresses is not of the open internet.
    """
    scheme, host, port, path = _parts(url)
    addresses = resolver(host, port)
    for address in addresses:
        if why := objection(address, private=private):
            raise Problem(422, f"{_NOWHERE} {host[:120]!r} is {address}, {why}: webhooks call the open internet only")
    if not addresses:
        raise Problem(422, f"{_NOWHERE} {host[:120]!r} has no address: check how it is written")
    return Target(scheme, host, port, path, addresses[0])


def place_of(url: str) -> str:
    """A webhook's URL as the log of choices names it: without path and query, where many services keep a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def objection(address: str, *, private: bool) -> str:
    """Why an address is not called; '' where it may be."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "which is no plain address"
    if found.is_multicast or found.is_unspecified or (found.version == 4 and any(found in net for net in _NOBODYS)):
        return "which is nobody's own"
    if found.is_link_local:
        return "which is of this cable alone, where clouds keep their machines' passwords"
    if private and (found.is_loopback or (found.is_private and not _in_disguise(found))):
        return ""
    if _in_disguise(found):
        return "which hides an address of the older kind"
    if not found.is_global or found.is_reserved or found.is_loopback or _site_local(found):
        return "which is private or reserved"
    return ""


def _in_disguise(address: IpAddress) -> bool:
    return address.version == 6 and any(address in net for net in _DISGUISES)


def _site_local(address: IpAddress) -> bool:
    return isinstance(address, ipaddress.IPv6Address) and address.is_site_local


def _parts(url: str) -> tuple[str, str, int, str]:
    if any(ord(letter) <= 32 or ord(letter) > 126 for letter in url) or "\\" in url:
        raise Problem(422, "the webhook's URL holds a space or a letter that no URL has: write it in plain letters")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Problem(422, f"{url[:120]!r} is no URL ({error}): give one such as https://example.org/hibari") from error
    if parts.scheme not in ("http", "https") or not host:
        raise Problem(422, f"{url[:120]!r}: give a URL that begins with https:// (or http://) and names a host")
    if "@" in parts.netloc or parts.fragment or "%" in host or port == 0:
        raise Problem(422, f"{url[:120]!r}: user, password, fragment, zone and port 0 are not allowed: leave them out")
    usual = 443 if parts.scheme == "https" else 80
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or usual, path
