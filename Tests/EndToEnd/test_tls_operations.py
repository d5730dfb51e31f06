"""Certificates as credentials, `https:` of the gateway's own questions, and the admin port."""

import datetime
import json
import time

import pytest

from harness import Client, Upstream, run, until
from harness.gateway import bearer, service
from harness.tls import Authority, SecureClient
from harness.tokens import Introspection, Issuer

ROUTES = [{"name": "all", "match": {"path": "/**"}, "service": "model"}]


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture(scope="module")
def pair(authority):
    return authority.issue("model.test", "127.0.0.1", "localhost")


def config(upstream, auth, **more) -> dict:
    return {"auth": auth, "services": {"model": service(upstream)}, "routes": ROUTES, **more}


@pytest.mark.parametrize("identity,subject", [
    ("spiffe", "spiffe://mesh/ns/a"), ("subject", "CN=robot"), ("san", "robot.test")])
def test_a_certificate_is_a_credential(gateway, upstream, authority, pair, identity, subject):
    auth = {"clientCertificates": {"ca": authority.file, "identity": identity, "tenant": "acme",
                                   "scopes": ["run"]}}
    routes = [{**ROUTES[0], "scopes": ["run"]}]
    door = gateway({**config(upstream, auth, tls=pair.config), "routes": routes})
    caller = authority.issue("spiffe://mesh/ns/a", "robot.test", subject="robot")
    with SecureClient(door.address, authority.client(caller)) as client:
        answer = client.ask("GET", "/x")
        assert answer.status == 200
        assert client.ask("GET", "/y").status == 200
    record = door.record(answer.fields.get("x-request-id"))
    assert record["caller"] == subject
    assert record["tenant"] == "acme"
    # Nobody must show one, but who shows none is nobody.
    with SecureClient(door.address, authority.client()) as client:
        assert client.ask("GET", "/x").status == 401


def test_a_certificate_without_the_name_is_nobody(gateway, upstream, authority, pair):
    auth = {"clientCertificates": {"ca": authority.file, "identity": "spiffe"}}
    door = gateway(config(upstream, auth, tls=pair.config))
    with SecureClient(door.address, authority.client(authority.issue("robot.test"))) as client:
        assert client.ask("GET", "/x").status == 401


def test_a_key_goes_before_a_certificate(gateway, upstream, authority, pair, keys):
    key = keys.add("alice", tenant="one")
    auth = {**keys.auth, "clientCertificates": {"ca": authority.file, "identity": "san"}}
    door = gateway(config(upstream, auth, tls=pair.config))
    with SecureClient(door.address, authority.client(authority.issue("robot.test"))) as client:
        answer = client.ask("GET", "/x", bearer(key))
        assert answer.status == 200
        assert door.record(answer.fields.get("x-request-id"))["tenant"] == "one"
        assert client.ask("GET", "/x", bearer(key[:-1] + "x")).status == 401


@pytest.mark.parametrize("more,problem", [
    ({}, "needs tls: nobody shows a certificate without"),
    ({"tls": True}, "needs ca, or clientCA beside each certificate in tls")])
def test_what_certificates_need_is_told(tmp_path, upstream, pair, more, problem):
    more = {"tls": pair.config} if more else {}
    file = tmp_path / "gateway.json5"
    file.write_text(json.dumps(config(upstream, {"clientCertificates": {}}, **more)))
    done = run("check", "--config", file)
    assert done.returncode == 2
    assert problem in done.stderr


def test_key_sets_are_fetched_over_tls(gateway, upstream, authority, pair):
    issuer = Issuer().add("one", "ES256")
    with Upstream(tls=authority.server(pair)) as server:
        url = issuer.serve(server).replace("http:", "https:")
        auth = {"jwt": [issuer.settings(url)]}
        door = gateway(config(upstream, auth), env={"SSL_CERT_FILE": authority.file})
        until(lambda: door.ask("GET", "/x", bearer(issuer.token())).status == 200)
        assert server.handshakes


def test_a_key_set_of_a_stranger_is_not_believed(gateway, upstream, authority, pair):
    issuer = Issuer().add("one", "ES256")
    with Upstream(tls=authority.server(pair)) as server:
        url = issuer.serve(server).replace("http:", "https:")
        door = gateway(config(upstream, {"jwt": [issuer.settings(url)]}),
                       env={"SSL_CERT_FILE": Authority("stranger").file})
        until(lambda: server.handshake_errors, what="a refusal of ours")
        assert door.ask("GET", "/x", bearer(issuer.token())).status >= 400
        assert server.requests == []


def test_tokens_are_asked_about_over_tls(gateway, upstream, authority, pair):
    with Upstream(tls=authority.server(pair)) as server:
        asked = Introspection(server)
        asked.known["good"] = {"sub": "alice"}
        settings = asked.settings()
        settings["url"] = settings["url"].replace("http:", "https:")
        door = gateway(config(upstream, {"introspection": settings}),
                       env={"SSL_CERT_FILE": authority.file})
        assert door.ask("GET", "/x", bearer("good")).status == 200
        assert door.ask("GET", "/x", bearer("bad")).status == 401


def test_a_gateway_asks_its_sidecars_over_tls(gateway, start, upstream, authority, pair):
    sidecar = start(upstream, {"tls": {**pair.config, "clientCA": authority.file,
                                       "requireClientCert": True}})
    own = authority.issue("spiffe://mesh/gateway")
    tls = {"ca": authority.file, **own.config}
    door = gateway({"auth": {"anonymous": True}, "routes": ROUTES,
                    "services": {"model": service(sidecar, tls=tls)}})
    for _ in range(3):
        assert door.ask("POST", "/x", body=b"x").status == 200
    assert len(upstream.at("/x")) == 3


def test_the_admin_port_speaks_tls_and_plain_to_this_machine(start, upstream, authority, pair):
    sidecar = start(upstream, {"adminTls": pair.config})
    assert sidecar.get("/livez").status == 200
    with SecureClient(sidecar.admin, authority.client()) as client:
        assert client.ask("GET", "/livez").status == 200
        metrics = client.ask("GET", "/metrics")
        assert metrics.status == 200 and "outrider_build_info" in metrics.text
        assert client.ask("GET", "/status").status == 200
    with SecureClient(sidecar.admin, authority.client()) as client:
        answer = client.ask("GET", "/readyz", [("Connection", "close")])
        assert answer.status == 200
        assert client.is_closed()
    assert run("probe", f"http://{sidecar.admin}/livez").returncode == 0


def test_garbage_at_the_admin_port_harms_nobody(start, upstream, authority, pair):
    sidecar = start(upstream, {"adminTls": pair.config})
    with Client(sidecar.admin) as client:
        client.send(b"\x16\x03\x01\x00\x05hello")
        client.rest()
    assert sidecar.get("/livez").status == 200


def test_the_end_of_a_certificate_is_told_before_it_comes(start, upstream, authority, tmp_path):
    soon = authority.issue("model.test", days=3.5)
    sidecar = start(upstream, {"tls": soon.config})
    sidecar.says("expires in 3 days")
    status = sidecar.status()
    assert status["status"] == "warn"
    assert "expires in 3 days" in status["checks"]["certificates"][0]["output"]
    shown = status["certificates"][0]
    assert shown["file"] == str(soon.cert_file) and shown["subject"] == "model.test"
    until_ = datetime.datetime.fromisoformat(shown["validUntil"].replace("Z", "+00:00"))
    assert abs(until_.timestamp() - soon.certificate.not_valid_after_utc.timestamp()) < 2
    value = sidecar.metrics().total("outrider_tls_certificate_expiry_timestamp_seconds")
    assert abs(value - soon.certificate.not_valid_after_utc.timestamp()) < 2
    assert sidecar.get("/readyz").status == 200
    authority.issue("model.test", days=90).write(soon.cert_file, soon.key_file)
    until(lambda: sidecar.status()["status"] == "pass", 10, "the new certificate", every=0.1)


def test_an_expired_certificate_is_a_warning_of_check(tmp_path, authority):
    old = authority.issue("model.test", days=-1)
    file = tmp_path / "sidecar.json5"
    file.write_text(json.dumps({"tls": old.config}))
    done = run("check", "--config", file)
    assert done.returncode == 0
    assert "has expired" in done.stderr


def test_keys_are_never_shown(start, upstream, pair):
    sidecar = start(upstream, {"tls": pair.config})
    shown = sidecar.get("/config").text
    assert "PRIVATE" not in shown
    assert str(pair.cert_file) in shown


def test_a_connection_at_rest_weighs_little(start, upstream, authority, pair):
    sidecar = start(upstream, {"tls": pair.config, "timeouts": {"clientIdle": "5m"}})
    context = authority.client()
    idle = []

    def more(count):
        for _ in range(count):
            idle.append(SecureClient(sidecar.address, context))
            assert idle[-1].ask().status == 200
        return sidecar.memory()

    before = more(200)
    grown = (more(800) - before) / 800
    for client in idle:
        client.close()
    assert grown < 18 << 10, f"{grown:.0f} bytes a connection"
    print(f"{grown:.0f} bytes a connection")


def test_certificates_change_under_load(start, upstream, authority):
    pair = authority.issue("model.test")
    sidecar = start(upstream, {"tls": pair.config, "workers": 2})
    ends = time.monotonic() + 3
    turn = 0
    with SecureClient(sidecar.address, authority.client()) as kept:
        while time.monotonic() < ends:
            turn += 1
            if turn % 40 == 0:
                authority.issue("model.test").write(pair.cert_file, pair.key_file)
            assert kept.ask().status == 200
            with SecureClient(sidecar.address, authority.client()) as client:
                assert client.ask("POST", "/", body=bytes(1000)).status == 200
    assert sidecar.metrics().total("outrider_config_reloads_total", result="success") > 0
