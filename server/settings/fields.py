"""The settings by name, each checked by itself."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import fields
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from db.drivers.addresses import parse_address
from engine.limits import Allowances, Limits
from server.settings.names import NESTED, PREFIX
from server.settings.smtp import SmtpSettings
from server.settings.state import kept_secret

Algorithm = Literal["RS256", "ES256", "EdDSA"]
"""The signatures that a token may carry; a shared secret (HS*) is never among them."""

_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_PAGE = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@/?#%-]*")
_KEY = re.compile(r"[0-9a-f]{128}")
_KEYS_AT_ONCE = 2


class IssuerSettings(BaseModel):
    """One issuer whose tokens are trusted, and where its public keys lie."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field(min_length=1)
    audience: str = Field(min_length=1)
    algorithms: tuple[Algorithm, ...] = Field(min_length=1)
    jwks_file: Path | None = None
    pem_files: dict[str, Path] = Field(default_factory=dict)


class HttpLimits(BaseModel):
    """Upper bounds on one HTTP request and on connections, each inclusive."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    body_bytes: int = Field(default=256 * 1024, gt=0)
    receive_seconds: float = Field(default=5.0, gt=0)
    token_bytes: int = Field(default=8 * 1024, gt=0)
    clock_skew_seconds: int = Field(default=30, ge=0)
    json_depth: int = Field(default=64, gt=0, le=500)
    connections: int = Field(default=1_000, gt=0)
    connections_per_address: int = Field(default=200, gt=0)
    head_seconds: float = Field(default=10.0, gt=0)
    write_seconds: float = Field(default=60.0, gt=0)
    half_closed_seconds: float = Field(default=1.0, gt=0)


class DatabaseLimits(BaseModel):
    """How much of the database one process and one subject take, and for how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pool_size: int = Field(default=10, gt=0, le=1_000)
    share: float = Field(default=0.5, gt=0, le=1)
    queue_seconds: float = Field(default=5.0, gt=0)
    statement_seconds: float = Field(default=5.0, gt=0)


class SettingFields(BaseSettings):
    """The settings of one process; `.env.example` says what each is for."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=NESTED,
        dotenv_filtering="match_prefix",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    profile: Literal["development", "production"] = "development"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    database_url: str = "sqlite:///var/fieldgate.db"
    database: DatabaseLimits = DatabaseLimits()
    state_directory: Path = Path("var")
    issuers: tuple[IssuerSettings, ...] = ()
    public_url: str = ""
    invitation_url: str = ""
    cursor_keys: Annotated[tuple[str, ...], NoDecode] = Field(default=(), repr=False)
    link_keys: Annotated[tuple[str, ...], NoDecode] = Field(default=(), repr=False)
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    limits: Limits = Limits()
    allowances: Allowances = Allowances()
    refusals_together_seconds: int = Field(default=60, ge=0, le=86_400)
    http: HttpLimits = HttpLimits()
    smtp: SmtpSettings = SmtpSettings()

    @property
    def development(self) -> bool:
        """Whether the development issuer stands in for a real one."""
        return self.profile == "development"

    def pages(self) -> dict[str, str]:
        """Return the addresses of the pages that mails lead to, by what is done there."""
        return {"invitation": self.invitation_url}

    def cursor_secrets(self) -> tuple[bytes, ...]:
        """Return the keys that open cursors, the one that also seals them first.

        Without a setting there is one that development keeps under the state directory.
        """
        return self._secrets(self.cursor_keys, "cursor.key")

    def link_secrets(self) -> tuple[bytes, ...]:
        """Return the keys that open links to documents, in the way of the cursors' keys."""
        return self._secrets(self.link_keys, "link.key")

    def _secrets(self, keys: tuple[str, ...], name: str) -> tuple[bytes, ...]:
        if not keys:
            file = self.state_directory / name
            keys = (kept_secret(file, lambda: secrets.token_hex(64).encode()).decode(),)
        return tuple(bytes.fromhex(key) for key in keys)

    @field_validator("database_url")
    @classmethod
    def _address(cls, url: str) -> str:
        parse_address(url)
        return url

    @field_validator("public_url")
    @classmethod
    def _public(cls, url: str) -> str:
        if url and not _ORIGIN.fullmatch(url.rstrip("/")):
            raise ValueError(f"{url!r} is not an address such as https://api.example.org")
        return url.rstrip("/")

    @field_validator("invitation_url")
    @classmethod
    def _invitation(cls, url: str) -> str:
        if not url:
            return url
        base, code, rest = url.partition("{code}")
        parts = urlsplit(base)
        origin = f"{parts.scheme}://{parts.netloc}"
        whole = base + rest
        if not (code and _ORIGIN.fullmatch(origin) and _PAGE.fullmatch(whole.removeprefix(origin))):
            example = "https://app.example.org/invitation#code={code}"
            raise ValueError(f"{url!r} is not an address with one {{code}} such as {example}")
        return url

    @field_validator("cursor_keys", "link_keys", "cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _list(cls, value: object) -> object:
        """Read `a, b` as a list of two."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("cursor_keys", "link_keys")
    @classmethod
    def _keys(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        if len(keys) > _KEYS_AT_ONCE:
            raise ValueError("at most two keys are in use at once: the new one, then the old one")
        if not all(_KEY.fullmatch(key) for key in keys):
            raise ValueError("a key is 64 random bytes, written as 128 lower-case hex digits")
        return keys

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is not an origin such as https://app.example.org")
        return origins

    @field_validator("limits", "allowances", mode="before")
    @classmethod
    def _known(cls, value: object, info: ValidationInfo) -> object:
        """Refuse a limit that does not exist: a dataclass would drop it in silence."""
        kind = Limits if info.field_name == "limits" else Allowances
        known = sorted(limit.name for limit in fields(kind))
        for name in value if isinstance(value, Mapping) else ():
            if name not in known:
                raise ValueError(f"there is no limit {name!r}; there are {', '.join(known)}")
        return value

    @field_validator("limits")
    @classmethod
    def _positive(cls, limits: Limits) -> Limits:
        for limit in fields(Limits):
            if getattr(limits, limit.name) <= 0:
                raise ValueError(f"the limit {limit.name!r} must be more than nothing")
        return limits

    @field_validator("allowances")
    @classmethod
    def _not_negative(cls, allowances: Allowances) -> Allowances:
        for allowance in fields(Allowances):
            if getattr(allowances, allowance.name) < 0:
                raise ValueError(f"the allowance {allowance.name!r} must not be less than nothing")
        return allowances
