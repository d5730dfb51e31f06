"""Every reason of the closed list, in the answer, the log and the metric."""

import json
import socket
import threading

import pytest

from harness import Client, Upstream, until
from harness.faults import fill_backlog
from harness.refusals import is_made_here, is_told_everywhere, retry_after_agrees
from harness.upstream import Gate, answer, events, hang, raw, reset


def test_malformed_request(sidecar):
    with Client(sidecar.address) as client:
        client.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
        is_told_everywhere(sidecar, client.response(), "malformed_request", 400, "no")


def test_request_timeout(start, upstream):
    sidecar = start(upstream, {"timeouts": {"header": "150ms"}})
    with Client(sidecar.address) as client:
        client.send("GET / HTTP/1.1\r\nHost:")
        got = client.response()
        is_told_everywhere(sidecar, got, "request_timeout", 408, "no")
        assert client.is_closed()


def test_body_too_large_by_declared_length(start, upstream):
    sidecar = start(upstream, {"limits": {"requestBody": "1KiB"}})
    with Client(sidecar.address) as client:
        client.request("POST", "/", [("Content-Length", "1025")])
        is_told_everywhere(sidecar, client.response(), "body_too_large", 413, "no")
    assert sidecar.ask("POST", "/", body=bytes(1024)).status == 200
    assert len(upstream.requests) == 1


def test_body_too_large_by_chunks(start, upstream):
    sidecar = start(upstream, {"limits": {"requestBody": "1KiB"}})
    with Client(sidecar.address) as client:
        client.request("POST", "/", [("Transfer-Encoding", "chunked")])
        client.send(b"300\r\n" + bytes(768) + b"\r\n" + b"300\r\n" + bytes(768) + b"\r\n")
        is_told_everywhere(sidecar, client.response(), "body_too_large", 413)
    assert [r for r in upstream.requests if r.body.is_complete] == []


def test_uri_too_long(sidecar, upstream):
    got = sidecar.ask("GET", "/" + "a" * (17 << 10))
    is_told_everywhere(sidecar, got, "uri_too_long", 414, "no")
    assert sidecar.ask("GET", "/" + "a" * (15 << 10)).status == 200


def test_expectation_failed(sidecar):
    got = sidecar.ask("POST", "/", [("Expect", "42-wonders")], b"x")
    is_told_everywhere(sidecar, got, "expectation_failed", 417, "no")


def test_misdirected(sidecar):
    """A target whose scheme says TLS, over a connection that has none (RFC 9110 §7.4)."""
    got = sidecar.ask("GET", "https://model.test/")
    is_told_everywhere(sidecar, got, "misdirected", 421, "no")


@pytest.mark.parametrize("lines", [
    [("X-Long", "a" * (65 << 10))], [(f"X-{n}", "a") for n in range(129)],
], ids=["bytes", "count"])
def test_header_too_large(sidecar, lines):
    is_told_everywhere(sidecar, sidecar.ask("GET", "/", lines), "header_too_large", 431, "no")


def test_unsupported_coding(sidecar):
    with Client(sidecar.address) as client:
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")
        is_told_everywhere(sidecar, client.response(), "unsupported_coding", 501, "no")


def test_version_not_supported(sidecar):
    with Client(sidecar.address) as client:
        client.send("GET / HTTP/3.1\r\nHost: a\r\n\r\n")
        is_told_everywhere(sidecar, client.response(), "version_not_supported", 505, "no")


def test_too_many_connections(start, upstream):
    sidecar = start(upstream, {"limits": {"connections": 3}})
    held = [Client(sidecar.address) for _ in range(3)]
    assert [client.ask().status for client in held] == [200] * 3
    with Client(sidecar.address) as client:
        got = client.response()
        assert got.status == 503
        assert "too_many_connections" in got.text
        assert 'details="too_many_connections"' in got.fields.get("proxy-status")
        assert client.is_closed()
    sidecar.wait_metric("outrider_requests_rejected_total", 1, reason="too_many_connections")
    held.pop().close()
    until(lambda: sidecar.ask().status == 200, 5, "room again")


def test_starting(start):
    with Upstream() as model:
        model.stop_listening()
        sidecar = start(model, wait="live")
        got = sidecar.ask("POST", "/", body=b"x")
        error = is_told_everywhere(sidecar, got, "starting", 503, "no")
        assert got.fields.get("retry-after") == "5"
        assert retry_after_agrees(got, error) == 5000
        assert got.fields.get("x-should-retry") == "true"


def test_draining(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream)
    with Client(sidecar.address) as waiting, Client(sidecar.address) as late:
        assert late.ask().status == 200
        waiting.request("GET", "/g")
        until(lambda: gate.arrived, 5)
        assert sidecar.post("/drain").status in (200, 202)
        until(lambda: sidecar.state == "draining", 5)
        with Client(sidecar.address) as new:
            got = new.ask("POST", "/", body=b"x")
        is_told_everywhere(sidecar, got, "draining", 503, "no")
        assert got.fields.get("x-should-retry") == "true"
        gate.open()
        assert waiting.response().status == 200


def test_breaker_open(start, upstream):
    upstream.on("/", answer(status=503))
    sidecar = start(upstream, {"breaker": {"consecutiveFailures": 2, "openFor": "20s"}})
    assert [sidecar.ask("POST", "/", body=b"x").status for _ in range(2)] == [503, 503]
    assert len(upstream.requests) == 2
    got = sidecar.ask("POST", "/", body=b"x")
    error = is_told_everywhere(sidecar, got, "breaker_open", 503, "no")
    assert 10_000 < retry_after_agrees(got, error) <= 24_000
    assert got.fields.get("x-should-retry") == "true"
    assert len(upstream.requests) == 2


def crowd(start, upstream, **admission):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream, {"admission": {"concurrency": 1, "queue": 1} | admission})
    busy = Client(sidecar.address).request("GET", "/g")
    until(lambda: gate.arrived == 1, 5)
    return sidecar, gate, busy


def test_queue_full(start, upstream):
    sidecar, gate, busy = crowd(start, upstream)
    waiting = Client(sidecar.address).request("GET", "/g")
    sidecar.wait_metric("outrider_queue_depth", 1)
    got = sidecar.ask("POST", "/g", body=b"x")
    error = is_told_everywhere(sidecar, got, "queue_full", 503, "no")
    retry_after_agrees(got, error)
    assert got.fields.get("x-should-retry") == "true"
    gate.open()
    assert (busy.response().status, waiting.response().status) == (200, 200)


def test_queue_timeout(start, upstream):
    sidecar, gate, busy = crowd(start, upstream, queueTimeout="150ms")
    got = sidecar.ask("POST", "/g", body=b"x")
    is_told_everywhere(sidecar, got, "queue_timeout", 503, "no")
    assert gate.arrived == 1
    gate.open()
    assert busy.response().status == 200


def test_over_capacity(start, upstream):
    """Bodies that wait for the model fill the memory that buffers may take."""
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream, {
        "limits": {"bufferMemory": "1MiB"},
        "admission": {"concurrency": 1, "queue": 1000, "queueTimeout": "30s"}})
    body = bytes(60_000)
    clients, refused = [], []
    clients.append(Client(sidecar.address).request("GET", "/g"))
    until(lambda: gate.arrived == 1, 5)
    for _ in range(40):
        client = Client(sidecar.address, timeout=0.2)
        client.request("POST", "/g", body=body)
        clients.append(client)
    for client in clients[1:]:
        try:
            refused.append(client.response("POST"))
        except TimeoutError:
            pass
    assert refused, "forty waiting bodies of 60 kB fit into 1 MiB"
    is_told_everywhere(sidecar, refused[0], "over_capacity", 503, "no")
    gate.open()
    [client.close() for client in clients]


def test_no_healthy_endpoint(start):
    """A name that leads nowhere leaves no endpoint to try."""
    sidecar = start("no-such-host.invalid:80", wait="live")
    got = sidecar.ask("POST", "/", body=b"x")
    assert got.status == 503
    assert json.loads(got.text)["error"]["code"] in ("no_healthy_endpoint", "starting")


def test_connect_refused(start, upstream):
    sidecar = start(upstream, {"health": {"interval": "60s"}})
    upstream.kill()
    got = sidecar.ask("POST", "/", body=b"x")
    is_told_everywhere(sidecar, got, "connect_refused", 503, "no")
    assert got.fields.get("x-should-retry") == "true"


def test_connect_timeout(start):
    """A listener whose backlog is full drops SYNs."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    address = "127.0.0.1:%d" % listener.getsockname()[1]
    leave = threading.Event()

    def serve_checks():
        listener.settimeout(0.05)
        while not leave.is_set():
            try:
                sock, _ = listener.accept()
            except TimeoutError:
                continue
            sock.recv(65536)
            sock.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            sock.close()

    server = threading.Thread(target=serve_checks)
    server.start()
    sidecar = start(address, {"timeouts": {"connect": "150ms"}, "health": {"interval": "60s"}})
    leave.set()
    server.join()
    fillers = fill_backlog(listener)
    got = sidecar.ask("POST", "/", body=b"x")
    is_told_everywhere(sidecar, got, "connect_timeout", 504, "no")
    assert got.fields.get("x-should-retry") == "true"
    [filler.close() for filler in fillers]
    listener.close()


def test_first_byte_timeout(start, upstream):
    upstream.on("/h", hang)
    sidecar = start(upstream, {"timeouts": {"firstByte": "200ms"}})
    got = sidecar.ask("POST", "/h", body=b"x")
    is_told_everywhere(sidecar, got, "first_byte_timeout", 504, "maybe")
    assert got.fields.get("x-should-retry") == "false"
    assert len(upstream.at("/h")) == 1
    until(lambda: upstream.at("/h")[0].ended in ("fin", "reset"), 5, "the model let go")


def test_first_byte_timeout_runs_on_after_a_bare_head(start, upstream):
    """Servers send the head of a stream before the prefill; only a body byte is an answer."""
    def head_only(it):
        it.head(200, [("Content-Type", "text/event-stream"), ("Transfer-Encoding", "chunked")])
        it.wait_for_end()
    upstream.on("/h", head_only)
    sidecar = start(upstream, {"timeouts": {"firstByte": "200ms", "idle": "60s"}})
    got = sidecar.ask("POST", "/h", body=b"x")
    assert got.was_cut or got.status == 504
    sidecar.record_where(reason="first_byte_timeout")


def test_idle_timeout(start, upstream):
    upstream.on("/e", events(2, end="hold"))
    sidecar = start(upstream, {"timeouts": {"idle": "200ms"}})
    got = sidecar.ask("POST", "/e", body=b"x")
    assert (got.status, got.was_cut) == (200, True)
    assert b'"idle_timeout"' in got.body.data
    assert b"[DONE]" not in got.body.data
    assert sidecar.record_where(reason="idle_timeout")
    sidecar.wait_metric("outrider_requests_rejected_total", 1, reason="idle_timeout")


@pytest.mark.parametrize("field", ["x-outrider-timeout-ms", "x-request-timeout-ms"])
def test_deadline_exceeded(start, upstream, field):
    upstream.on("/h", hang)
    sidecar = start(upstream)
    got = sidecar.ask("POST", "/h", [(field, "200")], b"x")
    is_told_everywhere(sidecar, got, "deadline_exceeded", 504, "maybe")
    assert got.fields.get("x-should-retry") == "false"


def test_deadline_exceeded_by_grpc_timeout(start, upstream):
    upstream.on("/h", hang)
    sidecar = start(upstream)
    got = sidecar.ask("POST", "/h", [("grpc-timeout", "200m")], b"x")
    is_told_everywhere(sidecar, got, "deadline_exceeded", 504, "maybe")


def test_upstream_reset_before_the_head(sidecar, upstream):
    upstream.on("/r", reset)
    got = sidecar.ask("POST", "/r", body=b"x")
    is_told_everywhere(sidecar, got, "upstream_reset", 502, "maybe")
    assert got.fields.get("x-should-retry") == "false"
    assert len(upstream.at("/r")) == 1


def test_upstream_reset_within_a_stream(sidecar, upstream):
    upstream.on("/e", events(3, end="reset"))
    got = sidecar.ask("POST", "/e", body=b"x")
    assert (got.status, got.was_cut) == (200, True)
    assert b'"upstream_reset"' in got.body.data
    sidecar.record_where(reason="upstream_reset")
    sidecar.wait_metric("outrider_requests_rejected_total", 1, reason="upstream_reset")


def test_upstream_protocol_error(sidecar, upstream):
    upstream.on("/g", raw(b"garbage\r\n\r\n"))
    got = sidecar.ask("POST", "/g", body=b"x")
    is_told_everywhere(sidecar, got, "upstream_protocol_error", 502)
    assert got.fields.get("x-should-retry") == "false"


def test_fault_injected(start, upstream):
    faults = {"abort": 418, "fraction": 1.0, "match": "/broken"}
    sidecar = start(upstream, {"faults": faults}, arguments=["--allow-faults"])
    got = sidecar.ask("GET", "/broken/thing")
    is_told_everywhere(sidecar, got, "fault_injected", 418, "no")
    assert sidecar.ask("GET", "/whole").status == 200
    assert upstream.at("/broken/thing") == []


def test_client_gone(sidecar, upstream):
    upstream.on("/h", hang)
    client = Client(sidecar.address).request("POST", "/h", [("X-Request-Id", "left-early")], b"x")
    until(lambda: upstream.at("/h"), 5)
    client.reset()
    record = sidecar.record("left-early")
    assert record["reason"] == "client_gone"
    assert record.get("http.response.status_code", record.get("status")) == 499
    sidecar.wait_metric("outrider_wasted_upstream_seconds_total", 0.000001, reason="client_gone")


# Shapes -------------------------------------------------------------------------------------------


def test_problem_json_for_those_who_ask(start, upstream):
    sidecar = start(upstream, {"limits": {"requestBody": "1KiB"}})
    with Client(sidecar.address) as client:
        client.request("POST", "/", [("Accept", "application/problem+json"),
                                     ("Content-Length", "2000")])
        got = client.response()
    assert got.fields.get("content-type", "").startswith("application/problem+json")
    problem = json.loads(got.text)
    assert problem["status"] == 413
    assert "body_too_large" in got.text


def test_anthropics_shape_on_its_routes(start, upstream):
    upstream.on("/v1/messages", hang)
    sidecar = start(upstream, {"timeouts": {"firstByte": "100ms"}})
    got = sidecar.ask("POST", "/v1/messages", body=b"{}")
    shown = json.loads(got.text)
    assert shown["type"] == "error"
    assert shown["error"]["type"]
    assert shown["error"]["message"]


def test_a_refusal_answers_head_without_body(start):
    with Upstream() as model:
        model.stop_listening()
        sidecar = start(model, wait="live")
        with Client(sidecar.address) as client:
            got = client.ask("HEAD", "/")
            assert got.status == 503
            is_made_here(got, "starting", 503, "no")
            assert client.ask("HEAD", "/").status == 503


def test_a_refusal_keeps_the_connection_when_it_may(start):
    with Upstream() as model:
        model.stop_listening()
        sidecar = start(model, wait="live")
        with Client(sidecar.address) as client:
            for _ in range(5):
                assert client.ask("POST", "/", body=b"abc").status == 503


def test_the_callers_request_id_stands_in_the_refusal(start):
    with Upstream() as model:
        model.stop_listening()
        sidecar = start(model, wait="live")
        got = sidecar.ask("GET", "/", [("X-Request-Id", "abc-123")])
        assert json.loads(got.text)["error"]["request_id"] == "abc-123"


def test_an_answer_of_the_models_own_is_not_marked(sidecar, upstream):
    upstream.on("/", answer(status=503, body=b"model says no"))
    got = sidecar.ask("POST", "/", body=b"x")
    assert (got.status, got.text) == (503, "model says no")
    assert "x-outrider-processed" not in got.fields
    assert got.fields.get("server") != "outrider"


def test_no_metric_label_comes_from_a_client(sidecar):
    for number in range(30):
        sidecar.ask(f"METHOD{number}", f"/path{number}", [("X-Outrider-Reason", f"r{number}")])
    text = sidecar.metrics().text
    assert "METHOD7" not in text
    assert "/path7" not in text
