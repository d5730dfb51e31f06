"""The reasons that a gateway shares with sidecars, each produced and told in its own name.

Those of who and where are in the files about access and routing.
"""

import socket
import threading

import pytest

from harness import Client, until
from harness.faults import fill_backlog
from harness.gateway import open_to_all, service
from harness.refusals import is_made_here
from harness.upstream import Gate, answer, hang, raw, reset

ALL = [{"name": "all", "match": {"path": "/**"}, "service": "echo"}]


@pytest.fixture
def door(gateway, upstream):
    """Starts a gateway before `upstream`; policies of its service, then the rest."""
    def begin(policies=None, **more):
        return gateway(open_to_all({"echo": service(upstream, **(policies or {}))}, ALL, **more))
    return begin


def told(gate, got, reason, status, processed=None):
    is_made_here(got, reason, status, processed, by="gateway")
    gate.wait_metric("outrider_requests_rejected_total", 1, reason=reason)


def sent(gate, text: bytes):
    with Client(gate.address) as client:
        client.send(text)
        return client.response()


@pytest.mark.parametrize("text, reason, status", [
    (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "malformed_request", 400),
    (b"GET /a//b HTTP/1.1\r\nHost: a\r\n\r\n", "malformed_request", 400),
    (b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", "method_not_allowed", 405),
    (b"GET /" + b"a" * 17_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", "uri_too_long", 414),
    (b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 42\r\n\r\n", "expectation_failed", 417),
    (b"GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "misdirected", 421),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 66_000 + b"\r\n\r\n", "header_too_large", 431),
    (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
     "unsupported_coding", 501),
    (b"GET / HTTP/3.1\r\nHost: a\r\n\r\n", "version_not_supported", 505),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_no_request(door, upstream, text, reason, status):
    gate = door()
    told(gate, sent(gate, text), reason, status, "no")
    assert upstream.requests == []


def test_a_request_that_does_not_arrive(door):
    gate = door(timeouts={"header": "150ms"})
    told(gate, sent(gate, b"GET / HTTP/1.1\r\nHost:"), "request_timeout", 408, "no")


def test_a_body_that_is_too_large(door, upstream):
    gate = door(limits={"requestBody": "1KiB"})
    told(gate, gate.ask("POST", "/", body=bytes(1_025)), "body_too_large", 413, "no")
    assert upstream.requests == []


def test_too_many_connections(door):
    gate = door(limits={"connections": 2})
    held = [Client(gate.address) for _ in range(2)]
    assert [client.ask().status for client in held] == [200] * 2
    with Client(gate.address) as client:
        got = client.response()
        assert got.status == 503
        shown = got.fields.get("proxy-status")
        assert shown.startswith("outrider-gateway;") and "too_many_connections" in shown
    [client.close() for client in held]


def test_draining(door, upstream):
    held = Gate()
    upstream.on("/g", held)
    gate = door(drain={"delay": "0s", "timeout": "20s"})
    with Client(gate.address) as waiting, Client(gate.address) as late:
        assert late.ask().status == 200
        waiting.request("GET", "/g")
        until(lambda: held.arrived)
        assert gate.post("/drain").status == 200
        got = gate.ask("POST", "/", body=b"x")
        told(gate, got, "draining", 503, "no")
        held.open()
        assert waiting.response().status == 200


def test_a_breaker_that_is_open(door, upstream):
    upstream.default = answer(status=503)
    gate = door({"breaker": {"consecutiveFailures": 2, "openFor": "20s"}})
    assert [gate.ask("POST", "/", body=b"x").status for _ in range(2)] == [503, 503]
    told(gate, gate.ask("POST", "/", body=b"x"), "breaker_open", 503, "no")
    assert len(upstream.requests) == 2


def test_no_room_for_a_connection_to_the_service(door, upstream):
    held = Gate()
    upstream.on("/g", held)
    gate = door({"maxConnections": 1})
    with Client(gate.address) as busy:
        busy.request("GET", "/g")
        until(lambda: held.arrived == 1)
        told(gate, gate.ask("POST", "/g", body=b"x"), "over_capacity", 503, "no")
        held.open()
        assert busy.response().status == 200


def test_a_service_that_is_gone(door, upstream):
    gate = door({"health": {"interval": "60s"}})
    assert gate.ask("GET", "/").status == 200
    upstream.kill()
    got = gate.ask("POST", "/", body=b"x")
    told(gate, got, "connect_refused", 503, "no")
    got = gate.ask("POST", "/", body=b"x")
    told(gate, got, "no_healthy_endpoint", 503, "no")


def test_a_service_that_takes_no_connection(gateway):
    """A listener whose backlog is full drops SYNs; it is up for the first check alone."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    address = "127.0.0.1:%d" % listener.getsockname()[1]

    def serve_one_check():
        sock, _ = listener.accept()
        sock.recv(65_536)
        sock.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        sock.close()

    server = threading.Thread(target=serve_one_check)
    server.start()
    policies = {"health": {"interval": "60s"}, "retry": {"attempts": 1}}
    gate = gateway(open_to_all({"echo": service(address, **policies)}, ALL,
                               timeouts={"connect": "150ms"}))
    server.join()
    until(lambda: gate.status()["services"][0]["versions"][0]["endpoints"][0]["ready"])
    fillers = fill_backlog(listener)
    told(gate, gate.ask("POST", "/", body=b"x"), "connect_timeout", 504, "no")
    [one.close() for one in (*fillers, listener)]


def test_a_service_that_is_silent(door, upstream):
    upstream.on("/hang", hang)
    gate = door(timeouts={"firstByte": "200ms"})
    told(gate, gate.ask("POST", "/hang", body=b"x"), "first_byte_timeout", 504, "maybe")


def test_a_deadline_that_passes(door, upstream):
    upstream.on("/hang", hang)
    gate = door()
    fields = [("x-outrider-timeout-ms", "150")]
    told(gate, gate.ask("POST", "/hang", fields, b"x"), "deadline_exceeded", 504, "maybe")


def test_a_service_that_resets(door, upstream):
    upstream.on("/reset", reset)
    gate = door()
    told(gate, gate.ask("POST", "/reset", body=b"x"), "upstream_reset", 502, "maybe")


def test_an_answer_that_is_none(door, upstream):
    upstream.on("/raw", raw(b"HTTP/9.9 nonsense\r\n\r\n"))
    gate = door()
    told(gate, gate.ask("POST", "/raw", body=b"x"), "upstream_protocol_error", 502)


def test_an_answer_that_stops(door, upstream):
    part = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
    upstream.on("/part", raw(part, then="hold"))
    gate = door(timeouts={"idle": "200ms"})
    with Client(gate.address) as client:
        client.request("GET", "/part")
        got = client.head()
        assert got.status == 200
        assert client.rest() == b"half"
    gate.wait_metric("outrider_requests_rejected_total", 1, reason="idle_timeout")


def test_a_client_that_is_gone(door, upstream):
    upstream.on("/hang", hang)
    gate = door()
    with Client(gate.address) as client:
        client.request("POST", "/hang", body=b"x")
        until(lambda: upstream.requests)
        client.reset()
    gate.wait_metric("outrider_requests_rejected_total", 1, reason="client_gone")
