"""A model service that speaks HTTP/2 only, reads strictly, records, and misbehaves on demand.

Used like `Upstream`: `model.on("/path", behaviour)`, and behaviours that only answer, wait, hang or
reset serve both. Streams run side by side, each behaviour in a thread of its own.
"""

import socket
import struct
import threading
import time

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated, DataReceived, RequestReceived, StreamEnded, StreamReset, TrailersReceived,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings

from . import wire
from .http2 import FORBIDDEN, PREFACE, Kind, frame
from .upstream import HEALTH, answer
from .wait import until


class StreamRequest:
    """One request as it arrived."""

    def __init__(self, pairs, connection, stream):
        fields = wire.Fields((n.decode("latin-1"), v.decode("latin-1")) for n, v in pairs)
        pseudo = {name: value for name, value in fields if name.startswith(":")}
        self.method, self.target = pseudo.get(":method"), pseudo.get(":path", "")
        self.scheme, self.authority = pseudo.get(":scheme"), pseudo.get(":authority")
        self.protocol = pseudo.get(":protocol")
        self.fields = wire.Fields(pair for pair in fields if not pair[0].startswith(":"))
        self.connection, self.stream = connection, stream
        self.body = wire.Body()
        self.at = time.monotonic()
        self.ended: str | None = None
        self.streamed = 0

    @property
    def path(self):
        return self.target.partition("?")[0]

    def __repr__(self):
        return f"<{self.method} {self.target} on {self.connection}/{self.stream}>"


class StreamExchange:
    """A stream being answered: what behaviours are given."""

    def __init__(self, connection, request):
        self.connection, self.request = connection, request
        self.arrived: list[tuple[bytes, int]] = []
        self.has_ended = False
        self.reset_code: int | None = None

    @property
    def is_over(self):
        return self.reset_code is not None or self.connection.is_closed

    def read(self, within: float = 30) -> bytes:
        """What has arrived of the body, at least one byte; nothing at its end."""
        with self.connection.changed:
            fits = lambda: self.arrived or self.has_ended or self.is_over
            if not self.connection.changed.wait_for(fits, within):
                raise TimeoutError("no more of the body")
            if self.reset_code is not None or not self.arrived and not self.has_ended:
                raise wire.Ended("the request was cancelled")
            parts, self.arrived = self.arrived, []
            taken = sum(size for _, size in parts)
            if taken and not self.connection.is_closed:
                self.connection.h2.acknowledge_received_data(taken, self.request.stream)
                self.connection.flush()
        data = b"".join(part for part, _ in parts)
        self.request.body.add(data)
        return data

    def read_body(self):
        while not self.request.body.is_complete:
            if not self.read():
                self.request.body.is_complete = True

    def head(self, status=200, fields=(), end=False):
        lines = [(":status", str(status))] + [(name.lower(), value) for name, value in fields]
        self.act(lambda h2, stream: h2.send_headers(stream, lines, end_stream=end))

    def send(self, data: bytes, end=False):
        """Sends DATA as the windows allow; raises when the proxy has given the stream up."""
        view, stream, h2 = memoryview(data), self.request.stream, self.connection.h2
        with self.connection.changed:
            while view or end:
                room = lambda: self.is_over or not view or h2.local_flow_control_window(stream) > 0
                if not self.connection.changed.wait_for(room, 60):
                    raise TimeoutError("no window")
                self.check()
                size = min(h2.local_flow_control_window(stream), h2.max_outbound_frame_size)
                part, view = view[:size], view[size:]
                h2.send_data(stream, bytes(part), end_stream=end and not view)
                self.connection.flush()
                self.request.streamed += len(part)
                if not view:
                    return

    def answer(self, status=200, body: bytes = b"ok", fields=(), trailers=()):
        given = list(fields)
        if "content-length" not in {name.lower() for name, _ in given} and status not in (204, 304):
            given.append(("content-length", str(len(body))))
        if self.request.method == "HEAD" or status in (204, 304):
            body = b""
        self.head(status, given, end=not body and not trailers)
        if body:
            self.send(body, end=not trailers)
        if trailers:
            self.trailers(trailers)

    def trailers(self, fields):
        self.act(lambda h2, stream: h2.send_headers(stream, list(fields), end_stream=True))

    def end(self):
        self.send(b"", end=True)

    def reset(self, code: int = ErrorCodes.INTERNAL_ERROR):
        self.act(lambda h2, stream: h2.reset_stream(stream, code))

    def close(self):
        """Ends the connection, and all streams on it, without a word."""
        self.connection.close()

    def wait_for_end(self, within: float = 30) -> str:
        """Waits until the proxy gives the stream up: `reset`, `closed` or `still open`."""
        with self.connection.changed:
            self.connection.changed.wait_for(lambda: self.is_over, within)
            if self.reset_code is not None:
                self.request.ended = "reset"
            else:
                self.request.ended = "closed" if self.connection.is_closed else "still open"
        return self.request.ended

    def check(self):
        if self.is_over:
            raise wire.Ended("the proxy has given the stream up")

    def act(self, action):
        with self.connection.changed:
            self.check()
            action(self.connection.h2, self.request.stream)
            self.connection.flush()


class StreamConnection:
    """One connection: a thread that reads, and as many as there are streams."""

    def __init__(self, model, sock, number):
        self.model, self.sock, self.number = model, sock, number
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding=False))
        self.h2.local_settings = Settings(client=False, initial_values=model.settings)
        self.changed = threading.Condition()
        self.streams: dict[int, StreamExchange] = {}
        self.most_streams = 0
        self.is_closed = False
        self.goodbye: int | None = None

    def flush(self):
        """Sends what the engine has to say; the lock is held."""
        if data := self.h2.data_to_send():
            try:
                self.sock.sendall(data)
            except OSError:
                self.is_closed = True

    def close(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def go_away(self, last: int, code: int = 0):
        """Says so, and goes on with the streams up to `last` (the engine itself would not)."""
        with self.changed:
            self.flush()
            self.sock.sendall(frame(Kind.GOAWAY, payload=struct.pack(">II", last, code)))

    def serve(self):
        try:
            if self.expects_preface():
                self.converse()
        except OSError:
            pass
        except ProtocolError as error:
            self.model.violations.append(f"{type(error).__name__}: {error}")
        finally:
            with self.changed:
                self.is_closed = True
                self.changed.notify_all()
            self.sock.close()

    def expects_preface(self) -> bool:
        """Whoever speaks anything else is shown the door, and counted."""
        self.first = b""
        while len(self.first) < len(PREFACE):
            data = self.sock.recv(1 << 16)
            self.first += data
            if not data or not self.first.startswith(PREFACE[: len(self.first)]):
                self.model.strangers += bool(self.first)
                return self.first.startswith(PREFACE)
        return True

    def converse(self):
        with self.changed:
            self.h2.initiate_connection()
            self.flush()
        data = self.first
        while data:
            with self.changed:
                for event in self.h2.receive_data(data):
                    self.understand(event)
                self.flush()
                self.changed.notify_all()
            data = self.sock.recv(1 << 18)

    def understand(self, event):
        if isinstance(event, RequestReceived):
            self.begin(event)
        elif isinstance(event, DataReceived):
            it = self.streams[event.stream_id]
            it.arrived.append((event.data, event.flow_controlled_length))
        elif isinstance(event, TrailersReceived):
            fields = ((n.decode("latin-1"), v.decode("latin-1")) for n, v in event.headers)
            self.streams[event.stream_id].request.body.trailers = wire.Fields(fields)
        elif isinstance(event, StreamEnded):
            self.streams[event.stream_id].has_ended = True
        elif isinstance(event, StreamReset):
            if event.stream_id in self.streams:
                self.streams[event.stream_id].reset_code = event.error_code
                self.streams[event.stream_id].request.ended = "reset"
        elif isinstance(event, ConnectionTerminated):
            self.goodbye = event.error_code

    def begin(self, event):
        request = StreamRequest(event.headers, self.number, event.stream_id)
        self.model.examine(request)
        it = self.streams[event.stream_id] = StreamExchange(self, request)
        self.most_streams = max(self.most_streams, self.h2.open_inbound_streams)
        threading.Thread(target=self.model.behave, args=(it,), daemon=True).start()


class HTTP2Upstream:
    """Listens, records, behaves; `settings` are announced to the proxy."""

    def __init__(self, settings: dict | None = None):
        self.settings = {
            SettingCodes.MAX_CONCURRENT_STREAMS: 1_000, SettingCodes.ENABLE_CONNECT_PROTOCOL: 1,
            SettingCodes.MAX_FRAME_SIZE: 16_384, SettingCodes.MAX_HEADER_LIST_SIZE: 1 << 20,
        } | (settings or {})
        self.requests: list[StreamRequest] = []
        self.checks: list[StreamRequest] = []
        self.violations: list[str] = []
        self.links: list[StreamConnection] = []
        #: How many came that do not speak HTTP/2.
        self.strangers = 0
        self.default = answer()
        self.behaviours: dict[str, tuple] = {}
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1_024)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        for link in self.links:
            link.close()

    @property
    def connections(self) -> int:
        return len([link for link in self.links if link.first.startswith(PREFACE)])

    def on(self, path: str, behaviour, early: bool = False):
        """What happens at a path; `early` behaviours run before the body is read."""
        self.behaviours[path] = (behaviour, early)
        return self

    def at(self, path: str) -> list[StreamRequest]:
        return [request for request in list(self.requests) if request.path == path]

    def wait_for(self, path: str, within: float = 5) -> StreamRequest:
        return until(lambda: self.at(path), within, f"a request for {path}")[0]

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = StreamConnection(self, sock, len(self.links) + 1)
            link.first = b""
            self.links.append(link)
            threading.Thread(target=link.serve, daemon=True).start()

    def examine(self, request):
        """What the engine below lets pass and RFC 9113 does not."""
        for name, _ in request.fields:
            if name in FORBIDDEN or name in ("host", "te") and request.fields.get(name) not in (
                    request.authority, "trailers"):
                self.violations.append(f"{request}: {name}")
        if request.authority is None or request.scheme not in ("http", "https"):
            self.violations.append(f"{request}: {request.authority} {request.scheme}")

    def behave(self, it: StreamExchange):
        is_check = it.request.method == "GET" and it.request.path in HEALTH
        (self.checks if is_check else self.requests).append(it.request)
        behaviour, early = self.behaviours.get(it.request.path, (self.default, False))
        try:
            if not early and not it.request.protocol:
                it.read_body()
            behaviour(it)
        except (OSError, wire.Ended, ProtocolError) as error:
            it.request.ended = it.request.ended or type(error).__name__


# Behaviours -----------------------------------------------------------------------------------


def refuse(code: int):
    """Ends the stream with RST_STREAM before any head."""
    return lambda it: it.reset(code)


def stream_flood(total: int, block: int = 1 << 16):
    """A body of `total` zero bytes, as fast as the windows allow."""

    def behave(it):
        it.head(200, [("content-length", str(total))])
        data, left = bytes(block), total
        while left > block:
            it.send(data)
            left -= block
        it.send(data[:left], end=True)

    return behave


def stream_events(count: int, gap: float = 0.02, end: str = "done"):
    """Server-sent events whose data is the monotonic time of sending; `end` is `done` or `reset`."""

    def behave(it):
        it.head(200, [("content-type", "text/event-stream")])
        for number in range(count):
            it.send(b'data: {"n":%d,"t":%d}\n\n' % (number, time.monotonic_ns()))
            time.sleep(gap)
        if end == "done":
            it.send(b"data: [DONE]\n\n", end=True)
        else:
            it.reset()

    return behave


def socket_echo(it: StreamExchange):
    """Takes a WebSocket (RFC 8441) and says all of its bytes back."""
    it.head(200)
    while data := it.read():
        it.send(data)
    it.end()
