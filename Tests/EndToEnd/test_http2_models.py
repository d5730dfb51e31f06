"""Models that speak HTTP/2 without TLS, for clients of either version."""

import json
import threading
import time

import pytest
from h2.errors import ErrorCodes
from h2.settings import SettingCodes

from harness import Client, HTTP2Client, until
from harness.http2 import Code
from harness.http2_upstream import HTTP2Upstream, refuse, stream_events, stream_flood
from harness.refusals import is_told_everywhere
from harness.upstream import Gate, answer, echo, hang, once, sequence

MIB = 1 << 20
H2C = {"upstream": {"protocol": "h2c"}, "health": {"type": "tcp"}}


@pytest.fixture
def begin():
    """Starts models with settings of their own; nothing malformed may ever reach them."""
    models = []

    def start(settings=None):
        models.append(HTTP2Upstream(settings))
        return models[-1]
    yield start
    for one in models:
        one.__exit__()
        assert one.violations == [], "the sidecar sent what the standard forbids"


@pytest.fixture
def model(begin):
    return begin()


@pytest.fixture
def sidecar(start, model):
    return start(model, H2C)


class HTTP1:
    """A client of HTTP/1.1 with the face of the other, as far as the tests below need it."""

    def __init__(self, address, timeout=30):
        self.client = Client(address, timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()

    def ask(self, method="GET", target="/", fields=(), body=None, declares=True, **_):
        lines = list(fields)
        if body is not None and not declares:
            lines.append(("Transfer-Encoding", "chunked"))
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
        return self.client.ask(method, target, lines, body)


def connect(version, address):
    return HTTP1(address) if version == "http1" else HTTP2Client(address, 30).handshake()


both = pytest.mark.parametrize("version", ["http1", "http2"])


class StreamGate(Gate):
    """Holds streams until it is opened."""

    def __call__(self, it):
        with self.lock:
            self.arrived += 1
        deadline = time.monotonic() + 30
        while not self.leave.is_set() and not it.is_over and time.monotonic() < deadline:
            time.sleep(0.002)
        self.behaviour(it)


# Messages -------------------------------------------------------------------------------------


@both
def test_a_request_reaches_the_model_and_its_answer_the_client(sidecar, model, version):
    model.on("/g", answer(201, b"made", [("x-answer", "yes")]))
    with connect(version, sidecar.address) as client:
        got = client.ask("GET", "/g?q=1", [("x-asked", "a b"), ("X-Mixed-Case", "1")]
                         if version == "http1" else [("x-asked", "a b"), ("x-mixed-case", "1")])
    seen = model.at("/g")[0]
    assert (seen.method, seen.target, seen.scheme) == ("GET", "/g?q=1", "http")
    assert seen.authority == "model.test"
    assert (seen.fields.get("x-asked"), seen.fields.get("x-mixed-case")) == ("a b", "1")
    assert seen.fields.get("via") == ("1.1 outrider" if version == "http1" else "2 outrider")
    assert (got.status, got.text, got.fields.get("x-answer")) == (201, "made", "yes")


@both
@pytest.mark.parametrize("size", [0, 1, 16_384, 65_536, 1_000_000])
@pytest.mark.parametrize("declares", [True, False], ids=["declared", "undeclared"])
def test_bodies_pass(sidecar, model, version, size, declares):
    model.on("/e", echo)
    body = bytes(n % 251 for n in range(size))
    with connect(version, sidecar.address) as client:
        got = client.ask("POST", "/e", body=body, declares=declares)
    assert (got.status, got.body.data) == (200, body)
    if declares:
        assert model.at("/e")[0].fields.get("content-length") == str(size)


@both
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_methods_pass(sidecar, model, version, method):
    with connect(version, sidecar.address) as client:
        assert client.ask(method, "/m").status == 200
        assert client.ask("GET", "/after").text == "ok"
    assert model.at("/m")[0].method == method


@both
@pytest.mark.parametrize("status", [204, 304, 404, 500])
def test_statuses_pass(sidecar, model, version, status):
    model.on("/s", answer(status, b"" if status in (204, 304) else b"why"))
    with connect(version, sidecar.address) as client:
        assert client.ask("POST", "/s").status == status
        assert client.ask("GET", "/after").text == "ok"


@both
def test_trailers_of_the_answer_pass(sidecar, model, version):
    def trailing(it):
        it.head(200)
        it.send(b"body")
        it.trailers([("x-sum", "42")])
    model.on("/t", trailing)
    with connect(version, sidecar.address) as client:
        got = client.ask("GET", "/t", [("te", "trailers")])
    assert (got.text, got.body.trailers.get("x-sum")) == ("body", "42")


def test_trailers_of_the_request_pass(sidecar, model):
    with HTTP2Client(sidecar.address) as client:
        client.handshake().ask("POST", "/t", (), b"body", trailers=[("x-sum", "42")])
    seen = model.at("/t")[0].body
    assert (seen.data, seen.trailers.get("x-sum")) == (b"body", "42")


def test_trailers_of_a_chunked_request_pass(sidecar, model):
    with Client(sidecar.address) as client:
        client.request("POST", "/t", [("Transfer-Encoding", "chunked"), ("Trailer", "X-Sum")])
        client.send(b"4\r\nbody\r\n0\r\nX-Sum: 42\r\n\r\n")
        assert client.response("POST").status == 200
    assert model.at("/t")[0].body.trailers.get("x-sum") == "42"


@both
def test_interim_answers_pass(sidecar, model, version):
    def hinting(it):
        it.act(lambda h2, stream: h2.send_headers(stream, [(":status", "103"), ("link", "</a>")]))
        it.answer()
    model.on("/i", hinting)
    with connect(version, sidecar.address) as client:
        got = client.ask("GET", "/i")
    assert [(status, fields.get("link")) for status, fields in got.interim] == [(103, "</a>")]
    assert got.text == "ok"


@both
def test_a_large_answer_passes(sidecar, model, version):
    model.on("/big", stream_flood(64 * MIB))
    with connect(version, sidecar.address) as client:
        got = client.ask("GET", "/big")
    assert (got.body.length, got.was_cut) == (64 * MIB, False)


@both
def test_a_large_request_keeps_to_the_models_window(begin, start, version):
    """The model counts: a byte above its window would be a violation."""
    model = begin({SettingCodes.INITIAL_WINDOW_SIZE: 1_000})
    model.on("/up", lambda it: it.answer(200, str(it.request.body.length).encode()))
    sidecar = start(model, H2C)
    with connect(version, sidecar.address) as client:
        assert client.ask("POST", "/up", body=bytes(2 * MIB)).text == str(2 * MIB)


def test_a_large_request_of_64_mib_passes(sidecar, model):
    model.on("/up", lambda it: it.answer(200, str(it.request.body.length).encode()))
    with connect("http2", sidecar.address) as client:
        assert client.ask("POST", "/up", body=bytes(64 * MIB)).text == str(64 * MIB)


def test_events_arrive_one_by_one(sidecar, model):
    turn = threading.Semaphore(0)

    def ping_pong(it):
        it.head(200, [("content-type", "text/event-stream")])
        for number in range(10):
            it.send(b"data: %d\n\n" % number)
            assert turn.acquire(timeout=5)
        it.end()
    model.on("/e", ping_pong)
    with HTTP2Client(sidecar.address) as client:
        got = client.handshake().head(client.request("GET", "/e"))
        for number in range(10):
            client.wait_until(lambda n=number: got.body.data.endswith(b"data: %d\n\n" % n))
            turn.release()
        client.wait_until(lambda: got.is_complete)


def test_a_slow_reader_holds_back_the_model_and_not_our_memory(sidecar, model):
    model.on("/big", stream_flood(64 * MIB))
    with HTTP2Client(sidecar.address, 30, credits=False) as client:
        stream = client.handshake().request(target="/big")
        client.wait_until(lambda: client.answers[stream].body.length == 65_535)
        before = sidecar.memory()
        request, seen = model.at("/big")[0], []

        def has_stalled():
            seen.append(request.streamed)
            return len(seen) > 1 and seen[-1] == seen[-2] > 0
        until(has_stalled, 10, "the model was held back", every=0.2)
        assert seen[-1] < 4 * MIB
        assert sidecar.memory() - before < 2 * MIB
        with HTTP2Client(sidecar.address) as other:
            assert other.handshake().ask().status == 200, "others of the model's streams go on"
        client.credits = True
        client.window_update(0, 65_535).window_update(stream, 65_535)
        assert client.response(stream).body.length == 64 * MIB


# Sharing --------------------------------------------------------------------------------------


def test_many_streams_share_one_connection(sidecar, model):
    gate = StreamGate()
    model.on("/g", gate)
    with HTTP2Client(sidecar.address) as client:
        streams = [client.handshake().request(target="/g") for _ in range(60)]
        until(lambda: gate.arrived == 60, 5)
        gate.open()
        assert [client.response(stream).status for stream in streams] == [200] * 60
    assert model.connections == 1


def test_clients_of_both_versions_share_one_connection(sidecar, model):
    for version in ["http1", "http2"] * 5:
        with connect(version, sidecar.address) as client:
            assert client.ask("POST", "/k", body=b"x").status == 200
    assert model.connections == 1


def test_more_connections_come_when_streams_run_out(begin, start):
    model, gate = begin({SettingCodes.MAX_CONCURRENT_STREAMS: 10}), StreamGate()
    model.on("/g", gate)
    sidecar = start(model, H2C)
    with HTTP2Client(sidecar.address) as client:
        streams = [client.handshake().request(target="/g") for _ in range(35)]
        until(lambda: gate.arrived == 35, 5)
        assert model.connections == 4
        assert max(link.most_streams for link in model.links) <= 10
        gate.open()
        assert [client.response(stream).status for stream in streams] == [200] * 35


def test_idle_connections_are_ended_by_us(start, model):
    sidecar = start(model, H2C | {"upstream": {"protocol": "h2c", "keepAlive": "300ms"}})
    with HTTP2Client(sidecar.address) as client:
        assert client.handshake().ask().status == 200
        until(lambda: [it for it in model.links if it.goodbye is not None and it.is_closed], 5)
        assert client.ask().status == 200
    assert model.connections == 2


# What goes wrong ------------------------------------------------------------------------------


@both
def test_a_refused_stream_is_tried_again(sidecar, model, version):
    """Nothing was processed, so even a POST may be sent again (RFC 9113 §8.7)."""
    model.on("/r", once(refuse(ErrorCodes.REFUSED_STREAM), answer(200, b"now")))
    with connect(version, sidecar.address) as client:
        assert client.ask("POST", "/r", body=b"x").text == "now"
    assert [it.body.data for it in model.at("/r")] == [b"x", b"x"]
    assert sidecar.metrics().total("outrider_retries_total", reason="refused_stream") == 1


def test_a_stream_that_is_always_refused_is_told(sidecar, model):
    model.on("/r", refuse(ErrorCodes.REFUSED_STREAM))
    with HTTP2Client(sidecar.address) as client:
        got = client.handshake().ask("POST", "/r", body=b"x")
    assert got.status in (502, 503)
    assert json.loads(got.text)["error"]["code"] in ("upstream_reset", "no_healthy_endpoint")


@both
def test_a_goaway_below_the_stream_is_tried_again_elsewhere(sidecar, model, version):
    def leaving(it):
        it.connection.go_away(last=it.request.stream - 2 if it.request.stream > 1 else 0)
        time.sleep(0.2)
        it.close()
    model.on("/r", once(leaving, answer(200, b"now")))
    with connect(version, sidecar.address) as client:
        assert client.ask("POST", "/r", body=b"x").text == "now"
    assert len({it.connection for it in model.at("/r")}) == 2


def test_streams_below_a_goaway_finish(sidecar, model):
    gate = StreamGate()
    model.on("/g", gate)
    with HTTP2Client(sidecar.address) as client:
        stream = client.handshake().request(target="/g")
        until(lambda: gate.arrived, 5)
        model.links[-1].go_away(last=model.at("/g")[0].stream)
        assert client.ask().status == 200, "others go to a connection of their own"
        gate.open()
        assert client.response(stream).status == 200
    assert model.connections == 2


@both
def test_a_reset_before_the_answer_is_502(sidecar, model, version):
    model.on("/x", refuse(ErrorCodes.INTERNAL_ERROR))
    with connect(version, sidecar.address) as client:
        got = client.ask("POST", "/x", body=b"x")
        is_told_everywhere(sidecar, got, "upstream_reset", 502, "maybe")
        assert client.ask("GET", "/after").status == 200
    assert model.connections == 1, "one stream's end is not the connection's"


@both
def test_a_reset_within_the_answer_never_looks_complete(sidecar, model, version):
    def dying(it):
        it.head(200)
        it.send(b"half")
        it.reset()
    model.on("/x", dying)
    with connect(version, sidecar.address) as client:
        got = client.ask("GET", "/x")
        assert got.was_cut and not got.body.is_complete
        if version == "http2":
            assert got.reset == Code.INTERNAL_ERROR
            assert client.ask().status == 200


@both
def test_a_model_that_dies_ends_all_streams(sidecar, model, version):
    model.on("/x", lambda it: it.close())
    with connect(version, sidecar.address) as client:
        is_told_everywhere(sidecar, client.ask("POST", "/x", body=b"x"), "upstream_reset", 502)
        assert client.ask("POST", "/after").status == 200


def test_a_stream_of_events_that_dies_gets_the_error_event(sidecar, model):
    model.on("/v1/chat/completions", stream_events(3, end="reset"))
    with HTTP2Client(sidecar.address) as client:
        got = client.handshake().ask("POST", "/v1/chat/completions", body=b"{}")
    last = got.body.data.rstrip().split(b"\n\n")[-1]
    assert json.loads(last.removeprefix(b"data: "))["error"]["code"] == "upstream_reset"
    assert got.reset == Code.INTERNAL_ERROR


def test_an_early_answer_of_the_model_passes(sidecar, model):
    """It answers, then resets without error: the rest of the request is not wanted."""
    def refusing(it):
        it.answer(403, b"no")
        it.reset(ErrorCodes.NO_ERROR)
    model.on("/up", refusing, early=True)
    with HTTP2Client(sidecar.address) as client:
        stream = client.handshake().request("POST", "/up", [("content-length", "1000000")], end=False)
        client.upload(stream, bytes(65_535), end=False)
        got = client.response(stream)
        assert (got.status, got.text, got.is_complete) == (403, "no", True)
        assert client.ask().status == 200


@both
def test_leaving_resets_the_stream_and_nothing_else(sidecar, model, version):
    model.on("/h", hang)
    if version == "http2":
        client = HTTP2Client(sidecar.address).handshake()
        stream = client.request("POST", "/h", body=b"x")
        request = model.wait_for("/h")
        client.cancel(stream)
    else:
        client = Client(sidecar.address).request("POST", "/h", body=b"x")
        request = model.wait_for("/h")
        client.reset()
    until(lambda: request.ended == "reset", 1, "the model was told")
    with HTTP2Client(sidecar.address) as other:
        assert other.handshake().ask().status == 200
    assert model.connections == 1


def test_an_idempotent_request_is_tried_again_on_503(sidecar, model):
    model.on("/r", sequence(answer(503, b"busy"), then=answer(200, b"now")))
    with HTTP2Client(sidecar.address) as client:
        assert client.handshake().ask(target="/r").text == "now"


# Which version --------------------------------------------------------------------------------


def test_a_model_that_speaks_http_1_only_is_asked_so(start, upstream):
    """With `auto` the model is asked as the client asks; it hangs up on HTTP/2 and is asked again."""
    sidecar = start(upstream)
    with HTTP2Client(sidecar.address) as client:
        got = [client.handshake().ask("POST", f"/a{n}", body=b"x").status for n in range(5)]
    assert got == [200] * 5
    assert [it.path for it in upstream.requests] == [f"/a{n}" for n in range(5)]


def test_auto_asks_a_model_in_the_clients_version(start, model):
    sidecar = start(model, {"health": {"type": "tcp"}})
    with HTTP2Client(sidecar.address) as client:
        assert client.handshake().ask(target="/a").status == 200
    assert model.at("/a")


def test_http1_asks_in_http_1_whoever_asks(start, upstream):
    sidecar = start(upstream, {"upstream": {"protocol": "http1"}})
    with HTTP2Client(sidecar.address) as client:
        assert client.handshake().ask(target="/a").status == 200
    assert upstream.at("/a")[0].version == "1.1"
    assert upstream.violations == []


def test_a_model_that_speaks_http_2_only_becomes_ready_by_default(start, model):
    """Health checks are asked in the model's own version."""
    sidecar = start(model, {"upstream": {"protocol": "h2c"}})
    assert sidecar.get("/readyz").status == 200
    assert model.violations == []
