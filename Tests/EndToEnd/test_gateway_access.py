"""Who may pass the gateway: keys, tokens, introspection, and what those who may not are told."""

import base64
import hmac
import json
import time

import pytest

from harness import Client, Upstream, bearer, key, until
from harness.gateway import issue, service
from harness.refusals import is_made_here
from harness.tokens import Introspection, Issuer, decoded, encoded, private_key, public_pem
from harness.upstream import answer

SCOPED = {"name": "scoped", "match": {"path": "/scoped/**"}, "service": "echo",
          "scopes": ["echo:call", "echo:more"]}
OPEN = {"name": "open", "match": {"path": "/**"}, "service": "echo"}


def config(upstream, **auth) -> dict:
    return {"auth": auth, "services": {"echo": service(upstream)}, "routes": [SCOPED, OPEN]}


@pytest.fixture
def guarded(gateway, upstream, keys):
    """A gateway with one good key, and that key."""
    text = keys.add("app-one", tenant="acme", tier="gold", scopes=["echo:call"])
    return gateway(config(upstream, **keys.auth)), text


def denied(gate, fields=(), target="/", method="GET", body=None):
    got = gate.ask(method, target, fields, body)
    is_made_here(got, "unauthenticated", 401, "no", by="gateway")
    challenge = got.fields.get("www-authenticate")
    assert challenge.startswith('Bearer realm="outrider"')
    return got


def telling(answer) -> tuple:
    """All that an answer tells, without what is new in each."""
    error = json.loads(answer.text)["error"]
    ours = {name: error[name] for name in ("message", "type", "code", "param")}
    fields = sorted((name.lower(), value) for name, value in answer.fields
                    if name.lower() not in ("date", "x-request-id", "content-length"))
    return answer.status, ours, fields


# Keys ------------------------------------------------------------------------------------------


def test_without_a_credential_nobody_passes(guarded, upstream):
    gate, _ = guarded
    got = denied(gate)
    assert "invalid_token" not in got.fields.get("www-authenticate")
    assert upstream.requests == []


@pytest.mark.parametrize("field", ["Authorization", "x-api-key", "api-key"])
def test_a_key_passes_in_each_of_three_headers(guarded, upstream, field):
    gate, text = guarded
    shown = f"Bearer {text}" if field == "Authorization" else text
    assert gate.ask(fields=[(field, shown)]).text == "ok"
    # What proves the caller goes no further.
    assert text not in upstream.requests[-1].raw.decode("latin-1")
    assert field.lower() not in upstream.requests[-1].fields.lowered()


def test_the_scheme_is_known_in_any_case(guarded):
    gate, text = guarded
    assert gate.ask(fields=[("authorization", f"bEARER {text}")]).status == 200


def test_the_same_key_twice_is_one(guarded):
    gate, text = guarded
    assert gate.ask(fields=[*bearer(text), ("x-api-key", text)]).status == 200


def test_two_different_credentials_are_none(guarded, upstream, keys):
    gate, text = guarded
    denied(gate, [*bearer(text), ("x-api-key", key())])
    denied(gate, [("x-api-key", text), ("x-api-key", key())])
    assert upstream.requests == []


SPOILED = {
    "basic": lambda it: [("Authorization", f"Basic {base64.b64encode(it.encode()).decode()}")],
    "no scheme": lambda it: [("Authorization", it)],
    "scheme alone": lambda it: [("Authorization", "Bearer")],
    "nothing": lambda it: [("x-api-key", "")],
    "too short": lambda it: bearer(it[:-1]),
    "too long": lambda it: bearer(it + "x"),
    "another checksum": lambda it: bearer(it[:-1] + ("A" if it[-1] != "A" else "B")),
    "another letter": lambda it: bearer(it[:20] + ("a" if it[20] != "a" else "b") + it[21:]),
    "another case": lambda it: bearer(it.swapcase()),
    "another key": lambda it: bearer(key()),
    "two in one": lambda it: bearer(f"{it},{it}"),
    "scheme in a key's field": lambda it: [("x-api-key", f"Bearer {it}")],
}


def test_what_is_nearly_a_key_is_none(guarded, upstream):
    gate, text = guarded
    passed = [name for name, spoil in SPOILED.items() if gate.ask(fields=spoil(text)).status != 401]
    assert passed == [] and upstream.requests == []


def test_a_refusal_never_tells_which_part_was_wrong(guarded, keys):
    """Unknown, mistyped, revoked, expired, not yet good: one and the same answer."""
    gate, text = guarded
    revoked = keys.add("revoked", state="revoked")
    expired = keys.add("expired", expires="2020-01-01")
    early = keys.add("early", notBefore="2100-01-01T00:00:00Z")
    fresh = keys.add("fresh")
    gate.reload()
    assert gate.ask(fields=bearer(fresh)).status == 200
    shown = [denied(gate, bearer(one))
             for one in (key(), text[:-1] + "!", revoked, expired, early)]
    assert len({repr(telling(one)) for one in shown}) == 1
    for one in shown:
        for secret in (text, revoked, expired, early):
            assert secret[4:] not in one.raw.decode("latin-1")
        for word in ("revoked", "expired", "early", "acme", "app-one"):
            assert word not in one.raw.decode("latin-1").lower()


def test_scopes_decide_and_the_refusal_does_not_name_them(guarded, keys):
    gate, text = guarded
    full = keys.add("full", scopes=["echo:call", "echo:more", "other"])
    gate.reload()
    got = gate.ask("POST", "/scoped/x", bearer(text), b"{}")
    is_made_here(got, "forbidden", 403, "no", by="gateway")
    assert "echo" not in got.raw.decode("latin-1")
    assert gate.ask("POST", "/scoped/x", bearer(full), b"{}").status == 200


def test_keys_that_outrider_made_open_the_gateway(gateway, upstream, tmp_path):
    file = tmp_path / "made.json5"
    text = issue(file, "made", tenant="acme", tier="gold", scopes=["echo:call", "echo:more"])
    other = issue(file, "other")
    assert text != other and text[4:] not in file.read_text()
    gate = gateway(config(upstream, apiKeys={"file": str(file)}))
    assert gate.ask("GET", "/scoped/a", bearer(text)).status == 200
    assert gate.ask("GET", "/scoped/a", bearer(other)).status == 403
    record = gate.record_where(**{"url.path": "/scoped/a", "http.response.status_code": 200})
    assert text[4:] not in json.dumps(record)


def test_a_rotation_overlaps(guarded, keys):
    """New beside old, then old revoked; the caller, and what it may, stays the same."""
    gate, old = guarded
    new = keys.rotate("app-one")
    gate.reload()
    assert gate.ask(fields=bearer(old)).status == gate.ask(fields=bearer(new)).status == 200
    keys.change("app-one", 0, state="revoked")
    gate.reload()
    denied(gate, bearer(old))
    assert gate.ask(fields=bearer(new)).status == 200
    keys.forget("app-one", 0)
    gate.reload()
    denied(gate, bearer(old))
    assert gate.ask(fields=bearer(new)).status == 200


def test_a_key_ends_by_the_clock_alone(gateway, upstream, keys):
    end = int(time.time()) + 2
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(end))
    text = keys.add("short", expires=moment)
    gate = gateway(config(upstream, **keys.auth))
    assert gate.ask(fields=bearer(text)).status == 200
    until(lambda: gate.ask(fields=bearer(text)).status == 401, 6, "the key ends", every=0.1)
    assert time.time() >= end


def test_a_broken_key_file_changes_nothing(guarded, keys):
    gate, text = guarded
    keys.path.write_text('{ "keys": [ { "id": "x", "secrets": [ { "hash": "md5:1" } ] } ] }')
    gate.reload(result="failure")
    assert gate.ask(fields=bearer(text)).status == 200


def test_bad_credentials_are_throttled_and_good_ones_never(guarded):
    gate, text = guarded
    answers = [gate.ask(fields=bearer(key())) for _ in range(40)]
    statuses = [one.status for one in answers]
    assert statuses[:10] == [401] * 10 and statuses[-5:] == [429] * 5
    last = answers[-1]
    error = is_made_here(last, "auth_throttled", 429, "no", by="gateway")
    assert int(last.fields.get("retry-after")) >= 1 and error["retry_after_ms"] > 0
    assert [gate.ask(fields=bearer(text)).status for _ in range(20)] == [200] * 20
    # Who shows nothing does not guess.
    denied(gate)


def test_a_refused_body_is_never_waited_for(guarded, upstream):
    gate, _ = guarded
    with Client(gate.address) as client:
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n{")
        assert client.response("POST").status == 401
    assert upstream.requests == []


# Anonymous and allow lists ---------------------------------------------------------------------


def test_anonymous_callers_pass_where_they_may_and_bad_ones_do_not_become_them(
        gateway, upstream, keys):
    text = keys.add("app-one", scopes=["echo:call", "echo:more"])
    gate = gateway(config(upstream, anonymous={"tenant": "public", "tier": "free"}, **keys.auth))
    assert gate.ask().status == 200
    assert gate.ask("GET", "/scoped/x").status == 403
    assert gate.ask("GET", "/scoped/x", bearer(text)).status == 200
    denied(gate, bearer(key()))


CHAT = {"name": "chat", "match": {"path": "/v1/chat/completions"}, "service": "chat"}
EMBED = {"name": "embed", "match": {"path": "/v1/embeddings"}, "service": "embed"}


@pytest.fixture
def models(gateway, upstream, keys):
    def begin():
        return gateway({
            "auth": keys.auth, "routes": [CHAT, EMBED],
            "services": {"chat": service(upstream, models=["llama-small", "llama-large", "opus"]),
                         "embed": service(upstream)}})
    return begin


def listed(gate, text) -> set:
    got = gate.ask("GET", "/v1/models", bearer(text))
    assert got.status == 200, got
    shown = json.loads(got.text)
    assert shown["object"] == "list"
    assert all(entry["object"] == "model" for entry in shown["data"])
    return {entry["id"] for entry in shown["data"]}


def test_the_list_of_models_is_the_callers_own(models, keys, upstream):
    everything = keys.add("everything")
    llamas = keys.add("llamas", models=["llama-*"])
    embedder = keys.add("embedder", models=["embed"])
    nothing = keys.add("nothing", models=["none"])
    gate = models()
    assert listed(gate, everything) == {"llama-small", "llama-large", "opus", "embed"}
    assert listed(gate, llamas) == {"llama-small", "llama-large"}
    assert listed(gate, embedder) == {"embed"}
    assert listed(gate, nothing) == set()
    denied(gate, target="/v1/models")
    assert upstream.requests == []


def test_an_allow_list_binds_the_model_that_the_body_names(models, keys, upstream):
    llamas = keys.add("llamas", models=["llama-*"])
    gate = models()

    def ask(body, target="/v1/chat/completions"):
        return gate.ask("POST", target, bearer(llamas), body).status
    assert ask(b'{"model":"llama-small","messages":[]}') == 200
    assert ask(b'{"messages":[],"model":"llama-large"}') == 200
    assert ask(b'{"model":"opus"}') == 403
    # Not a model of this service, whatever the pattern says.
    assert ask(b'{"model":"llama-unknown"}') == 403
    assert ask(b"{}") == 403
    assert ask(b"") == 403
    assert ask(b'{"input":"x"}', "/v1/embeddings") == 403
    # Two names are one too many, however they are written.
    assert ask(b'{"model":"llama-small","model":"opus"}') == 400
    assert ask(b'{"model":"llama-small","mod\\u0065l":"opus"}') == 400
    assert [request.body.data for request in upstream.requests] == [
        b'{"model":"llama-small","messages":[]}', b'{"messages":[],"model":"llama-large"}']


PAD = b"a" * 65_540


@pytest.mark.parametrize("rest", [
    b',"model":"opus"}',
    b',"a\tb":1,"model":"opus"}',
    b'}{"model":"opus"}',
], ids=["a second name", "what some parsers forgive", "a second object"])
@pytest.mark.parametrize("cut", [None, 500, 60_000, 65_560])
def test_a_second_model_further_on_is_seen_too(models, keys, upstream, rest, cut):
    """However it arrives, no model is served that the list does not name."""
    llamas = keys.add("llamas", models=["llama-*"])
    gate = models()
    body = b'{"model":"llama-small","pad":"' + PAD + b'"' + rest
    with Client(gate.address) as client:
        client.send(f"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nx-api-key: {llamas}\r\n"
                    f"content-length: {len(body)}\r\n\r\n")
        for piece in (body[:cut], body[cut:]) if cut else (body,):
            client.trickle(piece, size=30_000)
        assert client.response("POST").status == 400
    whole = [request for request in upstream.requests if b"opus" in request.body.data]
    assert whole == []


def test_what_follows_an_honest_model_passes(models, keys, upstream):
    llamas = keys.add("llamas", models=["llama-*"])
    gate = models()
    body = b'{"model":"llama-small","pad":"' + PAD + b'","n":1} \n'
    assert gate.ask("POST", "/v1/chat/completions", bearer(llamas), body).status == 200
    assert [request.body.data for request in upstream.requests] == [body]


def test_credentials_do_not_pass_as_trailers(guarded, upstream):
    gate, text = guarded
    with Client(gate.address) as client:
        client.send(f"POST /x HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {text}\r\n"
                    "transfer-encoding: chunked\r\n\r\n")
        client.send(b"1\r\na\r\n0\r\nx-api-key: y\r\napi-key: z\r\nfoo: kept\r\n\r\n")
        assert client.response("POST").status == 200
    (request,) = upstream.requests
    assert b"x-api-key" not in request.raw.lower() and b"api-key" not in request.raw.lower()


def test_an_answer_tells_no_identity(gateway, upstream):
    leak = [("x-outrider-identity", "leak"), ("x-outrider-attempt", "7"),
            ("x-outrider-timeout-ms", "1")]
    upstream.default = answer(fields=leak)
    gate = gateway(config(upstream, anonymous=True))
    got = gate.ask("GET", "/x")
    assert got.status == 200
    assert [name for name, _ in got.fields if name.lower().startswith("x-outrider-")] == []


# Tokens ----------------------------------------------------------------------------------------

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]


@pytest.fixture
def issued(gateway, upstream, second):
    """A gateway that believes an issuer with a key of each kind, whose set it fetches."""
    issuer = Issuer()
    for algorithm in ALGORITHMS:
        issuer.add(f"key-{algorithm}", algorithm)
    url = issuer.serve(second)
    return gateway(config(upstream, jwt=issuer.settings(url))), issuer


def test_tokens_of_each_algorithm_pass(issued, second):
    gate, issuer = issued
    for algorithm in ALGORITHMS:
        got = gate.ask(fields=bearer(issuer.token(f"key-{algorithm}")))
        assert got.status == 200, algorithm
    # The set is fetched for all of them, not for each.
    assert len(second.at("/jwks.json")) <= 2


def test_claims_become_tenant_tier_scopes_and_models(gateway, upstream, second):
    issuer = Issuer().add("k", "EdDSA")
    settings = issuer.settings(issuer.serve(second), claims={"tenant": "org", "scopes": "perms"})
    by_tenant = {"name": "acme", "match": {"path": "/t/**", "tenant": "acme"}, "service": "echo"}
    by_tier = {"name": "gold", "match": {"path": "/g/**", "tier": ["gold"]}, "service": "echo"}
    gate = gateway({"auth": {"jwt": settings}, "services": {"echo": service(upstream)},
                    "routes": [by_tenant, by_tier, SCOPED]})
    good = issuer.token(org="acme", tier="gold", perms=["echo:call", "echo:more"])
    poor = issuer.token(org="other", perms="echo:call")
    spaced = issuer.token(perms="echo:more echo:call")
    barred = issuer.token(org="acme", models=["other-*"])
    for target in ("/t/x", "/g/x", "/scoped/x"):
        assert gate.ask("GET", target, bearer(good)).status == 200, target
    assert [gate.ask("GET", target, bearer(poor)).status
            for target in ("/t/x", "/g/x", "/scoped/x")] == [404, 404, 403]
    assert gate.ask("GET", "/scoped/x", bearer(spaced)).status == 200
    assert gate.ask("GET", "/t/x", bearer(barred)).status == 403


def forged(issuer, **header) -> str:
    """The claims of a good token below another header, unsigned."""
    return f"{encoded({'typ': 'JWT'} | header)}.{encoded(issuer.claims())}."


def hmac_with(issuer, secret: bytes, kid: str) -> str:
    signed = forged(issuer, alg="HS256", kid=kid)[:-1]
    return f"{signed}.{encoded(hmac.digest(secret, signed.encode(), 'sha256'))}"


def altered(token: str, **claims) -> str:
    head, payload, signature = token.split(".")
    return f"{head}.{encoded(decoded(payload) | claims)}.{signature}"


def stranger(issuer) -> str:
    """Signed well, with a key that is in no set."""
    foreign = Issuer(issuer.name).add("key-ES256", "ES256", number=1)
    return foreign.token()


ATTACKS = {
    "no algorithm": lambda it: forged(it, alg="none"),
    "no algorithm, shouted": lambda it: forged(it, alg="NONE"),
    "no algorithm, old signature": lambda it: (
        forged(it, alg="none") + it.token("key-RS256").split(".")[2]),
    "no signature": lambda it: it.token("key-RS256").rsplit(".", 1)[0] + ".",
    "the public key as a secret": lambda it: hmac_with(
        it, public_pem(private_key("RS256")).encode(), "key-RS256"),
    "the key set's n as a secret": lambda it: hmac_with(
        it, next(one["n"] for one in it.published if "n" in one).encode(), "key-RS256"),
    "another kind of key": lambda it: it.token("key-ES256", headers={"kid": "key-RS256"}),
    "another algorithm of the kind": lambda it: it.token("key-RS512", headers={"alg": "RS256"}),
    "a stranger's key": stranger,
    "an unknown key": lambda it: it.token("key-EdDSA", headers={"kid": "nobody"}),
    "its own key inside": lambda it: it.token("key-ES256", headers={"jwk": it.published[4]}),
    "its own key elsewhere": lambda it: it.token("key-ES256", headers={"jku": "http://x/y"}),
    "a certificate": lambda it: it.token("key-ES256", headers={"x5u": "http://x/y"}),
    "something critical": lambda it: it.token("key-ES256", headers={"crit": ["exp"]}),
    "another type": lambda it: it.token("key-ES256", headers={"typ": "outrider-secret"}),
    "another audience": lambda it: it.token(aud="others"),
    "no audience": lambda it: it.token(aud=None),
    "another issuer": lambda it: it.token(iss="https://issuer.test.evil"),
    "another issuer's slash": lambda it: it.token(iss="https://issuer.test/"),
    "no issuer": lambda it: it.token(iss=None),
    "expired": lambda it: it.token(exp=int(time.time()) - 60),
    "never expiring": lambda it: it.token(exp=None),
    "expiring as text": lambda it: it.token(exp="9999999999"),
    "not yet": lambda it: it.token(nbf=int(time.time()) + 120),
    "issued in the future": lambda it: it.token(iat=int(time.time()) + 120),
    "altered": lambda it: altered(it.token(), sub="root"),
    "four parts": lambda it: it.token() + ".x",
    "padded": lambda it: it.token() + "==",
    "an open end": lambda it: it.token() + "A",
    "far too long": lambda it: it.token(pad="x" * 20_000),
    "words": lambda it: "e30.e30.e30",
}


@pytest.mark.parametrize("part", range(2))
def test_a_spoiled_token_is_none(issued, upstream, part):
    """In two parts, so that the throttle of bad credentials does not answer for the verifier."""
    gate, issuer = issued
    assert gate.ask(fields=bearer(issuer.token("key-ES256"))).status == 200
    passed = {}
    for name in list(ATTACKS)[part::2]:
        token = ATTACKS[name](issuer)
        got = gate.ask(fields=bearer(token))
        if got.status != 401 or token in got.raw.decode("latin-1"):
            passed[name] = got
    assert passed == {} and len(upstream.requests) == 1


def test_a_good_token_passes_several_audiences_and_leeway(issued):
    gate, issuer = issued
    assert gate.ask(fields=bearer(issuer.token(aud=["x", "models"]))).status == 200
    assert gate.ask(fields=bearer(issuer.token(exp=int(time.time()) - 10))).status == 200
    assert gate.ask(fields=bearer(issuer.token(nbf=int(time.time()) + 10))).status == 200


def test_a_token_ends_though_its_verdict_is_remembered(issued):
    gate, issuer = issued
    # Leeway is 30 s: two seconds are left.
    token = issuer.token(exp=int(time.time()) - 28)
    assert gate.ask(fields=bearer(token)).status == 200
    until(lambda: gate.ask(fields=bearer(token)).status == 401, 6, "it ends", every=0.1)


@pytest.mark.alone
@pytest.mark.timeout(90)
def test_a_new_key_of_the_issuer_is_fetched_once_it_is_seen(issued, second):
    """Sets are asked for at most every 30 s, so the new key may have to wait for that."""
    gate, issuer = issued
    assert gate.ask(fields=bearer(issuer.token("key-EdDSA"))).status == 200
    asked = len(second.at("/jwks.json"))
    issuer.add("key-new", "ES256", number=2)
    token = issuer.token("key-new")
    until(lambda: gate.ask(fields=bearer(token)).status == 200, 40, "it is known", every=2)
    assert len(second.at("/jwks.json")) == asked + 1


def test_names_that_nobody_has_do_not_make_it_ask_again_and_again(issued, second):
    gate, issuer = issued
    assert gate.ask(fields=bearer(issuer.token("key-EdDSA"))).status == 200
    asked = len(second.at("/jwks.json"))
    for number in range(10):
        denied(gate, bearer(issuer.token("key-EdDSA", headers={"kid": f"none-{number}"})))
    assert len(second.at("/jwks.json")) <= asked + 1


def test_the_issuer_may_be_away_while_its_keys_are_known(issued, second):
    gate, issuer = issued
    assert gate.ask(fields=bearer(issuer.token("key-ES256"))).status == 200
    second.kill()
    for algorithm in ALGORITHMS:
        assert gate.ask(fields=bearer(issuer.token(f"key-{algorithm}"))).status == 200


def test_an_issuer_that_cannot_be_asked_is_no_refusal(gateway, upstream):
    """Nobody knows whether the token is good: that is the gateway's trouble, not the caller's."""
    issuer = Issuer().add("k", "ES256")
    gate = gateway(config(upstream, jwt=issuer.settings("http://127.0.0.1:1/jwks.json")))
    got = gate.ask(fields=bearer(issuer.token()))
    is_made_here(got, "internal", 500, "no", by="gateway")
    assert upstream.requests == []


def test_a_set_in_a_file_and_a_shared_secret_work_too(gateway, upstream, tmp_path):
    issuer = Issuer("https://file.test").add("k", "ES256")
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": issuer.published}))
    secret = "a secret that is longer than 32 bytes"
    gate = gateway(config(upstream, jwt=[
        issuer.settings({"file": str(file)}),
        {"issuer": "https://shared.test", "audience": "models", "secret": secret}]))
    shared = Issuer("https://shared.test")
    assert gate.ask(fields=bearer(issuer.token())).status == 200
    good = hmac_with(shared, secret.encode(), "any")
    assert gate.ask(fields=bearer(good)).status == 200
    denied(gate, bearer(hmac_with(shared, b"another secret of the same length...", "any")))
    # One issuer's secret says nothing for another's name.
    denied(gate, bearer(hmac_with(issuer, secret.encode(), "k")))


# Introspection ---------------------------------------------------------------------------------


@pytest.fixture
def asked(gateway, upstream, second):
    server = Introspection(second)
    server.known["opaque-good"] = {"sub": "bob", "tenant": "acme",
                                   "scope": "echo:call echo:more"}
    return gateway(config(upstream, introspection=server.settings())), server


def test_an_opaque_token_is_asked_about_once(asked, second):
    gate, server = asked
    for _ in range(5):
        assert gate.ask("GET", "/scoped/x", bearer("opaque-good")).status == 200
    assert server.count <= 2
    question = second.at(server.path)[0]
    assert question.method == "POST"
    assert question.fields.get("content-type") == "application/x-www-form-urlencoded"
    name, _, secret = base64.b64decode(
        question.fields.get("authorization").removeprefix("Basic ")).decode().partition(":")
    assert (name, secret) == ("outrider", "introspection-secret-0123")
    assert b"token=opaque-good" in question.body.data


def test_a_token_that_is_not_active_is_refused_and_remembered(asked):
    gate, server = asked
    for _ in range(5):
        denied(gate, bearer("opaque-bad"))
    assert 1 <= server.count <= 2


def test_a_server_that_fails_is_no_refusal(asked):
    gate, server = asked
    server.status = 500
    is_made_here(gate.ask(fields=bearer("opaque-good")), "internal", 500, "no", by="gateway")
    server.status = 200
    until(lambda: gate.ask(fields=bearer("opaque-good")).status == 200, 5, "asked again")


def test_an_answer_is_kept_no_longer_than_it_says(gateway, upstream, second):
    server = Introspection(second)
    server.known["opaque"] = {"sub": "bob"}
    gate = gateway(config(upstream, introspection=server.settings(cacheFor="1s")))
    assert gate.ask(fields=bearer("opaque")).status == 200
    del server.known["opaque"]
    until(lambda: gate.ask(fields=bearer("opaque")).status == 401, 6, "asked again", every=0.1)


def test_many_at_once_ask_about_one_token_few_times(asked, second):
    """While the answer is on its way, the others wait for it."""
    gate, server = asked
    second.on(server.path, lambda it: (time.sleep(0.3), server.answer(it)))
    clients = [Client(gate.address) for _ in range(20)]
    for client in clients:
        client.request("GET", "/", bearer("opaque-good"))
    assert [client.response().status for client in clients] == [200] * 20
    assert server.count <= 4
    [client.close() for client in clients]


def test_keys_tokens_and_questions_live_together(gateway, upstream, second, keys):
    text = keys.add("app")
    issuer = Issuer().add("k", "ES256")
    server = Introspection(second)
    server.known["opaque-good"] = {"sub": "bob"}
    gate = gateway(config(upstream, jwt=issuer.settings(issuer.serve(second)),
                          introspection=server.settings(), **keys.auth))
    for one in (text, issuer.token(), "opaque-good"):
        assert gate.ask(fields=bearer(one)).status == 200, one
    # What is plainly a key is never shown to others.
    denied(gate, bearer(key()))
    assert all(b"ork_" not in question.body.data for question in second.at(server.path))


def test_a_dead_model_behind_the_gateway_is_told_as_such(gateway, keys):
    """Who may pass learns of the model; who may not learns nothing."""
    with Upstream() as model:
        model.on("/", answer(body=b"x"))
        text = keys.add("app")
        gate = gateway(config(model, **keys.auth))
        assert gate.ask(fields=bearer(text)).status == 200
    got = gate.ask(fields=bearer(text))
    assert got.status in (502, 503) and got.fields.get("proxy-status").startswith("outrider-gateway")
    denied(gate)
