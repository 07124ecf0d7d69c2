"""The public keys whose tokens are trusted, by key id, read once at the start."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from server.settings.fields import Algorithm, IssuerSettings
from server.settings.model import SettingsError

PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey

_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """One public key: the issuer it speaks for, to which audience, and its only algorithm."""

    kid: str
    issuer: str
    audience: str
    algorithm: Algorithm
    public: PublicKey


def trusted_keys(issuers: Sequence[IssuerSettings]) -> dict[str, TrustedKey]:
    """Read every issuer's keys; raise SettingsError for one that cannot be used as configured.

    A key id stands for one key of one issuer, so that a token's `kid` alone says who must have
    signed it.
    """
    keys: dict[str, TrustedKey] = {}
    for issuer in issuers:
        count = len(keys)
        for kid, public in _public_keys(issuer):
            algorithm = _algorithm(public)
            if isinstance(public, PublicKey) and algorithm in issuer.algorithms:
                if kid in keys:
                    raise SettingsError(f"Two trusted keys have the key id {kid!r}.")
                keys[kid] = TrustedKey(kid, issuer.issuer, issuer.audience, algorithm, public)
        if len(keys) == count:
            names = ", ".join(issuer.algorithms)
            raise SettingsError(f"The issuer {issuer.issuer!r} has no key for {names}.")
    return keys


def _public_keys(issuer: IssuerSettings) -> Iterator[tuple[str, object]]:
    for kid, file in issuer.pem_files.items():
        pem = _read(file)
        try:
            yield kid, load_pem_public_key(pem)
        except ValueError as error:
            raise SettingsError(f"{file} holds no public key in PEM form.") from error
    if issuer.jwks_file is not None:
        yield from _key_set(issuer.jwks_file, issuer.algorithms)


def _key_set(file: Path, algorithms: Sequence[Algorithm]) -> Iterator[tuple[str, object]]:
    """Yield the signing keys of a JSON Web Key Set that could be meant by these algorithms."""
    text = _read(file)
    try:
        keys = json.loads(text)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SettingsError(f"{file} is not a JSON Web Key Set.") from error
    for key in keys if isinstance(keys, list) else ():
        if not isinstance(key, dict) or not isinstance(kid := key.get("kid"), str):
            raise SettingsError(f"{file} has a key without a key id (kid).")
        if key.get("kty") == "oct" or "d" in key:
            raise SettingsError(f"The key {kid!r} in {file} is secret; only public keys belong.")
        if key.get("use", "sig") == "sig" and key.get("alg", algorithms[0]) in algorithms:
            try:
                yield kid, jwt.PyJWK(key).key
            except jwt.PyJWTError as error:
                raise SettingsError(f"The key {kid!r} in {file} cannot be read.") from error


def _algorithm(key: object) -> Algorithm | None:
    """Return the one algorithm that a key verifies; None for one too weak, or of no known kind."""
    match key:
        case RSAPublicKey():
            return "RS256" if key.key_size >= _RSA_BITS else None
        case EllipticCurvePublicKey():
            return "ES256" if isinstance(key.curve, SECP256R1) else None
        case Ed25519PublicKey():
            return "EdDSA"
        case _:
            return None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingsError(f"The key file {file} cannot be read: {error.strerror}.") from error
