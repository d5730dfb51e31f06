"""Connections on both sides: kept, shared, pipelined, closed."""

import threading

from harness import Client
from harness.upstream import echo, raw


def test_one_client_connection_serves_many_requests_over_one_upstream_connection(sidecar, upstream):
    with Client(sidecar.address) as client:
        for number in range(50):
            assert client.ask("POST", f"/k{number}", body=b"x").status == 200
    assert len({r.connection for r in upstream.requests}) == 1


def test_connections_to_the_model_are_shared_by_clients(sidecar, upstream):
    for _ in range(10):
        assert sidecar.ask("GET", "/k").status == 200
    assert len({r.connection for r in upstream.at("/k")}) <= 2


def test_pipelined_requests_are_answered_in_order(sidecar, upstream):
    upstream.on("/p", lambda it: it.answer(200, it.request.target.encode()))
    count = 40
    with Client(sidecar.address) as client:
        client.send("".join(f"GET /p?{n} HTTP/1.1\r\nHost: a\r\n\r\n" for n in range(count)))
        got = [client.response().text for _ in range(count)]
    assert got == [f"/p?{n}" for n in range(count)]


def test_pipelined_requests_with_bodies_keep_their_borders(sidecar, upstream):
    upstream.on("/p", echo)
    one = b"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /"
    two = (b"POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
           b"5\r\nPOST \r\n0\r\n\r\n")
    with Client(sidecar.address) as client:
        client.send((one + two) * 5)
        got = [client.response("POST").text for _ in range(10)]
    assert got == ["GET /", "POST "] * 5
    assert len(upstream.requests) == 10


def test_a_request_that_trickles_in_byte_by_byte_is_the_same_request(sidecar, upstream):
    upstream.on("/t", echo)
    with Client(sidecar.address) as client:
        client.trickle(b"POST /t HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                       b"5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nX-T: 1\r\n\r\n")
        assert client.response("POST").text == "hello world"
    assert upstream.at("/t")[0].body.trailers.get("x-t") == "1"


def test_an_answer_that_trickles_in_byte_by_byte_is_the_same_answer(sidecar, upstream):
    text = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n"
            b"5\r\nhello\r\n6;q\r\n world\r\n0\r\nX-T: 1\r\n\r\n")

    def trickle(it):
        for index in range(len(text)):
            it.send(text[index : index + 1])
    upstream.on("/t", trickle)
    got = sidecar.ask("GET", "/t")
    assert (got.text, got.body.trailers.get("x-t")) == ("hello world", "1")


def test_empty_lines_before_a_request_are_forgiven(sidecar):
    """RFC 9112 §2.2: at least one; some clients send one after a POST body."""
    with Client(sidecar.address) as client:
        client.send("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.response().status == 200


def test_connection_close_is_honoured(sidecar):
    with Client(sidecar.address) as client:
        got = client.ask("GET", "/", [("Connection", "close")])
        assert got.fields.joined("connection").lower() == "close"
        assert client.is_closed()


def test_a_model_that_closes_after_each_answer_is_no_trouble(sidecar, upstream):
    upstream.on("/c", raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"))
    with Client(sidecar.address) as client:
        for _ in range(10):
            assert client.ask("POST", "/c", body=b"x").text == "ok"
    assert len(upstream.at("/c")) == 10


def test_many_clients_at_once_each_get_their_own_answer(sidecar, upstream):
    upstream.on("/n", lambda it: it.answer(200, it.request.body.data[::-1]))
    wrong = []

    def work(name):
        with Client(sidecar.address) as client:
            for number in range(50):
                body = f"{name}-{number}".encode()
                if client.ask("POST", "/n", body=body).body.data != body[::-1]:
                    wrong.append(body)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert wrong == []
    assert len(upstream.at("/n")) == 800


def test_several_workers_share_one_port(start, upstream):
    upstream.on("/n", echo)
    sidecar = start(upstream, {"workers": 2})
    for number in range(40):
        assert sidecar.ask("POST", "/n", body=b"%d" % number).text == str(number)
