"""What goes in comes out: methods, targets, fields, bodies."""

import pytest

from harness import Client, Upstream, until, wire
from harness.upstream import after, answer, echo, raw

SIZES = [0, 1, 2, 1_023, 4_096, 65_535, 65_536, 65_537, 1_000_000, 10_000_019]


def pattern(size: int) -> bytes:
    return (b"0123456789abcdef" * (size // 16 + 1))[:size]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"])
def test_every_method_passes_with_its_body(sidecar, upstream, method):
    upstream.on("/m", echo)

    got = sidecar.ask(method, "/m", body=b"hello")

    assert (got.status, got.text) == (200, "hello")
    assert [r.method for r in upstream.at("/m")] == [method]


def test_a_request_without_body_gets_none(sidecar, upstream):
    assert sidecar.ask("GET", "/bare").status == 200
    seen = upstream.at("/bare")[0]
    assert "content-length" not in seen.fields
    assert "transfer-encoding" not in seen.fields


@pytest.mark.parametrize("target", [
    "/", "/a/b/c", "/a%2Fb", "/q?", "/q?a=1&b=%20&a=2", "/q?x=a/b?c", "/semi;v=1/x,y",
    "/~user/!$&'()*+,;=:@", "/" + "long/" * 800,
])
def test_the_target_passes_unchanged(sidecar, upstream, target):
    assert sidecar.ask("GET", target).status == 200
    assert upstream.requests[-1].target == target


def test_the_absolute_form_is_rewritten_and_its_authority_is_the_host(sidecar, upstream):
    got = sidecar.ask("GET", "http://right.test:81/p?q=1", [("Host", "right.test:81")])

    assert got.status == 200
    seen = upstream.requests[-1]
    assert seen.target == "/p?q=1"
    assert seen.fields.all("host") == ["right.test:81"]


def test_options_of_the_whole_server_passes(sidecar, upstream):
    assert sidecar.ask("OPTIONS", "*").status == 200
    assert upstream.requests[-1].target == "*"


def test_fields_pass_in_order_with_repeats_and_bytes_unchanged(sidecar, upstream):
    sent = [("X-One", "1"), ("x-two", "a,  b"), ("X-One", "2"), ("X-Latin", "caf\xe9"),
            ("X-Empty", ""), ("Cookie", "a=b; c=d")]

    assert sidecar.ask("GET", "/f", sent).status == 200

    names = {name.lower() for name, _ in sent}
    seen = [(n, v) for n, v in upstream.at("/f")[0].fields if n.lower() in names]
    assert [(n.lower(), v) for n, v in seen] == [(n.lower(), v) for n, v in sent]


def test_answer_fields_pass_in_order_with_repeats(sidecar, upstream):
    sent = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Model", "m"), ("ETag", '"x"'),
            ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Server", "uvicorn")]
    upstream.on("/f", answer(fields=sent))

    got = sidecar.ask("GET", "/f")

    names = {name.lower() for name, _ in sent}
    kept = [(n.lower(), v) for n, v in got.fields if n.lower() in names]
    assert kept == [(n.lower(), v) for n, v in sent]


def test_hop_by_hop_fields_stop_here_on_the_way_in(sidecar, upstream):
    got = sidecar.ask("GET", "/h", [
        ("Connection", "x-secret, keep-alive"), ("X-Secret", "1"), ("Keep-Alive", "timeout=5"),
        ("Proxy-Connection", "keep-alive"), ("TE", "gzip, trailers"), ("Upgrade", "h2c"),
        ("X-Kept", "1"),
    ])

    assert got.status == 200
    seen = upstream.at("/h")[0].fields
    for name in ("x-secret", "keep-alive", "proxy-connection", "upgrade"):
        assert name not in seen, name
    assert seen.get("x-kept") == "1"
    assert seen.get("te", "trailers") == "trailers"


def test_hop_by_hop_fields_stop_here_on_the_way_out(sidecar, upstream):
    upstream.on("/h", answer(fields=[
        ("Connection", "x-internal"), ("X-Internal", "1"), ("Keep-Alive", "timeout=5"),
        ("X-Kept", "1")]))

    got = sidecar.ask("GET", "/h")

    assert got.fields.get("x-kept") == "1"
    assert "x-internal" not in got.fields
    assert "keep-alive" not in got.fields


def test_framing_fields_cannot_be_taken_away_by_connection(sidecar, upstream):
    """`Connection: content-length` is an old trick to unframe a body."""
    with Client(sidecar.address) as client:
        client.request("POST", "/c", [("Connection", "content-length, host")], b"abc")
        got = client.response("POST")
    if got.status == 200:
        assert upstream.at("/c")[0].body.data == b"abc"
        assert upstream.at("/c")[0].fields.get("host") == "model.test"
    else:
        assert got.status == 400
        assert upstream.at("/c") == []


@pytest.mark.parametrize("size", SIZES)
def test_bodies_of_declared_length_pass_both_ways(sidecar, upstream, size):
    body = pattern(size)

    def mirror(it):
        it.answer(200, body, [("X-Got", f"{it.request.body.length}:{it.request.body.checksum}")])
    upstream.on("/b", mirror)

    got = sidecar.ask("POST", "/b", body=body, timeout=30)

    whole = wire.Body()
    whole.add(body)
    assert got.fields.get("x-got") == f"{size}:{whole.checksum}"
    assert (got.framing, got.was_cut) == ("length", False)
    assert (got.body.length, got.body.checksum) == (size, whole.checksum)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", [977, 70_001])
def test_chunked_bodies_pass_both_ways(sidecar, upstream, size, step):
    body = pattern(size)
    parts = [body[i : i + step] for i in range(0, size, step)]

    def mirror(it):
        seen = f"{it.request.body.length}:{it.request.body.checksum}"
        it.head(200, [("Transfer-Encoding", "chunked"), ("X-Got", seen)])
        it.sock.sendall(b"".join(wire.chunk(part) for part in parts) + b"0\r\n\r\n")
    upstream.on("/b", mirror)

    with Client(sidecar.address, timeout=30) as client:
        client.request("POST", "/b", [("Transfer-Encoding", "chunked")])
        client.send(b"".join(wire.chunk(part) for part in parts) + b"0\r\n\r\n")
        got = client.response("POST")

    whole = wire.Body()
    whole.add(body)
    assert got.fields.get("x-got") == f"{size}:{whole.checksum}"
    assert (got.framing, got.was_cut) == ("chunked", False)
    assert (got.body.length, got.body.checksum) == (size, whole.checksum)


def test_chunk_extensions_are_understood_and_dropped(sidecar, upstream):
    upstream.on("/x", raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3;a=b;c=\"d e\"\r\nabc\r\n0;last\r\n\r\n"))

    with Client(sidecar.address) as client:
        client.request("POST", "/x", [("Transfer-Encoding", "chunked")])
        client.send(b"4;name=value\r\nwxyz\r\n0;e\r\n\r\n")
        got = client.response("POST")

    assert got.text == "abc"
    assert got.body.extensions == []
    seen = upstream.at("/x")[0].body
    assert (seen.data, seen.extensions) == (b"wxyz", [])


def test_trailers_pass_both_ways(sidecar, upstream):
    def mirror(it):
        it.head(200, [("Transfer-Encoding", "chunked"), ("Trailer", "X-Sum")])
        it.chunks([b"abc"], trailers=[("X-Sum", "42"), ("X-More", "y")])
    upstream.on("/t", mirror)

    with Client(sidecar.address) as client:
        client.request("POST", "/t", [("Transfer-Encoding", "chunked"), ("TE", "trailers"),
                                      ("Trailer", "X-Check")])
        client.send(wire.chunk(b"body") + b"0\r\nX-Check: 7\r\n\r\n")
        got = client.response("POST")

    assert got.body.trailers.get("x-sum") == "42"
    assert got.body.trailers.get("x-more") == "y"
    assert upstream.at("/t")[0].body.trailers.get("x-check") == "7"


def test_trailers_cannot_carry_framing_routing_or_credentials(sidecar, upstream):
    upstream.on("/t", echo)
    with Client(sidecar.address) as client:
        client.request("POST", "/t", [("Transfer-Encoding", "chunked")])
        client.send(wire.chunk(b"x") + b"0\r\nContent-Length: 9\r\nHost: evil\r\n"
                    b"Authorization: Basic x\r\nTransfer-Encoding: chunked\r\nX-Ok: 1\r\n\r\n")
        got = client.response("POST")
    if got.status == 200:
        names = upstream.at("/t")[0].body.trailers.lowered()
        assert set(names) <= {"x-ok"}
    else:
        assert got.status == 400


def test_head_has_the_length_and_no_body(sidecar, upstream):
    upstream.on("/h", answer(body=b"x" * 1000))
    with Client(sidecar.address) as client:
        got = client.ask("HEAD", "/h")
        assert (got.status, got.fields.get("content-length")) == (200, "1000")
        assert client.ask("GET", "/h").body.length == 1000


def test_a_body_after_head_is_never_forwarded(sidecar, upstream):
    """A model that answers HEAD with a body must not desynchronise the client's connection."""
    upstream.on("/h", raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"))
    with Client(sidecar.address) as client:
        assert client.ask("HEAD", "/h").status == 200
        assert client.ask("GET", "/next").text == "ok"


@pytest.mark.parametrize("status", [204, 304])
def test_answers_that_have_no_body_pass(sidecar, upstream, status):
    upstream.on("/n", answer(status=status, body=b"", fields=[("ETag", '"1"')]))
    with Client(sidecar.address) as client:
        got = client.ask("GET", "/n")
        assert (got.status, got.fields.get("etag")) == (status, '"1"')
        assert client.ask("GET", "/next").text == "ok"


def test_304_may_carry_the_length_of_what_it_does_not_send(sidecar, upstream):
    upstream.on("/n", raw(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\n\r\n", "keep"))
    with Client(sidecar.address) as client:
        assert client.ask("GET", "/n").status == 304
        assert client.ask("GET", "/next").text == "ok"


@pytest.mark.parametrize("status", [200, 201, 206, 301, 400, 401, 404, 418, 422, 429, 451, 500, 501, 599])
def test_the_models_own_statuses_and_bodies_pass_unchanged(sidecar, upstream, status):
    upstream.on("/s", answer(status, b'{"mine":true}', [("Content-Type", "application/json")]))
    got = sidecar.ask("POST", "/s", body=b"x")
    assert (got.status, got.text) == (status, '{"mine":true}')
    assert "proxy-status" not in got.fields


def test_an_empty_reason_phrase_passes(sidecar, upstream):
    upstream.on("/p", raw(b"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok"))
    assert sidecar.ask("GET", "/p").text == "ok"


# Ends by close, HTTP/1.0 -----------------------------------------------------------------------


def test_an_answer_that_ends_by_close_reaches_a_1_1_client_with_an_honest_end(sidecar, upstream):
    upstream.on("/c", raw(b"HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\nuntil the end"))
    got = sidecar.ask("GET", "/c")
    assert (got.text, got.was_cut) == ("until the end", False)
    assert got.framing in ("chunked", "close")


def test_a_1_0_model_is_understood(sidecar, upstream):
    upstream.on("/old", raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold"))
    got = sidecar.ask("GET", "/old")
    assert (got.version, got.text, got.was_cut) == ("1.1", "old", False)


def test_a_1_0_model_that_keeps_alive_is_understood(sidecar, upstream):
    upstream.on("/old", raw(
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nold", "keep"))
    with Client(sidecar.address) as client:
        assert [client.ask("GET", "/old").text for _ in range(3)] == ["old"] * 3


def test_a_1_0_client_gets_a_body_that_ends_by_close(sidecar, upstream):
    def stream(it):
        it.head(200, [("Transfer-Encoding", "chunked")])
        it.chunks([b"one,", b"two"])
    upstream.on("/s", stream)

    with Client(sidecar.address) as client:
        got = client.ask("GET", "/s", version="1.0")

    assert "transfer-encoding" not in got.fields
    assert (got.status, got.text) == (200, "one,two")
    assert upstream.at("/s")[0].version == "1.1"


def test_a_1_0_client_without_keep_alive_is_closed_after_its_answer(sidecar):
    with Client(sidecar.address) as client:
        assert client.ask("GET", "/", version="1.0").text == "ok"
        assert client.is_closed()


def test_a_1_0_client_may_keep_alive(sidecar):
    with Client(sidecar.address) as client:
        got = client.ask("GET", "/", [("Connection", "keep-alive")], version="1.0")
        assert got.text == "ok"
        if got.fields.joined("connection").lower() == "keep-alive":
            assert client.ask("GET", "/", version="1.0").text == "ok"


# 1xx and Expect ---------------------------------------------------------------------------------


def hints(it):
    it.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n")
    it.send(b"HTTP/1.1 102 Processing\r\n\r\n")
    it.answer(200, b"final")


def test_informational_answers_pass_to_1_1_clients(sidecar, upstream):
    upstream.on("/i", hints)
    got = sidecar.ask("GET", "/i")
    assert [status for status, _ in got.interim] == [103, 102]
    assert got.interim[0][1].get("link") == "</a>; rel=preload"
    assert got.text == "final"


def test_informational_answers_are_not_for_1_0_clients(sidecar, upstream):
    upstream.on("/i", hints)
    with Client(sidecar.address) as client:
        got = client.ask("GET", "/i", version="1.0")
    assert (got.interim, got.text) == ([], "final")


def test_expect_continue_gets_100_before_a_small_body(sidecar, upstream):
    upstream.on("/e", echo)
    with Client(sidecar.address) as client:
        client.request("POST", "/e", [("Expect", "100-continue"), ("Content-Length", "5")])
        assert client.reader.line() == b"HTTP/1.1 100 Continue"
        client.reader.fields()
        client.send(b"hello")
        assert client.response("POST").text == "hello"


def test_expect_continue_of_a_large_body_is_the_models_to_answer(sidecar, upstream):
    size = 1_000_000

    def decide(it):
        it.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        it.read_body()
        it.answer(200, str(it.request.body.length).encode())
    upstream.on("/e", decide, early=True)
    with Client(sidecar.address) as client:
        client.request("POST", "/e", [("Expect", "100-continue"), ("Content-Length", str(size))])
        assert client.reader.line() == b"HTTP/1.1 100 Continue"
        client.reader.fields()
        client.send(bytes(size))
        assert client.response("POST").text == str(size)


def test_a_refusal_instead_of_100_saves_the_body(sidecar, upstream):
    def refuse(it):
        it.answer(413, b"too big for me", [("Connection", "close")])
        it.close()
    upstream.on("/e", refuse, early=True)
    with Client(sidecar.address) as client:
        client.request("POST", "/e", [("Expect", "100-continue"), ("Content-Length", "900000")])
        got = client.response("POST")
        assert (got.status, got.text, got.interim) == (413, "too big for me", [])
        assert got.fields.joined("connection").lower() == "close"


def test_a_client_that_does_not_wait_for_100_is_served_too(sidecar, upstream):
    upstream.on("/e", echo)
    with Client(sidecar.address) as client:
        client.request("POST", "/e", [("Expect", "100-continue")], b"hello")
        assert client.response("POST").text == "hello"


# Early answers, full duplex, half-close -----------------------------------------------------------


def read_chunk(reader) -> bytes:
    body = wire.Body()
    reader.exactly(int(reader.line(), 16), body)
    assert reader.line() == b""
    return body.data


def test_an_answer_may_begin_while_the_request_still_arrives(sidecar, upstream):
    def duplex(it):
        it.head(200, [("Transfer-Encoding", "chunked")])
        while data := read_chunk(it.reader):
            it.send(wire.chunk(data.upper()))
        it.request.body.is_complete = True
        it.send(b"0\r\n\r\n")
    upstream.on("/d", duplex, early=True)

    with Client(sidecar.address) as client:
        client.request("POST", "/d", [("Transfer-Encoding", "chunked")])
        assert client.head().status == 200
        for word in (b"ping", b"pong", b"done"):
            client.send(wire.chunk(word))
            assert read_chunk(client.reader) == word.upper()
        client.send(b"0\r\n\r\n")
        assert read_chunk(client.reader) == b""


def test_an_answer_complete_before_its_request_closes_the_connection(sidecar, upstream):
    def early(it):
        it.answer(401, b"no", [("Connection", "close")])
        it.close()
    upstream.on("/e", early, early=True)
    with Client(sidecar.address) as client:
        client.request("POST", "/e", [("Content-Length", "10000000")])
        client.send(bytes(100_000))
        got = client.response("POST")
        assert (got.status, got.text) == (401, "no")
        assert got.fields.joined("connection").lower() == "close"
    assert sidecar.ask("GET", "/next").status == 200


def test_a_client_that_half_closes_gets_its_answer(sidecar, upstream):
    upstream.on("/h", after(0.3, answer(body=b"still here")))
    with Client(sidecar.address) as client:
        client.request("POST", "/h", body=b"x").half_close()
        got = client.response("POST")
        assert (got.text, got.was_cut) == ("still here", False)
        assert client.is_closed()


# Addresses ----------------------------------------------------------------------------------------


def test_unix_sockets_work_on_both_sides(start, tmp_path):
    path = f"unix:{tmp_path}/front.sock"
    with Upstream(unix=True) as model:
        model.on("/u", echo)
        sidecar = start(model, {"listen": [path]})
        for _ in range(3):
            with Client(path) as client:
                assert client.ask("POST", "/u", body=b"over unix").text == "over unix"
        assert model.violations == []
    assert sidecar.stop() == 0


def test_a_stale_unix_socket_file_is_replaced(start, upstream, tmp_path):
    import socket

    path = tmp_path / "front.sock"
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(path))
    stale.close()
    start(upstream, {"listen": [f"unix:{path}"]})
    with Client(f"unix:{path}") as client:
        assert client.ask().status == 200


def test_several_listeners_serve_the_same_model(start, upstream, tmp_path):
    sidecar = start(upstream, {"listen": ["127.0.0.1:0", "[::1]:0", f"unix:{tmp_path}/s"]})
    until(lambda: len(sidecar.listeners) == 3, 5, "three start-up lines")
    for address in sidecar.listeners:
        with Client(address) as client:
            assert client.ask().text == "ok"


def test_a_listener_without_host_takes_both_families(start, upstream):
    sidecar = start(upstream, {"listen": [":0"]})
    for host in ("127.0.0.1", "[::1]"):
        with Client(f"{host}:{sidecar.port}") as client:
            assert client.ask().text == "ok"


def test_a_name_is_resolved(start, upstream):
    sidecar = start(f"localhost:{upstream.port}")
    assert sidecar.ask().text == "ok"
