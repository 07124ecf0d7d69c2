"""Bearer tokens (RFC 8725, RFC 9068): who signed them, for whom, until when; never what one may."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import jwt
import orjson
from cachetools import TLRUCache
from jwt.utils import base64url_decode, base64url_encode

from authz.rows.principal import Identity

if TYPE_CHECKING:
    from engine.clock import Clock
    from server.auth.keys import TrustedKey

Reason = Literal[
    "missing",
    "scheme",
    "size",
    "shape",
    "algorithm",
    "type",
    "header",
    "key",
    "signature",
    "issuer",
    "audience",
    "claim",
    "number",
    "expired",
    "early",
    "lifetime",
    "subject",
]
"""Why a token was refused: for the log alone, a client learns only that it was."""

MAX_LIFETIME_SECONDS = 3600
_TYPES = frozenset({"at+jwt", "application/at+jwt"})
_REFUSED_HEADERS = frozenset({"jku", "x5u", "jwk", "x5c", "crit", "b64", "zip"})
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
SUBJECT = re.compile(r"[\x21-\x7e]{1,255}")
"""What a subject may look like."""

_NAME = r"[^\s@\x00-\x1f\x7f\ud800-\udfff]"
EMAIL = re.compile(f"{_NAME}{{1,64}}@{_NAME}{{1,255}}")
"""What is taken for an e-mail address; nothing is ever sent to it."""

_LAST_SECOND = 2**53


class TokenRefused(Exception):
    """A token that proves nothing."""

    def __init__(self, reason: Reason) -> None:
        """Keep the reason for the log."""
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class _Verified:
    identity: Identity
    expires: float


class TokenVerifier:
    """Turns a token into an identity.

    A verified token is remembered by its digest until it expires; what its subject may do is
    not in it and is read from the database on every request.
    """

    def __init__(
        self,
        keys: Mapping[str, TrustedKey],
        clock: Clock,
        *,
        max_bytes: int = 8 * 1024,
        skew_seconds: int = 30,
        remembered: int = 10_000,
    ) -> None:
        """Take the trusted keys by key id, and the clock that decides what has expired."""
        self._keys = keys
        self._algorithms = frozenset(key.algorithm for key in keys.values())
        self._clock = clock
        self._max_bytes = max_bytes
        self._skew = skew_seconds
        self._verified: TLRUCache[bytes, _Verified] = TLRUCache(
            remembered, ttu=lambda _digest, token, _now: token.expires, timer=self._now
        )

    def verify(self, token: str) -> Identity:
        """Return whose token it is, or raise TokenRefused; the checks run in RFC 8725's order."""
        if len(token) > self._max_bytes:
            raise TokenRefused("size")
        if not _SHAPE.fullmatch(token):
            raise TokenRefused("shape")
        digest = hashlib.sha256(token.encode()).digest()
        verified = self._verified.get(digest)
        if verified is None:
            claims = self._claims(token, self._key(_header(token)))
            verified = _Verified(_identity(claims), _number(claims, "exp"))
            self._verified[digest] = verified
        return verified.identity

    def _now(self) -> float:
        """Return the seconds since the epoch."""
        return self._clock.now() / 1000

    def _key(self, header: Mapping[str, object]) -> TrustedKey:
        """Return the key that a header names, without a word of it being believed."""
        algorithm = header.get("alg")
        if not isinstance(algorithm, str) or algorithm not in self._algorithms:
            raise TokenRefused("algorithm")
        kind = header.get("typ")
        if not isinstance(kind, str) or kind.lower() not in _TYPES:
            raise TokenRefused("type")
        if _REFUSED_HEADERS & header.keys():
            raise TokenRefused("header")
        kid = header.get("kid")
        key = self._keys.get(kid) if isinstance(kid, str) else None
        if key is None or key.algorithm != algorithm:
            raise TokenRefused("key")
        return key

    def _claims(self, token: str, key: TrustedKey) -> dict[str, object]:
        """Return the claims that the key's issuer signed for this audience and this hour."""
        try:
            claims: dict[str, object] = jwt.decode(
                token,
                key.public,
                algorithms=[key.algorithm],
                issuer=key.issuer,
                audience=key.audience,
                options={
                    "require": ["iss", "aud", "exp", "iat", "sub"],
                    "strict_aud": True,
                    "enforce_minimum_key_length": True,
                    # PyJWT would read "12" and 1e300 as dates, by a clock of its own: see _lifetime
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                    "verify_sub": False,
                },
            )
        except jwt.InvalidSignatureError as error:
            raise TokenRefused("signature") from error
        except jwt.InvalidIssuerError as error:
            raise TokenRefused("issuer") from error
        except jwt.InvalidAudienceError as error:
            raise TokenRefused("audience") from error
        except jwt.PyJWTError as error:
            raise TokenRefused("claim") from error
        self._lifetime(claims)
        return claims

    def _lifetime(self, claims: Mapping[str, object]) -> None:
        """Hold the dates: real numbers, now between them, an hour apart at most."""
        now = self._now()
        issued, expires = _number(claims, "iat"), _number(claims, "exp")
        begins = _number(claims, "nbf") if "nbf" in claims else issued
        if expires <= now - self._skew:
            raise TokenRefused("expired")
        if max(issued, begins) > now + self._skew:
            raise TokenRefused("early")
        if not 0 < expires - issued <= MAX_LIFETIME_SECONDS:
            raise TokenRefused("lifetime")


def _header(token: str) -> dict[str, object]:
    """Return the header as an object, of a token spelt in the one canonical way.

    What it says is only a claim.
    """
    try:
        raw, *_ = parts = [base64url_decode(part) for part in token.split(".")]
        header = orjson.loads(raw)
    except ValueError as error:
        raise TokenRefused("shape") from error
    if not isinstance(header, dict) or b".".join(map(base64url_encode, parts)) != token.encode():
        raise TokenRefused("shape")
    return header


def _number(claims: Mapping[str, object], name: str) -> float:
    """Return a date in seconds; `true`, `"12"`, NaN and 1e300 are not dates."""
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenRefused("number")
    if not 0 <= value <= _LAST_SECOND:
        raise TokenRefused("number")
    return value


def _identity(claims: Mapping[str, object]) -> Identity:
    """Return who the claims are about; an e-mail that is not one is left out."""
    subject, email = claims["sub"], claims.get("email")
    if not isinstance(subject, str) or not SUBJECT.fullmatch(subject):
        raise TokenRefused("subject")
    if not isinstance(email, str) or not EMAIL.fullmatch(email):
        email = None
    verified = email is not None and claims.get("email_verified") is True
    return Identity(subject=subject, email=email, email_verified=verified)
