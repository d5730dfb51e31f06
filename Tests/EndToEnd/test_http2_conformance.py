"""Every rule of RFC 9113 and RFC 7541 that can be broken or used from outside, one case each.

Sections are numbered as conformance suites commonly number them: `generic` is what must work,
`http2` follows RFC 7540's sections, `hpack` RFC 7541's. A case sends, then looks: a stream error may
also be a connection error, and a connection error may show as a closed connection alone. Each is
tried over cleartext and over TLS, at the port for traffic and at the admin port.
`OUTRIDER_REFERENCE=HOST:PORT` tries the cases on another server instead (cleartext, `/` of 5 bytes
or more).
"""

import os
import struct

import pytest

from harness import HTTP2Client, Sidecar, Upstream
from harness.http2 import END_HEADERS, END_STREAM, PADDED, Code, Kind, Setting, priority
from harness.tls import Authority
from harness.upstream import answer

WITHIN = 2.0
HUGE = 2**31 - 1
CASES = []


# What is expected -----------------------------------------------------------------------------


def errs(*codes, on_stream=False):
    """A connection error with one of `codes`, or a closed connection; or a stream error."""

    def look(c):
        kinds = (Kind.GOAWAY, Kind.RST_STREAM) if on_stream else (Kind.GOAWAY,)
        told = None
        try:
            c.wait_until(lambda: [it for it in c.frames if it.kind in kinds], WITHIN)
            told = next(it for it in c.frames if it.kind in kinds)
        except AssertionError:
            assert c.is_closed
        except TimeoutError:
            pytest.fail(f"no error; had {c.frames}")
        if told:
            named = [code.name for code in codes]
            assert told.code in codes, f"{Code(told.code).name} in {told}, not {named}"

    return look


def stream_errs(*codes):
    return errs(*codes, on_stream=True)


def closes(c):
    """Closed, with or without GOAWAY."""
    assert c.wait_closed(WITHIN), f"still open; had {c.frames}"


def hangs_up(c):
    """Closed, whatever was said before, in HTTP/2 or not."""
    c.sock.settimeout(WITHIN)
    while c.fill():
        pass


def lives(c):
    """Nothing happened: a PING is answered."""
    assert c.is_alive(WITHIN), f"no answer to PING; had {c.frames}"


def lives_or_closes(c):
    assert c.is_alive(WITHIN) or c.is_closed


def answers(c, stream=1):
    """A head comes on the stream."""
    c.wait_for(Kind.HEADERS, stream, WITHIN)


def sends_data(count=None, nth=1):
    """The `nth` DATA frame that carries something comes, of `count` bytes."""

    def look(c):
        got = c.answers[1]
        c.wait_until(lambda: len(got.body.chunks) >= nth, WITHIN)
        assert count is None or got.body.chunks[nth - 1] == count

    return look


# Cases ----------------------------------------------------------------------------------------


def case(section, what, send, expect, **options):
    """`send` is given a client that has shaken hands, unless `greets` is false."""
    CASES.append(pytest.param(send, expect, options, id=f"{section}: {what}"))


def ended(c):
    """A request on stream 1 and all of its answer."""
    c.response(c.request(), WITHIN)
    return c


def with_field(representation):
    """A request with one field more, encoded as given."""
    return lambda c: c.headers(1, block=c.encode(c.get()) + representation)


def without(*names, add=(), first=()):
    """A request without some pseudo fields, or with others."""
    return lambda c: c.headers(
        1, [*first, *(it for it in c.get() if it[0] not in names), *add])


def posted(c, *extra, stream=1):
    """The head of a POST whose body follows."""
    return c.headers(stream, c.get(*extra, method="POST"), end=False)


def filler(c, size):
    """A field block with `size` bytes of values."""
    return c.encode(c.get(*((f"x-fill-{n}", "f" * 500) for n in range(size // 500))))


TEST, TEST_HUFFMAN = b"\x06x-test", bytes.fromhex("85f2b24a84ff")
VALUE, VALUE_HUFFMAN = b"\x06a test", bytes.fromhex("841a892a13")

# generic
case("generic/1", "a preface is greeted", lambda c: None,
     lambda c: c.wait_for(Kind.SETTINGS, within=WITHIN))
case("generic/2", "PRIORITY on an idle stream", lambda c: c.prioritise(1), lives)
case("generic/2", "WINDOW_UPDATE on a half-closed stream",
     lambda c: c.settings({Setting.INITIAL_WINDOW_SIZE: 0}).headers(1).window_update(1, 1),
     sends_data())
case("generic/2", "PRIORITY on a half-closed stream",
     lambda c: c.settings({Setting.INITIAL_WINDOW_SIZE: 0}).headers(1).prioritise(1)
     .window_update(1, 1), sends_data())
case("generic/2", "RST_STREAM on a half-closed stream",
     lambda c: c.headers(1).cancel(1), lives_or_closes)
case("generic/2", "PRIORITY on a closed stream", lambda c: ended(c).prioritise(1), lives)
case("generic/3.1", "DATA", lambda c: posted(c).data(1, end=True), answers)
case("generic/3.1", "several DATA", lambda c: posted(c).data(1).data(1, end=True), answers)
case("generic/3.1", "DATA with padding", lambda c: posted(c).data(1, end=True, pad=8), answers)
case("generic/3.2", "HEADERS", lambda c: c.headers(1), answers)
case("generic/3.2", "HEADERS with padding", lambda c: c.headers(1, pad=8), answers)
case("generic/3.2", "HEADERS with priority", lambda c: c.headers(1, weighed=priority()), answers)
case("generic/3.3", "PRIORITY of weight 1", lambda c: c.prioritise(1, weight=0).headers(1), answers)
case("generic/3.3", "PRIORITY of weight 256", lambda c: c.prioritise(1).headers(1), answers)
case("generic/3.3", "PRIORITY with a dependency",
     lambda c: c.prioritise(3, depends=1, weight=0).headers(1), answers)
case("generic/3.3", "PRIORITY that is exclusive",
     lambda c: c.prioritise(1, exclusive=True, weight=0).headers(1), answers)
case("generic/3.3", "PRIORITY on an idle stream, then a lower stream",
     lambda c: c.prioritise(3).headers(1), answers)
case("generic/3.4", "RST_STREAM", lambda c: posted(c).cancel(1), lives)
case("generic/3.5", "SETTINGS", lambda c: c.settings({Setting.MAX_CONCURRENT_STREAMS: 100}),
     lambda c: c.wait_until(lambda: not c.unacknowledged, WITHIN))
case("generic/3.7", "PING", lambda c: None, lives)
case("generic/3.8", "GOAWAY", lambda c: c.go_away(), lives_or_closes)
case("generic/3.9", "WINDOW_UPDATE of the connection",
     lambda c: c.window_update(0, 1).headers(1), answers)
case("generic/3.9", "WINDOW_UPDATE of a stream",
     lambda c: c.headers(1).window_update(1, 1), answers)
case("generic/3.10", "CONTINUATION", lambda c: c.headers(1, end_headers=False,
     block=(block := filler(c, 1_000))[:100]).continuation(1, block[100:]), answers)
case("generic/3.10", "several CONTINUATION", lambda c: c.headers(1, end_headers=False,
     block=(block := filler(c, 1_000))[:100]).continuation(1, block[100:200], end=False)
     .continuation(1, block[200:]), answers)
case("generic/4", "GET", lambda c: c.headers(1), answers)
case("generic/4", "HEAD", lambda c: c.headers(c.expect(1, "HEAD"), c.get(method="HEAD")), answers)
case("generic/4", "POST", lambda c: posted(c).data(1, end=True), answers)
case("generic/4", "POST with trailers",
     lambda c: posted(c, ("trailer", "x-test")).data(1).headers(1, [("x-test", "ok")]), answers)
case("generic/5", "an indexed field", with_field(b"\xba"), answers)
for kind, known, new in (("with indexing", b"\x7a", b"\x40"), ("without", b"\x0f\x2b", b"\x00"),
                         ("never indexed", b"\x1f\x2b", b"\x10")):
    literal = f"literal {kind}"
    case("generic/5", f"{literal}, known name", with_field(known + VALUE), answers)
    case("generic/5", f"{literal}, known name, Huffman", with_field(known + VALUE_HUFFMAN), answers)
    case("generic/5", f"{literal}, new name", with_field(new + TEST + VALUE), answers)
    case("generic/5", f"{literal}, new name, Huffman",
         with_field(new + TEST_HUFFMAN + VALUE_HUFFMAN), answers)
case("generic/5", "a change of the table's size",
     lambda c: c.headers(1, block=b"\x20" + c.encode(c.get())), answers)
case("generic/5", "several changes of the table's size",
     lambda c: c.headers(1, block=b"\x20\x3f\xe1\x1f" + c.encode(c.get())), answers)

# http2
case("http2/3.5", "the server's first frame is SETTINGS", lambda c: None,
     lambda c: (c.wait_for(Kind.SETTINGS, within=WITHIN), first_is_settings(c)))
case("http2/3.5", "a preface that is none", lambda c: c.send(b"INVALID CONNECTION PREFACE\r\n\r\n"),
     hangs_up, greets=False)
case("http2/4.1", "a type that nobody knows is ignored", lambda c: c.frame(0x16, 0, 0, b"\0" * 8),
     lives)
case("http2/4.1", "flags that nobody knows are ignored",
     lambda c: c.frame(Kind.PING, 0x16, 0, b"\0" * 8),
     lambda c: c.wait_for(Kind.PING, within=WITHIN, where=lambda it: it.has(1)))
case("http2/4.1", "the reserved bit is ignored",
     lambda c: c.frame(Kind.PING, 0, 0x8000_0000, b"\0" * 8),
     lambda c: c.wait_for(Kind.PING, within=WITHIN, where=lambda it: it.has(1)))
case("http2/4.2", "DATA of 2^14 bytes", lambda c: posted(c).data(1, bytes(16_384), end=True), answers)
case("http2/4.2", "DATA above the largest frame", lambda c: posted(c).data(1, bytes(16_385), end=True),
     stream_errs(Code.FRAME_SIZE_ERROR))
case("http2/4.2", "HEADERS above the largest frame", lambda c: c.headers(1, block=filler(c, 30_000)),
     errs(Code.FRAME_SIZE_ERROR))
case("http2/4.3", "a field block that is none", lambda c: c.headers(1, block=b"\x00\x00\x01\x01\x02"
     b"\x03\x80\x00"), errs(Code.COMPRESSION_ERROR))
case("http2/4.3", "PRIORITY within a field block", lambda c: c.headers(1, end_headers=False)
     .prioritise(1).continuation(1, c.encode([("x-a", "b")])), errs(Code.PROTOCOL_ERROR))
case("http2/4.3", "another stream's HEADERS within a field block",
     lambda c: c.headers(1, end_headers=False).headers(3), errs(Code.PROTOCOL_ERROR))
case("http2/5.1", "idle: DATA", lambda c: c.data(c.expect(1), end=True), errs(Code.PROTOCOL_ERROR))
case("http2/5.1", "idle: RST_STREAM", lambda c: c.cancel(c.expect(1)), errs(Code.PROTOCOL_ERROR))
case("http2/5.1", "idle: WINDOW_UPDATE", lambda c: c.window_update(c.expect(1), 100),
     errs(Code.PROTOCOL_ERROR))
case("http2/5.1", "idle: CONTINUATION", lambda c: c.continuation(c.expect(1), c.encode(c.get())),
     errs(Code.PROTOCOL_ERROR))
case("http2/5.1", "half-closed: DATA", lambda c: c.headers(1).data(1, end=True),
     stream_errs(Code.STREAM_CLOSED))
case("http2/5.1", "half-closed: HEADERS", lambda c: c.headers(1).headers(1),
     stream_errs(Code.STREAM_CLOSED))
case("http2/5.1", "half-closed: CONTINUATION", lambda c: c.headers(1)
     .continuation(1, c.encode(c.get())), stream_errs(Code.STREAM_CLOSED, Code.PROTOCOL_ERROR))
case("http2/5.1", "closed by RST_STREAM: DATA", lambda c: posted(c).cancel(1).data(1, end=True),
     stream_errs(Code.STREAM_CLOSED))
case("http2/5.1", "closed by RST_STREAM: HEADERS", lambda c: posted(c).cancel(1).headers(1),
     stream_errs(Code.STREAM_CLOSED))
case("http2/5.1", "closed by RST_STREAM: CONTINUATION", lambda c: posted(c).cancel(1)
     .continuation(1, c.encode([("x-a", "b")])), stream_errs(Code.STREAM_CLOSED, Code.PROTOCOL_ERROR))
case("http2/5.1", "closed: DATA", lambda c: ended(c).data(1, end=True), errs(Code.STREAM_CLOSED))
case("http2/5.1", "closed: HEADERS", lambda c: ended(c).headers(1), errs(Code.STREAM_CLOSED))
case("http2/5.1", "closed: CONTINUATION", lambda c: ended(c).continuation(1, c.encode([("x-a", "b")])),
     errs(Code.STREAM_CLOSED, Code.PROTOCOL_ERROR))
case("http2/5.1.1", "an even stream", lambda c: c.headers(2), errs(Code.PROTOCOL_ERROR))
case("http2/5.1.1", "a stream below the last", lambda c: c.headers(5).headers(3),
     errs(Code.PROTOCOL_ERROR))
case("http2/5.1.2", "more streams than allowed", lambda c: too_many(c),
     stream_errs(Code.PROTOCOL_ERROR, Code.REFUSED_STREAM))
case("http2/5.3.1", "HEADERS that depend on themselves",
     lambda c: c.headers(1, weighed=priority(depends=1)), stream_errs(Code.PROTOCOL_ERROR))
case("http2/5.3.1", "PRIORITY that depends on itself", lambda c: c.prioritise(c.expect(2), depends=2),
     stream_errs(Code.PROTOCOL_ERROR))
case("http2/5.4.1", "a connection error closes", lambda c: c.frame(Kind.PING, 0, 3, b"\0" * 8), closes)
case("http2/5.4.1", "a connection error is told first", lambda c: c.frame(Kind.PING, 0, 3, b"\0" * 8),
     errs(Code.PROTOCOL_ERROR))
case("http2/5.5", "an extension's frame is ignored", lambda c: c.frame(0xF0, 0, 0, b"unknown"), lives)
case("http2/5.5", "an extension's frame within a field block",
     lambda c: c.headers(1, end_headers=False).frame(0xF0, 0, 0, b"unknown")
     .continuation(1, c.encode([("x-a", "b")])), errs(Code.PROTOCOL_ERROR))
case("http2/6.1", "DATA on stream 0", lambda c: c.data(0), errs(Code.PROTOCOL_ERROR))
case("http2/6.1", "DATA on a stream that is not open", lambda c: c.headers(1).data(1, end=True),
     stream_errs(Code.STREAM_CLOSED))
case("http2/6.1", "DATA with more padding than payload",
     lambda c: posted(c).frame(Kind.DATA, PADDED | END_STREAM, 1, b"\x06test"),
     errs(Code.PROTOCOL_ERROR))
case("http2/6.2", "PRIORITY within a field block", lambda c: c.headers(1, end_headers=False)
     .prioritise(1), errs(Code.PROTOCOL_ERROR))
case("http2/6.2", "another stream's HEADERS within a field block",
     lambda c: c.headers(1, end_headers=False).headers(3), errs(Code.PROTOCOL_ERROR))
case("http2/6.2", "HEADERS on stream 0", lambda c: c.headers(0), errs(Code.PROTOCOL_ERROR))
case("http2/6.2", "HEADERS with more padding than payload", lambda c: c.frame(
     Kind.HEADERS, PADDED | END_HEADERS | END_STREAM, c.expect(1),
     bytes([len(block := c.encode(c.get())) + 1]) + block), errs(Code.PROTOCOL_ERROR))
case("http2/6.3", "PRIORITY on stream 0", lambda c: c.prioritise(0), errs(Code.PROTOCOL_ERROR))
case("http2/6.3", "PRIORITY not of 5 bytes",
     lambda c: posted(c).frame(Kind.PRIORITY, 0, 1, b"\x80\0\0\x01"),
     stream_errs(Code.FRAME_SIZE_ERROR))
case("http2/6.4", "RST_STREAM on stream 0", lambda c: c.cancel(0), errs(Code.PROTOCOL_ERROR))
case("http2/6.4", "RST_STREAM on an idle stream", lambda c: c.cancel(c.expect(1)),
     errs(Code.PROTOCOL_ERROR))
case("http2/6.4", "RST_STREAM not of 4 bytes",
     lambda c: posted(c).frame(Kind.RST_STREAM, 0, 1, b"\0\0\0"), errs(Code.FRAME_SIZE_ERROR))
case("http2/6.5", "SETTINGS acknowledged with a payload",
     lambda c: c.frame(Kind.SETTINGS, 1, 0, b"\0"), errs(Code.FRAME_SIZE_ERROR))
case("http2/6.5", "SETTINGS on a stream",
     lambda c: c.frame(Kind.SETTINGS, 0, 1, struct.pack(">HI", 3, 100)), errs(Code.PROTOCOL_ERROR))
case("http2/6.5", "SETTINGS not of 6 bytes each", lambda c: c.frame(Kind.SETTINGS, 0, 0, b"\0\3\0"),
     errs(Code.FRAME_SIZE_ERROR))
case("http2/6.5.2", "ENABLE_PUSH of 2", lambda c: c.settings({Setting.ENABLE_PUSH: 2}),
     errs(Code.PROTOCOL_ERROR))
case("http2/6.5.2", "INITIAL_WINDOW_SIZE above the largest",
     lambda c: c.settings({Setting.INITIAL_WINDOW_SIZE: HUGE + 1}), errs(Code.FLOW_CONTROL_ERROR))
case("http2/6.5.2", "MAX_FRAME_SIZE below the least",
     lambda c: c.settings({Setting.MAX_FRAME_SIZE: 16_383}), errs(Code.PROTOCOL_ERROR))
case("http2/6.5.2", "MAX_FRAME_SIZE above the largest",
     lambda c: c.settings({Setting.MAX_FRAME_SIZE: 1 << 24}), errs(Code.PROTOCOL_ERROR))
case("http2/6.5.2", "a setting that nobody knows", lambda c: c.settings({0xFF: 1}), lives)
case("http2/6.5.3", "the last value of a setting counts", lambda c: c.settings(
     [(Setting.INITIAL_WINDOW_SIZE, 100), (Setting.INITIAL_WINDOW_SIZE, 1)]).headers(1), sends_data(1))
case("http2/6.5.3", "SETTINGS are acknowledged", lambda c: c.settings({}),
     lambda c: c.wait_until(lambda: not c.unacknowledged, WITHIN))
case("http2/6.7", "PING is answered in kind", lambda c: c.ping(b"in kind!"),
     lambda c: c.wait_for(Kind.PING, within=WITHIN, where=lambda it: it.payload == b"in kind!"))
case("http2/6.7", "an answer to PING gets no answer", lambda c: c.ping(b"no reply", ack=True),
     lambda c: (lives(c), none_says(c, b"no reply")))
case("http2/6.7", "PING on a stream", lambda c: c.frame(Kind.PING, 0, 1, b"\0" * 8),
     errs(Code.PROTOCOL_ERROR))
case("http2/6.7", "PING not of 8 bytes", lambda c: c.frame(Kind.PING, 0, 0, b"\0" * 6),
     errs(Code.FRAME_SIZE_ERROR))
case("http2/6.8", "GOAWAY on a stream", lambda c: c.go_away(stream=1), errs(Code.PROTOCOL_ERROR))
case("http2/6.9", "no credit for the connection", lambda c: c.window_update(0, 0),
     errs(Code.PROTOCOL_ERROR))
case("http2/6.9", "no credit for a stream", lambda c: posted(c).window_update(1, 0),
     stream_errs(Code.PROTOCOL_ERROR))
case("http2/6.9", "WINDOW_UPDATE not of 4 bytes",
     lambda c: c.frame(Kind.WINDOW_UPDATE, 0, 0, b"\0\0\1"), errs(Code.FRAME_SIZE_ERROR))
case("http2/6.9.1", "a window of 1 is kept to",
     lambda c: c.settings({Setting.INITIAL_WINDOW_SIZE: 1}).headers(1), sends_data(1))
case("http2/6.9.1", "a connection's window above 2^31-1",
     lambda c: c.window_update(0, HUGE).window_update(0, HUGE), errs(Code.FLOW_CONTROL_ERROR))
case("http2/6.9.1", "a stream's window above 2^31-1",
     lambda c: posted(c).window_update(1, HUGE).window_update(1, HUGE),
     stream_errs(Code.FLOW_CONTROL_ERROR))
case("http2/6.9.2", "a change of the window reaches open streams",
     lambda c: c.settings({Setting.INITIAL_WINDOW_SIZE: 0}).headers(1)
     .settings({Setting.INITIAL_WINDOW_SIZE: 1}), sends_data(1))
case("http2/6.9.2", "a window may become negative", lambda c: negative(c), sends_data(1, nth=2),
     credits=False)
case("http2/6.9.2", "INITIAL_WINDOW_SIZE above the largest",
     lambda c: c.settings({Setting.INITIAL_WINDOW_SIZE: HUGE + 1}), errs(Code.FLOW_CONTROL_ERROR))
case("http2/6.10", "several CONTINUATION", lambda c: c.headers(1, end_headers=False)
     .continuation(1, c.encode([("x-a", "b")]), end=False).continuation(1, c.encode([("x-c", "d")])),
     answers)
case("http2/6.10", "DATA between CONTINUATION", lambda c: c.headers(1, end_headers=False)
     .continuation(1, c.encode([("x-a", "b")]), end=False).data(1, end=True),
     errs(Code.PROTOCOL_ERROR))
case("http2/6.10", "CONTINUATION on stream 0", lambda c: c.headers(1, end_headers=False)
     .continuation(0, c.encode([("x-a", "b")])), errs(Code.PROTOCOL_ERROR))
case("http2/6.10", "CONTINUATION behind a HEADERS that was the last",
     lambda c: posted(c).continuation(1, c.encode([("x-a", "b")])), errs(Code.PROTOCOL_ERROR))
case("http2/6.10", "CONTINUATION behind a CONTINUATION that was the last",
     lambda c: c.headers(1, c.get(method="POST"), end=False, end_headers=False)
     .continuation(1, c.encode([("x-a", "b")])).continuation(1, c.encode([("x-c", "d")])),
     errs(Code.PROTOCOL_ERROR))
case("http2/6.10", "CONTINUATION behind DATA", lambda c: posted(c).data(1)
     .continuation(1, c.encode([("x-a", "b")])), errs(Code.PROTOCOL_ERROR))
case("http2/7", "GOAWAY with a code that nobody knows", lambda c: c.go_away(0, 0xFF), lives_or_closes)
case("http2/7", "RST_STREAM with a code that nobody knows", lambda c: c.headers(1).cancel(1, 0xFF),
     lives)
case("http2/8.1", "a second HEADERS that does not end the stream",
     lambda c: posted(c).headers(1, [("x-test", "ok")], end=False), stream_errs(Code.PROTOCOL_ERROR))
case("http2/8.1.2", "a name in upper case", without(add=[("X-TEST", "ok")]),
     stream_errs(Code.PROTOCOL_ERROR))
case("http2/8.1.2.1", "a pseudo field that nobody knows", without(first=[(":test", "ok")]),
     stream_errs(Code.PROTOCOL_ERROR))
case("http2/8.1.2.1", "a response's pseudo field", without(first=[(":status", "200")]),
     stream_errs(Code.PROTOCOL_ERROR))
case("http2/8.1.2.1", "a pseudo field in trailers",
     lambda c: posted(c).data(1).headers(1, [(":method", "POST")]), stream_errs(Code.PROTOCOL_ERROR))
case("http2/8.1.2.1", "a pseudo field behind another",
     without(":path", add=[("x-test", "ok"), (":path", "/")]), stream_errs(Code.PROTOCOL_ERROR))
case("http2/8.1.2.2", "a field of a connection", without(add=[("connection", "keep-alive")]),
     stream_errs(Code.PROTOCOL_ERROR))
case("http2/8.1.2.2", "TE that is not trailers", without(add=[("te", "trailers, deflate")]),
     stream_errs(Code.PROTOCOL_ERROR))
case("http2/8.1.2.3", "an empty :path", without(":path", add=[(":path", "")]),
     stream_errs(Code.PROTOCOL_ERROR))
for missing in (":method", ":scheme", ":path"):
    case("http2/8.1.2.3", f"no {missing}", without(missing), stream_errs(Code.PROTOCOL_ERROR))
for name, value in ((":method", "GET"), (":scheme", "http"), (":path", "/")):
    case("http2/8.1.2.3", f"{name} twice", without(add=[(name, value)]),
         stream_errs(Code.PROTOCOL_ERROR))
case("http2/8.1.2.6", "content-length is not what one DATA has",
     lambda c: posted(c, ("content-length", "1")).data(1, end=True), stream_errs(Code.PROTOCOL_ERROR))
case("http2/8.1.2.6", "content-length is not what several DATA have",
     lambda c: posted(c, ("content-length", "1")).data(1).data(1, end=True),
     stream_errs(Code.PROTOCOL_ERROR))
case("http2/8.2", "a client may not push", lambda c: c.frame(
     Kind.PUSH_PROMISE, END_HEADERS, c.expect(1), struct.pack(">I", 2) + c.encode(c.get())),
     errs(Code.PROTOCOL_ERROR))

# hpack
case("hpack/2.3.3", "an index beyond the tables", with_field(b"\xc6"), errs(Code.COMPRESSION_ERROR))
case("hpack/2.3.3", "a name's index beyond the tables", with_field(b"\x7f\x07" + VALUE),
     errs(Code.COMPRESSION_ERROR))
case("hpack/4.2", "a change of size behind a field", with_field(b"\x20"), errs(Code.COMPRESSION_ERROR))
# An `x` is the seven bits of 0xf2 and a padding of one bit, which must be 1.
case("hpack/5.2", "Huffman padding of more than 7 bits",
     with_field(b"\x00" + TEST + b"\x82\xf3\xff"), errs(Code.COMPRESSION_ERROR))
case("hpack/5.2", "Huffman padding of zeros", with_field(b"\x00" + TEST + b"\x81\xf2"),
     errs(Code.COMPRESSION_ERROR))
case("hpack/5.2", "Huffman's end of string", with_field(b"\x00" + TEST + b"\x84\xff\xff\xff\xff"),
     errs(Code.COMPRESSION_ERROR))
case("hpack/6.1", "index 0", with_field(b"\x80"), errs(Code.COMPRESSION_ERROR))
case("hpack/6.3", "a size above what SETTINGS allow",
     lambda c: c.headers(1, block=b"\x3f\xe1\xff\xff\x07" + c.encode(c.get())),
     errs(Code.COMPRESSION_ERROR))


def first_is_settings(c):
    assert c.frames[0].kind == Kind.SETTINGS and not c.frames[0].has(1)


def none_says(c, payload):
    assert [it for it in c.frames if it.kind == Kind.PING and it.payload == payload] == []


def too_many(c):
    allowed = c.peer.get(Setting.MAX_CONCURRENT_STREAMS)
    if not allowed or allowed > 10_000:
        pytest.skip("any number is allowed")
    c.settings({Setting.INITIAL_WINDOW_SIZE: 0})
    for number in range(allowed + 1):
        c.headers(1 + 2 * number)


def negative(c):
    c.settings({Setting.INITIAL_WINDOW_SIZE: 3}).headers(1)
    sends_data(3)(c)
    c.settings({Setting.INITIAL_WINDOW_SIZE: 2}).window_update(1, 2)


# The test -------------------------------------------------------------------------------------


PLACES = ["cleartext", "TLS", "admin port, cleartext", "admin port, TLS"]


@pytest.fixture(scope="module", params=PLACES)
def place(request):
    """Where to connect to, and the TLS context to do it with, if any."""
    if reference := os.environ.get("OUTRIDER_REFERENCE"):
        if request.param != "cleartext":
            pytest.skip("the reference is asked in cleartext")
        yield reference, None
        return
    authority = Authority()
    pair, is_secure = authority.issue("model.test").config, "TLS" in request.param
    config = {"tls": pair, "adminTls": pair} if is_secure else {}
    with Upstream() as model, Sidecar(model.address, config) as sidecar:
        model.default = answer(body=b"an answer of some bytes")
        address = sidecar.admin if "admin" in request.param else sidecar.address
        yield address, authority.client(alpn=["h2"]) if is_secure else None
    assert model.violations == []


def test_there_are_as_many_cases_as_suites_commonly_have():
    assert len(CASES) == 147
    assert len({it.id for it in CASES}) == 147


@pytest.mark.parametrize(("send", "expect", "options"), CASES)
def test_rule(place, send, expect, options):
    address, tls = place
    with HTTP2Client(address, 5, tls=tls, **options) as client:
        if options.get("greets", True):
            client.handshake()
        send(client)
        expect(client)
