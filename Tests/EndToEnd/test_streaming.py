"""Streams: every event at once, back-pressure both ways, honest ends."""

import json
import threading
import time
from pathlib import Path

import pytest

from harness import Client, best, until, wire
from harness.upstream import delays, events, flood

LIMIT = 0.005


@pytest.mark.alone
def test_each_event_is_forwarded_within_5_ms_of_its_arrival(sidecar, upstream):
    upstream.on("/e", events(100, gap=0.01))

    def measure():
        got = sidecar.ask("POST", "/e", body=b"x")
        assert not got.was_cut
        return delays(got)
    measured = best(measure)
    assert len(measured) == 100
    assert max(measured) < LIMIT, sorted(measured)[-5:]


@pytest.mark.alone
def test_each_event_of_many_streams_is_forwarded_at_once(sidecar, upstream):
    upstream.on("/e", events(20, gap=0.05))
    results = []

    def work():
        results.append(sidecar.ask("POST", "/e", body=b"x"))

    threads = [threading.Thread(target=work) for _ in range(20)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    measured = sorted(delay for got in results for delay in delays(got))
    assert len(measured) == 400
    assert measured[int(len(measured) * 0.5)] < LIMIT, "median"


def test_events_are_not_joined_with_later_ones(sidecar, upstream):
    """Each event must be there before the next is sent: the model waits for the client's word."""
    turn = threading.Semaphore(0)

    def ping_pong(it):
        it.head(200, [("Content-Type", "text/event-stream"), ("Transfer-Encoding", "chunked")])
        for number in range(10):
            it.send(wire.chunk(b"data: %d\n\n" % number))
            assert turn.acquire(timeout=5)
        it.send(b"0\r\n\r\n")
    upstream.on("/e", ping_pong)
    with Client(sidecar.address) as client:
        client.request("GET", "/e")
        got = client.head()
        assert got.fields.get("content-type") == "text/event-stream"
        seen = wire.Body()
        for number in range(10):
            size = int(client.reader.line(), 16)
            client.reader.exactly(size, seen)
            client.reader.line()
            assert seen.data.endswith(b"data: %d\n\n" % number)
            turn.release()
        client.reader.chunked(seen)


def test_a_head_leaves_before_its_body(sidecar, upstream):
    go = threading.Event()

    def slow(it):
        it.head(200, [("Content-Length", "2")])
        assert go.wait(5)
        it.send(b"ok")
    upstream.on("/s", slow)
    with Client(sidecar.address) as client:
        client.request("GET", "/s")
        got = client.head()
        go.set()
        assert client.body_of(got).text == "ok"


def test_a_stream_may_be_longer_than_any_timeout(start, upstream):
    upstream.on("/e", events(30, gap=0.05))
    sidecar = start(upstream, {"timeouts": {"firstByte": "400ms", "idle": "400ms", "header": "400ms",
                                            "clientIdle": "400ms"}})
    got = sidecar.ask("POST", "/e", body=b"x")
    assert got.body.data.endswith(b"data: [DONE]\n\n") and not got.was_cut


def test_a_stream_that_dies_after_an_event_gets_the_error_event(sidecar, upstream):
    upstream.on("/v1/chat/completions", events(3, end="reset"))
    got = sidecar.ask("POST", "/v1/chat/completions", body=b"{}")
    assert got.was_cut
    last = got.body.data.rstrip().split(b"\n\n")[-1]
    assert json.loads(last.removeprefix(b"data: "))["error"]["code"] == "upstream_reset"
    assert b"[DONE]" not in got.body.data


def test_a_stream_that_dies_within_an_event_gets_no_other(sidecar, upstream):
    upstream.on("/e", events(3, end="partial"))
    got = sidecar.ask("POST", "/e", body=b"x")
    assert got.was_cut
    assert b"error" not in got.body.data


def test_a_stream_that_is_not_events_is_cut_without_a_word(sidecar, upstream):
    upstream.on("/e", events(3, end="reset", type_="application/x-ndjson"))
    got = sidecar.ask("POST", "/e", body=b"x")
    assert got.was_cut
    assert b"error" not in got.body.data


def test_anthropics_stream_dies_in_its_own_shape(sidecar, upstream):
    upstream.on("/v1/messages", events(3, end="reset"))
    got = sidecar.ask("POST", "/v1/messages", body=b"{}")
    assert got.was_cut
    assert b"event: error\n" in got.body.data


def kernel_may_hold():
    """The bytes that may lie in the buffers of two connections, however the kernel tunes them."""
    largest = (int(Path(f"/proc/sys/net/ipv4/tcp_{side}mem").read_text().split()[2])
               for side in "rw")
    return 2 * sum(largest)


def test_a_slow_client_slows_the_model_and_not_our_memory(sidecar, upstream):
    upstream.on("/big", flood(4 * kernel_may_hold()))
    with Client(sidecar.address, timeout=30, receive_buffer=65_536) as client:
        client.request("GET", "/big")
        got = client.head()
        before = sidecar.memory()
        request = until(lambda: upstream.at("/big"), 5)[0]
        last = -1

        def has_stalled():
            nonlocal last
            now = getattr(request, "streamed", 0)
            same, last = now == last and now > 0, now
            return same
        until(has_stalled, 10, "the model held back", every=0.3)
        assert last < 2 * kernel_may_hold(), "the model could send on without a reader"
        assert sidecar.memory() - before < 2 << 20
        client.body_of(got)
        assert (got.body.length, got.was_cut) == (4 * kernel_may_hold(), False)


@pytest.mark.alone
def test_an_answer_of_1_gib_leaves_memory_flat(sidecar, upstream):
    total = 1 << 30
    upstream.on("/big", flood(total))
    with Client(sidecar.address, timeout=60) as client:
        client.request("GET", "/big")
        client.head()
        before = sidecar.memory()
        view, left = bytearray(1 << 20), total - len(client.reader.buffer)
        while left:
            count = client.sock.recv_into(view, min(left, len(view)))
            assert count
            left -= count
            if left % (64 << 20) < count:
                time.sleep(0.02)  # a reader that is slower than the model
        assert sidecar.peak_memory() - before < 4 << 20


def test_a_slow_model_slows_the_client_and_not_our_memory(sidecar, upstream):
    go = threading.Event()

    def reluctant(it):
        assert go.wait(30)
        it.read_body()
        it.answer(200, str(it.request.body.length).encode())
    upstream.on("/up", reluctant, early=True)
    total = 64 << 20
    with Client(sidecar.address, timeout=30) as client:
        client.request("POST", "/up", [("Content-Length", str(total))])
        before = sidecar.memory()
        client.sock.settimeout(1)
        sent = 0
        block = bytes(1 << 16)
        try:
            while sent < total:
                sent += client.sock.send(block[: min(len(block), total - sent)])
        except TimeoutError:
            pass
        assert sent < 32 << 20, "taken in without a reader"
        assert sidecar.memory() - before < 2 << 20
        go.set()
        client.sock.settimeout(30)
        while sent < total:
            sent += client.sock.send(block[: min(len(block), total - sent)])
        assert client.response("POST").text == str(total)


def test_one_slow_reader_does_not_hold_up_others(sidecar, upstream):
    upstream.on("/big", flood(64 << 20))
    with Client(sidecar.address, receive_buffer=65_536) as client:
        client.request("GET", "/big")
        client.head()
        for _ in range(20):
            assert sidecar.ask().status == 200
