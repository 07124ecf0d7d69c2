"""Settings: what may be set, and every way in which Fieldgate refuses to start."""

import json
import re
from pathlib import Path
from typing import get_args

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.auth.keys import trusted_keys
from server.settings.fields import Algorithm, IssuerSettings
from server.settings.model import Settings, SettingsError, load_settings
from server.settings.names import unknown_names
from server.settings.smtp import SmtpSettings

ISSUER = {"issuer": "https://id.example.org", "audience": "fieldgate", "algorithms": ["RS256"]}
KEY, OLD_KEY, LINK_KEY = "ab" * 64, "cd" * 64, "ef" * 64
PRODUCTION = {
    "PROFILE": "production",
    "SMTP__HOST": "mail.example.org",
    "SMTP__SENDER": "Fieldgate <no-reply@example.org>",
    "ISSUERS": json.dumps([ISSUER]),
    "CURSOR_KEYS": KEY,
    "LINK_KEYS": LINK_KEY,
}

LOGIN = {"SMTP__USERNAME": "fieldgate", "SMTP__PASSWORD": "hunter2"}


@pytest.fixture
def load(monkeypatch, tmp_path):
    """Settings from an environment of these variables alone."""

    def load(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(f"FIELDGATE_{name}", value)
        return load_settings(tmp_path / ".env")

    return load


def test_defaults_are_a_development_server_of_this_machine(load):
    settings = load()
    assert settings.development
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.database_url == "sqlite:///var/fieldgate.db"
    assert settings.limits.depth == 20
    assert settings.http.body_bytes == 256 * 1024
    assert settings.http.token_bytes == 8 * 1024
    assert settings.http.clock_skew_seconds == 30


def test_a_file_is_read_and_a_variable_beats_it(load, tmp_path):
    (tmp_path / ".env").write_text("FIELDGATE_PORT=9000\nFIELDGATE_LIMITS__DEPTH=7\nOTHER=x\n")
    assert load(PORT="9001").port == 9001
    assert load().limits.depth == 7


def test_production(load):
    settings = load(
        **PRODUCTION | {"CURSOR_KEYS": f"{KEY}, {OLD_KEY}"},
        HOST="0.0.0.0",
        CORS_ORIGINS="https://app.example.org,http://localhost:5173",
        LIMITS__PAGE="50",
        HTTP__BODY_BYTES="1000",
    )
    assert not settings.development
    assert settings.cursor_secrets() == (bytes.fromhex(KEY), bytes.fromhex(OLD_KEY))
    assert settings.link_secrets() == (bytes.fromhex(LINK_KEY),)
    assert settings.cors_origins == ("https://app.example.org", "http://localhost:5173")
    assert (settings.limits.page, settings.http.body_bytes) == (50, 1000)
    assert (settings.smtp.host, settings.smtp.port) == ("mail.example.org", 587)
    assert str(settings.smtp.from_address()) == "Fieldgate <no-reply@example.org>"


@pytest.mark.parametrize(
    "network",
    [
        {},
        {"SMTP__PORT": "465", "SMTP__STARTTLS": "false"},
        {"SMTP__HOST": "127.0.0.1", "SMTP__STARTTLS": "false"},
    ],
)
def test_a_mail_servers_password_stays_on_this_machine_or_encrypted(load, network):
    settings = load(**PRODUCTION | LOGIN | network)
    assert settings.smtp.password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(settings)


def test_development_makes_one_cursor_key_and_keeps_it(tmp_path):
    first, second = (Settings(state_directory=tmp_path / "var") for _ in range(2))
    [secret] = first.cursor_secrets()
    assert len(secret) == 64
    assert second.cursor_secrets() == (secret,)
    assert (tmp_path / "var" / "cursor.key").stat().st_mode & 0o777 == 0o600


def test_development_makes_a_link_key_of_its_own(tmp_path):
    settings = Settings(state_directory=tmp_path / "var")
    [secret] = settings.link_secrets()
    assert len(secret) == 64
    assert settings.link_secrets() == (secret,)
    assert secret not in settings.cursor_secrets()
    assert (tmp_path / "var" / "link.key").stat().st_mode & 0o777 == 0o600


def test_a_public_address_has_no_slash_at_its_end(load):
    assert load(PUBLIC_URL="http://127.0.0.1:8000/").public_url == "http://127.0.0.1:8000"


def issuer(**changes: object) -> dict[str, str]:
    return PRODUCTION | {"ISSUERS": json.dumps([ISSUER | changes])}


REFUSED = {
    "misspelt": (
        {"PROFLE": "production"},
        "FIELDGATE_PROFLE is not a setting. Did you mean FIELDGATE_PROFILE?",
    ),
    "like nothing": ({"ZZZ": ""}, "FIELDGATE_ZZZ is not a setting. `.env.example` explains them."),
    "one line too few": (
        {"SMTP_PASSWORD": "x"},
        "FIELDGATE_SMTP_PASSWORD is not a setting. Did you mean FIELDGATE_SMTP__PASSWORD?",
    ),
    "profile": ({"PROFILE": "staging"}, "FIELDGATE_PROFILE: Input should be 'development' or"),
    "port": ({"PORT": "http"}, "FIELDGATE_PORT: "),
    "port too high": ({"PORT": "65536"}, "FIELDGATE_PORT: "),
    "database": ({"DATABASE_URL": "mysql://db"}, "FIELDGATE_DATABASE_URL: "),
    "limit unknown": (
        {"LIMITS__DEPT": "3"},
        "FIELDGATE_LIMITS__DEPT is not a setting. Did you mean FIELDGATE_LIMITS__DEPTH?",
    ),
    "limit unknown in JSON": ({"LIMITS": '{"dept": 3}'}, "there is no limit 'dept'"),
    "limit nothing": ({"LIMITS__DEPTH": "0"}, "the limit 'depth' must be more than nothing"),
    "limit no number": ({"LIMITS__DEPTH": "deep"}, "FIELDGATE_LIMITS.depth: "),
    "HTTP limit unknown": (
        {"HTTP__BODY": "3"},
        "FIELDGATE_HTTP__BODY is not a setting. Did you mean FIELDGATE_HTTP__BODY_BYTES?",
    ),
    "HTTP limit unknown in JSON": ({"HTTP": '{"body": 3}'}, "FIELDGATE_HTTP.body: there is no"),
    "origin any": ({"CORS_ORIGINS": "*"}, "'*' is not an origin"),
    "origin null": ({"CORS_ORIGINS": "null"}, "'null' is not an origin"),
    "origin with path": ({"CORS_ORIGINS": "https://a.example/"}, "is not an origin"),
    "issuers no JSON": ({"ISSUERS": "[{"}, "A setting that is a list or a map is not JSON"),
    "cursor key short": ({"CURSOR_KEYS": "abcd"}, "FIELDGATE_CURSOR_KEYS: a key is 64 random"),
    "three cursor keys": ({"CURSOR_KEYS": f"{KEY},{KEY},{KEY}"}, "at most two keys"),
    "open development": ({"HOST": "0.0.0.0"}, "FIELDGATE_HOST is '0.0.0.0'"),
    "development by name": ({"HOST": "fieldgate.example"}, "FIELDGATE_HOST is 'fieldgate.example'"),
    "both kinds of issuer": ({"ISSUERS": json.dumps([ISSUER])}, "names a real issuer while the"),
    "no issuer": (PRODUCTION | {"ISSUERS": "[]"}, "needs FIELDGATE_ISSUERS"),
    "two issuers": (
        PRODUCTION
        | {"ISSUERS": json.dumps([ISSUER, ISSUER | {"issuer": "https://other.example.org"}])},
        "must be of one issuer",
    ),
    "development issuer behind a mark": (
        issuer(issuer="https://development.fieldgate.invalid#"),
        "refuses the development issuer",
    ),
    "no cursor key": (PRODUCTION | {"CURSOR_KEYS": ""}, "needs FIELDGATE_CURSOR_KEYS"),
    "no link key": (PRODUCTION | {"LINK_KEYS": ""}, "needs FIELDGATE_LINK_KEYS"),
    "link key short": ({"LINK_KEYS": "abcd"}, "FIELDGATE_LINK_KEYS: a key is 64 random"),
    "one key for both": (PRODUCTION | {"LINK_KEYS": KEY}, "repeats a key of FIELDGATE_CURSOR_KEYS"),
    "an invitation's address without a code": (
        {"INVITATION_URL": "https://a.example/join"},
        "is not an address with one {code}",
    ),
    "an invitation's address with two codes": (
        {"INVITATION_URL": "https://a.example/{code}#{code}"},
        "is not an address with one {code}",
    ),
    "an invitation's address of a script": (
        {"INVITATION_URL": "javascript:alert({code})"},
        "is not an address with one {code}",
    ),
    "an invitation's address of two lines": (
        {"INVITATION_URL": "https://a.example/{code} x"},
        "is not an address with one {code}",
    ),
    "an invitation's host made of the code": (
        {"INVITATION_URL": "https://{code}.example/"},
        "is not an address with one {code}",
    ),
    "an invitation's address in clear": (
        PRODUCTION | {"INVITATION_URL": "http://a.example/{code}"},
        "FIELDGATE_INVITATION_URL is an https address",
    ),
    "public address with path": ({"PUBLIC_URL": "https://a.example/api"}, "is not an address"),
    "public address in clear": (
        PRODUCTION | {"PUBLIC_URL": "http://a.example"},
        "FIELDGATE_PUBLIC_URL is an https address",
    ),
    "development issuer": (
        issuer(issuer="https://development.fieldgate.invalid"),
        "refuses the development issuer",
    ),
    "reserved name, port, case": (
        issuer(issuer="https://Development.Fieldgate.INVALID.:443/x"),
        "refuses the development issuer",
    ),
    "plain http": (issuer(issuer="http://id.example.org"), "is an https address"),
    "HS256": (issuer(algorithms=["HS256"]), "FIELDGATE_ISSUERS[0].algorithms[0]: "),
    "none": (issuer(algorithms=["none"]), "FIELDGATE_ISSUERS[0].algorithms[0]: "),
    "no algorithm": (issuer(algorithms=[]), "FIELDGATE_ISSUERS[0].algorithms: "),
    "no audience": (issuer(audience=""), "FIELDGATE_ISSUERS[0].audience: "),
    "no mail server": (PRODUCTION | {"SMTP__HOST": ""}, "FIELDGATE_SMTP.host: "),
    "no sender": (
        {name: value for name, value in PRODUCTION.items() if name != "SMTP__SENDER"},
        "needs FIELDGATE_SMTP__HOST and FIELDGATE_SMTP__SENDER",
    ),
    "two senders": ({"SMTP__SENDER": "a@b.example, c@b.example"}, "the sender is one mailbox"),
    "sender without domain": ({"SMTP__SENDER": "Fieldgate"}, "the sender is one mailbox"),
    "password alone": ({"SMTP__PASSWORD": "x"}, "a username and a password are given together"),
    "password in clear": (
        PRODUCTION | LOGIN | {"SMTP__STARTTLS": "false"},
        "FIELDGATE_SMTP__PASSWORD would cross the network in clear",
    ),
    "SMTP unknown": ({"SMTP__TLS": "1"}, "FIELDGATE_SMTP__TLS is not a setting. Did you mean"),
    "mail from development": ({"SMTP__HOST": "mail.example.org"}, "writes mail into files"),
    "issuer key unknown": (issuer(secret="x"), "FIELDGATE_ISSUERS[0].secret: there is no such"),
}


@pytest.mark.parametrize(("variables", "sentence"), REFUSED.values(), ids=REFUSED)
def test_refused(load, variables, sentence):
    with pytest.raises(SettingsError) as refused:
        load(**variables)
    assert sentence in str(refused.value)


def test_every_unknown_name_is_told_wherever_it_stands(load, tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("FIELDGATE_LIMITS__DEPT=3\nFIELDGATE_HOTS=::1\nOTHER=x\n")
    monkeypatch.setenv("fieldgate_prot", "9000")  # a name counts in any case
    with pytest.raises(SettingsError) as refused:
        load(PROFLE="production", PORT="9000")
    told = [line.removeprefix(f"{tmp_path / '.env'}: ") for line in str(refused.value).split("\n")]
    assert [line.partition(" ")[0] for line in told] == [
        *("FIELDGATE_PROFLE", "FIELDGATE_PROT"),
        *("FIELDGATE_HOTS", "FIELDGATE_LIMITS__DEPT"),
    ]


def test_every_setting_of_the_example_is_known_by_its_name():
    example = (Path(__file__).parents[2] / ".env.example").read_text()
    named = set(re.findall(r"^#(FIELDGATE_\w+)=", example, re.MULTILINE))
    assert [*unknown_names(named, Settings)] == []


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda file: file.write_bytes(b"FIELDGATE_PORT=\xff"), "it is not UTF-8."),
        (lambda file: file.symlink_to(file), ""),
    ],
)
def test_a_file_that_cannot_be_read_is_told(load, tmp_path, made, reason):
    made(tmp_path / ".env")
    if reason:
        with pytest.raises(SettingsError, match=re.escape(f".env cannot be read: {reason}")):
            load()
    else:
        assert load() == Settings()


def test_every_fault_of_a_profile_is_told_at_once(load):
    with pytest.raises(SettingsError) as refused:
        load(PROFILE="production")
    assert str(refused.value).count("\n") == 3


def test_a_refused_secret_is_not_shown(load):
    secret = "5ecre7" * 8
    with pytest.raises(SettingsError) as refused:
        load(CURSOR_KEYS=secret)
    assert secret not in str(refused.value)
    assert KEY not in repr(Settings(cursor_keys=(KEY,), link_keys=(KEY,)))


def test_no_algorithm_shares_a_secret():
    assert set(get_args(Algorithm)) == {"RS256", "ES256", "EdDSA"}


RSA = rsa.generate_private_key(65537, 2048)
WEAK_RSA = rsa.generate_private_key(65537, 1024)
P384 = ec.generate_private_key(ec.SECP384R1())


def pem(private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed448.Ed448PrivateKey) -> str:
    public = private.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def jwk(**more: object) -> dict[str, object]:
    key = jwt.get_algorithm_by_name("RS256").to_jwk(RSA.public_key(), as_dict=True)
    return key | {"kid": "k"} | more


def key_set(*keys: object) -> str:
    return json.dumps({"keys": keys})


def read(folder: Path, text: str | None, *, pem_too: bool = False) -> list[str]:
    """The key ids of an issuer of RS256 whose key set, or whose PEM file, holds this text."""
    file = folder / "keys"
    if text is not None:
        file.write_text(text)
    is_pem = text is not None and text.startswith("-----")
    files = {"k": file} if is_pem else {}
    if pem_too:
        (folder / "k.pem").write_text(pem(RSA))
        files["k"] = folder / "k.pem"
    return list(
        trusted_keys(
            [
                IssuerSettings(
                    issuer="https://id.example.org",
                    audience="fieldgate",
                    algorithms=("RS256",),
                    jwks_file=None if is_pem else file,
                    pem_files=files,
                )
            ]
        )
    )


@pytest.mark.parametrize(
    "text",
    [
        pem(RSA),
        key_set(jwk()),
        key_set(jwk(use="sig", alg="RS256")),
        key_set(jwk(), jwk(kid="e", use="enc")),
        key_set(jwk(), jwk(kid="p", alg="PS256")),
    ],
)
def test_keys_that_are_read(tmp_path, text):
    assert read(tmp_path, text) == ["k"]


REFUSED_KEYS = {
    "missing": (None, "cannot be read: No such file or directory"),
    "no key set": ("{}", "is not a JSON Web Key Set"),
    "not JSON": ("keys", "is not a JSON Web Key Set"),
    "empty": (key_set(), "has no key for RS256"),
    "no key id": (key_set({"kty": "RSA"}), "a key without a key id"),
    "no object": (key_set("k"), "a key without a key id"),
    "a shared secret": (key_set({"kty": "oct", "kid": "k", "k": "AAAA"}), "'k' in"),
    "a private key": (key_set(jwk(d="AAAA")), "is secret; only public keys belong"),
    "cannot be read": (key_set({"kty": "RSA", "kid": "k"}), "cannot be read"),
    "one id twice": (key_set(jwk(), jwk()), "Two trusted keys have the key id 'k'"),
    "for encryption": (key_set(jwk(use="enc")), "has no key for RS256"),
    "weak": (pem(WEAK_RSA), "has no key for RS256"),
    "another algorithm": (pem(P384), "has no key for RS256"),
    "another kind": (pem(ed448.Ed448PrivateKey.generate()), "has no key for RS256"),
    "no PEM": ("-----BEGIN", "holds no public key in PEM form"),
}


@pytest.mark.parametrize(("text", "sentence"), REFUSED_KEYS.values(), ids=REFUSED_KEYS)
def test_keys_that_are_refused(tmp_path, text, sentence):
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, text)
    assert sentence in str(refused.value)


def test_a_key_id_in_both_places_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="Two trusted keys have the key id 'k'"):
        read(tmp_path, key_set(jwk()), pem_too=True)


def test_the_example_file_holds_the_defaults_and_every_setting(load, tmp_path):
    example = (Path(__file__).parents[2] / ".env.example").read_text()
    lines = [line.removeprefix("#") for line in example.splitlines() if line[1:11] == "FIELDGATE_"]
    mail = ("SMTP__HOST", "SMTP__USERNAME", "SMTP__PASSWORD", "SMTP__SENDER")
    production = tuple(
        f"FIELDGATE_{name}"
        for name in (
            "ISSUERS",
            "CURSOR_KEYS",
            "LINK_KEYS",
            "PUBLIC_URL",
            "INVITATION_URL",
            "CORS_ORIGINS",
            "TRUSTED_PROXIES",
            *mail,
        )
    )
    defaults = [line for line in lines if not line.startswith(production)]
    (tmp_path / ".env").write_text("\n".join(defaults))
    assert load() == Settings()
    tops = {line.partition("=")[0].partition("__")[0].lower() for line in lines}
    assert tops == {f"fieldgate_{name}" for name in Settings.model_fields}
    smtp = {line.partition("=")[0].partition("SMTP__")[2].lower() for line in lines}
    assert smtp - {""} == set(SmtpSettings.model_fields)
