"""Issuers of JSON Web Tokens, and servers that are asked about tokens."""

import base64
import functools
import json
import time
import urllib.parse

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from .upstream import Upstream


@functools.cache
def private_key(algorithm: str, number: int = 0):
    """One of the keys of a kind; made once, since RSA takes its time."""
    if algorithm[:2] in ("RS", "PS"):
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if algorithm.startswith("ES"):
        return ec.generate_private_key(ec.SECP256R1() if algorithm == "ES256" else ec.SECP384R1())
    return ed25519.Ed25519PrivateKey.generate()


def public_jwk(algorithm: str, kid: str, secret) -> dict:
    kind = {"RS": RSAAlgorithm, "PS": RSAAlgorithm, "ES": ECAlgorithm}.get(
        algorithm[:2], OKPAlgorithm)
    shown = kind.to_jwk(secret.public_key(), as_dict=True)
    return {name: value for name, value in shown.items() if name != "key_ops"} | {
        "kid": kid, "use": "sig", "alg": algorithm}


def encoded(value) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(part: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def private_pem(secret) -> str:
    return secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()).decode()


def public_pem(secret) -> str:
    return secret.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


class Issuer:
    """Signs tokens; `published` is the set that it shows to those who ask."""

    def __init__(self, name="https://issuer.test", audience="models"):
        self.name, self.audience = name, audience
        self.keys: dict[str, tuple] = {}
        self.published: list[dict] = []

    def add(self, kid: str, algorithm: str, number: int = 0, publish=True):
        secret = private_key(algorithm, number)
        self.keys[kid] = (algorithm, secret)
        if publish:
            self.published.append(public_jwk(algorithm, kid, secret))
        return self

    def claims(self, **changes) -> dict:
        now = int(time.time())
        given = {"iss": self.name, "aud": self.audience, "sub": "alice", "iat": now,
                 "exp": now + 300} | changes
        return {name: value for name, value in given.items() if value is not None}

    def token(self, kid: str | None = None, headers=None, **claims) -> str:
        kid = kid or next(iter(self.keys))
        algorithm, secret = self.keys[kid]
        return jwt.encode(self.claims(**claims), secret, algorithm,
                          headers={"kid": kid} | (headers or {}))

    def serve(self, upstream: Upstream, path="/jwks.json"):
        """Shows the set at `upstream`, which counts who asks; yields its URL."""
        upstream.on(path, lambda it: it.answer(
            200, json.dumps({"keys": self.published}).encode(),
            [("Content-Type", "application/json")]))
        return f"http://{upstream.address}{path}"

    def settings(self, jwks, **more) -> dict:
        """What `auth.jwt` says of it."""
        return {"issuer": self.name, "audience": self.audience, "jwks": jwks,
                "algorithms": sorted({algorithm for algorithm, _ in self.keys.values()}), **more}


class Introspection:
    """Answers questions about tokens (RFC 7662) at `upstream`, which records them."""

    def __init__(self, upstream: Upstream, path="/introspect"):
        self.upstream, self.path = upstream, path
        self.known: dict[str, dict] = {}
        self.status = 200
        upstream.on(path, self.answer)

    def answer(self, it):
        form = urllib.parse.parse_qs(it.request.body.data.decode())
        found = self.known.get(form.get("token", [""])[0])
        shown = {"active": True} | found if found is not None else {"active": False}
        it.answer(self.status, json.dumps(shown).encode(), [("Content-Type", "application/json")])

    @property
    def count(self) -> int:
        return len(self.upstream.at(self.path))

    def settings(self, **more) -> dict:
        return {"url": f"http://{self.upstream.address}{self.path}", "clientId": "outrider",
                "clientSecret": "introspection-secret-0123", "cacheFor": "30s", **more}
