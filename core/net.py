"""Facts about network addresses."""

import ipaddress


def is_private_host(host: str) -> bool:
    """Whether a host name or address plainly belongs to this machine or its own network; names are not looked up."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host and bool(host)
