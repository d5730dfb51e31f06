"""A client of HTTP/2 that sends exactly the frames it is told and reads strictly what comes back."""

import select
import ssl
import struct
import time
from enum import IntEnum
from typing import NamedTuple

import hpack

from . import wire
from .client import Response, connect

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
END_STREAM = ACK = 0x1
END_HEADERS = 0x4
PADDED = 0x8
PRIORITY = 0x20
LARGEST_WINDOW = 2**31 - 1


class Kind(IntEnum):
    """Types of frames (RFC 9113 §6)."""

    DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS = 0, 1, 2, 3, 4
    PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 5, 6, 7, 8, 9


class Code(IntEnum):
    """Why a stream or a connection ended (RFC 9113 §7)."""

    NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT = 0, 1, 2, 3, 4
    STREAM_CLOSED, FRAME_SIZE_ERROR, REFUSED_STREAM, CANCEL, COMPRESSION_ERROR = 5, 6, 7, 8, 9
    CONNECT_ERROR, ENHANCE_YOUR_CALM, INADEQUATE_SECURITY, HTTP_1_1_REQUIRED = 10, 11, 12, 13


class Setting(IntEnum):
    """What SETTINGS may say (RFC 9113 §6.5.2, RFC 8441)."""

    HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE = 1, 2, 3, 4
    MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE, ENABLE_CONNECT_PROTOCOL = 5, 6, 8


#: Fields that mean something to a connection of HTTP/1.1 only (RFC 9113 §8.2.2).
FORBIDDEN = {"connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"}


class Frame(NamedTuple):
    kind: int
    flags: int
    stream: int
    payload: bytes

    def has(self, flag: int) -> bool:
        return bool(self.flags & flag)

    @property
    def code(self) -> int:
        """The error code of RST_STREAM and GOAWAY."""
        return struct.unpack(">I", self.payload[-4:] if self.kind == Kind.RST_STREAM
                             else self.payload[4:8])[0]

    @property
    def last(self) -> int:
        """The last stream that GOAWAY speaks of."""
        return struct.unpack(">I", self.payload[:4])[0] & LARGEST_WINDOW

    def __repr__(self):
        name = Kind(self.kind).name if self.kind in list(Kind) else f"type {self.kind}"
        return f"<{name} {self.flags:#x} on {self.stream}: {self.payload[:24]!r}>"


def frame(kind: int, flags: int = 0, stream: int = 0, payload: bytes = b"") -> bytes:
    """The bytes of one frame, whether it makes sense or not."""
    length = struct.pack(">I", len(payload))[1:]
    return length + struct.pack(">BBI", kind, flags, stream) + payload


class Answer(Response):
    """One answer on a stream; `reset` is the code of a RST_STREAM, if one came."""

    def __init__(self):
        super().__init__()
        self.framing = "stream"
        self.reset: int | None = None
        self.is_complete = False
        self.window = self.to_send = self.sent = 0
        self.method = "GET"

    @property
    def trailers(self) -> wire.Fields:
        return self.body.trailers


class HTTP2Client:
    """One connection.

    `settings` are ours; `acknowledges` answers SETTINGS and PING, `credits` gives back at once the
    window that DATA took: switch them off to be a peer that does neither.
    """

    def __init__(self, address: str, timeout: float = 10, settings: dict | None = None, *,
                 tls: ssl.SSLContext | None = None, receive_buffer: int | None = None,
                 greets=True, acknowledges=True, credits=True):
        self.sock = connect(address, timeout, receive_buffer)
        if tls:
            self.sock = tls.wrap_socket(self.sock, server_hostname="model.test")
            assert self.sock.selected_alpn_protocol() == "h2", "the server does not offer h2"
        self.scheme = "https" if tls else "http"
        self.timeout = timeout
        self.acknowledges, self.credits = acknowledges, credits
        self.encoder, self.decoder = hpack.Encoder(), hpack.Decoder(1 << 20)
        self.buffer = bytearray()
        self.frames: list[Frame] = []
        self.answers: dict[int, Answer] = {}
        self.next_stream = 1
        self.is_closed = self.was_reset = False
        self.goaway: Frame | None = None
        self.peer: dict[int, int] = {}
        self.filled_at = 0.0
        self.to_send = 65_535
        self.window = 65_535
        self.initial_window = 65_535
        self.unacknowledged: list[dict] = []
        self.block: tuple[Frame, bytearray] | None = None
        if greets:
            self.greet(settings)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    # Sending ----------------------------------------------------------------------------------

    def send(self, data: bytes):
        """Exactly these bytes; that the peer has left is seen when reading."""
        try:
            self.sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            pass
        return self

    def frame(self, kind: int, flags=0, stream=0, payload=b""):
        return self.send(frame(kind, flags, stream, payload))

    def greet(self, settings: dict | None = None):
        return self.send(PREFACE).settings(settings or {})

    def handshake(self):
        """Waits until both ends have acknowledged each other's settings."""
        self.wait_for(Kind.SETTINGS, where=lambda it: not it.has(ACK))
        self.wait_for(Kind.SETTINGS, where=lambda it: it.has(ACK))
        return self

    def settings(self, values: dict | list = (), ack=False):
        pairs = list(values.items()) if isinstance(values, dict) else list(values)
        if not ack:
            self.unacknowledged.append(dict(pairs))
        payload = b"".join(struct.pack(">HI", key, value) for key, value in pairs)
        return self.frame(Kind.SETTINGS, ACK if ack else 0, 0, payload)

    def ping(self, payload=b"are you?", ack=False):
        return self.frame(Kind.PING, ACK if ack else 0, 0, payload)

    def window_update(self, stream: int, count: int):
        if stream == 0:
            self.window += count
        elif stream in self.answers:
            self.answers[stream].window += count
        return self.frame(Kind.WINDOW_UPDATE, 0, stream, struct.pack(">I", count))

    def cancel(self, stream: int, code: int = Code.CANCEL):
        return self.frame(Kind.RST_STREAM, 0, stream, struct.pack(">I", code))

    def prioritise(self, stream: int, depends=0, exclusive=False, weight=255):
        return self.frame(Kind.PRIORITY, 0, stream, priority(depends, exclusive, weight))

    def go_away(self, last=0, code: int = Code.NO_ERROR, stream=0):
        return self.frame(Kind.GOAWAY, 0, stream, struct.pack(">II", last, code))

    def continuation(self, stream: int, block: bytes, end=True):
        return self.frame(Kind.CONTINUATION, END_HEADERS if end else 0, stream, block)

    def data(self, stream: int, payload=b"test", end=False, pad: int | None = None):
        """One frame; whether a window allows it is for the caller to know."""
        taken = len(payload)
        flags = END_STREAM if end else 0
        if pad is not None:
            flags, payload = flags | PADDED, bytes([pad]) + payload + bytes(pad)
            taken = len(payload)
        self.to_send -= taken
        if stream in self.answers:
            self.answers[stream].to_send -= taken
        return self.frame(Kind.DATA, flags, stream, payload)

    def headers(self, stream: int, fields=None, end=True, end_headers=True,
                pad: int | None = None, weighed: bytes | None = None, block: bytes | None = None):
        """A HEADERS frame: `fields` (a GET of `/` by default), or a `block` as it is."""
        payload = self.encode(self.get() if fields is None else fields) if block is None else block
        flags = (END_STREAM if end else 0) | (END_HEADERS if end_headers else 0)
        if weighed is not None:
            flags, payload = flags | PRIORITY, weighed + payload
        if pad is not None:
            flags, payload = flags | PADDED, bytes([pad]) + payload + bytes(pad)
        self.expect(stream)
        return self.frame(Kind.HEADERS, flags, stream, payload)

    def expect(self, stream: int, method="GET") -> int:
        """Makes room for the answer on a stream that is about to begin."""
        if stream and stream not in self.answers:
            answer = self.answers[stream] = Answer()
            answer.window = self.initial_window
            answer.to_send = self.peer.get(Setting.INITIAL_WINDOW_SIZE, 65_535)
            answer.method = method
            self.next_stream = max(self.next_stream, stream + 2)
        return stream

    def get(self, *extra, method="GET", path="/", authority="model.test") -> list:
        """The fields of a request."""
        return [(":method", method), (":scheme", self.scheme), (":path", path),
                (":authority", authority), *extra]

    def encode(self, fields) -> bytes:
        """A field block; names and values go out as they are, also those that may not."""
        return self.encoder.encode([(name, value) for name, value in fields])

    def request(self, method="GET", target="/", fields=(), body: bytes | None = None,
                trailers=(), end=True, declares=True, authority="model.test") -> int:
        """Sends a request, its Content-Length filled in if it `declares` one; yields its stream."""
        stream = self.expect(self.next_stream, method)
        lines = self.get(*fields, method=method, path=target, authority=authority)
        if body is not None and declares and "content-length" not in {name for name, _ in lines}:
            lines.append(("content-length", str(len(body))))
        self.head_of(stream, lines, end=end and not body and not trailers)
        if body:
            self.upload(stream, body, end=end and not trailers)
        if trailers:
            self.headers(stream, trailers)
        return stream

    def head_of(self, stream: int, fields, end=True):
        """A field block in as many frames as it needs."""
        block, most = self.encode(fields), 16_384
        parts = [block[at : at + most] for at in range(0, len(block), most)]
        self.headers(stream, end=end, end_headers=len(parts) == 1, block=parts[0])
        for part in parts[1:]:
            self.continuation(stream, part, end=part is parts[-1])
        return self

    def upload(self, stream: int, body: bytes, end=True):
        """Sends DATA as the peer's windows allow, reading meanwhile."""
        view, answer = memoryview(body), self.answers[stream]
        deadline = time.monotonic() + self.timeout
        while view or end:
            if self.is_closed or answer.is_complete or answer.reset is not None:
                return self
            room = min(self.to_send, answer.to_send, self.peer.get(Setting.MAX_FRAME_SIZE, 16_384))
            if view and room <= 0:
                self.receive(deadline)
                continue
            part, view = view[:room], view[room:] if view else view
            is_last = end and not view
            self.to_send -= len(part)
            answer.to_send -= len(part)
            answer.sent += len(part)
            self.transmit(frame(Kind.DATA, END_STREAM if is_last else 0, stream, bytes(part)))
            deadline = time.monotonic() + self.timeout
            if is_last:
                break
        return self

    def transmit(self, data: bytes):
        """Sends while taking in what arrives, so that neither end waits for the other."""
        view = memoryview(data)
        while view and not self.is_closed:
            readable, writable, _ = select.select([self.sock], [self.sock], [], self.timeout)
            if not readable and not writable:
                raise TimeoutError("the peer takes nothing more")
            if readable:
                self.fill()
                while (arrived := self.parse()) is not None:
                    self.understand(arrived)
            if writable and not self.is_closed:
                view = view[self.sock.send(view):]

    # Receiving --------------------------------------------------------------------------------

    def fill(self) -> bool:
        try:
            data = self.sock.recv(1 << 18)
        except (ConnectionResetError, BrokenPipeError):
            self.was_reset, data = True, b""
        self.filled_at = time.monotonic()
        if not data:
            self.is_closed = True
            for answer in self.answers.values():
                answer.was_cut = answer.was_cut or not answer.is_complete
            return False
        self.buffer += data
        return True

    def parse(self) -> Frame | None:
        """The next frame that has arrived whole."""
        if len(self.buffer) < 9:
            return None
        length = int.from_bytes(self.buffer[:3], "big")
        if length > 16_384:
            raise wire.Violation(f"a frame of {length} bytes")
        if len(self.buffer) < 9 + length:
            return None
        kind, flags, stream = struct.unpack(">BBI", self.buffer[3:9])
        payload = bytes(self.buffer[9 : 9 + length])
        del self.buffer[: 9 + length]
        return Frame(kind, flags, stream & LARGEST_WINDOW, payload)

    def receive(self, deadline: float) -> Frame | None:
        """The next frame; `None` when the peer has closed."""
        while (arrived := self.parse()) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"nothing more; had {self.frames[-5:]}")
            self.sock.settimeout(left)
            try:
                if self.is_closed or not self.fill():
                    return None
            finally:
                self.sock.settimeout(self.timeout)
        self.understand(arrived)
        return arrived

    def understand(self, arrived: Frame):
        """Keeps the books: windows, heads, ends; raises where the peer breaks a rule."""
        self.frames.append(arrived if arrived.kind != Kind.DATA else arrived._replace(payload=b""))
        kind, stream = arrived.kind, arrived.stream
        if self.block and kind != Kind.CONTINUATION:
            raise wire.Violation(f"{arrived} within a field block")
        if kind == Kind.SETTINGS:
            self.take_settings(arrived)
        elif kind == Kind.PING and not arrived.has(ACK) and self.acknowledges:
            self.ping(arrived.payload, ack=True)
        elif kind == Kind.GOAWAY:
            self.goaway = arrived
        elif kind == Kind.PUSH_PROMISE:
            raise wire.Violation("a push that nobody asked for")
        elif kind == Kind.WINDOW_UPDATE:
            count = struct.unpack(">I", arrived.payload)[0]
            if not 0 < count <= LARGEST_WINDOW:
                raise wire.Violation(f"credit of {count}")
            if stream == 0:
                self.to_send += count
            elif stream in self.answers:
                self.answers[stream].to_send += count
        elif kind in (Kind.DATA, Kind.HEADERS, Kind.RST_STREAM, Kind.CONTINUATION):
            if stream not in self.answers:
                raise wire.Violation(f"{arrived} on a stream that nobody began")
            self.take(arrived, self.answers[stream])

    def take_settings(self, arrived: Frame):
        if arrived.has(ACK):
            if not self.unacknowledged:
                raise wire.Violation("an acknowledgement of nothing")
            mine = self.unacknowledged.pop(0)
            if Setting.INITIAL_WINDOW_SIZE in mine:
                change = mine[Setting.INITIAL_WINDOW_SIZE] - self.initial_window
                self.initial_window += change
                for answer in self.answers.values():
                    answer.window += change
            return
        before = self.peer.get(Setting.INITIAL_WINDOW_SIZE, 65_535)
        for key, value in struct.iter_unpack(">HI", arrived.payload):
            self.peer[key] = value
            if key == Setting.HEADER_TABLE_SIZE:
                self.encoder.header_table_size = min(value, 4_096)
        for answer in self.answers.values():
            answer.to_send += self.peer.get(Setting.INITIAL_WINDOW_SIZE, 65_535) - before
        if self.acknowledges:
            self.settings(ack=True)

    def take(self, arrived: Frame, answer: Answer):
        if answer.reset is not None or answer.is_complete and arrived.kind != Kind.RST_STREAM:
            raise wire.Violation(f"{arrived} behind the stream's end")
        if arrived.kind == Kind.RST_STREAM:
            answer.reset = arrived.code
            answer.was_cut = not answer.is_complete
        elif arrived.kind == Kind.DATA:
            self.take_data(arrived, answer)
        else:
            self.take_block(arrived, answer)

    def take_data(self, arrived: Frame, answer: Answer):
        size, payload = len(arrived.payload), unpadded(arrived)
        answer.window -= size
        self.window -= size
        if size and (answer.window < 0 or self.window < 0):
            raise wire.Violation(f"{size} bytes more than the window allows")
        if not answer.status:
            raise wire.Violation("DATA before the head")
        if payload:
            answer.body.add(payload)
            answer.body.chunks.append(len(payload))
            answer.arrivals.append(self.filled_at)
        if self.credits and size:
            self.window_update(0, size)
            if not arrived.has(END_STREAM):
                self.window_update(arrived.stream, size)
        if arrived.has(END_STREAM):
            self.complete(answer)

    def take_block(self, arrived: Frame, answer: Answer):
        first, block = self.block or (arrived, bytearray())
        if arrived.kind == Kind.HEADERS:
            payload = unpadded(arrived)
            block += payload[5:] if arrived.has(PRIORITY) else payload
        else:
            if not self.block or first.stream != arrived.stream:
                raise wire.Violation(f"{arrived} continues nothing")
            block += arrived.payload
        self.block = None if arrived.has(END_HEADERS) else (first, block)
        if self.block is None:
            self.take_fields(self.decoder.decode(bytes(block), raw=True), first, answer)

    def take_fields(self, pairs, first: Frame, answer: Answer):
        fields = wire.Fields((name.decode("latin-1"), value.decode("latin-1"))
                             for name, value in pairs)
        check(fields, is_trailers=answer.status != 0)
        if answer.status:
            if not first.has(END_STREAM):
                raise wire.Violation("trailers that do not end the stream")
            answer.body.trailers = fields
        else:
            status = int(fields[0][1])
            del fields[0]
            if 100 <= status < 200:
                if first.has(END_STREAM) or status == 101:
                    raise wire.Violation(f"a {status} that may not be")
                answer.interim.append((status, fields))
                return
            answer.status, answer.fields = status, fields
        if first.has(END_STREAM):
            self.complete(answer)

    def complete(self, answer: Answer):
        answer.is_complete = answer.body.is_complete = True
        declared = answer.fields.get("content-length")
        has_body = answer.method != "HEAD" and answer.status not in (204, 304)
        if declared and has_body and int(declared) != answer.body.length:
            raise wire.Violation(f"{answer.body.length} bytes where {declared} were declared")

    # Waiting ----------------------------------------------------------------------------------

    def wait_for(self, kind: int, stream: int | None = None, within: float | None = None,
                 where=lambda it: True) -> Frame:
        """The first frame of that type, among those that came or will."""
        def fits(it):
            return it.kind == kind and stream in (None, it.stream) and where(it)
        deadline = time.monotonic() + (within or self.timeout)
        for known in self.frames:
            if fits(known):
                return known
        while (arrived := self.receive(deadline)) is not None:
            if fits(arrived):
                return arrived
        raise wire.Ended(f"closed, and no {Kind(kind).name}; had {self.frames[-5:]}")

    def wait_until(self, condition, within: float | None = None):
        """Reads until `condition` yields something true."""
        deadline = time.monotonic() + (within or self.timeout)
        while not (found := condition()):
            if self.receive(deadline) is None:
                assert condition(), f"closed; had {self.frames[-5:]}"
        return found

    def wait_closed(self, within: float | None = None) -> bool:
        """Reads until the peer closes; false if it does not."""
        deadline = time.monotonic() + (within or self.timeout)
        try:
            while self.receive(deadline) is not None:
                pass
        except TimeoutError:
            return False
        return True

    def is_alive(self, within: float = 5) -> bool:
        """Whether a PING is answered."""
        token = struct.pack(">Q", time.monotonic_ns())
        self.ping(token)
        try:
            self.wait_for(Kind.PING, within=within, where=lambda it: it.payload == token)
        except (TimeoutError, wire.Ended):
            return False
        return True

    def head(self, stream: int) -> Answer:
        """The answer on a stream once its head is there, or its end without one."""
        answer = self.answers[stream]
        self.wait_until(lambda: answer.status or answer.reset is not None or self.is_closed)
        return answer

    def response(self, stream: int, within: float | None = None) -> Answer:
        """The answer on a stream once it has ended, one way or the other."""
        answer = self.answers[stream]
        self.wait_until(
            lambda: answer.is_complete or answer.reset is not None or self.is_closed, within)
        return answer

    def ask(self, method="GET", target="/", fields=(), body: bytes | None = None, **more) -> Answer:
        """Sends a request and reads its answer."""
        return self.response(self.request(method, target, fields, body, **more))


def priority(depends=0, exclusive=False, weight=255) -> bytes:
    """What PRIORITY says, also in front of a field block."""
    return struct.pack(">IB", depends | (0x8000_0000 if exclusive else 0), weight)


def unpadded(arrived: Frame) -> bytes:
    if not arrived.has(PADDED):
        return arrived.payload
    if arrived.payload[0] >= len(arrived.payload):
        raise wire.Violation("more padding than payload")
    return arrived.payload[1 : len(arrived.payload) - arrived.payload[0]]


def check(fields: wire.Fields, is_trailers: bool):
    """Holds a response's fields to RFC 9113 §8.2 and §8.3."""
    pseudo = [name for name, _ in fields if name.startswith(":")]
    if pseudo != ([] if is_trailers else [":status"]) or pseudo and fields[0][0] != ":status":
        raise wire.Violation(f"pseudo fields {pseudo}")
    for name, value in fields:
        if name in FORBIDDEN or name != name.lower():
            raise wire.Violation(f"field {name!r}")
        if set(value) & set("\r\n\0") or value != value.strip(" \t"):
            raise wire.Violation(f"value of {name}: {value!r}")


def ask2(address: str, method="GET", target="/", fields=(), body: bytes | None = None,
         timeout: float = 10, **more) -> Answer:
    """One request on a connection of its own."""
    with HTTP2Client(address, timeout) as client:
        return client.ask(method, target, fields, body, **more)
