"""The development issuer: tokens for anybody of the demo world, made and trusted on one machine."""

from __future__ import annotations

import difflib
import hashlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from db.seed.demo import PEOPLE
from server.auth.keys import TrustedKey
from server.auth.tokens import EMAIL, SUBJECT
from server.settings.model import SettingsError
from server.settings.state import kept_secret

if TYPE_CHECKING:
    from engine.clock import Clock

ISSUER = "https://development.fieldgate.invalid"
AUDIENCE = "fieldgate"
LIFETIME_SECONDS = 15 * 60


class UnknownPerson(ValueError):
    """Nobody whom the development issuer could speak for; the text is a sentence."""


class DevelopmentIssuer:
    """Signs tokens with an Ed25519 key of its own, which no other machine has."""

    def __init__(self, private: Ed25519PrivateKey, clock: Clock) -> None:
        """Take the key and the clock that dates the tokens."""
        self._private = private
        self._clock = clock
        public = private.public_key()
        raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        kid = f"development-{hashlib.sha256(raw).hexdigest()[:16]}"
        self.key = TrustedKey(kid, ISSUER, AUDIENCE, "EdDSA", public)

    @classmethod
    def load(cls, state_directory: Path, clock: Clock) -> DevelopmentIssuer:
        """Read the key under the state directory; the first to ask makes it."""
        file = state_directory / "development-key.pem"
        pem = kept_secret(file, _new_key)
        try:
            private = load_pem_private_key(pem, password=None)
        except ValueError as error:
            raise SettingsError(f"{file} holds no private key; delete it for a new one.") from error
        if not isinstance(private, Ed25519PrivateKey):
            raise SettingsError(f"{file} holds no Ed25519 key; delete it for a new one.")
        return cls(private, clock)

    def token_for(self, handle: str) -> str:
        """Return a token of a person of the demo world, or raise UnknownPerson."""
        people = {person.handle: person for person in PEOPLE if person.signs_in}
        if handle not in people:
            close = difflib.get_close_matches(handle, people, n=3)
            hint = f" Did you mean {' or '.join(close)}?" if close else ""
            raise UnknownPerson(f"Nobody in the demo world signs in as {handle!r}.{hint}")
        return self.token(handle, people[handle].email)

    def token(self, subject: str, email: str) -> str:
        """Return an access token (RFC 9068) of any subject, valid for fifteen minutes."""
        if not SUBJECT.fullmatch(subject):
            raise UnknownPerson(f"A subject is 1 to 255 visible ASCII characters, not {subject!r}.")
        if not EMAIL.fullmatch(email):
            raise UnknownPerson(f"{email!r} is not an e-mail address.")
        issued = self._clock.now() // 1000
        claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": issued,
            "exp": issued + LIFETIME_SECONDS,
            "jti": secrets.token_urlsafe(16),
            "client_id": "development",
            "email": email,
            "email_verified": True,
        }
        headers = {"typ": "at+jwt", "kid": self.key.kid}
        return jwt.encode(claims, self._private, algorithm="EdDSA", headers=headers)


def _new_key() -> bytes:
    private = Ed25519PrivateKey.generate()
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
