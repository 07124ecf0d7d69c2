"""What each profile demands of the settings: development trusts itself, production never does."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.settings import Settings

RESERVED = ".invalid"
"""Names under it are the development issuer's (RFC 2606): no real issuer can have one."""


def profile_faults(settings: Settings) -> list[str]:
    """Return a sentence for each setting that the profile must not start with."""
    return _development(settings) if settings.development else _production(settings)


def _development(settings: Settings) -> list[str]:
    faults = []
    if not is_loopback(settings.host):
        faults.append(
            "The development profile gives a token to whoever asks, so it listens on a loopback"
            f" address only; FIELDGATE_HOST is {settings.host!r}."
        )
    if settings.issuers:
        faults.append(
            "FIELDGATE_ISSUERS names a real issuer while the development profile trusts the"
            " development issuer; set FIELDGATE_PROFILE=production to trust real ones."
        )
    return faults


def _production(settings: Settings) -> list[str]:
    faults = []
    if not settings.issuers:
        faults.append("The production profile needs FIELDGATE_ISSUERS: whose tokens to trust.")
    for issuer in settings.issuers:
        host = issuer.issuer.removeprefix("https://").split("/")[0].split(":")[0].rstrip(".")
        if host.lower().endswith(RESERVED):
            faults.append(
                "The production profile refuses the development issuer, and any other under"
                f" {RESERVED}; FIELDGATE_ISSUERS names {issuer.issuer!r}."
            )
        elif not issuer.issuer.startswith("https://"):
            faults.append(
                "An issuer's name is an https address in the production profile;"
                f" FIELDGATE_ISSUERS names {issuer.issuer!r}."
            )
    if not settings.cursor_keys:
        faults.append(
            "The production profile needs FIELDGATE_CURSOR_KEYS: 64 random bytes as hex digits,"
            " the same for every process."
        )
    return faults


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine talking to itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
