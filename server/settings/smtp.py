"""How mail leaves a production server: the operator's SMTP server, and the sender's name."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from email.utils import getaddresses
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

_TLS_FROM_THE_FIRST_BYTE = 465
_DEVELOPMENT_SENDER = "Fieldgate <no-reply@fieldgate.invalid>"


class SmtpSettings(BaseModel):
    """The SMTP server; on port 465 the connection is encrypted from its first byte."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str | None = Field(default=None, min_length=1)
    port: int = Field(default=587, ge=1, le=65_535)
    username: str | None = Field(default=None, min_length=1)
    password: SecretStr | None = None
    starttls: bool = True
    sender: str | None = None

    @property
    def encrypted_at_once(self) -> bool:
        """Whether the connection begins with TLS."""
        return self.port == _TLS_FROM_THE_FIRST_BYTE

    @property
    def encrypted(self) -> bool:
        """Whether nothing of a mail or a password crosses the network in clear."""
        return self.starttls or self.encrypted_at_once

    def from_address(self) -> Address:
        """Return whom mail is from; without a setting it is an address that never exists."""
        return _read(self.sender or _DEVELOPMENT_SENDER)

    @field_validator("sender")
    @classmethod
    def _one_mailbox(cls, sender: str | None) -> str | None:
        if sender is not None:
            _read(sender)
        return sender

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("a username and a password are given together or not at all")
        return self


def _read(sender: str) -> Address:
    try:
        [(name, address)] = getaddresses([sender])
        return read_address(address, name)
    except ValueError:
        raise ValueError(
            "the sender is one mailbox, such as Fieldgate <no-reply@example.org>"
        ) from None


def read_address(text: str, display_name: str = "") -> Address:
    """Read one bare address; anything else is a ValueError that does not repeat it."""
    local, _, domain = text.rpartition("@")
    try:
        name = domain.encode("idna").decode() if not domain.isascii() else domain
        return Address(display_name, addr_spec=f"{local}@{name}")
    except (ValueError, IndexError, MessageError):
        raise ValueError("This is not the address of one mailbox.") from None
