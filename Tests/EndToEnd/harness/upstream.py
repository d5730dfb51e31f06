"""A model service that reads strictly, records every byte and misbehaves on demand.

`upstream.on("/path", behaviour)` says what happens at a path; a behaviour is a function of
`(Exchange)`. It answers through the exchange and may sleep, reset, stop half-way or read the body
itself. Paths without behaviour answer 200 `ok`. Health checks are answered apart and counted apart.
"""

import base64
import hashlib
import json
import os
import socket
import struct
import tempfile
import threading
import time

from . import wire

HEALTH = ("/readyz", "/health", "/healthz")


class Request:
    """One request as it arrived."""

    def __init__(self, method, target, version, fields, connection, index):
        self.method, self.target, self.version, self.fields = method, target, version, fields
        self.connection, self.index = connection, index
        self.body = wire.Body()
        self.raw = b""
        self.at = time.monotonic()
        self.ended: str | None = None

    @property
    def path(self):
        return self.target.partition("?")[0]

    def __repr__(self):
        return f"<{self.method} {self.target} #{self.index} on {self.connection}>"


class Exchange:
    """A request being answered: what behaviours are given."""

    def __init__(self, upstream, sock, reader, request):
        self.upstream, self.sock, self.reader, self.request = upstream, sock, reader, request
        self.closes = False
        self.sent: list[float] = []

    def read_body(self, progress=None):
        """Reads the body now; behaviours registered with `early` decide when."""
        if self.request.body.is_complete:
            return
        framed = wire.framing(self.request.fields)
        if framed and framed[0] == "chunked":
            self.reader.chunked(self.request.body, progress)
        elif framed:
            self.reader.exactly(framed[1], self.request.body)
        self.request.body.is_complete = True

    def send(self, data: bytes):
        self.sent.append(time.monotonic())
        self.sock.sendall(data)

    def head(self, status=200, fields=(), phrase="OK", version="1.1"):
        self.send(wire.head(f"HTTP/{version} {status} {phrase}", fields))

    def answer(self, status=200, body: bytes = b"ok", fields=()):
        given = list(fields)
        names = {name.lower() for name, _ in given}
        if not names & {"content-length", "transfer-encoding"} and status not in (204, 304):
            given.append(("Content-Length", str(len(body))))
        sent = b"" if self.request.method == "HEAD" else body
        self.send(wire.head(f"HTTP/1.1 {status} Scripted", given) + sent)

    def chunks(self, parts, gap=0.0, end=True, trailers=()):
        for part in parts:
            self.send(wire.chunk(part))
            if gap:
                time.sleep(gap)
        if end:
            lines = "".join(f"{name}: {value}\r\n" for name, value in trailers)
            self.send(b"0\r\n" + lines.encode() + b"\r\n")

    def close(self):
        self.closes = True

    def reset(self):
        """Closes with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()
        self.closes = True

    def wait_for_end(self, within: float = 30) -> str:
        """Waits until the proxy ends this connection: `fin`, `reset` or `still open`."""
        self.sock.settimeout(within)
        try:
            self.request.ended = "fin" if self.sock.recv(1) == b"" else "bytes"
        except TimeoutError:
            self.request.ended = "still open"
        except OSError:
            self.request.ended = "reset"
        self.closes = True
        return self.request.ended


class Upstream:
    """Listens, records, behaves."""

    def __init__(self, unix: bool = False, backlog: int = 1024, host: str = "127.0.0.1",
                 port: int = 0, tls=None):
        #: An `ssl.SSLContext` where it speaks TLS.
        self.tls = tls
        #: What became of handshakes: the protocol agreed on and whether a session was resumed.
        self.handshakes: list[tuple[str | None, bool]] = []
        self.handshake_errors: list[str] = []
        self.requests: list[Request] = []
        self.checks: list[Request] = []
        self.violations: list[str] = []
        #: How often it was greeted in HTTP/2.
        self.prefaces = 0
        self.connections = 0
        self.open_connections = 0
        self.health_status = 200
        self.health = None
        #: What happens at paths that have no behaviour of their own.
        self.default = answer()
        self.closes_idle_after: float | None = None
        self.behaviours: dict[str, tuple] = {}
        self.lock = threading.Lock()
        self.sockets: set[socket.socket] = set()
        self.is_stopped = False
        if unix:
            self.path = os.path.join(tempfile.mkdtemp(prefix="outrider-"), "model.sock")
            self.address = f"unix:{self.path}"
        else:
            self.path = None
            self.host, self.port = host, port
        self.backlog = backlog
        self.listener = None
        self.listen()

    def listen(self):
        """Begins to listen, again on the same port after `stop_listening`."""
        if self.path:
            if os.path.exists(self.path):
                os.unlink(self.path)
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(self.path)
        else:
            self.listener = socket.socket()
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.listener.bind((self.host, self.port))
            self.port = self.listener.getsockname()[1]
            self.address = f"{self.host}:{self.port}"
        self.listener.listen(self.backlog)
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()
        return self

    def stop_listening(self):
        """Refuses new connections; those that stand go on."""
        listener, self.listener = self.listener, None
        if listener:
            try:
                listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            listener.close()
        return self

    def drop_connections(self, reset: bool = True):
        """Ends every standing connection, as a killed process would."""
        with self.lock:
            standing = list(self.sockets)
        for sock in standing:
            try:
                if reset:
                    linger = struct.pack("ii", 1, 0)
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        return self

    def kill(self):
        """Both: what a crash of the model looks like."""
        self.stop_listening()
        self.drop_connections()
        return self

    def stop(self):
        self.is_stopped = True
        self.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def on(self, path: str, behaviour, early: bool = False):
        """What happens at a path; `early` behaviours run before the body is read."""
        self.behaviours[path] = (behaviour, early)
        return self

    def at(self, path: str) -> list[Request]:
        return [request for request in list(self.requests) if request.path == path]

    def accept(self, listener):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                number = self.connections
                self.open_connections += 1
                self.sockets.add(sock)
            threading.Thread(target=self.serve, args=(sock, number), daemon=True).start()

    def serve(self, sock, number):
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            sock = self.secured(sock)
            self.converse(sock, number)
        except (OSError, wire.Ended):
            pass
        except wire.Violation as violation:
            self.violations.append(str(violation))
        finally:
            # Closed first: who waits for the count acts on it at once.
            sock.close()
            with self.lock:
                self.open_connections -= 1
                self.sockets.discard(sock)

    def secured(self, sock):
        if not self.tls:
            return sock
        sock.settimeout(30)
        try:
            secure = self.tls.wrap_socket(sock, server_side=True)
        except OSError as error:
            self.handshake_errors.append(str(error))
            raise
        with self.lock:
            self.sockets.discard(sock)
            self.sockets.add(secure)
        self.handshakes.append((secure.selected_alpn_protocol(), secure.session_reused))
        return secure

    def converse(self, sock, number):
        reader, index = wire.Reader(sock), 0
        while True:
            reader.raw.clear()
            sock.settimeout(self.closes_idle_after if index else None)
            if not reader.buffer and not reader.fill():
                return
            sock.settimeout(60)
            request = self.read_head(reader, number, index)
            index += 1
            exchange = Exchange(self, sock, reader, request)
            is_check = request.method == "GET" and request.path in HEALTH
            # A gateway asks whether a sidecar is there, and how busy.
            is_check |= request.method == "OPTIONS" and request.fields.get("max-forwards") == "0"
            behaviour, early = self.behaviours.get(request.path, (None, False))
            if is_check and not behaviour:
                self.checks.append(request)
                exchange.read_body()
                self.answer_check(exchange)
            else:
                self.requests.append(request)
                try:
                    if not early:
                        exchange.read_body()
                        request.raw = bytes(reader.raw)
                    (behaviour or self.default)(exchange)
                except (OSError, wire.Ended) as error:
                    request.ended = request.ended or type(error).__name__
                    raise
                finally:
                    request.raw = request.raw or bytes(reader.raw)
                if early and not exchange.closes:
                    exchange.read_body()
            if exchange.closes or request.fields.joined("connection").lower() == "close":
                return

    def answer_check(self, exchange):
        if self.health:
            self.health(exchange)
        else:
            exchange.answer(self.health_status, b"{}")

    def read_head(self, reader, number, index) -> Request:
        line = reader.line()
        if line == b"PRI * HTTP/2.0" and not index:
            # Asked whether it speaks HTTP/2 it says no, as servers of HTTP/1.1 do.
            self.prefaces += 1
            reader.sock.sendall(wire.head("HTTP/1.1 400 Bad Request", [("Content-Length", "0")]))
            raise wire.Ended("not HTTP/1.1")
        match = wire.REQUEST_LINE.fullmatch(line)
        if not match:
            raise wire.Violation(f"request line {line[:100]!r}")
        fields = reader.fields()
        if match[3] == b"1.1" and len(fields.all("host")) != 1:
            raise wire.Violation(f"Host is there {len(fields.all('host'))} times")
        wire.framing(fields)
        method, target = match[1].decode(), match[2].decode()
        return Request(method, target, match[3].decode(), fields, number, index)


# Behaviours -----------------------------------------------------------------------------------


def answer(status=200, body=b"ok", fields=()):
    return lambda it: it.answer(status, body, fields)


def echo(it: Exchange):
    """The request's body, in the framing that it came in."""
    kind = it.request.fields.get("content-type", "application/octet-stream")
    if "transfer-encoding" in it.request.fields:
        it.head(200, [("Content-Type", kind), ("Transfer-Encoding", "chunked")])
        it.chunks([it.request.body.data] if it.request.body.data else [])
    else:
        it.answer(200, it.request.body.data, [("Content-Type", kind)])


def raw(data: bytes, then: str = "close"):
    """Exactly these bytes, then `close`, `reset`, `hold` or `keep`."""

    def behave(it):
        it.send(data)
        if then == "hold":
            it.wait_for_end()
        elif then == "reset":
            it.reset()
        elif then == "close":
            it.close()

    return behave


def reset(it: Exchange):
    """Dies before its head."""
    it.reset()


def hang(it: Exchange):
    """Says nothing until the proxy gives up."""
    it.wait_for_end()


def after(seconds: float, behaviour=answer()):
    def behave(it):
        time.sleep(seconds)
        behaviour(it)

    return behave


def once(first, then=answer()):
    """`first` for the first request, `then` for all later ones."""
    return sequence(first, then=then)


def sequence(*firsts, then=answer()):
    left, lock = list(firsts), threading.Lock()

    def behave(it):
        with lock:
            chosen = left.pop(0) if left else then
        chosen(it)

    return behave


class Gate:
    """Holds requests until it is opened; `arrived` counts those that came."""

    def __init__(self, behaviour=answer()):
        self.behaviour = behaviour
        self.arrived = 0
        self.leave = threading.Event()
        self.lock = threading.Lock()

    def __call__(self, it):
        with self.lock:
            self.arrived += 1
        deadline = time.monotonic() + 30
        it.sock.setblocking(False)
        while not self.leave.is_set() and time.monotonic() < deadline:
            try:
                if it.sock.recv(1, socket.MSG_PEEK) == b"":
                    it.request.ended = "fin"
                    it.close()
                    return
            except BlockingIOError:
                time.sleep(0.002)
            except OSError:
                it.request.ended = "reset"
                it.close()
                return
        it.sock.settimeout(30)
        self.behaviour(it)

    def open(self):
        self.leave.set()


def events(count: int, gap: float = 0.02, end: str = "done", type_="text/event-stream"):
    """Server-sent events whose data is the monotonic time of sending, in nanoseconds.

    `end` is `done`, `reset`, `close`, `hold` (nothing more, never ends) or `partial` (half an event,
    then a reset).
    """

    def behave(it):
        it.head(200, [("Content-Type", type_), ("Transfer-Encoding", "chunked")])
        for number in range(count):
            it.send(wire.chunk(b'data: {"n":%d,"t":%d}\n\n' % (number, time.monotonic_ns())))
            time.sleep(gap)
        if end == "done":
            it.send(wire.chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")
        elif end == "hold":
            it.wait_for_end()
        elif end == "close":
            it.close()
        else:
            if end == "partial":
                it.send(wire.chunk(b'data: {"n":'))
            it.reset()

    return behave


def delays(got) -> list[float]:
    """From the sending of each of such events to its arrival, in seconds."""
    sent = [json.loads(line[6:])["t"] / 1e9 for line in got.body.data.split(b"\n\n")
            if line.startswith(b"data: {")]
    return [arrival - begun for begun, arrival in zip(sent, got.arrivals, strict=False)]


def flood(total: int, block: int = 1 << 16):
    """A body of `total` zero bytes with Content-Length, as fast as the proxy takes it."""

    def behave(it):
        it.sock.settimeout(120)
        it.head(200, [("Content-Length", str(total))])
        data, left = bytes(block), total
        while left:
            part = min(left, block)
            it.sock.sendall(data[:part] if part < block else data)
            left -= part
            it.request.streamed = total - left

    return behave


def upgrade_echo(it: Exchange):
    """Switches to WebSocket's framing as far as the handshake, then echoes raw bytes."""
    key = it.request.fields.get("sec-websocket-key", "")
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    accept = base64.b64encode(digest).decode()
    it.head(101, [("Upgrade", "websocket"), ("Connection", "Upgrade"),
                  ("Sec-WebSocket-Accept", accept)], "Switching Protocols")
    it.sock.settimeout(30)
    it.sock.sendall(bytes(it.reader.buffer))
    while data := it.sock.recv(1 << 16):
        it.sock.sendall(data)
    it.request.ended = "fin"
    it.close()
