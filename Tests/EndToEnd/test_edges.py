"""Edges where a connection was once kept, a bound passed, or memory held too long."""

import os
import resource
import signal
import socket
import tempfile
import threading
import time
from pathlib import Path

import pytest

from harness import Client, never, until
from harness.upstream import Gate, after
from test_websocket import handshake

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def raw(sidecar) -> socket.socket:
    host, port = sidecar.address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=5)


def test_bodies_that_never_end_stop_at_the_bound_of_buffers(start, upstream):
    """Unfinished bodies are held only as far as buffers may grow; the rest is told so."""
    sidecar = start(upstream, {"limits": {"bufferMemory": "1MiB"}})
    clients = []
    for _ in range(60):
        client = raw(sidecar)
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n")
        client.settimeout(0.05)
        clients.append(client)
    # Every head is taken while there is room; only then do the bodies come.
    until(lambda: sidecar.status()["requests"] == 60, 5, "sixty requests have begun")
    for client in clients:
        try:
            client.sendall(bytes(65_000))
        except OSError:
            pass

    def refused():
        count = 0
        for client in clients:
            try:
                count += b"over_capacity" in client.recv(4096, socket.MSG_PEEK)
            except (TimeoutError, ConnectionError):
                pass
        return count

    until(lambda: refused() >= 30, 10, "most of sixty such bodies are refused")
    [client.close() for client in clients]
    assert sidecar.ask("GET", "/").status == 200
    until(lambda: sidecar.metrics().total("outrider_buffer_bytes") == 0, 5, "all given back")


def test_a_client_that_reads_nothing_is_closed(start, upstream):
    """Pipelined requests behind an answer that nobody takes end with `clientIdle`."""
    upstream.on("/big", lambda exchange: exchange.send(
        b"HTTP/1.1 200 OK\r\nContent-Length: 16000000\r\n\r\n" + bytes(16_000_000)))
    sidecar = start(upstream, {"timeouts": {"clientIdle": "500ms", "idle": "500ms"}})
    client = raw(sidecar)
    client.sendall(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n" * 2)
    until(lambda: sidecar.status()["connections"]["open"] == 0, 10, "the connection is closed")
    # Whoever takes nothing is not told, again and again, that its next request is late.
    metrics = sidecar.metrics()
    assert metrics.total("outrider_requests_rejected_total", reason="request_timeout") == 0
    until(lambda: sidecar.metrics().total("outrider_buffer_bytes") == 0, 5, "all given back")
    client.close()


class Bare:
    """A model without manners: each connection is given to `serve`, while it `accepts`."""

    def __init__(self, serve, family=socket.AF_INET, backlog=512):
        self.serve = serve
        self.accepts = threading.Event()
        self.accepts.set()
        self.listener = socket.socket(family)
        path = os.path.join(tempfile.mkdtemp(prefix="outrider-"), "model.sock")
        self.listener.bind(path if family == socket.AF_UNIX else ("127.0.0.1", 0))
        self.listener.listen(backlog)
        name = self.listener.getsockname()
        self.address = f"unix:{path}" if family == socket.AF_UNIX else f"127.0.0.1:{name[1]}"
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            self.accepts.wait()
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.guarded, args=(sock,), daemon=True).start()

    def guarded(self, sock):
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.serve(sock)
        except OSError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.accepts.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def stand_still(sidecar):
    """Stops all threads of the process; what happens then comes as one batch of events."""
    sidecar.signal(signal.SIGSTOP)

    def states():
        for thread in Path(f"/proc/{sidecar.pid}/task").iterdir():
            yield (thread / "stat").read_text().rpartition(")")[2].split()[0]
    until(lambda: set(states()) <= {"T", "t"}, 5, "it stands still", every=0)


def requests_on(sock):
    """Each head that arrives on a connection; bodies must be empty."""
    buffer = b""
    while True:
        while b"\r\n\r\n" not in buffer:
            data = sock.recv(65536)
            if not data:
                return
            buffer += data
        head, _, buffer = buffer.partition(b"\r\n\r\n")
        yield head


def test_what_a_model_says_while_it_accepts_reaches_the_client(start):
    """The answer may come in the same breath as the connection: no second edge tells of it."""
    is_busy = threading.Event()

    def serve(sock):
        if is_busy.is_set():
            sock.sendall(b"HTTP/1.1 503 Busy at the door\r\nContent-Length: 0\r\n\r\n")
            time.sleep(30)
        for _ in requests_on(sock):
            sock.sendall(OK)

    with Bare(serve) as model:
        sidecar = start(model, {"health": {"interval": "600s"}, "workers": 1,
                                "breaker": {"consecutiveFailures": 10_000, "minimumCalls": 10_000}})
        # The connection that the check has left in the pool must not take part.
        until(lambda: sidecar.status()["requests"] == 0, 5)
        is_busy.set()
        clients = [Client(sidecar.address, timeout=5) for _ in range(60)]
        stand_still(sidecar)
        for client in clients:
            client.request("POST", "/", body=b"x")
        sidecar.signal(signal.SIGCONT)
        answers = [client.response("POST") for client in clients]
        told = [answer.phrase for answer in answers if answer.status == 503]
        assert len(told) == 60 and told.count("Busy at the door") >= 59, told
        [client.close() for client in clients]


def test_a_full_unix_queue_is_no_dead_model(start):
    def serve(sock):
        for head in requests_on(sock):
            if b"/slow" in head:
                time.sleep(0.5)
            sock.sendall(OK)

    with Bare(serve, socket.AF_UNIX, backlog=0) as model:
        sidecar = start(model, {"health": {"interval": "600s"}})
        assert sidecar.ask("GET", "/").status == 200
        # Three find room: the pooled connection, the accept that stands, the queue.
        model.accepts.clear()
        clients = [Client(sidecar.address) for _ in range(6)]
        for client in clients:
            client.request("GET", "/slow")
        sidecar.wait_metric("outrider_requests_rejected_total", 3, reason="over_capacity")
        assert sidecar.state == "ready"
        assert sidecar.get("/readyz").status == 200
        model.accepts.set()
        until(lambda: sidecar.ask("GET", "/").status == 200, 5, "served again")
        assert sorted({client.response().status for client in clients}) == [200, 503]
        [client.close() for client in clients]


#: Close together around what the kernel takes: the end of only some meets a full kernel.
SIZES = [1_500_000, 3_000_000, *range(4_000_000, 4_500_000, 8_000)]


def sized(sock):
    """`/N` is answered with N bytes, chunked."""
    for head in requests_on(sock):
        count = int(head.split()[1].strip(b"/") or 0)
        sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        if count:
            sock.sendall(b"%x\r\n" % count + bytes(count) + b"\r\n")
        sock.sendall(b"0\r\n\r\n")


def old_client(sidecar, size):
    client = Client(sidecar.address, receive_buffer=65536)
    return client.request("GET", f"/{size}", version="1.0")


@pytest.mark.alone
def test_a_slow_old_client_gets_all_of_an_answer_without_length(start):
    """The reader is slower than `clientIdle`, but it reads: it is not idle."""
    with Bare(sized) as model:
        sidecar = start(model, {"timeouts": {"clientIdle": "1s"}, "health": {"type": "tcp"},
                                "admission": {"concurrency": 300}})
        clients = [old_client(sidecar, size) for size in SIZES]
        left = dict(zip(clients, SIZES, strict=True))
        heads = {client: client.head() for client in clients}
        taken = {client: len(client.reader.buffer) for client in clients}
        assert all(head.status == 200 for head in heads.values())
        while left:
            for client in list(left):
                data = client.sock.recv(64 * 1024)
                taken[client] += len(data)
                if not data:
                    assert taken[client] == left.pop(client)
            time.sleep(0.02)
        [client.close() for client in clients]


@pytest.mark.alone
def test_an_answer_without_length_that_is_cut_never_ends_cleanly(start):
    """A client that stalls for longer than `clientIdle` may be left, but must know it."""
    with Bare(sized) as model:
        sidecar = start(model, {"timeouts": {"clientIdle": "300ms"}, "health": {"type": "tcp"},
                                "admission": {"concurrency": 300}})
        clients = [old_client(sidecar, size) for size in SIZES]
        until(lambda: sidecar.status()["connections"]["open"] < len(clients), 10, "some are left")
        time.sleep(1.0)
        for client, size in zip(clients, SIZES, strict=True):
            got = client.response()
            assert got.was_reset or got.body.length == size, (size, got)
            client.close()


def test_a_body_that_is_cut_behind_another_request_ends(start, upstream):
    """The end is met while the first runs; it belongs to the second."""
    upstream.on("/slow", after(0.3))
    sidecar = start(upstream)
    with Client(sidecar.address, timeout=5) as client:
        client.request("GET", "/slow")
        client.send("POST /up HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")
        client.half_close()
        assert client.response().status == 200
        client.rest()
    until(lambda: sidecar.metrics().total("http_server_active_requests") == 0, 5, "both are over")
    assert sidecar.record_where(**{"url.path": "/up"})["reason"] == "client_gone"
    assert all(not request.body.is_complete for request in upstream.at("/up"))
    upstream.requests.clear()


def test_an_answer_of_our_own_between_two_others_keeps_what_follows(start, upstream):
    """Three requests and the end in one segment, the second answered here: three answers."""
    sidecar = start(upstream)
    with Client(sidecar.address, timeout=5) as client:
        client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
                    "OPTIONS /b HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n"
                    "GET /c HTTP/1.1\r\nHost: a\r\n\r\n")
        client.half_close()
        assert client.response().text == "ok"
        assert client.response("OPTIONS").status in (200, 204)
        assert client.response().text == "ok"
        assert client.is_closed()
    assert [request.path for request in upstream.requests] == ["/a", "/c"]


def test_an_end_that_comes_with_an_answer_keeps_what_stands_between(start, upstream):
    """Two more requests wait when the first is answered and the client ends, both at once."""
    gate = Gate(lambda it: (it.answer(), answered.set()))
    answered = threading.Event()
    upstream.on("/a", gate)
    sidecar = start(upstream, {"workers": 1})
    with Client(sidecar.address, timeout=5) as client:
        client.send("".join(f"GET /{name} HTTP/1.1\r\nHost: a\r\n\r\n" for name in "abc"))
        until(lambda: gate.arrived, 5)
        stand_still(sidecar)
        gate.open()
        assert answered.wait(5)
        client.half_close()
        sidecar.signal(signal.SIGCONT)
        assert [client.response().text for _ in range(3)] == ["ok"] * 3
        assert client.is_closed()


def test_what_nobody_asked_for_never_becomes_an_answer(start):
    """The model speaks on a pooled connection just when the next request would take it."""
    standing: list[socket.socket] = []

    def serve(sock):
        for head in requests_on(sock):
            if b"/health" not in head and b"/readyz" not in head:
                standing.append(sock)
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (
                len(head.split()[1]), head.split()[1]))

    with Bare(serve) as model:
        sidecar = start(model, {"workers": 1, "health": {"interval": "600s"}})
        with Client(sidecar.address) as first, Client(sidecar.address) as second:
            for turn in range(20):
                assert first.ask("GET", f"/first{turn}").text == f"/first{turn}"
                pooled = standing[-1]
                stand_still(sidecar)
                second.request("GET", f"/second{turn}")
                try:
                    pooled.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nWRONG")
                except OSError:
                    pass
                sidecar.signal(signal.SIGCONT)
                assert second.response().text == f"/second{turn}"


def test_surplus_bytes_behind_an_answer_are_never_the_next_one(start):
    def serve(sock):
        for _ in requests_on(sock):
            sock.sendall(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nWRONG")

    with Bare(serve) as model:
        sidecar = start(model, {"workers": 1, "health": {"type": "tcp"}})
        with Client(sidecar.address) as client:
            assert [client.ask().text for _ in range(20)] == ["ok"] * 20


def tunnelled(upstream, behaviour):
    def switch(it):
        it.head(101, [("Upgrade", "websocket"), ("Connection", "Upgrade")], "Switching Protocols")
        behaviour(it)
        it.close()
    upstream.on("/ws", switch)


def fill(sock):
    """Sends until nothing more is taken for a while."""
    sock.settimeout(0.3)
    try:
        while True:
            sock.sendall(bytes(1 << 16))
    except TimeoutError:
        pass


def test_a_tunnel_ends_when_its_client_resets_while_paused(start, upstream):
    gate = threading.Event()

    def deaf(it):
        gate.wait(10)
        it.sock.settimeout(10)
        try:
            while it.sock.recv(1 << 20):
                pass
            it.request.ended = "fin"
        except OSError:
            it.request.ended = "reset"
    tunnelled(upstream, deaf)
    sidecar = start(upstream)
    client = Client(sidecar.address)
    assert client.request("GET", "/ws", handshake()).head().status == 101
    fill(client.sock)
    client.reset()
    until(lambda: sidecar.metrics().total("outrider_tunnels_active") == 0, 5, "the tunnel ends")
    gate.set()
    until(lambda: upstream.at("/ws")[0].ended, 5, "the model is told")
    until(lambda: sidecar.metrics().total("outrider_buffer_bytes") == 0, 5, "all given back")


def test_a_tunnel_ends_when_its_model_resets_while_paused(start, upstream):
    def flood(it):
        fill(it.sock)
        it.reset()
    tunnelled(upstream, flood)
    sidecar = start(upstream)
    with Client(sidecar.address) as client:
        assert client.request("GET", "/ws", handshake()).head().status == 101
        until(lambda: sidecar.metrics().total("outrider_tunnels_active") == 0, 5, "the tunnel ends")
        client.rest()
    until(lambda: sidecar.metrics().total("outrider_buffer_bytes") == 0, 5, "all given back")


def seconds_of(pid) -> float:
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_without_any_descriptor_it_rests_and_comes_back(start, upstream):
    """Not even the spare descriptor is left: whoever connects waits, at no cost."""
    sidecar = start(upstream, {"workers": 1})
    assert sidecar.ask().status == 200
    allowed = resource.prlimit(sidecar.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(sidecar.pid, resource.RLIMIT_NOFILE, (3, allowed[1]))
    with Client(sidecar.address) as first, Client(sidecar.address) as second, \
            Client(sidecar.admin) as asking:
        first.request()
        second.request()
        asking.request("GET", "/livez")
        begun = seconds_of(sidecar.pid)
        never(lambda: seconds_of(sidecar.pid) - begun > 0.25, 1.0, "it spins")
        resource.prlimit(sidecar.pid, resource.RLIMIT_NOFILE, allowed)
        assert asking.response().status == 200
        assert first.response().text == second.response().text == "ok"
