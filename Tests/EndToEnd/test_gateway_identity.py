"""What the gateway signs about a caller, and what a sidecar behind it believes."""

import hmac
import itertools
import time

import jwt
import pytest

from harness import Client, bearer, until
from harness.gateway import service
from harness.refusals import is_made_here
from harness.tokens import decoded, encoded, private_key, private_pem, public_pem
from harness.upstream import answer

SECRET = "the secret that gateway and sidecar share, long enough for all kinds of HMAC"
OTHER = "another secret of the same kind, of which the sidecar knows nothing at all so far"
IDENTITY = "x-outrider-identity"


def signed(secret=SECRET, algorithm="HS256", headers=None, **changes) -> str:
    """An identity as the gateway would sign it."""
    now = int(time.time())
    claims = {"sub": "app-one", "tenant": "acme", "tier": "gold", "scopes": ["echo:call"],
              "aud": "echo", "route": "open", "iat": now, "exp": now + 30} | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    named = {"kid": "k1"} | (headers or {})
    return jwt.encode(claims, secret, algorithm, {k: v for k, v in named.items() if v})


@pytest.fixture
def guarded(start, upstream):
    """A sidecar that lets nobody in without a signed identity."""
    return start(upstream, {"service": "echo", "identity": {
        "mode": "require", "keys": [{"id": "k1", "secret": SECRET}]}})


@pytest.fixture
def chain(gateway, guarded, keys):
    """The gateway before that sidecar, and a key."""
    text = keys.add("app-one", tenant="acme", tier="gold", scopes=["echo:call"])
    gate = gateway({
        "auth": keys.auth, "identity": {"signWith": {"id": "k1", "secret": SECRET}},
        "services": {"echo": service(guarded), "other": service(guarded)},
        "routes": [{"name": "open", "match": {"path": "/**"}, "service": "echo"},
                   {"name": "astray", "match": {"path": "/astray"}, "service": "other"}]})
    return gate, text


def refused(sidecar, fields=()):
    got = sidecar.ask("POST", "/v1/x", fields, b"{}")
    is_made_here(got, "unauthenticated", 401, "no")
    return got


# Through both ----------------------------------------------------------------------------------


def test_a_request_passes_both_and_the_model_sees_nothing_of_it(chain, guarded, upstream):
    gate, text = chain
    assert gate.ask("POST", "/v1/x", bearer(text), b"{}").text == "ok"
    names = upstream.requests[-1].fields.lowered()
    assert not [name for name in names if name.startswith("x-outrider")]
    assert text not in upstream.requests[-1].raw.decode("latin-1")
    record = guarded.record_where(**{"url.path": "/v1/x"})
    assert "acme" in str(record) and "app-one" in str(record)


def test_what_is_signed_is_the_caller_the_service_and_the_route(gateway, keys, upstream):
    text = keys.add("app-one", tenant="acme", tier="gold", scopes=["b", "a"])
    gate = gateway({"auth": keys.auth, "services": {"echo": service(upstream)},
                    "identity": {"signWith": {"id": "k1", "secret": SECRET}, "ttl": "20s"},
                    "routes": [{"name": "open", "match": {"path": "/**"}, "service": "echo"}]})
    for _ in range(3):
        gate.ask("GET", "/x", bearer(text))
    shown = [request.fields.all(IDENTITY) for request in upstream.requests]
    assert len(shown) == 3 and all(len(one) == 1 for one in shown)
    claims = jwt.decode(shown[0][0], SECRET, ["HS256"], audience="echo")
    assert jwt.get_unverified_header(shown[0][0])["kid"] == "k1"
    assert (claims["tenant"], claims["tier"], claims["route"]) == ("acme", "gold", "open")
    assert claims["sub"] == "app-one" and sorted(claims["scopes"]) == ["a", "b"]
    assert claims["exp"] - claims["iat"] == 20 and abs(claims["iat"] - time.time()) < 5
    # It is signed once and reused.
    assert len({one[0] for one in shown}) <= 2
    assert SECRET not in str(upstream.requests[0].raw)


def spellings(name: str):
    """The name with each mix of `-`, `_` and `.`, in lower, upper and mixed case."""
    parts = name.split("-")
    for marks in itertools.product("-_.", repeat=len(parts) - 1):
        text = "".join(part + mark for part, mark in zip(parts, [*marks, ""], strict=True))
        yield from (text, text.upper(), text.title())


def test_no_spelling_of_a_reserved_header_comes_through(gateway, keys, upstream):
    """Servers fold `-`, `_` and `.`: what reads as ours must be ours."""
    text = keys.add("app-one")
    gate = gateway({"auth": keys.auth, "services": {"echo": service(upstream)},
                    "identity": {"signWith": {"id": "k1", "secret": SECRET}},
                    "routes": [{"match": {"path": "/**"}, "service": "echo"}]})
    names = [*spellings(IDENTITY), *spellings("x-outrider-attempt"),
             *spellings("x-outrider-anything")]
    with Client(gate.address) as client:
        for name in names:
            got = client.ask("GET", "/x", [*bearer(text), (name, "forged")])
            assert got.status == 200, name
            request = upstream.requests[-1]
            assert b"forged" not in request.raw, name
            assert len(request.fields.all(IDENTITY)) == 1, name
        many = [(name, "forged") for name in spellings(IDENTITY)]
        assert client.ask("GET", "/x", [*bearer(text), *many]).status == 200
    assert b"forged" not in upstream.requests[-1].raw


def test_a_forged_identity_before_the_gateway_changes_nobody(chain, guarded):
    gate, text = chain
    forged = signed(tenant="victim")
    for name in (IDENTITY, "X_Outrider_Identity", "x.outrider.identity"):
        assert gate.ask("POST", "/forged", [*bearer(text), (name, forged)], b"{}").status == 200
        assert gate.ask("POST", "/forged", [(name, forged)], b"{}").status == 401
    # A log line comes after its answer.
    assert "acme" in str(guarded.record_where(**{"url.path": "/forged"}))
    assert "victim" not in str(guarded.records)


def test_an_identity_for_one_service_is_nothing_to_another(chain, upstream):
    """The gateway takes this sidecar for `other`; the sidecar knows that it is `echo`."""
    gate, text = chain
    got = gate.ask("POST", "/astray", bearer(text), b"{}")
    assert got.status == 401 and upstream.requests == []


# Before the sidecar ----------------------------------------------------------------------------


def test_a_good_identity_opens_the_sidecar(guarded):
    assert guarded.ask("POST", "/v1/x", [(IDENTITY, signed())], b"{}").text == "ok"


BAD = {
    "expired": lambda: signed(exp=int(time.time()) - 5, iat=int(time.time()) - 35),
    "never expiring": lambda: signed(exp=None),
    "for another service": lambda: signed(aud="other"),
    "for several": lambda: signed(aud=["echo", "other"]),
    "for all": lambda: signed(aud="*"),
    "for nobody": lambda: signed(aud=None),
    "by another key": lambda: signed(OTHER),
    "by another key, unnamed": lambda: signed(OTHER, headers={"kid": None}),
    "by a key of another name": lambda: signed(headers={"kid": "k2"}),
    "by another algorithm": lambda: signed(algorithm="HS512"),
    "from the future": lambda: signed(nbf=int(time.time()) + 60),
    "unsigned": lambda: ".".join((encoded({"alg": "none", "kid": "k1"}), signed().split(".")[1], "")),
    "altered": lambda: altered(signed(), tenant="root"),
    "cut": lambda: signed()[:-2],
    "nothing": lambda: "",
    "words": lambda: "a.b.c",
}


def altered(token: str, **claims) -> str:
    head, payload, signature = token.split(".")
    return f"{head}.{encoded(decoded(payload) | claims)}.{signature}"


@pytest.mark.parametrize("mode", ["require", "verify"])
def test_a_bad_identity_opens_nothing(start, upstream, mode):
    sidecar = start(upstream, {"service": "echo", "identity": {
        "mode": mode, "keys": [{"id": "k1", "secret": SECRET}]}})
    passed = [name for name, make in BAD.items()
              if sidecar.ask("POST", "/v1/x", [(IDENTITY, make())], b"{}").status != 401]
    assert passed == []
    two = [(IDENTITY, signed()), (IDENTITY, signed(OTHER))]
    assert sidecar.ask("POST", "/v1/x", two, b"{}").status == 401
    assert upstream.requests == []
    assert sidecar.ask("POST", "/v1/x", [(IDENTITY, signed())], b"{}").status == 200


def test_without_identity_only_a_strict_sidecar_refuses(start, guarded, upstream):
    refused(guarded)
    refused(guarded, [("Authorization", f"Bearer {signed()}")])
    # Other spellings are not the header.
    refused(guarded, [("x_outrider_identity", signed())])
    assert upstream.requests == []
    lenient = start(upstream, {"service": "echo", "identity": {
        "mode": "verify", "keys": [{"id": "k1", "secret": SECRET}]}})
    assert lenient.ask("POST", "/v1/x", body=b"{}").status == 200


def test_a_refusal_of_the_sidecar_tells_nothing(guarded):
    token = signed(aud="other")
    got = refused(guarded, [(IDENTITY, token)])
    shown = got.raw.decode("latin-1")
    assert token not in shown and SECRET not in shown and "audience" not in shown.lower()


def test_probes_and_metrics_need_no_identity(guarded):
    assert guarded.get("/readyz").status == guarded.get("/livez").status == 200
    assert "outrider_" in guarded.get("/metrics").text


def test_an_identity_ends_though_its_verdict_is_remembered(guarded):
    now = int(time.time())
    token = signed(iat=now - 30, exp=now + 1)
    assert guarded.ask("GET", "/", [(IDENTITY, token)]).status == 200
    until(lambda: guarded.ask("GET", "/", [(IDENTITY, token)]).status == 401, 8, "it ends", every=0.1)


def test_trust_comes_with_the_identity_not_with_the_address(guarded, upstream):
    """Even from a trusted peer: deadline, priority and attempts are believed if signed only."""
    upstream.on("/echo", answer())
    assert guarded.ask("GET", "/echo", [("x-outrider-attempt", "2")]).status == 401
    got = guarded.ask("GET", "/echo", [(IDENTITY, signed()), ("x-outrider-timeout-ms", "60000")])
    assert got.status == 200


def test_keys_rotate_without_a_refusal(gateway, start, upstream, keys):
    """The sidecar learns the new key first, then the gateway signs with it, then the old goes."""
    old, new = {"id": "k1", "secret": SECRET}, {"id": "k2", "secret": OTHER}
    text = keys.add("app-one")

    def behind(*known) -> dict:
        return {"upstream": {"endpoints": [upstream.address]}, "service": "echo",
                "identity": {"mode": "require", "keys": list(known)}}

    def before(key) -> dict:
        return {"auth": keys.auth, "identity": {"signWith": key},
                "services": {"echo": service(sidecar)},
                "routes": [{"match": {"path": "/**"}, "service": "echo"}]}
    sidecar = start(upstream, behind(old))
    gate = gateway(before(old))

    def passes():
        return gate.ask("POST", "/", bearer(text), b"{}").status == 200
    assert passes()
    for step in (lambda: sidecar.reload(behind(old, new)), lambda: gate.reload(before(new)),
                 lambda: sidecar.reload(behind(new))):
        step()
        assert passes()
    gate.reload(before(old))
    assert not passes()


def test_ed25519_signs_at_the_gateway_and_only_verifies_at_the_sidecar(
        gateway, start, upstream, keys):
    secret = private_key("EdDSA", 7)
    text = keys.add("app-one")
    sidecar = start(upstream, {"service": "echo", "identity": {
        "mode": "require", "keys": [{"id": "e1", "publicKey": public_pem(secret)}]}})
    gate = gateway({"auth": keys.auth, "services": {"echo": service(sidecar)},
                    "identity": {"signWith": {"id": "e1", "key": private_pem(secret)}},
                    "routes": [{"match": {"path": "/**"}, "service": "echo"}]})
    assert gate.ask("POST", "/", bearer(text), b"{}").status == 200
    # The public key is no secret: nobody signs with it.
    head = f"{encoded({'alg': 'HS256', 'kid': 'e1'})}.{signed().split('.')[1]}"
    mac = hmac.digest(public_pem(secret).encode(), head.encode(), "sha256")
    assert sidecar.ask("GET", "/", [(IDENTITY, f"{head}.{encoded(mac)}")]).status == 401
    good = signed(secret, "EdDSA", {"kid": "e1"})
    assert sidecar.ask("GET", "/", [(IDENTITY, good)]).status == 200
