"""What each profile demands of the settings: development trusts itself, production never does."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from server.settings.fields import SettingFields
    from server.settings.smtp import SmtpSettings

RESERVED = ".invalid"
"""Names under it are the development issuer's (RFC 2606): no real issuer can have one."""


def profile_faults(settings: SettingFields) -> list[str]:
    """Return a sentence for each setting that the profile must not start with."""
    return _development(settings) if settings.development else _production(settings)


def _development(settings: SettingFields) -> list[str]:
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
    if settings.smtp.host:
        faults.append(
            "FIELDGATE_SMTP__HOST names a mail server while the development profile writes mail"
            " into files; set FIELDGATE_PROFILE=production to send it."
        )
    return faults


def _production(settings: SettingFields) -> list[str]:
    faults = []
    if not settings.issuers:
        faults.append("The production profile needs FIELDGATE_ISSUERS: whose tokens to trust.")
    if len({issuer.issuer for issuer in settings.issuers}) > 1:
        faults.append(
            "Fieldgate knows a person by the token's subject alone, so all entries of"
            " FIELDGATE_ISSUERS must be of one issuer."
        )
    for issuer in settings.issuers:
        host = (urlsplit(issuer.issuer).hostname or "").rstrip(".")
        if host.endswith(RESERVED):
            faults.append(
                "The production profile refuses the development issuer, and any other under"
                f" {RESERVED}; FIELDGATE_ISSUERS names {issuer.issuer!r}."
            )
        elif not issuer.issuer.startswith("https://"):
            faults.append(
                "An issuer's name is an https address in the production profile;"
                f" FIELDGATE_ISSUERS names {issuer.issuer!r}."
            )
    for name, keys in (("CURSOR", settings.cursor_keys), ("LINK", settings.link_keys)):
        if not keys:
            faults.append(
                f"The production profile needs FIELDGATE_{name}_KEYS: 64 random bytes as hex"
                " digits, the same for every process."
            )
    urls = {"PUBLIC": settings.public_url, "INVITATION": settings.invitation_url}
    faults += [
        f"FIELDGATE_{name}_URL is an https address in the production profile."
        for name, url in urls.items()
        if url.startswith("http://")
    ]
    if set(settings.cursor_keys) & set(settings.link_keys):
        faults.append("FIELDGATE_LINK_KEYS repeats a key of FIELDGATE_CURSOR_KEYS: make another.")
    return faults + _mail(settings.smtp)


def _mail(smtp: SmtpSettings) -> list[str]:
    faults = []
    if not (smtp.host and smtp.sender):
        faults.append(
            "The production profile needs FIELDGATE_SMTP__HOST and FIELDGATE_SMTP__SENDER: who"
            " delivers mail, and in whose name."
        )
    if smtp.username and not smtp.encrypted and not is_loopback(smtp.host or ""):
        faults.append(
            "FIELDGATE_SMTP__PASSWORD would cross the network in clear; leave"
            " FIELDGATE_SMTP__STARTTLS on."
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
