"""Large bodies, which move in the kernel: nothing about them may differ from small ones."""

import os
import resource
import signal
import threading
import time
import zlib

import pytest

from harness import Client, until
from harness.upstream import Upstream, upgrade_echo

MIB = 1 << 20
#: Not a power of two, so that no boundary of a page, pipe or buffer is the body's.
BLOCK = bytes((index * 7 + index // 251) & 255 for index in range(262_139))


def pattern(total: int) -> bytes:
    return (BLOCK * (total // len(BLOCK) + 1))[:total]


def download(total: int, sent: int | None = None, then=None):
    """A body of `total` declared bytes of which `sent` come, and what then happens."""
    def behave(it):
        it.sock.settimeout(60)
        it.head(200, [("Content-Length", str(total))])
        body = memoryview(pattern(total if sent is None else sent))
        for start in range(0, len(body), MIB):
            it.sock.sendall(body[start : start + MIB])
            it.request.streamed = start
        if then:
            then(it)
    return behave


def take(it):
    """Reads a request's body and answers with its length and checksum."""
    it.sock.settimeout(60)
    it.read_body()
    it.answer(200, b"%d %d" % (it.request.body.length, it.request.body.checksum))


def receive(client: Client, total: int, step: int = MIB) -> int:
    """Reads a body after its head; yields its checksum."""
    checksum, left = zlib.crc32(client.reader.buffer), total - len(client.reader.buffer)
    client.reader.buffer.clear()
    while left:
        data = client.sock.recv(min(left, step))
        assert data, f"{left} bytes missing"
        checksum, left = zlib.crc32(data, checksum), left - len(data)
    return checksum


@pytest.mark.parametrize("total", [16_384, 65_537, 100_003, MIB, 64 * MIB + 1])
def test_a_download_arrives_whole(sidecar, upstream, total):
    upstream.on("/big", download(total))
    with Client(sidecar.address, timeout=60) as client:
        got = client.ask("GET", "/big", [("X-Request-Id", "the-large-one")])
        assert (got.body.length, got.body.checksum) == (total, zlib.crc32(pattern(total)))
        # Nothing of it is left on either connection.
        assert client.ask().text == "ok"
    record = sidecar.record("the-large-one")
    assert (record["http.response.status_code"], record["http.response.body.size"]) == (200, total)
    assert [one.connection for one in upstream.requests] == 2 * [upstream.requests[0].connection]


@pytest.mark.parametrize("total", [16_384, 65_537, MIB, 64 * MIB + 1])
def test_an_upload_arrives_whole(sidecar, upstream, total):
    upstream.on("/up", take, early=True)
    with Client(sidecar.address, timeout=60) as client:
        body = pattern(total)
        got = client.ask("POST", "/up", [("X-Request-Id", "the-large-one")], body)
        assert got.text == f"{total} {zlib.crc32(body)}"
        assert client.ask("POST", "/up", body=b"small").text == f"5 {zlib.crc32(b'small')}"
    record = sidecar.record("the-large-one")
    assert (record["http.response.status_code"], record["http.request.body.size"]) == (200, total)


def test_a_request_behind_an_upload_is_answered_too(sidecar, upstream):
    upstream.on("/up", take, early=True)
    body = pattern(2 * MIB)
    with Client(sidecar.address, timeout=30) as client:
        client.request("POST", "/up", body=body)
        client.request("GET", "/second")
        assert client.response("POST").text == f"{2 * MIB} {zlib.crc32(body)}"
        assert client.response().text == "ok"


@pytest.mark.parametrize("side", ["client", "model"])
def test_large_bodies_pass_over_unix_sockets(start, upstream, tmp_path, side):
    with Upstream(unix=side == "model") as model:
        model.on("/big", download(8 * MIB)).on("/up", take, early=True)
        listen = f"unix:{tmp_path}/s.sock" if side == "client" else "127.0.0.1:0"
        sidecar = start(model, {"listen": [listen]})
        body = pattern(8 * MIB)
        with Client(sidecar.address, timeout=30) as client:
            assert client.ask("GET", "/big").body.checksum == zlib.crc32(body)
            assert client.ask("POST", "/up", body=body).text == f"{8 * MIB} {zlib.crc32(body)}"


def test_an_old_client_gets_a_body_without_length_whole(sidecar, upstream):
    total = 8 * MIB

    def behave(it):
        it.head(200, [("Connection", "close")])
        it.sock.sendall(pattern(total))
        it.close()
    upstream.on("/big", behave)
    got = sidecar.ask("GET", "/big", version="1.0", timeout=30)
    assert (got.framing, got.was_cut) == ("close", False)
    assert (got.body.length, got.body.checksum) == (total, zlib.crc32(pattern(total)))


@pytest.mark.parametrize("how", ["close", "reset"])
@pytest.mark.parametrize("sent", [100_000, 5 * MIB + 1])
def test_a_model_that_dies_in_a_large_body_is_seen(sidecar, upstream, how, sent):
    upstream.on("/big", download(64 * MIB, sent, lambda it: getattr(it, how)()))
    with Client(sidecar.address, timeout=30) as client:
        got = client.ask("GET", "/big", [("X-Request-Id", "the-cut-one")])
        assert got.was_cut and got.body.length <= sent
        if how == "close":
            assert (got.body.length, got.body.checksum) == (sent, zlib.crc32(pattern(sent)))
    record = sidecar.record("the-cut-one")
    assert record["reason"] == "upstream_reset" and record["http.response.body.size"] <= sent


def test_a_model_that_falls_silent_in_a_large_body_is_given_up(start, upstream):
    upstream.on("/big", download(64 * MIB, 2 * MIB, lambda it: it.wait_for_end()))
    sidecar = start(upstream, {"timeouts": {"idle": "500ms"}})
    got = sidecar.ask("GET", "/big", [("X-Request-Id", "the-silent-one")], timeout=30)
    assert got.was_cut and got.body.length == 2 * MIB
    assert sidecar.record("the-silent-one")["reason"] == "idle_timeout"
    until(lambda: upstream.at("/big")[0].ended, 5, "the model's connection was closed")


@pytest.mark.parametrize("how", ["close", "reset"])
def test_a_client_that_leaves_in_a_large_body_frees_the_model(sidecar, upstream, how):
    upstream.on("/big", download(64 * MIB))
    client = Client(sidecar.address, receive_buffer=65_536)
    client.request("GET", "/big", [("X-Request-Id", "the-left-one")])
    client.head()
    receive(client, 4 * MIB)
    getattr(client, how)()
    until(lambda: upstream.at("/big")[0].ended, 5, "the model was told")
    assert sidecar.record("the-left-one")["reason"] == "client_gone"
    assert sidecar.ask().status == 200


def test_a_client_that_leaves_in_its_upload_frees_the_model(sidecar, upstream):
    upstream.on("/up", take, early=True)
    client = Client(sidecar.address)
    client.request("POST", "/up", [("Content-Length", str(64 * MIB)), ("X-Request-Id", "the-left-one")])
    client.send(pattern(4 * MIB)).close()
    until(lambda: upstream.at("/up") and upstream.at("/up")[0].ended, 5, "the model was told")
    assert sidecar.record("the-left-one")["reason"] == "client_gone"


def test_a_model_that_answers_an_upload_early_is_heard(sidecar, upstream):
    def refuse(it):
        it.sock.recv(2 * MIB)
        it.answer(409, b"no", [("Connection", "close")])
        it.close()
    upstream.on("/up", refuse, early=True)
    with Client(sidecar.address, timeout=30) as client:
        client.request("POST", "/up", [("Content-Length", str(64 * MIB))])
        body = memoryview(pattern(64 * MIB))

        def send():
            try:
                client.sock.sendall(body)
            except OSError:
                pass
        sender = threading.Thread(target=send)
        sender.start()
        got = client.head()
        sender.join(10)
        assert got.status in (409, 502) and not sender.is_alive()


def test_what_a_model_says_behind_a_large_body_reaches_nobody(sidecar, upstream):
    total = 4 * MIB

    def babble(it):
        it.head(200, [("Content-Length", str(total))])
        it.sock.sendall(pattern(total) + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfalse")
        it.wait_for_end()
    upstream.on("/big", babble)
    with Client(sidecar.address, timeout=30) as client:
        for _ in range(3):
            got = client.ask("GET", "/big")
            assert got.body.checksum == zlib.crc32(pattern(total))
            assert client.ask().text == "ok"


def test_a_failures_large_body_arrives_whole(start, upstream):
    total = 2 * MIB
    upstream.on("/big", lambda it: it.answer(500, pattern(total)))
    got = start(upstream).ask("GET", "/big", timeout=30)
    assert (got.status, got.body.checksum) == (500, zlib.crc32(pattern(total)))


def pipes(sidecar) -> int:
    """Pipes that the process holds both ends of."""
    links = []
    for name in os.listdir(f"/proc/{sidecar.pid}/fd"):
        try:
            links.append(os.readlink(f"/proc/{sidecar.pid}/fd/{name}"))
        except FileNotFoundError:
            pass
    return len([link for link in set(links) if link.startswith("pipe:") and links.count(link) == 2])


def test_a_pipe_is_held_only_while_somebody_is_waited_for(start, upstream):
    upstream.on("/big", download(32 * MIB)).on("/up", take, early=True)
    sidecar = start(upstream, {"workers": 1})
    small = sidecar.ask("POST", "/up", body=bytes(4_096))
    assert small.status == 200 and pipes(sidecar) == 0, "small bodies need none"
    clients = [Client(sidecar.address, timeout=30, receive_buffer=65_536) for _ in range(20)]
    for client in clients:
        client.request("GET", "/big")
    until(lambda: pipes(sidecar) == 20, 10, "each slow reader's body waits in a pipe")
    for client in clients:
        client.close()
    # Those that still hold bytes are nobody's: no other body may get them.
    with Client(sidecar.address, timeout=30) as client:
        assert client.ask("GET", "/big").body.checksum == zlib.crc32(pattern(32 * MIB))
    until(lambda: pipes(sidecar) == 0, 10, "none is kept for long")


def test_memory_stays_flat_before_a_slow_reader(sidecar, upstream):
    total = 64 * MIB
    upstream.on("/big", download(total))
    with Client(sidecar.address, timeout=30, receive_buffer=65_536) as client:
        client.request("GET", "/big")
        client.head()
        before = sidecar.memory()
        request, last = until(lambda: upstream.at("/big"), 5)[0], -1

        def has_stalled():
            nonlocal last
            now = getattr(request, "streamed", 0)
            same, last = now == last and now > 0, now
            return same
        until(has_stalled, 10, "the model held back", every=0.3)
        assert last < 32 * MIB, "the model could send on without a reader"
        assert sidecar.memory() - before < 4 * MIB
        assert receive(client, total, 65_536) == zlib.crc32(pattern(total))
        assert sidecar.memory() - before < 4 * MIB
        assert client.ask().text == "ok"


def test_a_slow_reader_that_reads_is_not_idle(start, upstream):
    total = 24 * MIB
    upstream.on("/big", download(total))
    sidecar = start(upstream, {"timeouts": {"idle": "1s"}})
    with Client(sidecar.address, timeout=30, receive_buffer=65_536) as client:
        client.request("GET", "/big")
        client.head()
        got = len(client.reader.buffer)
        pause = threading.Event()
        while got < total:
            data = client.sock.recv(MIB)
            assert data, f"cut at {got}"
            got += len(data)
            pause.wait(0.3 * len(data) / MIB)


def test_a_client_that_takes_nothing_is_given_up(start, upstream):
    upstream.on("/big", download(64 * MIB))
    sidecar = start(upstream, {"timeouts": {"idle": "500ms"}})
    with Client(sidecar.address, timeout=30, receive_buffer=65_536) as client:
        client.request("GET", "/big", [("X-Request-Id", "the-stuck-one")])
        client.head()
        assert sidecar.record("the-stuck-one", within=15)["reason"] == "client_gone"
        until(lambda: upstream.at("/big")[0].ended, 5, "the model's connection was closed")


def test_many_at_once_arrive_whole_and_leave_no_descriptor(start, upstream):
    total, results = 3 * MIB + 17, []
    sidecar = start(upstream, {"workers": 1})
    upstream.on("/big", download(total)).on("/up", take, early=True)
    body = pattern(total)
    wanted = f"{total} {zlib.crc32(body)}"
    assert sidecar.ask().status == 200
    before = sidecar.descriptors()

    def work(number):
        with Client(sidecar.address, timeout=60) as client:
            for turn in range(3):
                if (number + turn) % 2:
                    results.append(client.ask("POST", "/up", body=body).text == wanted)
                else:
                    got = client.ask("GET", "/big")
                    results.append(got.body.checksum == zlib.crc32(body))
    threads = [threading.Thread(target=work, args=(number,)) for number in range(24)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert results == [True] * 72
    upstream.drop_connections()
    until(lambda: sidecar.descriptors() <= before + 4, 10)


def test_more_slow_readers_than_pipes_are_served(start, upstream):
    """Each holds a pipe while it does not read; those that get none are copied for."""
    total, count = 6 * MIB, 150
    upstream.on("/big", download(total))
    sidecar = start(upstream, {"workers": 1, "admission": {"concurrency": 1000}})
    before = sidecar.descriptors()
    clients = [Client(sidecar.address, timeout=60, receive_buffer=16_384) for _ in range(count)]
    try:
        for client in clients:
            client.request("GET", "/big")
        until(lambda: len(upstream.at("/big")) == count, 20)
        # Two sockets each, and two ends of a pipe for no more than 64 of them.
        assert sidecar.descriptors() <= before + 2 * count + 2 * 64 + 8
        assert sidecar.ask().status == 200
        for client in clients:
            client.head()
            assert receive(client, total) == zlib.crc32(pattern(total))
    finally:
        [client.close() for client in clients]


def test_what_has_come_is_not_held_back_for_what_is_to_come(sidecar, upstream):
    """The model goes on only when the client has all of what it sent so far."""
    total, turn = 4 * MIB, threading.Semaphore(0)
    pieces = [300_001, MIB + 7, 1] + 40 * [20_001]
    pieces.append(total - sum(pieces))

    def in_turns(it):
        it.head(200, [("Content-Length", str(total))])
        body, start = memoryview(pattern(total)), 0
        for piece in pieces:
            it.sock.sendall(body[start : start + piece])
            start += piece
            assert turn.acquire(timeout=10)
    upstream.on("/big", in_turns)
    with Client(sidecar.address) as client:
        client.request("GET", "/big")
        client.head()
        checksum, begun = 0, time.monotonic()
        for piece in pieces:
            buffered = bytes(client.reader.buffer)
            client.reader.buffer.clear()
            checksum = zlib.crc32(buffered, checksum)
            left = piece - len(buffered)
            while left:
                data = client.sock.recv(left)
                assert data
                checksum, left = zlib.crc32(data, checksum), left - len(data)
            turn.release()
        assert checksum == zlib.crc32(pattern(total))
        # A kernel that is told to wait for more waits 200 ms each time.
        assert time.monotonic() - begun < 4


def test_small_requests_are_answered_beside_floods(start, upstream):
    total, done = 48 * MIB, []
    upstream.on("/big", download(total)).on("/up", take, early=True)
    sidecar = start(upstream, {"workers": 1})
    over = threading.Event()

    def flood():
        with Client(sidecar.address, timeout=60) as client:
            while not over.is_set():
                client.request("GET", "/big")
                client.head()
                left = total - len(client.reader.buffer)
                client.reader.buffer.clear()
                view = bytearray(MIB)
                while left:
                    left -= client.sock.recv_into(view, min(left, MIB))
                done.append(True)
    threads = [threading.Thread(target=flood) for _ in range(4)]
    [t.start() for t in threads]
    until(lambda: len(upstream.at("/big")) >= 4, 10)
    assert [sidecar.ask("POST", "/up", body=b"x").status for _ in range(50)] == [200] * 50
    over.set()
    [t.join() for t in threads]
    assert len(done) >= 4


def test_without_descriptors_for_pipes_bodies_are_copied(start, upstream):
    upstream.on("/big", download(4 * MIB))
    sidecar = start(upstream, {"workers": 1})
    held = sidecar.descriptors()
    resource.prlimit(sidecar.pid, resource.RLIMIT_NOFILE, (held + 4, held + 4))
    with Client(sidecar.address, timeout=30) as client:
        got = client.ask("GET", "/big")
        assert got.body.checksum == zlib.crc32(pattern(4 * MIB))


def test_a_tunnel_carries_much_both_ways(sidecar, upstream):
    upstream.on("/ws", upgrade_echo)
    body = pattern(8 * MIB)
    with Client(sidecar.address, timeout=30) as client:
        client.request("GET", "/ws", [
            ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")])
        assert client.head().status == 101
        sender = threading.Thread(target=client.sock.sendall, args=(body,))
        sender.start()
        assert receive(client, len(body)) == zlib.crc32(body)
        sender.join()
        client.send(b"little")
        assert client.sock.recv(100) == b"little"


def test_drain_lets_a_large_body_end(start, upstream):
    total = 32 * MIB
    upstream.on("/big", download(total))
    sidecar = start(upstream, {"drain": {"timeout": "20s"}})
    with Client(sidecar.address, timeout=30, receive_buffer=65_536) as client:
        client.request("GET", "/big")
        client.head()
        sidecar.signal(signal.SIGTERM)
        sidecar.wait_state("draining")
        assert receive(client, total) == zlib.crc32(pattern(total))
    assert sidecar.wait_exit() == 0
