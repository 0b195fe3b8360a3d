"""Which addresses may be asked: the publisher's hosts, and on the public internet only.

A name is looked up once, all its addresses are judged, and the connection goes to a judged address itself: a name that
answers differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore

from pipelines.sources.errors import Refused

USUAL_PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def check_url(url: str, allowed_hosts: Iterable[str]) -> None:
    """Raise Refused unless `url` is http(s), without a password, and on one of the hosts or a sub-domain of one."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise Refused("bad_address", f"{url[:200]} is no address: {error}") from error
    if parts.scheme not in USUAL_PORTS or not host or parts.username is not None:
        raise Refused("bad_address", f"{url[:200]} is no http or https address that is followed")
    for allowed in allowed_hosts:
        name, _, allowed_port = allowed.rpartition(":") if _has_port(allowed) else (allowed, "", "")
        same_port = port == int(allowed_port) if allowed_port else port in (None, *USUAL_PORTS.values())
        if same_port and (host == name or host.endswith(f".{name}")):
            return
    raise Refused("foreign_host", f"{url[:200]} is not on the publisher's hosts; add {parts.netloc} to its `hosts`")


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdigit() and host.count(":") == 1


def is_public(address: str) -> bool:
    """Whether an IP address is reachable for everybody; addresses that carry an IPv4 address inside are unwrapped."""
    ip = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    return ip.is_global and not ip.is_multicast


def _unwrapped(ip: IPAddress) -> IPAddress:
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        return inner or ip
    return ip


def _is_never_a_server(address: str) -> bool:
    """Link-local (cloud machines keep credentials there), multicast and unspecified: not even for `allow_private`."""
    ip = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    return ip.is_link_local or ip.is_multicast or ip.is_unspecified


def addresses_of(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of `host`. Raises Refused when one of them is not public, ConnectError when there is none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name {host} cannot be looked up: {error}") from error
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    for address in addresses:
        if _is_never_a_server(address) or not (allow_private or is_public(address)):
            raise Refused("private_address", f"{host} leads to {address}, which is no public address; not asked")
    return addresses


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections as httpcore does, but only to addresses that were judged."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses_of(host, port, allow_private=self._allow_private):
            try:
                return self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")

    def sleep(self, seconds: float) -> None:
        self._plain.sleep(seconds)
