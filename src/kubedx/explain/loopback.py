"""Which addresses are this machine itself, so that what goes there does not leave it."""

import ipaddress
from urllib.parse import urlsplit


def is_this_machine(address: str) -> bool:
    """Whether a URL, or a host, is this machine itself; the empty one is this process."""
    host = (urlsplit(address if "://" in address else f"//{address}").hostname or "").lower() if address else "localhost"
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
