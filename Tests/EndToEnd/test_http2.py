"""HTTP/2 clients, a model that speaks HTTP/1.1: every stream is a request like any other."""

import json
import socket
import threading
import time

import pytest

from harness import HTTP2Client, best, until, wire
from harness.http2 import (
    ACK, END_HEADERS, END_STREAM, LARGEST_WINDOW, Code, Kind, Setting, frame,
)
from harness.refusals import is_made_here, is_told_everywhere
from harness.upstream import Gate, answer, delays, echo, events, flood, hang, once, raw

MIB = 1 << 20


@pytest.fixture
def client(sidecar):
    """A client of the sidecar with the product's defaults, hands shaken."""
    with HTTP2Client(sidecar.address) as one:
        yield one.handshake()


# Heads ----------------------------------------------------------------------------------------


def test_a_request_reaches_the_model_and_its_answer_the_client(client, upstream):
    upstream.on("/g", answer(201, b"made", [("X-Answer", "Yes"), ("Content-Type", "text/plain")]))
    got = client.ask("GET", "/g?q=1&r", [("x-asked", "a b"), ("accept", "*/*")])
    seen = upstream.at("/g")[0]
    assert (seen.method, seen.target, seen.version) == ("GET", "/g?q=1&r", "1.1")
    assert (seen.fields.get("x-asked"), seen.fields.get("accept")) == ("a b", "*/*")
    assert (got.status, got.text) == (201, "made")
    assert got.fields.get("x-answer") == "Yes"
    assert got.fields.get("content-length") == "4"
    assert got.fields.get("x-request-id")


def test_the_authority_becomes_host(client, upstream):
    client.ask(authority="shop.test:8443", target="/a")
    assert upstream.at("/a")[0].fields.all("host") == ["shop.test:8443"]


def test_host_serves_where_no_authority_is(client, upstream):
    """A request that an intermediary has translated from HTTP/1.1 may come so (RFC 9113 §8.3.1)."""
    lines = [it for it in client.get(("host", "old.test"), path="/a") if it[0] != ":authority"]
    client.headers(1, lines)
    assert client.response(1).status == 200
    assert upstream.at("/a")[0].fields.all("host") == ["old.test"]


def test_via_and_forwarding_fields_are_added(client, upstream):
    client.ask("GET", "/f", [("x-forwarded-for", "10.1.2.3"), ("via", "1.1 edge")])
    seen = upstream.at("/f")[0].fields
    assert seen.joined("via") == "1.1 edge, 2 outrider"
    assert seen.get("x-forwarded-for").startswith("10.1.2.3, 127.0.0.1")
    assert seen.get("x-forwarded-proto") == "http"
    assert seen.get("x-forwarded-host") == "model.test"


def test_crumbs_of_a_cookie_are_joined(client, upstream):
    client.ask("GET", "/c", [("cookie", "a=1"), ("x-between", "y"), ("cookie", "b=2"),
                             ("cookie", "c=3")])
    assert upstream.at("/c")[0].fields.all("cookie") == ["a=1; b=2; c=3"]


def test_a_trace_goes_on(client, upstream, sidecar):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    got = client.ask("GET", "/t", [("traceparent", f"00-{trace}-00f067aa0ba902b7-01")])
    assert upstream.at("/t")[0].fields.get("traceparent").split("-")[1] == trace
    assert sidecar.record(got.fields.get("x-request-id"))["trace_id"] == trace


def test_te_of_trailers_passes(client, upstream):
    assert client.ask("GET", "/t", [("te", "trailers")]).status == 200


def test_fields_of_the_models_connection_stay_behind(client, upstream):
    upstream.on("/h", answer(200, b"ok", [("Connection", "X-Hop, keep-alive"), ("X-Hop", "1"),
                                          ("Keep-Alive", "timeout=5"), ("X-Kept", "2")]))
    got = client.ask(target="/h")
    assert got.fields.get("x-kept") == "2"
    assert not {"connection", "keep-alive", "x-hop", "transfer-encoding"} & set(got.fields.lowered())


def test_many_fields_and_long_values_pass_both_ways(client, upstream):
    sent = [(f"x-field-{n}", str(n) * 50) for n in range(90)] + [("x-long", "l" * 20_000)]
    upstream.on("/m", lambda it: it.answer(200, b"", [
        pair for pair in it.request.fields if pair[0].lower().startswith("x-field")
        or pair[0].lower() == "x-long"]))
    got = client.ask("GET", "/m", sent)
    assert dict(sent).items() <= dict(got.fields).items()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_methods_pass(client, upstream, method):
    assert client.ask(method, "/m").status == 200
    assert upstream.at("/m")[0].method == method


# Bodies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 16_384, 65_535, 65_536, 300_000])
@pytest.mark.parametrize("declares", [True, False], ids=["declared", "undeclared"])
def test_bodies_pass_with_and_without_a_length(client, upstream, size, declares):
    upstream.on("/e", echo)
    body = bytes(n % 251 for n in range(size))
    got = client.ask("POST", "/e", body=body, declares=declares)
    assert (got.status, got.body.data) == (200, body)
    seen = upstream.at("/e")[0].fields
    if declares:
        assert seen.get("content-length") == str(size)
    elif size:
        assert seen.get("transfer-encoding") == "chunked"


def test_padding_does_not_reach_the_model(client, upstream):
    upstream.on("/e", echo)
    client.headers(1, client.get(method="POST", path="/e"), end=False)
    client.data(1, b"pad", pad=200).data(1, b"ded", pad=0, end=True)
    assert client.response(1).text == "padded"


def test_an_empty_last_frame_ends_a_body(client, upstream):
    upstream.on("/e", echo)
    client.headers(1, client.get(("content-length", "3"), method="POST", path="/e"), end=False)
    client.data(1, b"end").data(1, b"", end=True)
    assert client.response(1).text == "end"


def test_a_get_may_end_with_an_empty_frame(client, upstream):
    client.headers(1, client.get(path="/g"), end=False).data(1, b"", end=True)
    assert client.response(1).status == 200
    assert upstream.at("/g")[0].body.length == 0


@pytest.mark.parametrize("window", [1_000, 65_535, 1 * MIB])
def test_a_large_answer_keeps_to_the_window(sidecar, upstream, window):
    """The client counts: a byte above the window would be a violation."""
    size = 64 * MIB if window > 1_000 else 4 * MIB
    upstream.on("/big", flood(size))
    settings = {Setting.INITIAL_WINDOW_SIZE: window}
    with HTTP2Client(sidecar.address, 60, settings) as client:
        got = client.handshake().ask(target="/big")
        assert (got.body.length, got.is_complete) == (size, True)
        assert max(got.body.chunks) <= min(window, 16_384)


def test_a_large_request_passes(sidecar, upstream):
    upstream.on("/up", lambda it: it.answer(200, b"%d %d" % (it.request.body.length,
                                                             it.request.body.checksum)))
    body = bytes(n % 253 for n in range(4_096)) * 16_384
    expected = wire.Body()
    expected.add(body)
    with HTTP2Client(sidecar.address, 60) as client:
        got = client.handshake().ask("POST", "/up", body=body)
        assert got.text == f"{64 * MIB} {expected.checksum}"


def test_a_large_body_echoes_while_it_is_sent(sidecar, upstream):
    def mirror(it):
        it.head(200, [("Transfer-Encoding", "chunked")])
        left = int(it.request.fields.get("content-length"))
        while left:
            if not it.reader.buffer:
                assert it.reader.fill()
            part = it.reader.take(min(left, len(it.reader.buffer)))
            left -= len(part)
            it.send(wire.chunk(part))
        it.request.body.is_complete = True
        it.send(b"0\r\n\r\n")
    upstream.on("/m", mirror, early=True)
    with HTTP2Client(sidecar.address, 60) as client:
        got = client.handshake().ask("POST", "/m", body=bytes(8 * MIB))
        assert (got.body.length, got.is_complete) == (8 * MIB, True)


def test_head_has_the_length_and_no_body(client, upstream):
    upstream.on("/h", answer(200, b"12345"))
    got = client.ask("HEAD", "/h")
    assert (got.fields.get("content-length"), got.body.length, got.is_complete) == ("5", 0, True)


@pytest.mark.parametrize("status", [204, 304])
def test_answers_without_body_end_with_their_head(client, upstream, status):
    upstream.on("/n", answer(status, b"", [("ETag", '"a"')]))
    got = client.ask(target="/n")
    assert (got.status, got.body.length, got.is_complete) == (status, 0, True)
    assert not [it for it in client.frames if it.kind == Kind.DATA]
    assert client.ask().status == 200


def test_a_body_until_close_is_complete_at_the_close(client, upstream):
    upstream.on("/c", raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end"))
    got = client.ask(target="/c")
    assert (got.text, got.is_complete) == ("to the end", True)


def test_trailers_pass_to_the_model(client, upstream):
    upstream.on("/t", echo)
    got = client.ask("POST", "/t", [("trailer", "x-sum")], b"body", declares=False,
                     trailers=[("x-sum", "42")])
    assert got.text == "body"
    assert upstream.at("/t")[0].body.trailers.get("x-sum") == "42"


def test_trailers_pass_to_the_client(client, upstream):
    def trailing(it):
        it.head(200, [("Transfer-Encoding", "chunked"), ("Trailer", "X-Sum")])
        it.chunks([b"one", b"two"], trailers=[("X-Sum", "42")])
    upstream.on("/t", trailing)
    got = client.ask(target="/t", fields=[("te", "trailers")])
    assert (got.text, got.is_complete) == ("onetwo", True)
    assert got.trailers == [("x-sum", "42")]


def test_interim_answers_pass(client, upstream):
    upstream.on("/i", raw(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
                          b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", then="keep"))
    got = client.ask(target="/i")
    assert [(status, fields.get("link")) for status, fields in got.interim] == [(103, "</a.css>")]
    assert (got.status, got.text) == (200, "ok")


def test_100_continue_is_asked_for_and_told(client, upstream):
    def willing(it):
        it.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        it.read_body()
        it.answer(200, it.request.body.data)
    upstream.on("/c", willing, early=True)
    client.headers(1, client.get(("expect", "100-continue"), ("content-length", "100000"),
                                 method="POST", path="/c"), end=False)
    client.wait_until(lambda: client.answers[1].interim)
    client.upload(1, bytes(100_000))
    got = client.response(1)
    assert (got.interim[0][0], got.body.length) == (100, 100_000)


# Many at once ---------------------------------------------------------------------------------


def test_100_streams_are_served_side_by_side(sidecar, upstream):
    gate = Gate(lambda it: it.answer(200, it.request.target.encode()))
    upstream.default = gate
    config_bound = 64
    with HTTP2Client(sidecar.address) as client:
        client.handshake()
        assert client.peer[Setting.MAX_CONCURRENT_STREAMS] == 100
        streams = [client.request("GET", f"/s{n}") for n in range(100)]
        until(lambda: gate.arrived == config_bound, 5)
        gate.open()
        got = [client.response(stream).text for stream in streams]
    assert got == [f"/s{n}" for n in range(100)]


def test_a_thousand_requests_one_after_the_other(client, upstream):
    for number in range(1_000):
        assert client.ask("POST", "/k", body=b"x").status == 200, number
    assert len({it.connection for it in upstream.at("/k")}) <= 2


def test_a_stalled_stream_does_not_hold_up_the_others(sidecar, upstream):
    upstream.on("/big", flood(4 * MIB))
    with HTTP2Client(sidecar.address, credits=False) as client:
        client.handshake().window_update(0, 100 * MIB)
        stalled = client.request(target="/big")
        client.wait_until(lambda: client.answers[stalled].body.length == 65_535)
        for _ in range(20):
            assert client.ask().status == 200
        client.window_update(stalled, 4 * MIB)
        assert client.response(stalled).body.length == 4 * MIB


def test_streams_share_the_connection_fairly(sidecar, upstream):
    """Neither of two large answers waits for the other's end."""
    upstream.on("/big", flood(8 * MIB))
    with HTTP2Client(sidecar.address, 30, {Setting.INITIAL_WINDOW_SIZE: 8 * MIB}) as client:
        client.handshake()
        first, second = client.request(target="/big"), client.request(target="/big")
        client.window_update(0, 16 * MIB)
        client.response(first)
        assert client.answers[second].body.length > MIB
        assert client.response(second).is_complete


# Streams --------------------------------------------------------------------------------------


@pytest.mark.alone
def test_each_event_is_forwarded_within_5_ms_of_its_arrival(sidecar, upstream):
    upstream.on("/e", events(100, gap=0.01))

    def measure():
        with HTTP2Client(sidecar.address) as client:
            got = client.handshake().ask("POST", "/e", body=b"x")
        assert got.is_complete
        return delays(got)
    measured = best(measure)
    assert len(measured) == 100
    assert max(measured) < 0.005, sorted(measured)[-5:]


def test_events_are_not_joined_with_later_ones(client, upstream):
    turn = threading.Semaphore(0)

    def ping_pong(it):
        it.head(200, [("Content-Type", "text/event-stream"), ("Transfer-Encoding", "chunked")])
        for number in range(10):
            it.send(wire.chunk(b"data: %d\n\n" % number))
            assert turn.acquire(timeout=5)
        it.send(b"0\r\n\r\n")
    upstream.on("/e", ping_pong)
    got = client.head(client.request("GET", "/e"))
    for number in range(10):
        client.wait_until(lambda n=number: got.body.data.endswith(b"data: %d\n\n" % n))
        turn.release()
    client.wait_until(lambda: got.is_complete)


def test_a_stream_that_dies_after_an_event_gets_the_error_event_and_a_reset(client, upstream):
    upstream.on("/v1/chat/completions", events(3, end="reset"))
    got = client.ask("POST", "/v1/chat/completions", body=b"{}")
    assert (got.reset, got.is_complete) == (Code.INTERNAL_ERROR, False)
    last = got.body.data.rstrip().split(b"\n\n")[-1]
    assert json.loads(last.removeprefix(b"data: "))["error"]["code"] == "upstream_reset"
    assert client.ask().status == 200, "the connection lives on"


def test_a_truncated_answer_never_looks_complete(client, upstream):
    upstream.on("/t", raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"))
    got = client.ask(target="/t")
    assert (got.reset, got.is_complete) == (Code.INTERNAL_ERROR, False)
    assert client.ask().status == 200


def test_a_slow_reader_holds_back_the_model_and_not_our_memory(sidecar, upstream):
    upstream.on("/big", flood(64 * MIB))
    with HTTP2Client(sidecar.address, 30, credits=False) as client:
        stream = client.handshake().request(target="/big")
        client.wait_until(lambda: client.answers[stream].body.length == 65_535)
        before = sidecar.memory()
        request = upstream.at("/big")[0]
        seen = []

        def has_stalled():
            seen.append(getattr(request, "streamed", 0))
            return len(seen) > 1 and seen[-1] == seen[-2] > 0
        until(has_stalled, 10, "the model was held back", every=0.3)
        assert seen[-1] < 64 * MIB
        assert sidecar.memory() - before < 2 * MIB
        client.credits = True
        client.window_update(0, 65_535).window_update(stream, 65_535)
        assert client.response(stream).body.length == 64 * MIB


def test_a_slow_model_holds_back_the_client_and_not_our_memory(sidecar, upstream):
    go = threading.Event()

    def reluctant(it):
        assert go.wait(30)
        it.read_body()
        it.answer(200, str(it.request.body.length).encode())
    upstream.on("/up", reluctant, early=True)
    with HTTP2Client(sidecar.address, 2) as client:
        client.handshake()
        before = sidecar.memory()
        total = 32 * MIB
        stream = client.request("POST", "/up", [("content-length", str(total))], end=False)
        with pytest.raises(TimeoutError):
            client.upload(stream, bytes(total), end=False)
        sent = client.answers[stream].sent
        assert sent < 24 * MIB, "taken in without a reader"
        assert sidecar.memory() - before < 2 * MIB
        assert client.ask().status == 200, "others are not held up"
        go.set()
        client.timeout = 30
        client.upload(stream, bytes(total - sent))
        assert client.response(stream).text == str(total)


# Leaving --------------------------------------------------------------------------------------


def test_a_cancelled_stream_ends_the_request_at_the_model(client, upstream, sidecar):
    upstream.on("/h", hang)
    stream = client.request("POST", "/h", body=b"x")
    request = until(lambda: upstream.at("/h"), 5)[0]
    client.cancel(stream)
    until(lambda: request.ended in ("fin", "reset"), 1, "the model was told")
    assert sidecar.record_where(reason="client_gone")["url.path"] == "/h"
    assert client.ask().status == 200


def test_a_stream_cancelled_within_its_answer_ends_it_at_the_model(client, upstream):
    upstream.on("/e", events(1_000, gap=0.01))
    stream = client.request("POST", "/e", body=b"x")
    client.wait_until(lambda: client.answers[stream].body.length)
    client.cancel(stream)
    until(lambda: upstream.at("/e")[0].ended, 1, "the model was told")
    assert client.ask().status == 200


def test_a_stream_cancelled_within_its_body_ends_it_at_the_model(client, upstream):
    ended = []

    def reading(it):
        try:
            it.read_body()
        except BaseException as error:
            ended.append(type(error).__name__)
            raise
    upstream.on("/up", reading, early=True)
    stream = client.request("POST", "/up", [("content-length", "10000000")], end=False)
    client.upload(stream, bytes(100_000), end=False)
    until(lambda: upstream.at("/up"), 5)
    client.cancel(stream)
    until(lambda: ended, 1, "the upload ended at the model")
    assert not upstream.at("/up")[0].body.is_complete


@pytest.mark.parametrize("how", ["close", "reset"])
def test_a_client_that_leaves_ends_all_of_its_requests(sidecar, upstream, how):
    upstream.on("/h", hang)
    client = HTTP2Client(sidecar.address).handshake()
    [client.request("POST", "/h", body=b"x") for _ in range(10)]
    until(lambda: len(upstream.at("/h")) == 10, 5)
    if how == "reset":
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()
    until(lambda: all(it.ended for it in upstream.at("/h")), 2, "the model was told")


def test_a_half_sent_body_and_a_fin_are_leaving(sidecar, upstream):
    upstream.on("/up", lambda it: it.answer(200, it.request.body.data))
    with HTTP2Client(sidecar.address) as client:
        client.handshake().request("POST", "/up", end=False)
        client.data(1, b"half of it").sock.shutdown(socket.SHUT_WR)
        client.wait_closed()
        assert client.answers[1].status != 200
    assert [it for it in upstream.at("/up") if it.body.is_complete] == []


def test_a_request_cancelled_in_the_queue_never_reaches_the_model(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream, {"admission": {"concurrency": 1}})
    with HTTP2Client(sidecar.address) as client:
        running = client.handshake().request(target="/g")
        until(lambda: gate.arrived, 5)
        waiting = client.request(target="/queued")
        sidecar.wait_metric("outrider_queue_depth", 1)
        client.cancel(waiting)
        until(lambda: sidecar.metrics().total("outrider_queue_depth") == 0, 1, "it left the queue")
        gate.open()
        assert client.response(running).status == 200
        assert client.ask().status == 200
    assert upstream.at("/queued") == []


def test_an_early_answer_ends_with_a_reset_without_error(start, upstream):
    sidecar = start(upstream, {"limits": {"requestBody": "100KiB"}})
    with HTTP2Client(sidecar.address) as client:
        stream = client.handshake().request("POST", "/up", end=False)
        got = client.answers[stream]
        for _ in range(1_000):
            client.upload(stream, bytes(16_384), end=False)
            if got.is_complete:
                break
        is_made_here(client.response(stream), "body_too_large", 413)
        client.wait_until(lambda: got.reset is not None)
        assert got.reset == Code.NO_ERROR
        assert client.ask().status == 200, "the connection lives on"


def test_what_is_declared_too_large_is_refused_at_once(start, upstream):
    sidecar = start(upstream, {"limits": {"requestBody": "1KiB"}})
    with HTTP2Client(sidecar.address) as client:
        stream = client.handshake().request("POST", "/up", [("content-length", "2000")], end=False)
        got = client.response(stream)
        is_told_everywhere(sidecar, got, "body_too_large", 413, "no")
        client.wait_until(lambda: got.reset == Code.NO_ERROR)
        assert client.ask().status == 200
    assert upstream.at("/up") == []


def test_a_models_early_answer_is_passed_on(client, upstream):
    """The model refuses before it has read: its answer arrives, and the rest is not wanted."""
    def refusing(it):
        it.answer(403, b"no", [("Connection", "close")])
        it.close()
    upstream.on("/up", refusing, early=True)
    stream = client.request("POST", "/up", [("content-length", "1000000")], end=False)
    client.upload(stream, bytes(65_535), end=False)
    got = client.response(stream)
    assert (got.status, got.text, got.is_complete) == (403, "no", True)
    client.wait_until(lambda: got.reset == Code.NO_ERROR)
    assert client.ask().status == 200


# Our own answers ------------------------------------------------------------------------------


def test_a_model_that_is_not_there_is_told_as_json(start):
    sidecar = start("127.0.0.1:1", {"health": {"type": "tcp"}}, wait="live")
    with HTTP2Client(sidecar.address) as client:
        got = client.handshake().ask()
        assert got.status == 503
        assert json.loads(got.text)["error"]["code"] in ("starting", "connect_refused")
        assert got.fields.get("x-outrider-processed") == "no"


def test_an_unreadable_model_is_502(client, upstream, sidecar):
    upstream.on("/x", raw(b"garbage\r\n\r\n"))
    is_told_everywhere(sidecar, client.ask("POST", "/x"), "upstream_protocol_error", 502)


def test_a_model_that_dies_is_502(client, upstream, sidecar):
    upstream.on("/x", lambda it: it.reset())
    is_told_everywhere(sidecar, client.ask("POST", "/x", body=b"x"), "upstream_reset", 502)


def test_a_target_that_is_too_long_is_414(client, sidecar, upstream):
    got = client.ask(target="/" + "a" * 17_000)
    is_told_everywhere(sidecar, got, "uri_too_long", 414, "no")
    assert client.ask().status == 200


def test_a_head_that_is_too_large_is_431(client, sidecar):
    got = client.ask("GET", "/", [(f"x-{n}", "v" * 9_000) for n in range(8)])
    is_told_everywhere(sidecar, got, "header_too_large", 431, "no")
    assert client.ask().status == 200


def test_too_many_fields_are_431(client, sidecar):
    got = client.ask("GET", "/", [(f"x-{n}", "v") for n in range(200)])
    is_told_everywhere(sidecar, got, "header_too_large", 431, "no")
    assert client.ask().status == 200


@pytest.mark.parametrize("method", ["TRACE", "CONNECT"])
def test_trace_and_connect_are_refused(client, sidecar, upstream, method):
    lines = client.get(method=method, authority="model.test:443")
    if method == "CONNECT":
        lines = [it for it in lines if it[0] not in (":scheme", ":path")]
    client.headers(1, lines, end=method != "CONNECT")
    got = client.response(1)
    is_made_here(got, "method_not_allowed", 405, "no")
    assert got.fields.get("allow")
    assert upstream.requests == []


def test_a_full_queue_is_503(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream, {"admission": {"concurrency": 1, "queue": 1}})
    with HTTP2Client(sidecar.address) as client:
        held = [client.handshake().request(target="/g"), client.request(target="/g")]
        until(lambda: gate.arrived, 5)
        sidecar.wait_metric("outrider_queue_depth", 1)
        is_told_everywhere(sidecar, client.ask(), "queue_full", 503, "no")
        gate.open()
        assert [client.response(stream).status for stream in held] == [200, 200]


def test_an_open_breaker_is_503(start, upstream):
    upstream.on("/bad", answer(503, b"down"))
    sidecar = start(upstream, {"breaker": {"consecutiveFailures": 3}, "retry": {"attempts": 1}})
    with HTTP2Client(sidecar.address) as client:
        assert [client.handshake().ask("POST", "/bad").status for _ in range(3)] == [503] * 3
        is_told_everywhere(sidecar, client.ask(), "breaker_open", 503, "no")


def test_an_idempotent_request_is_tried_again(client, upstream):
    upstream.on("/r", once(answer(503, b"busy"), answer(200, b"now")))
    assert client.ask(target="/r").text == "now"
    assert len(upstream.at("/r")) == 2


# The connection -------------------------------------------------------------------------------


def test_ping_is_answered_while_streams_wait(client, upstream):
    upstream.on("/h", hang)
    client.request(target="/h")
    assert client.is_alive()


def test_an_idle_connection_is_ended_with_goaway(start, upstream):
    sidecar = start(upstream, {"timeouts": {"clientIdle": "300ms"}})
    with HTTP2Client(sidecar.address) as client:
        assert client.handshake().ask().status == 200
        assert client.wait_closed(5)
        assert (client.goaway.code, client.goaway.last) in (
            (Code.NO_ERROR, 1), (Code.NO_ERROR, LARGEST_WINDOW))


def test_a_connection_with_a_stream_is_not_idle(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream, {"timeouts": {"clientIdle": "200ms"}})
    with HTTP2Client(sidecar.address) as client:
        stream = client.handshake().request(target="/g")
        until(lambda: gate.arrived, 5)
        # It is asked whether it is there, and says so.
        for _ in range(3):
            seen = len(client.frames)
            client.wait_until(lambda n=seen: [it for it in client.frames[n:]
                                              if it.kind == Kind.PING and not it.has(ACK)])
        gate.open()
        assert client.response(stream).status == 200


def test_a_preface_that_never_comes_is_not_waited_for(start, upstream):
    sidecar = start(upstream, {"timeouts": {"header": "300ms"}})
    with HTTP2Client(sidecar.address, greets=False) as client:
        client.send(b"PRI * HTTP/2.0\r\n\r\nSM")
        client.sock.settimeout(5)
        while client.fill():
            pass


def test_a_preface_may_come_byte_by_byte(sidecar):
    with HTTP2Client(sidecar.address, greets=False) as client:
        for byte in b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n":
            client.send(bytes([byte]))
            time.sleep(0.001)
        assert client.settings({}).handshake().ask().status == 200


def test_frames_may_come_byte_by_byte(client, upstream):
    upstream.on("/e", echo)
    client.expect(1, "POST")
    block = client.encode(client.get(("content-length", "5"), method="POST", path="/e"))
    for byte in (frame(Kind.HEADERS, END_HEADERS, 1, block)
                 + frame(Kind.DATA, END_STREAM, 1, b"bytes")):
        client.send(bytes([byte]))
        time.sleep(0.0005)
    assert client.response(1).text == "bytes"


def test_http_1_is_still_spoken_on_the_same_port(sidecar, client):
    assert client.ask().status == 200
    assert sidecar.ask().status == 200


def test_a_drain_says_goaway_and_lets_streams_finish(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream, {"drain": {"delay": "0s", "timeout": "10s"}})
    with HTTP2Client(sidecar.address) as client:
        stream = client.handshake().request(target="/g")
        until(lambda: gate.arrived, 5)
        sidecar.signal(15)
        client.wait_until(lambda: client.goaway)
        assert client.goaway.code == Code.NO_ERROR
        gate.open()
        assert client.response(stream).status == 200
        assert client.wait_closed(5)
    assert sidecar.wait_exit() == 0


def test_a_drain_serves_new_streams_for_the_delay(start, upstream):
    sidecar = start(upstream, {"drain": {"delay": "2s", "timeout": "5s"}})
    with HTTP2Client(sidecar.address) as client:
        assert client.handshake().ask().status == 200
        assert sidecar.post("/drain").status == 200
        client.wait_until(lambda: client.goaway)
        assert client.goaway.last == LARGEST_WINDOW or client.goaway.last >= 1
        # What was under way when it was said is served or refused untouched, never lost.
        got = client.ask()
        assert got.status == 200 or got.reset == Code.REFUSED_STREAM or client.is_closed
        assert sidecar.ask().status == 200


def test_streams_above_a_goaway_were_not_touched(start, upstream):
    """Every request either gets its answer or is known to be safe to send again."""
    sidecar = start(upstream, {"drain": {"delay": "1s", "timeout": "5s"}})
    with HTTP2Client(sidecar.address) as client:
        client.handshake()
        sidecar.post("/drain")
        served, streams = 0, []
        deadline = time.monotonic() + 10
        while not client.is_closed and time.monotonic() < deadline:
            stream = client.request(target=f"/n{len(streams)}")
            streams.append(stream)
            got = client.response(stream, within=3)
            served += got.status == 200
            if got.status not in (200, 503):
                break
        last = client.goaway.last
        for number, stream in enumerate(streams):
            got = client.answers[stream]
            if not got.status:
                assert stream > last or got.reset == Code.REFUSED_STREAM
                assert upstream.at(f"/n{number}") == []
    assert served


def test_goaway_of_the_client_lets_its_streams_finish(client, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    stream = client.request(target="/g")
    until(lambda: gate.arrived, 5)
    client.go_away()
    gate.open()
    assert client.response(stream).status == 200


def test_metrics_count_streams_as_requests(client, sidecar):
    for _ in range(5):
        assert client.ask().status == 200
    assert sidecar.wait_metric("http_server_request_duration_seconds_count", 5) == 5
    assert sidecar.metrics().total("http_server_active_requests") == 0


def test_slots_do_not_leak(start, upstream):
    """Requests that end in every way leave nothing behind."""
    upstream.on("/h", hang).on("/die", lambda it: it.reset()).on("/e", events(3, end="reset"))
    sidecar = start(upstream, {"admission": {"concurrency": 4, "queue": 0},
                               "breaker": {"consecutiveFailures": 1_000, "failureRate": 1}})
    for _ in range(10):
        with HTTP2Client(sidecar.address) as client:
            client.handshake()
            stream = client.request("POST", "/h", body=b"x")
            assert client.ask("POST", "/die", body=b"x").status == 502
            assert client.ask("POST", "/e", body=b"x").was_cut
            assert client.ask().status == 200
            client.cancel(stream)
    until(lambda: sidecar.metrics().total("http_server_active_requests") == 0, 5)
    assert sidecar.ask().status == 200
