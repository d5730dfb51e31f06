"""TLS towards models: who is believed, what is resumed, and what the client is told."""

import ssl
import time

import pytest

from harness import Client, Upstream, until
from harness.tls import Authority, SecureClient
from harness.upstream import after, answer, echo, flood, raw, sequence


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture(scope="module")
def pair(authority):
    return authority.issue("model.test", "127.0.0.1")


@pytest.fixture
def model(authority, pair):
    """A model that speaks TLS."""
    with Upstream(tls=authority.server(pair, alpn=["http/1.1"])) as one:
        yield one
        assert one.violations == []


def towards(authority, **more) -> dict:
    """What `upstream` says to speak TLS with it."""
    return {"upstream": {"tls": {"ca": authority.file, **more}}}


def failing(sidecar, detail="", cause=None):
    """A request finds no model that can be believed."""
    reply = sidecar.ask("POST", "/", body=b"x")
    assert reply.status == 502
    assert '"upstream_tls_failed"' in reply.text
    assert reply.fields.get("x-outrider-processed") == "no"
    assert "error=tls_protocol_error" in reply.fields.get("proxy-status")
    if detail:
        sidecar.says(detail)
    if cause:
        sidecar.wait_metric("outrider_tls_handshake_failures_total", 1, side="upstream",
                            cause=cause)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_requests_pass_and_connections_are_kept(start, authority, pair, version):
    context = authority.server(pair, minimum_version=version, maximum_version=version)
    with Upstream(tls=context) as model:
        model.on("/echo", echo)
        sidecar = start(model, towards(authority))
        with Client(sidecar.address) as client:
            for turn in range(5):
                body = bytes([turn]) * 100_000
                assert client.ask("POST", "/echo", body=body).body.data == body
        assert len({request.connection for request in model.requests}) == 1
        assert sidecar.metrics().total("outrider_tls_handshake_failures_total") == 0


def test_a_session_is_resumed(start, authority, model):
    sidecar = start(model, towards(authority))
    for _ in range(3):
        assert sidecar.ask().status == 200
        model.drop_connections(reset=False)
        until(lambda: model.open_connections == 0)
    sidecar.wait_metric("outrider_tls_handshakes_total", 1, side="upstream", resumed="yes")


def test_large_bodies_pass_both_ways(start, authority, model):
    model.on("/flood", flood(50 << 20))
    sidecar = start(model, towards(authority))
    assert sidecar.ask("GET", "/flood", timeout=60).body.length == 50 << 20
    assert sidecar.ask("POST", "/drop", body=bytes(20 << 20), timeout=60).status == 200
    assert model.at("/drop")[0].body.length == 20 << 20


def test_both_sides_may_speak_tls(start, authority, pair, model):
    model.on("/echo", echo)
    sidecar = start(model, {**towards(authority), "tls": pair.config})
    with SecureClient(sidecar.address, authority.client()) as client:
        body = bytes(range(256)) * 1_000
        assert client.ask("POST", "/echo", body=body).body.data == body


def test_a_certificate_of_another_name_is_refused(start, authority, model):
    sidecar = start(model, {**towards(authority), "health": {"interval": "60s"}})
    model.tls = authority.server(authority.issue("other.test"))
    failing(sidecar, "mismatch", "certificate_name")
    assert model.requests == []
    # It is tried again like any connection that does not come about.
    assert sidecar.metrics().total("outrider_retries_total", reason="tls_failed") == 1


def test_health_knows_of_a_model_that_cannot_be_believed(start, authority):
    with Upstream(tls=authority.server(authority.issue("other.test"))) as model:
        sidecar = start(model, towards(authority), wait="live")
        until(lambda: "mismatch" in sidecar.get("/status").text, 5, "why it is not ready")
        failing(sidecar)
        model.tls = authority.server(authority.issue("127.0.0.1"))
        until(lambda: sidecar.ask().status == 200, what="a good certificate is noticed")


def test_the_name_can_be_told(start, authority):
    other = authority.issue("other.test")
    with Upstream(tls=authority.server(other)) as model:
        sidecar = start(model, towards(authority, name="other.test"))
        assert sidecar.ask().status == 200


@pytest.mark.parametrize("cause", ["certificate_expired", "certificate_untrusted"])
def test_a_certificate_that_is_not_good_is_refused(start, authority, cause):
    signer = authority if cause == "certificate_expired" else Authority("stranger")
    bad = signer.issue("127.0.0.1", days=-1 if cause == "certificate_expired" else 2)
    with Upstream(tls=authority.server(bad)) as model:
        sidecar = start(model, towards(authority), wait="live")
        until(lambda: sidecar.ask().status in (502, 503))
        sidecar = start(model, towards(authority, verify=False))
        assert sidecar.ask().status == 200


def test_we_show_our_own_certificate(start, authority, pair):
    own = authority.issue("spiffe://mesh/sidecar")
    with Upstream(tls=authority.server(pair, asks_client=True)) as model:
        sidecar = start(model, towards(authority, **own.config))
        assert sidecar.ask("POST", "/", body=b"x").status == 200


def test_a_model_that_wants_a_certificate_and_gets_none(start, authority, pair):
    """In TLS 1.3 it says so when our part of the handshake is over."""
    with Upstream(tls=authority.server(pair, asks_client=True)) as model:
        sidecar = start(model, {**towards(authority), "health": {"type": "tcp"}}, wait="live")
        until(lambda: model.handshake_errors, what="a refusal")
        reply = sidecar.ask("GET", "/")
        assert reply.status in (502, 503)
        assert model.requests == []


def test_a_model_in_plain_is_no_model_over_tls(start, authority, upstream):
    upstream.violations = []
    with Upstream() as plain:
        sidecar = start(plain, {**towards(authority), "health": {"type": "tcp"}}, wait="live")
        until(lambda: sidecar.ask().status in (502, 503))
        plain.violations.clear()


def test_a_failed_handshake_is_tried_again_elsewhere(start, authority, model):
    stranger = Authority("stranger").issue("127.0.0.1")
    with Upstream(tls=authority.server(stranger)) as bad:
        config = {**towards(authority), "health": {"type": "tcp"}}
        config["upstream"]["balance"] = "roundRobin"
        sidecar = start([bad, model], config, wait="live")
        until(lambda: sidecar.ask("POST", "/", body=b"x").status == 200)
        for _ in range(6):
            assert sidecar.ask("POST", "/", body=b"x").status == 200
        assert bad.requests == []


def test_a_body_that_is_cut_is_never_whole(start, authority, pair):
    """An end that was not said is an accident, also where only the end ends the body."""
    with Upstream(tls=authority.server(pair)) as model:
        text = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf of it"

        def unsaid(it):
            it.send(text)
            # Closed without the alert that says so.
            it.close()

        def said(it):
            it.send(text)
            it.sock.unwrap()
            it.close()

        model.on("/unsaid", unsaid).on("/said", said)
        sidecar = start(model, towards(authority))
        assert sidecar.ask("GET", "/said").text == "half of it"
        assert sidecar.ask("GET", "/unsaid").was_cut


def test_a_session_that_comes_late_does_not_end_a_pooled_connection(start, authority, pair):
    """TLS 1.3 sends sessions to resume when it likes; nobody asked, and nothing is wrong."""
    with Upstream(tls=authority.server(pair)) as model:
        sidecar = start(model, towards(authority))
        for _ in range(4):
            assert sidecar.ask("POST", "/", body=b"x").status == 200
            time.sleep(0.05)
        assert len({request.connection for request in model.requests}) == 1


def test_protocols_go_by_the_configuration(start, authority, model):
    config = towards(authority)
    config["upstream"]["protocol"] = "h1tls"
    sidecar = start(model, config)
    assert sidecar.ask().status == 200
    assert model.handshakes[-1][0] == "http/1.1"


def test_a_model_that_stops_in_its_handshake_is_given_up(start, authority):
    import socket
    import threading
    listener = socket.create_server(("127.0.0.1", 0))
    held = []
    threading.Thread(target=lambda: [held.append(listener.accept()) for _ in range(50)],
                     daemon=True).start()
    address = "127.0.0.1:%d" % listener.getsockname()[1]
    config = {**towards(authority), "health": {"type": "tcp", "timeout": "200ms"},
              "timeouts": {"connect": "300ms"}, "retry": {"attempts": 1}}
    sidecar = start(address, config, wait="live")
    begun = time.monotonic()
    reply = sidecar.ask()
    assert reply.status in (503, 504)
    assert time.monotonic() - begun < 5
    listener.close()


@pytest.mark.parametrize("engine", ["generic", "vllm"])
def test_health_is_asked_over_tls(start, authority, model, engine):
    model.on("/v1/models", answer(200, b'{"object":"list","data":[{"id":"m"}]}',
                                  [("Content-Type", "application/json")]))
    config = towards(authority)
    config["upstream"]["engine"] = engine
    sidecar = start(model, config)
    assert sidecar.state == "ready"
    assert model.checks or model.at("/v1/models")


def test_a_slow_answer_is_no_accident(start, authority, model):
    model.on("/", sequence(after(0.5), then=answer()))
    sidecar = start(model, towards(authority))
    assert sidecar.ask().status == 200


def test_garbage_behind_a_handshake_is_no_answer(start, authority, pair):
    with Upstream(tls=authority.server(pair)) as model:
        model.on("/", raw(b"\x00\x01\x02garbage\r\n\r\n"))
        sidecar = start(model, towards(authority))
        assert sidecar.ask().status == 502
