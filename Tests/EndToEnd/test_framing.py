"""Ambiguous and malformed messages are refused, never repaired (RFC 9112)."""

import pytest

from harness import Client
from harness.refusals import is_made_here, is_told_everywhere
from harness.upstream import raw

#: Name, bytes, status, reason.
BAD = [
    ("both lengths", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "malformed_request"),
    ("both lengths, other order", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400, "malformed_request"),
    ("two different lengths", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400, "malformed_request"),
    ("two equal lengths", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400, "malformed_request"),
    ("a list of lengths", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc", 400, "malformed_request"),
    ("a signed length", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", 400, "malformed_request"),
    ("a negative length", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc", 400, "malformed_request"),
    ("a hexadecimal length", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc", 400, "malformed_request"),
    ("an empty length", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n", 400, "malformed_request"),
    ("a length beyond 64 bits", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n", 400, "malformed_request"),
    ("identity coding", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", None, None),
    ("chunked twice", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400, "malformed_request"),
    ("chunked not last", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", None, None),
    ("an unknown coding", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", None, None),
    ("two coding fields", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", None, None),
    ("a coding in 1.0", b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "malformed_request"),
    ("bare LF ends", b"GET / HTTP/1.1\nHost: a\n\n", 400, "malformed_request"),
    ("bare LF after a field", b"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400, "malformed_request"),
    ("bare CR in a value", b"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400, "malformed_request"),
    ("NUL in a value", b"GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 400, "malformed_request"),
    ("control byte in a value", b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x01b\r\n\r\n", 400, "malformed_request"),
    ("space before the colon", b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, "malformed_request"),
    ("a folded line", b"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400, "malformed_request"),
    ("a leading space", b"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, "malformed_request"),
    ("a line without colon", b"GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400, "malformed_request"),
    ("an empty field name", b"GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400, "malformed_request"),
    ("a bad byte in a name", b"GET / HTTP/1.1\r\nHost: a\r\nX(y): b\r\n\r\n", 400, "malformed_request"),
    ("no Host", b"GET / HTTP/1.1\r\nX: a\r\n\r\n", 400, "malformed_request"),
    ("two Hosts", b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "malformed_request"),
    ("a malformed Host", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "malformed_request"),
    ("a Host with a path", b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "malformed_request"),
    ("a Host with userinfo", b"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400, "malformed_request"),
    ("userinfo in the target", b"GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed_request"),
    ("a fragment in the target", b"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed_request"),
    ("a space in the target", b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed_request"),
    ("a tab in the request line", b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed_request"),
    ("non-ASCII in the target", b"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed_request"),
    ("a relative target", b"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed_request"),
    ("asterisk with GET", b"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed_request"),
    ("an HTTP/0.9 request", b"GET /\r\n\r\n", 400, "malformed_request"),
    ("lower-case protocol", b"GET / http/1.1\r\nHost: a\r\n\r\n", 400, "malformed_request"),
    ("garbage", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "malformed_request"),
    ("HTTP/2.0 in a request line", b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, "version_not_supported"),
    ("HTTP/3.0 in a request line", b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505, "version_not_supported"),
    ("gzip coding", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, "unsupported_coding"),
]

#: Name and the bytes after `Transfer-Encoding: chunked`.
BAD_CHUNKS = [
    ("not hexadecimal", b"g\r\n"), ("a sign", b"+1\r\na\r\n"), ("0x", b"0x1\r\na\r\n"),
    ("empty", b"\r\n"), ("a leading space", b" 1\r\na\r\n0\r\n\r\n"),
    ("overflow", b"fffffffffffffffff\r\n"), ("17 digits", b"00000000000000001\r\na\r\n0\r\n\r\n"),
    ("bare LF after the size", b"1\na\r\n0\r\n\r\n"), ("bare LF after data", b"1\r\na\n0\r\n\r\n"),
    ("data overruns", b"1\r\nabc\r\n0\r\n\r\n"), ("bare CR in an extension", b"1;a\rb\r\na\r\n0\r\n\r\n"),
    ("NUL in an extension", b"1;a\0b\r\na\r\n0\r\n\r\n"), ("an endless extension", b"1;" + b"x" * 40_000),
    ("a malformed trailer", b"0\r\nbad trailer\r\n\r\n"), ("a folded trailer", b"0\r\nX: a\r\n b\r\n\r\n"),
    ("bare LF in trailers", b"0\r\nX: a\n\r\n"),
]


@pytest.mark.parametrize("data,status,reason", [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_malformed_request_is_refused_and_the_connection_closed(sidecar, upstream, data, status, reason):
    with Client(sidecar.address) as client:
        client.send(data + b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
        got = client.response()
        assert got.status in ((status,) if status else (400, 501, 505))
        is_made_here(got, reason or {400: "malformed_request", 501: "unsupported_coding",
                                     505: "version_not_supported"}[got.status], got.status, "no")
        assert got.fields.joined("connection").lower() == "close"
        assert client.is_closed()
    assert upstream.requests == []


@pytest.mark.parametrize("data", [b[1] for b in BAD_CHUNKS], ids=[b[0] for b in BAD_CHUNKS])
def test_malformed_chunks_are_refused_and_the_connection_closed(sidecar, upstream, data):
    with Client(sidecar.address) as client:
        client.send(b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + data)
        got = client.response("POST")
        is_made_here(got, "malformed_request", 400)
        assert client.is_closed()
    assert [r for r in upstream.requests if r.body.is_complete] == []


@pytest.mark.parametrize("method", ["TRACE", "CONNECT"])
def test_trace_and_connect_are_refused_with_what_is_allowed(sidecar, upstream, method):
    target = "a:443" if method == "CONNECT" else "/"
    with Client(sidecar.address) as client:
        client.send(f"{method} {target} HTTP/1.1\r\nHost: a:443\r\n\r\n")
        got = client.response()
        is_told_everywhere(sidecar, got, "method_not_allowed", 405, "no")
        allowed = got.fields.joined("allow")
        assert "GET" in allowed and "POST" in allowed and method not in allowed
        assert client.is_closed()
    assert upstream.requests == []


def test_max_forwards_zero_is_answered_here(sidecar, upstream):
    got = sidecar.ask("OPTIONS", "/", [("Max-Forwards", "0")])
    assert got.status in (200, 204)
    assert upstream.requests == []


def test_max_forwards_is_counted_down(sidecar, upstream):
    assert sidecar.ask("OPTIONS", "/", [("Max-Forwards", "3")]).status == 200
    assert upstream.requests[0].fields.get("max-forwards") == "2"


#: Name and what the model says: never to be passed on as an answer.
BAD_ANSWERS = [
    ("garbage", b"\x00\x01\x02 hello\r\n\r\n"), ("not HTTP", b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    ("a status of two digits", b"HTTP/1.1 20 OK\r\n\r\n"),
    ("a status of four digits", b"HTTP/1.1 2000 OK\r\n\r\n"),
    ("a status below 100", b"HTTP/1.1 099 OK\r\n\r\n"),
    ("letters for a status", b"HTTP/1.1 abc OK\r\n\r\n"),
    ("HTTP/2.0", b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ("both lengths", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("two lengths", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"),
    ("a malformed length", b"HTTP/1.1 200 OK\r\nContent-Length: 3x\r\n\r\nabc"),
    ("NUL in a value", b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n"),
    ("a control byte in a value", b"HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 0\r\n\r\n"),
    ("bare CR in a value", b"HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 0\r\n\r\n"),
    ("a folded line", b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n"),
    ("space before the colon", b"HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 0\r\n\r\n"),
    ("an unasked 101", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    ("a head without end", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000),
    ("too many fields", b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 5_000 + b"\r\n"),
]


@pytest.mark.parametrize("data", [b[1] for b in BAD_ANSWERS], ids=[b[0] for b in BAD_ANSWERS])
def test_a_malformed_answer_of_the_model_is_502(sidecar, upstream, data):
    upstream.on("/bad", raw(data, "close"))
    with Client(sidecar.address) as client:
        got = client.ask("POST", "/bad", body=b"x")
        is_told_everywhere(sidecar, got, "upstream_protocol_error", 502, ("maybe", "yes"))
        assert got.fields.get("x-should-retry") == "false"
    assert len(upstream.at("/bad")) == 1
    assert sidecar.ask("GET", "/next").status == 200


@pytest.mark.parametrize("data", [
    b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
], ids=["short length", "inside a chunk", "no last chunk", "inside trailers", "bad size", "overrun"])
@pytest.mark.parametrize("then", ["close", "reset"])
def test_a_truncated_answer_never_looks_complete(sidecar, upstream, data, then):
    upstream.on("/cut", raw(data, then))
    with Client(sidecar.address) as client:
        client.request("POST", "/cut", body=b"x")
        got = client.response("POST")
        assert got.was_cut or got.status == 502, got
    record = sidecar.record_where(**{"url.path": "/cut"})
    assert record["reason"] in ("upstream_reset", "upstream_protocol_error")


@pytest.mark.parametrize("then", ["close", "reset"])
def test_a_truncated_answer_never_looks_complete_to_a_1_0_client(sidecar, upstream, then):
    """With no framing at all only a reset tells (a 1.0 client cannot see the missing chunk)."""
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
    upstream.on("/cut", raw(data, then))
    with Client(sidecar.address) as client:
        client.request("GET", "/cut", version="1.0")
        got = client.response()
        assert got.was_cut or got.status == 502, got


def test_bytes_after_an_answer_do_not_become_the_next_answer(sidecar, upstream):
    """Response splitting: what a model says unasked on an idle connection is thrown away with it."""
    upstream.on("/two", raw(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        "keep"))
    with Client(sidecar.address) as client:
        assert client.ask("GET", "/two").text == "ok"
        assert client.ask("GET", "/next").text == "ok"
        assert client.ask("GET", "/next").text == "ok"
