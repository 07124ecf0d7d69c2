"""Every way in which a token is refused, with real keys of all three algorithms."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from authz.rows.principal import Identity
from server.auth.keys import trusted_keys
from server.auth.tokens import Reason, TokenRefused, TokenVerifier
from server.development.issuer import ISSUER, DevelopmentIssuer
from server.settings.fields import IssuerSettings

NOW = 1_790_000_000
ISS, OTHER_ISS, AUD = "https://one.example.org", "https://two.example.org", "fieldgate"
ABSENT = object()


@dataclass
class Clock:
    seconds: float = NOW

    def now(self) -> int:
        return int(self.seconds * 1000)


@dataclass(frozen=True)
class Signer:
    """A private key of an issuer, which signs whatever it is given."""

    kid: str
    algorithm: str
    issuer: str
    private: Any

    def public_pem(self) -> bytes:
        public = self.private.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, *, header: dict | None = None, raw: bytes | None = None, **claims: Any) -> str:
        """A token that is right but for these changes; ABSENT leaves a part out."""
        parts = {"typ": "at+jwt", "alg": self.algorithm, "kid": self.kid} | (header or {})
        body = {"iss": self.issuer, "aud": AUD, "sub": "olga", "iat": NOW, "exp": NOW + 900}
        body |= claims
        head = json.dumps({k: v for k, v in parts.items() if v is not ABSENT})
        if raw is None:
            raw = json.dumps({k: v for k, v in body.items() if v is not ABSENT}).encode()
        signed = f"{b64(head.encode())}.{b64(raw)}"
        algorithm = jwt.get_algorithm_by_name(self.algorithm)
        return f"{signed}.{b64(algorithm.sign(signed.encode(), self.private))}"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


SIGNERS = {
    "RS256": Signer("r1", "RS256", ISS, rsa.generate_private_key(65537, 2048)),
    "ES256": Signer("e1", "ES256", ISS, ec.generate_private_key(ec.SECP256R1())),
    "EdDSA": Signer("d1", "EdDSA", OTHER_ISS, ed25519.Ed25519PrivateKey.generate()),
}
RS, ES, ED = SIGNERS.values()
STRANGER = Signer("d1", "EdDSA", OTHER_ISS, ed25519.Ed25519PrivateKey.generate())


@pytest.fixture(scope="module")
def issuers(tmp_path_factory: pytest.TempPathFactory) -> tuple[IssuerSettings, ...]:
    """Two issuers: one with a PEM file and a key set, one with a key set alone."""
    folder: Path = tmp_path_factory.mktemp("keys")
    (folder / "r1.pem").write_bytes(RS.public_pem())
    sets = {"es.json": ES, "ed.json": ED}
    for name, signer in sets.items():
        algorithm = jwt.get_algorithm_by_name(signer.algorithm)
        key = algorithm.to_jwk(signer.private.public_key(), as_dict=True) | {"kid": signer.kid}
        (folder / name).write_text(json.dumps({"keys": [key]}))
    return (
        IssuerSettings(
            issuer=ISS,
            audience=AUD,
            algorithms=("RS256", "ES256"),
            jwks_file=folder / "es.json",
            pem_files={"r1": folder / "r1.pem"},
        ),
        IssuerSettings(
            issuer=OTHER_ISS, audience=AUD, algorithms=("EdDSA",), jwks_file=folder / "ed.json"
        ),
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verifier(issuers: tuple[IssuerSettings, ...], clock: Clock) -> TokenVerifier:
    return TokenVerifier(trusted_keys(issuers), clock)


def confused() -> str:
    """HS256 with the RSA public key as the shared secret."""
    head = b64(json.dumps({"alg": "HS256", "typ": "at+jwt", "kid": "r1"}).encode())
    body = {"iss": ISS, "aud": AUD, "sub": "olga", "iat": NOW, "exp": NOW + 900}
    signed = f"{head}.{b64(json.dumps(body).encode())}"
    return f"{signed}.{b64(hmac.digest(RS.public_pem(), signed.encode(), hashlib.sha256))}"


def with_header(header: bytes) -> str:
    return f"{b64(header)}.{ED.sign().partition('.')[2]}"


def cut(token: str) -> str:
    """The token without the last three bytes of its signature."""
    head, _, signature = token.rpartition(".")
    return f"{head}.{b64(base64.urlsafe_b64decode(signature + '==')[:-3])}"


def swapped() -> str:
    """The payload of one token under the signature of another."""
    head, _, signature = ED.sign().split(".")
    return f"{head}.{ED.sign(sub='vera').split('.')[1]}.{signature}"


REFUSED: list[tuple[Reason, str, str]] = [
    ("size", "8 KiB and a byte", ED.sign(pad="x" * 8192)),
    ("shape", "empty", ""),
    ("shape", "two parts", "a.b"),
    ("shape", "four parts", f"{ED.sign()}.a"),
    ("shape", "no header", f".{ED.sign().partition('.')[2]}"),
    ("shape", "no signature", ED.sign().rpartition(".")[0] + "."),
    ("shape", "a space", ED.sign().replace(".", ". ", 1)),
    ("shape", "a newline after it", ED.sign() + "\n"),
    ("shape", "padding", ED.sign() + "="),
    ("shape", "not ASCII", ED.sign() + "é"),
    ("shape", "bits left over", f"{ED.sign().rpartition('.')[0]}.AB"),
    ("shape", "header is no base64", f"A.{ED.sign().partition('.')[2]}"),
    ("shape", "header is no JSON", with_header(b"{")),
    ("shape", "header is no object", with_header(b"[]")),
    ("shape", "header is no UTF-8", with_header(b'"\xff"')),
    ("shape", "header nests deep", with_header(b"[" * 5000)),
    ("algorithm", "absent", ED.sign(header={"alg": ABSENT})),
    ("algorithm", "none", ED.sign(header={"alg": "none"})),
    ("algorithm", "public key as secret", confused()),
    ("algorithm", "RS512", RS.sign(header={"alg": "RS512"})),
    ("algorithm", "PS256", RS.sign(header={"alg": "PS256"})),
    ("algorithm", "lower case", ED.sign(header={"alg": "eddsa"})),
    ("algorithm", "a list", ED.sign(header={"alg": ["EdDSA"]})),
    ("type", "absent", ED.sign(header={"typ": ABSENT})),
    ("type", "an identity token", ED.sign(header={"typ": "JWT"})),
    ("type", "a number", ED.sign(header={"typ": 1})),
    ("header", "jku", ED.sign(header={"jku": "https://evil.example/keys"})),
    ("header", "x5u", ED.sign(header={"x5u": "https://evil.example/keys"})),
    ("header", "jwk", ED.sign(header={"jwk": {"kty": "OKP"}})),
    ("header", "x5c", ED.sign(header={"x5c": ["MII"]})),
    ("header", "crit", ED.sign(header={"crit": ["exp"]})),
    ("header", "b64", ED.sign(header={"b64": True})),
    ("header", "zip", ED.sign(header={"zip": "DEF"})),
    ("key", "no key id", ED.sign(header={"kid": ABSENT})),
    ("key", "unknown key id", ED.sign(header={"kid": "d2"})),
    ("key", "a path", ED.sign(header={"kid": "../../etc/passwd"})),
    ("key", "a number", ED.sign(header={"kid": 1})),
    ("key", "a list", ED.sign(header={"kid": ["d1"]})),
    ("key", "another algorithm's key", RS.sign(header={"kid": "e1"})),
    ("signature", "another key", STRANGER.sign()),
    ("signature", "another payload", swapped()),
    ("signature", "cut short", cut(ED.sign())),
    ("signature", "RS256 cut short", cut(RS.sign())),
    ("signature", "ES256 cut short", cut(ES.sign())),
    ("issuer", "a stranger", ED.sign(iss="https://three.example.org")),
    ("issuer", "the other issuer's name", ED.sign(iss=ISS)),
    ("issuer", "a slash more", ED.sign(iss=f"{OTHER_ISS}/")),
    ("issuer", "a list", ED.sign(iss=[OTHER_ISS])),
    ("audience", "another", ED.sign(aud="elsewhere")),
    ("audience", "a list that holds it", ED.sign(aud=[AUD])),
    ("audience", "a prefix", ED.sign(aud=f"{AUD}-admin")),
    ("claim", "no issuer", ED.sign(iss=ABSENT)),
    ("claim", "no audience", ED.sign(aud=ABSENT)),
    ("claim", "no expiry", ED.sign(exp=ABSENT)),
    ("claim", "null expiry", ED.sign(exp=None)),
    ("claim", "no date of issue", ED.sign(iat=ABSENT)),
    ("claim", "no subject", ED.sign(sub=ABSENT)),
    ("claim", "payload is no JSON", ED.sign(raw=b"{")),
    ("claim", "payload is no object", ED.sign(raw=b"[]")),
    ("claim", "payload nests deep", ED.sign(raw=b"[" * 5000)),
    ("number", "expiry as text", ED.sign(exp=str(NOW + 900))),
    ("number", "expiry is true", ED.sign(exp=True)),
    ("number", "expiry is a list", ED.sign(exp=[NOW + 900])),
    ("number", "expiry 1e300", ED.sign(exp=1e300)),
    ("number", "expiry of 400 digits", ED.sign(exp=10**400)),
    ("number", "expiry infinite", ED.sign(exp=float("inf"))),
    ("number", "expiry not a number", ED.sign(exp=float("nan"))),
    ("number", "issue as text", ED.sign(iat=str(NOW))),
    ("number", "issue negative", ED.sign(iat=-1)),
    ("number", "beginning as text", ED.sign(nbf=str(NOW))),
    ("expired", "a skew and a second ago", ED.sign(iat=NOW - 900, exp=NOW - 30)),
    ("early", "issued later", ED.sign(iat=NOW + 31, exp=NOW + 900)),
    ("early", "begins later", ED.sign(nbf=NOW + 31)),
    ("lifetime", "an hour and a second", ED.sign(exp=NOW + 3601)),
    ("lifetime", "ends as it begins", ED.sign(iat=NOW, exp=NOW)),
    ("subject", "empty", ED.sign(sub="")),
    ("subject", "a space", ED.sign(sub="ol ga")),
    ("subject", "not ASCII", ED.sign(sub="olgá")),
    ("subject", "a zero byte", ED.sign(sub="olga\0")),
    ("subject", "a newline after it", ED.sign(sub="olga\n")),
    ("subject", "256 characters", ED.sign(sub="x" * 256)),
    ("subject", "a number", ED.sign(sub=12)),
]


@pytest.mark.parametrize(
    ("reason", "token"), [pytest.param(r, t, id=f"{r}: {name}") for r, name, t in REFUSED]
)
def test_refused(verifier, reason, token):
    for _ in range(2):  # what was refused once is not remembered as good
        with pytest.raises(TokenRefused) as refused:
            verifier.verify(token)
        assert refused.value.reason == reason


def test_table_holds_every_reason_that_a_token_can_be_refused_for():
    sent_badly = {"missing", "scheme"}
    assert {reason for reason, _, _ in REFUSED} == set(get_args(Reason)) - sent_badly


@pytest.mark.parametrize("signer", SIGNERS.values(), ids=SIGNERS)
def test_each_algorithm_is_accepted(verifier, signer):
    assert verifier.verify(signer.sign(sub="vera")) == Identity("vera")


@pytest.mark.parametrize(
    "changes",
    [
        {"header": {"typ": "application/at+jwt"}},
        {"header": {"typ": "AT+JWT"}},
        {"exp": NOW + 3600},
        {"iat": NOW - 900.5, "exp": NOW - 29.5},
        {"iat": NOW + 30},
        {"nbf": NOW + 30},
        {"sub": "x" * 255},
        {"roles": ["owner"], "scope": "admin"},
    ],
    ids=str,
)
def test_accepted_at_the_edge(verifier, changes):
    assert verifier.verify(ED.sign(**changes)).subject == changes.get("sub", "olga")


@pytest.mark.parametrize(
    ("claims", "email", "verified"),
    [
        ({}, None, False),
        ({"email_verified": True}, None, False),
        ({"email": "olga@example.test"}, "olga@example.test", False),
        ({"email": "olga@example.test", "email_verified": True}, "olga@example.test", True),
        ({"email": "olga@example.test", "email_verified": "true"}, "olga@example.test", False),
        ({"email": ["olga@example.test"], "email_verified": True}, None, False),
        ({"email": "olga", "email_verified": True}, None, False),
        ({"email": "olga\0@example.test", "email_verified": True}, None, False),
        ({"email": "olga\ud800@example.test", "email_verified": True}, None, False),
    ],
)
def test_email(verifier, claims, email, verified):
    assert verifier.verify(ED.sign(**claims)) == Identity("olga", email, verified)


def test_a_remembered_token_ends_when_it_says(verifier, clock):
    token = ED.sign()
    for seconds in (NOW, NOW + 899, NOW + 929):
        clock.seconds = seconds
        assert verifier.verify(token).subject == "olga"
    clock.seconds = NOW + 930
    with pytest.raises(TokenRefused, match="expired"):
        verifier.verify(token)


def test_remembering_many_tokens_forgets_none_of_the_checks(issuers, clock):
    verifier = TokenVerifier(trusted_keys(issuers), clock, remembered=2)
    for number in (1, 2, 3, 1):
        assert verifier.verify(ED.sign(sub=f"s{number}")).subject == f"s{number}"


def test_two_processes_share_one_development_key(tmp_path, clock):
    first, second = (DevelopmentIssuer.load(tmp_path / "var", clock) for _ in range(2))
    verifier = TokenVerifier({second.key.kid: second.key}, clock)
    token = first.token_for("olga")
    assert verifier.verify(token) == Identity("olga", "olga@example.test", email_verified=True)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 15 * 60
    assert claims["iss"] == ISSUER
    assert ISSUER.endswith(".invalid")
    [file] = (tmp_path / "var").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_development_key_of_another_machine_is_refused(tmp_path, clock):
    mine, theirs = (DevelopmentIssuer.load(tmp_path / name, clock) for name in ("a", "b"))
    verifier = TokenVerifier({mine.key.kid: mine.key}, clock)
    with pytest.raises(TokenRefused, match="key"):
        verifier.verify(theirs.token_for("olga"))


NO_PROOF = {
    "nothing": [],
    "no token": [("Authorization", "Bearer")],
    "another scheme": [("Authorization", "Basic b2xnYTpvbGdh")],
    "the token alone": [("Authorization", ED.sign())],
    "not a token": [("Authorization", "Bearer olga")],
    "a stranger's token": [("Authorization", f"Bearer {STRANGER.sign()}")],
    "bytes": [(b"Authorization", b"Bearer \xff\xfe")],
}


@pytest.mark.parametrize("headers", NO_PROOF.values(), ids=NO_PROOF)
async def test_a_client_learns_only_that_it_proved_nothing(shared_world, headers):
    client = await shared_world.client()
    response = await client.post("/graphql", content=b"{", headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json() == {
        "errors": [
            {
                "message": "Send a valid access token of a person who may sign in,"
                " as Authorization: Bearer.",
                "extensions": {"code": "UNAUTHENTICATED"},
            }
        ]
    }


async def test_two_tokens_are_none(shared_world):
    client = await shared_world.client("olga")
    [(_, value)] = [h for h in client.headers.multi_items() if h[0] == "authorization"]
    del client.headers["authorization"]
    headers = [("Authorization", value), ("Authorization", value)]
    response = await client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
    assert response.status_code == 401


@pytest.mark.parametrize("status", ["INACTIVE", "CANCELLED", "ARCHIVED", "ANONYMISED"])
async def test_a_valid_token_of_a_person_who_may_not_sign_in(world, status):
    client = await world.client("olga")
    assert (await client.ask("{ me { name } }")).data == {"me": {"name": "Olga"}}
    await world.sql("UPDATE users SET status = :status WHERE subject = 'olga'", status=status)
    reply = await client.ask("{ me { name } }")
    assert reply.status == 401
    assert reply.response.headers["www-authenticate"] == "Bearer"
    assert [e["extensions"] for e in reply.errors] == [{"code": "UNAUTHENTICATED"}]
    assert reply.data is None
