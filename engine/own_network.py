"""Which computers are on the user's own network, as far as an address tells.

What is not encrypted is sent to such computers only. A name counts by what it stands for at that moment: all of the
addresses it has must be within (this computer, private and link-local ranges, those of carriers and overlay networks).
"""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address


def addresses(host: str, port: int, *, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[str]:
    """What `host`, a name or a number, stands for, in the order to be tried. May take seconds. Raises `OSError`."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, family, socket.SOCK_STREAM)
    except UnicodeError as error:  # a name that cannot be one
        raise OSError("name") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def within(address: str) -> bool:
    """Whether this number is one of the user's own network."""
    try:
        number = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(number, IPv6Address) and number.ipv4_mapped is not None:
        number = number.ipv4_mapped
    return not (number.is_global or number.is_multicast or number.is_unspecified)
