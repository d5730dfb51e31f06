"""A client that sends exactly the bytes it is told and reads strictly what comes back."""

import socket
import struct
import time

from . import wire


class Response:
    """One final answer, the 1xx before it, and how its end was found."""

    def __init__(self):
        self.status = 0
        self.phrase = ""
        self.version = ""
        self.fields = wire.Fields()
        self.body = wire.Body()
        self.interim: list[tuple[int, wire.Fields]] = []
        self.framing = "none"
        self.was_cut = False
        self.was_reset = False
        self.raw = b""
        self.arrivals: list[float] = []

    @property
    def text(self) -> str:
        return self.body.data.decode()

    def __repr__(self):
        shown = bytes(self.body.kept[:200])
        return f"<{self.status} {self.framing} cut={self.was_cut} {dict(self.fields)} {shown!r}>"


def connect(address: str, timeout: float = 10, receive_buffer: int | None = None) -> socket.socket:
    """A stream socket to `HOST:PORT`, `[IPv6]:PORT` or `unix:PATH`."""
    if address.startswith("unix:"):
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(timeout)
        sock.connect(address.removeprefix("unix:"))
        return sock
    host, _, port = address.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.settimeout(timeout)
    sock.connect((host, int(port)))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


class Client:
    """One connection."""

    def __init__(self, address: str, timeout: float = 10, receive_buffer: int | None = None):
        self.sock = connect(address, timeout, receive_buffer)
        self.reader = wire.Reader(self.sock)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data: bytes | str):
        self.sock.sendall(data.encode("latin-1") if isinstance(data, str) else data)
        return self

    def trickle(self, data: bytes, size: int = 1, gap: float = 0.002):
        for start in range(0, len(data), size):
            self.sock.sendall(data[start : start + size])
            time.sleep(gap)
        return self

    def request(self, method="GET", target="/", fields=(), body: bytes | None = None, version="1.1"):
        """Sends one request, Host and Content-Length filled in unless given."""
        lines = list(fields)
        names = {name.lower() for name, _ in lines}
        if "host" not in names and version == "1.1":
            lines.insert(0, ("Host", "model.test"))
        if body is not None and not names & {"content-length", "transfer-encoding"}:
            lines.append(("Content-Length", str(len(body))))
        self.send(wire.head(f"{method} {target} HTTP/{version}", lines) + (body or b""))
        return self

    def ask(self, method="GET", target="/", fields=(), body: bytes | None = None, version="1.1"):
        """Sends one request and reads its answer."""
        self.request(method, target, fields, body, version)
        return self.response(method)

    def head(self) -> Response:
        """Reads 1xx answers and the final head."""
        self.reader.raw.clear()
        answer = Response()
        while True:
            line = self.reader.line()
            match = wire.STATUS_LINE.fullmatch(line)
            if not match:
                raise wire.Violation(f"status line {line[:80]!r}")
            status, fields = int(match[2]), self.reader.fields()
            if 100 <= status < 200 and status != 101:
                answer.interim.append((status, fields))
                continue
            answer.version, answer.status = match[1].decode(), status
            answer.phrase, answer.fields = match[3].decode("latin-1"), fields
            return answer

    def response(self, method="GET") -> Response:
        """Reads one whole answer; one that was cut short says so in `was_cut`."""
        answer = self.head()
        self.body_of(answer, method)
        return answer

    def body_of(self, answer: Response, method="GET"):
        if method == "HEAD" or answer.status in (101, 204, 304):
            answer.raw = bytes(self.reader.raw)
            return answer
        framed = wire.framing(answer.fields)
        try:
            if framed is None:
                answer.framing = "close"
                while self.reader.buffer or self.reader.fill():
                    answer.body.add(self.reader.take(len(self.reader.buffer)))
                answer.was_reset = self.reader.was_reset
                answer.was_cut = self.reader.was_reset
            elif framed[0] == "chunked":
                answer.framing = "chunked"
                self.reader.chunked(answer.body, answer.arrivals.append)
            else:
                answer.framing = "length"
                self.reader.exactly(framed[1], answer.body)
        except wire.Ended:
            answer.was_cut = True
            answer.was_reset = self.reader.was_reset
        answer.raw = bytes(self.reader.raw)
        return answer

    def rest(self) -> bytes:
        """Everything until the peer closes."""
        while self.reader.fill():
            pass
        taken = bytes(self.reader.buffer)
        self.reader.buffer.clear()
        return taken

    def is_closed(self, within: float = 5) -> bool:
        """Whether the peer closes without another byte."""
        self.sock.settimeout(within)
        if self.reader.buffer:
            return False
        try:
            return not self.reader.fill()
        except TimeoutError:
            return False

    def half_close(self):
        self.sock.shutdown(socket.SHUT_WR)
        return self

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def close(self):
        self.sock.close()


def ask(address: str, method="GET", target="/", fields=(), body=None, timeout: float = 10, version="1.1") -> Response:
    """One request on a connection of its own."""
    with Client(address, timeout) as client:
        return client.ask(method, target, fields, body, version)
