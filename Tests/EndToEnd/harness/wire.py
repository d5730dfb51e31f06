"""Reading HTTP/1.1 strictly, as RFC 9112 has it; what is not exact is an error."""

import re
import socket
import ssl
import time
import zlib

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
FIELD = re.compile(rb"(" + TOKEN + rb"):[ \t]*((?:[\x21-\x7e\x80-\xff](?:[ \t\x21-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?)[ \t]*")
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([\x21-\x7e]+) HTTP/(1\.[01])")
STATUS_LINE = re.compile(rb"HTTP/(1\.[01]) ([1-9][0-9]{2}) ?([\t \x21-\x7e\x80-\xff]*)")
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(;[^\r\n]*)?")
KEPT = 1 << 20


class Violation(Exception):
    """The peer sent what the standard forbids."""


class Ended(Exception):
    """The peer ended the stream in the middle of something."""


class Fields(list):
    """Name and value of each field line, in order, names as they were sent."""

    def all(self, name: str) -> list[str]:
        return [value for key, value in self if key.lower() == name.lower()]

    def get(self, name: str, default=None):
        values = self.all(name)
        return values[0] if values else default

    def joined(self, name: str) -> str:
        return ", ".join(self.all(name))

    def __contains__(self, name) -> bool:
        return bool(self.all(name)) if isinstance(name, str) else super().__contains__(name)

    def lowered(self) -> list[str]:
        return [key.lower() for key, _ in self]


class Body:
    """A body as it arrived: all of a small one, length and checksum of any."""

    def __init__(self):
        self.length = 0
        self.checksum = 0
        self.kept = bytearray()
        self.chunks: list[int] = []
        self.extensions: list[bytes] = []
        self.trailers = Fields()
        self.is_complete = False

    def add(self, data: bytes):
        self.length += len(data)
        self.checksum = zlib.crc32(data, self.checksum)
        if self.length <= KEPT:
            self.kept += data

    @property
    def data(self) -> bytes:
        assert self.length <= KEPT, "too long to be kept; compare length and checksum"
        return bytes(self.kept)


class Reader:
    """A socket with a buffer in front, and every byte of the current message remembered."""

    def __init__(self, sock: socket.socket):
        self.sock = sock
        self.buffer = bytearray()
        self.raw = bytearray()
        self.has_ended = False
        self.was_reset = False

    def fill(self) -> bool:
        """Reads once; false at the end of the stream."""
        try:
            data = self.sock.recv(1 << 16)
        except (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError):
            self.was_reset = True
            data = b""
        if not data:
            self.has_ended = True
            return False
        self.buffer += data
        return True

    def take(self, count: int) -> bytes:
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        if len(self.raw) < KEPT:
            self.raw += taken
        return taken

    def line(self, limit: int = 1 << 17) -> bytes:
        """One line without its CRLF."""
        scanned = 0
        while (end := self.buffer.find(b"\n", scanned)) < 0:
            scanned = len(self.buffer)
            if scanned > limit:
                raise Violation("a line without end")
            if not self.fill():
                raise Ended(f"inside a line: {bytes(self.buffer[:80])!r}")
        taken = self.take(end + 1)
        if not taken.endswith(b"\r\n"):
            raise Violation(f"bare LF: {taken[:80]!r}")
        if b"\r" in taken[:-2] or b"\0" in taken:
            raise Violation(f"bare CR or NUL: {taken[:80]!r}")
        return taken[:-2]

    def fields(self) -> Fields:
        found = Fields()
        while line := self.line():
            match = FIELD.fullmatch(line)
            if not match:
                raise Violation(f"field line: {line[:80]!r}")
            found.append((match[1].decode("latin-1"), match[2].decode("latin-1")))
        return found

    def exactly(self, count: int, body: Body):
        left = count
        while left:
            if not self.buffer and not self.fill():
                raise Ended(f"{left} of {count} body bytes missing")
            taken = self.take(min(left, len(self.buffer)))
            body.add(taken)
            left -= len(taken)

    def chunked(self, body: Body, progress=None):
        while True:
            match = CHUNK_LINE.fullmatch(self.line())
            if not match:
                raise Violation("chunk line")
            size = int(match[1], 16)
            if match[2]:
                body.extensions.append(match[2])
            if size == 0:
                body.trailers = self.fields()
                break
            body.chunks.append(size)
            self.exactly(size, body)
            if self.line() != b"":
                raise Violation("data overruns its chunk")
            if progress:
                progress(time.monotonic())
        body.is_complete = True


def framing(fields: Fields):
    """`("length", n)`, `("chunked", None)` or `None`; ambiguity is a violation."""
    lengths, codings = fields.all("content-length"), fields.all("transfer-encoding")
    if lengths and codings:
        raise Violation("both length fields")
    if len(lengths) > 1 or len(codings) > 1:
        raise Violation("a repeated length field")
    if codings:
        if codings[0].lower() != "chunked":
            raise Violation(f"transfer coding {codings[0]!r}")
        return ("chunked", None)
    if lengths:
        if not re.fullmatch(r"[0-9]+", lengths[0]):
            raise Violation(f"content-length {lengths[0]!r}")
        return ("length", int(lengths[0]))
    return None


def chunk(data: bytes, extension: bytes = b"") -> bytes:
    return b"%x%s\r\n%s\r\n" % (len(data), extension, data)


def head(start: str, fields=()) -> bytes:
    lines = [start] + [f"{name}: {value}" for name, value in fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
