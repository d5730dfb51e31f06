"""Every timeout of the configuration, and what it must not cut."""

import time

from harness import Client, never, until
from harness.upstream import Gate, after, answer, echo, hang


def test_a_head_that_trickles_for_ever_is_cut_off(start, upstream):
    sidecar = start(upstream, {"timeouts": {"header": "300ms"}})
    with Client(sidecar.address) as client:
        client.send("GET / HTTP/1.1\r\n")
        begun = time.monotonic()
        try:
            while time.monotonic() - begun < 5:
                client.send("X: y\r\n")
                time.sleep(0.05)
        except OSError:
            pass
        assert time.monotonic() - begun < 3


def test_an_idle_client_connection_is_closed_without_a_word(start, upstream):
    sidecar = start(upstream, {"timeouts": {"clientIdle": "200ms"}})
    with Client(sidecar.address) as client:
        assert client.ask().status == 200
        assert client.is_closed(5)


def test_a_connection_that_never_speaks_is_closed_without_a_word(start, upstream):
    sidecar = start(upstream, {"timeouts": {"clientIdle": "200ms", "header": "300ms"}})
    with Client(sidecar.address) as client:
        assert client.rest() == b""


def test_the_first_byte_timeout_begins_at_the_last_byte_of_the_request(start, upstream):
    upstream.on("/e", echo)
    sidecar = start(upstream, {"timeouts": {"firstByte": "300ms"}})
    with Client(sidecar.address) as client:
        client.request("POST", "/e", [("Transfer-Encoding", "chunked")])
        for _ in range(8):
            client.send(b"1\r\nx\r\n")
            time.sleep(0.08)
        client.send(b"0\r\n\r\n")
        assert client.response("POST").text == "x" * 8


def test_no_timeout_runs_while_the_request_waits_in_the_queue(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    upstream.on("/quick", answer())
    sidecar = start(upstream, {"timeouts": {"firstByte": "2s"}, "admission": {"concurrency": 1}})
    busy = Client(sidecar.address).request("GET", "/g")
    until(lambda: gate.arrived, 5)
    waiting = Client(sidecar.address).request("GET", "/quick")
    sidecar.wait_metric("outrider_queue_depth", 1)
    time.sleep(0.5)
    gate.open()
    assert (busy.response().status, waiting.response().status) == (200, 200)


def test_a_total_timeout_is_off_unless_asked_for(start, upstream):
    upstream.on("/s", after(0.5, answer()))
    assert start(upstream).ask("GET", "/s").status == 200
    strict = start(upstream, {"timeouts": {"total": "150ms"}})
    assert strict.ask("GET", "/s").status == 504


def test_what_remains_of_a_deadline_is_passed_on(sidecar, upstream):
    assert sidecar.ask("GET", "/d", [("x-request-timeout-ms", "5000")]).status == 200
    seen = upstream.at("/d")[0].fields
    remaining = seen.get("x-request-timeout-ms")
    assert remaining and 3_000 < int(remaining) <= 5_000
    assert not [name for name in seen.lowered() if name.startswith("x-outrider-")]


def test_a_deadline_that_cannot_be_met_is_refused_on_arrival(start, upstream):
    gate = Gate()
    upstream.on("/slow", after(0.3, answer()))
    upstream.on("/g", gate)
    sidecar = start(upstream, {"admission": {"concurrency": 1}})
    for _ in range(3):
        assert sidecar.ask("GET", "/slow").status == 200
    busy = Client(sidecar.address).request("GET", "/g")
    until(lambda: gate.arrived, 5)
    waiting = [Client(sidecar.address).request("GET", "/slow") for _ in range(5)]
    sidecar.wait_metric("outrider_queue_depth", 5)
    begun = time.monotonic()
    got = sidecar.ask("POST", "/slow", [("x-request-timeout-ms", "150")], b"x")
    assert got.status == 504
    assert got.fields.get("x-outrider-processed") == "no"
    assert time.monotonic() - begun < 0.12
    gate.open()
    assert busy.response().status == 200
    assert [client.response().status for client in waiting] == [200] * 5


def test_a_deadline_that_passes_in_the_queue_never_reaches_the_model(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream, {"admission": {"concurrency": 1}})
    busy = Client(sidecar.address).request("GET", "/g")
    until(lambda: gate.arrived, 5)
    got = sidecar.ask("POST", "/late", [("x-request-timeout-ms", "150")], b"x")
    assert (got.status, got.fields.get("x-outrider-processed")) == (504, "no")
    gate.open()
    assert busy.response().status == 200
    never(lambda: upstream.at("/late"), 0.2)


def test_a_half_closed_client_without_first_byte_in_time_counts_as_gone(start, upstream):
    upstream.on("/h", hang)
    sidecar = start(upstream, {"timeouts": {"halfClose": "200ms"}})
    with Client(sidecar.address) as client:
        client.request("POST", "/h", body=b"x").half_close()
        until(lambda: upstream.at("/h") and upstream.at("/h")[0].ended, 5, "the model let go")
    assert sidecar.record_where(reason="client_gone")


def test_half_close_may_be_allowed_for_ever(start, upstream):
    upstream.on("/h", after(1.5, answer(body=b"patience")))
    sidecar = start(upstream, {"timeouts": {"halfClose": None}})
    with Client(sidecar.address) as client:
        client.request("POST", "/h", body=b"x").half_close()
        assert client.response("POST").text == "patience"


def test_a_half_closed_client_keeps_an_answer_that_has_begun(start, upstream):
    def slow(it):
        it.head(200, [("Transfer-Encoding", "chunked")])
        it.chunks([b"a"] * 10, gap=0.1)
    upstream.on("/h", slow)
    sidecar = start(upstream, {"timeouts": {"halfClose": "100ms"}})
    with Client(sidecar.address) as client:
        client.request("POST", "/h", body=b"x").half_close()
        got = client.response("POST")
        assert (got.text, got.was_cut) == ("a" * 10, False)


def test_our_idle_connections_to_the_model_close_before_the_model_does(start, upstream):
    sidecar = start(upstream, {"upstream": {"keepAlive": "200ms"}, "health": {"interval": "60s"}})
    assert sidecar.ask().status == 200
    until(lambda: upstream.open_connections == 0, 5, "no idle connection left")
