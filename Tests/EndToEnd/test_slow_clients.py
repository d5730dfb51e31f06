"""Clients that hold the model's slots and hardly move: while others wait, they lose them.

Nobody else waits for long, and a connection of HTTP/2 that is full of such streams is ended.
"""

import struct
import threading
import time

import pytest

from harness import Client, HTTP2Client, until
from harness.http2 import Code, Kind, Setting, frame
from harness.upstream import answer, flood, hang

SLOTS = 24
TIGHT = {"admission": {"concurrency": SLOTS}, "upstream": {"protocol": "http1"}}


@pytest.fixture
def sidecar(start, upstream):
    upstream.on("/large", flood(64 << 20))
    upstream.on("/upload", lambda it: it.read_body(), early=True)
    upstream.on("/quick", answer(200, b"quick"))
    return start(upstream, TIGHT)


def held(sidecar) -> int:
    return int(sidecar.metrics().total("outrider_upstream_in_flight"))


def all_held(sidecar):
    until(lambda: held(sidecar) == SLOTS, 10, "every slot is held")


def served_meanwhile(sidecar):
    """Somebody else is, before the queue's own patience of ten seconds ends."""
    begun = time.monotonic()
    assert sidecar.ask("GET", "/quick").status == 200
    return time.monotonic() - begun


def occupy(client, path, end=True, method="GET", count=SLOTS + 4):
    """Takes every slot and a little more."""
    for _ in range(count):
        stream = client.expect(client.next_stream, method)
        client.headers(stream, client.get(method=method, path=path), end=end)


def is_sent_away(sidecar, client):
    until(lambda: client.wait_closed(0.2) or client.goaway, 10, "the client is sent away")
    assert client.goaway.code == Code.ENHANCE_YOUR_CALM
    sidecar.wait_metric("outrider_http2_abuses_total", 1, kind="slow_streams")


def test_streams_without_a_window(sidecar):
    with HTTP2Client(sidecar.address, 20, {Setting.INITIAL_WINDOW_SIZE: 0}) as client:
        client.handshake()
        occupy(client, "/large")
        all_held(sidecar)
        assert 2 < served_meanwhile(sidecar) < 8
        is_sent_away(sidecar, client)


def test_uploads_that_trickle(sidecar):
    with HTTP2Client(sidecar.address, 20) as client:
        client.handshake()
        occupy(client, "/upload", end=False, method="POST")
        all_held(sidecar)
        over = threading.Event()

        def trickle():
            while not over.wait(0.05):
                data = b"".join(frame(Kind.DATA, 0, stream, b"x") for stream in client.answers)
                try:
                    client.sock.sendall(data)
                except OSError:
                    return
        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            assert 2 < served_meanwhile(sidecar) < 8
            is_sent_away(sidecar, client)
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize("what", ["downloads", "uploads"])
def test_connections_of_http1(sidecar, what):
    clients = [Client(sidecar.address, receive_buffer=4_096) for _ in range(SLOTS)]
    for client in clients:
        if what == "downloads":
            client.request("GET", "/large")
        else:
            client.request("POST", "/upload", [("Content-Length", "1000000")])
            client.send(b"x")
    all_held(sidecar)
    assert 2 < served_meanwhile(sidecar) < 8
    for client in clients:
        client.close()


def test_they_keep_their_slots_while_nobody_waits(sidecar):
    with HTTP2Client(sidecar.address, 20, {Setting.INITIAL_WINDOW_SIZE: 0}) as client:
        client.handshake()
        occupy(client, "/large", count=SLOTS)
        all_held(sidecar)
        begun = time.monotonic()
        until(lambda: time.monotonic() - begun > 4.5, 6, "longer than a slow client's patience")
        assert held(sidecar) == SLOTS
        for stream in list(client.answers):
            client.cancel(stream)


def test_slow_but_steady_is_not_too_slow(sidecar):
    """20 KB/s: it loses no slot, whoever waits."""
    with HTTP2Client(sidecar.address, 20, {Setting.INITIAL_WINDOW_SIZE: 1_000},
                     credits=False) as client:
        client.handshake()
        occupy(client, "/large", count=SLOTS)
        all_held(sidecar)
        waiting = threading.Thread(target=lambda: sidecar.ask("GET", "/quick"))
        waiting.start()
        begun = time.monotonic()
        while time.monotonic() - begun < 5:
            credit = b"".join(frame(Kind.WINDOW_UPDATE, 0, stream, struct.pack(">I", 1_000))
                              for stream in client.answers)
            client.sock.sendall(credit + frame(
                Kind.WINDOW_UPDATE, 0, 0, struct.pack(">I", 1_000 * SLOTS)))
            client.sock.recv(1 << 20)
            time.sleep(0.05)
        assert held(sidecar) == SLOTS
        client.close()
        waiting.join(20)


def test_who_waits_for_another_model_takes_nobody_s_slot(start, upstream):
    upstream.on("/hang", hang).on("/large", flood(64 << 20))
    other = {"listen": "127.0.0.1:0", "service": "other", "endpoints": [upstream.address]}
    sidecar = start(upstream, TIGHT | {
        "outbound": [other | {"protocol": "http1"}], "admission": {"concurrency": 1}})
    own, elsewhere = sidecar.listeners
    with Client(elsewhere, receive_buffer=4_096) as slow, Client(own) as first, Client(own) as next:
        slow.request("GET", "/large")
        first.request("GET", "/hang")
        until(lambda: held(sidecar) == 2, 10, "both slots are held")
        next.request("GET", "/hang")
        sidecar.wait_metric("outrider_queue_depth", 1)
        begun = time.monotonic()
        until(lambda: time.monotonic() - begun > 4.5, 6, "longer than a slow client's patience")
        assert held(sidecar) == 2
