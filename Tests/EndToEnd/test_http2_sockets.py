"""WebSockets over streams (RFC 8441), and every mixture of versions on the two sides."""

import signal
import threading

import pytest
from h2.settings import SettingCodes
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Message, Ping, TextMessage

from harness import HTTP2Client, until
from harness.http2 import Code, Setting
from harness.http2_upstream import HTTP2Upstream
from harness.stream_socket import StreamSocket
from harness.upstream import answer, raw, upgrade_echo

websockets = pytest.importorskip("websockets")
from websockets.sync.client import connect  # noqa: E402
from websockets.sync.server import serve  # noqa: E402

MIB = 1 << 20
LARGEST = 16 * MIB
TCP = {"health": {"type": "tcp"}}


def converse(it):
    """The model's end of a WebSocket on a stream: says every message back."""
    server, parts = Connection(ConnectionType.SERVER), []
    it.head(200, [("sec-websocket-protocol", "chat")]
            if "sec-websocket-protocol" in it.request.fields else [])
    while data := it.read():
        server.receive_data(data)
        for event in server.events():
            if isinstance(event, Ping):
                it.send(server.send(event.response()))
            elif isinstance(event, CloseConnection):
                it.request.ended = f"closed {event.code}"
                it.send(server.send(event.response()), end=True)
                return
            elif isinstance(event, Message):
                parts.append(event.data)
                if event.message_finished:
                    it.send(server.send(type(event)(type(event.data)().join(parts))))
                    parts.clear()
    it.end()


@pytest.fixture
def chat():
    """A WebSocket server of HTTP/1.1 that says everything back."""
    def echo(socket):
        for message in socket:
            socket.send(message)
    with serve(echo, "127.0.0.1", 0, max_size=2 * LARGEST) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield "127.0.0.1:%d" % server.socket.getsockname()[1]
        server.shutdown()


@pytest.fixture
def model():
    with HTTP2Upstream() as one:
        one.default = converse
        yield one
    assert one.violations == []


@pytest.fixture(params=["http1", "http2"])
def sidecar(request, start):
    """In front of a model of either version, both of which say everything back."""
    if request.param == "http1":
        return start(request.getfixturevalue("chat"), TCP)
    return start(request.getfixturevalue("model"), {"upstream": {"protocol": "h2c"}} | TCP)


def test_extended_connect_is_offered(sidecar):
    with HTTP2Client(sidecar.address) as client:
        client.handshake()
        assert client.peer[Setting.ENABLE_CONNECT_PROTOCOL] == 1


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, MIB, LARGEST])
def test_messages_of_all_sizes_pass_both_ways(sidecar, size):
    with StreamSocket(sidecar.address) as socket:
        assert socket.answer.status == 200
        sent = bytes(n % 251 for n in range(min(size, 4_096))) * max(size // 4_096, 1)
        assert socket.send(BytesMessage(sent)).receive() == sent


def test_fragments_text_and_pings_pass(sidecar):
    with StreamSocket(sidecar.address) as socket:
        socket.send(TextMessage("one ", message_finished=False)).send(Ping(b"between"))
        socket.send(TextMessage("two ", message_finished=False))
        assert socket.send(TextMessage("three \N{SNOWMAN}")).receive() == "one two three \N{SNOWMAN}"
        assert socket.pongs == [b"between"]


def test_a_close_passes_both_ways(sidecar):
    with StreamSocket(sidecar.address) as socket:
        assert socket.send(TextMessage("x")).receive() == "x"
        event = socket.send(CloseConnection(4_321, "bye")).receive()
        assert isinstance(event, CloseConnection) and event.code == 4_321
        socket.client.upload(socket.stream, b"")
        socket.client.wait_until(
            lambda: socket.answer.is_complete or socket.answer.reset is not None)
        assert socket.client.is_alive()


def test_a_client_that_ends_its_side_first_is_told_the_end(start, upstream):
    upstream.on("/ws", upgrade_echo)
    sidecar = start(upstream, {"upstream": {"protocol": "http1"}})
    with StreamSocket(sidecar.address) as socket:
        socket.client.upload(socket.stream, b"")
        socket.client.wait_until(
            lambda: socket.answer.is_complete or socket.answer.reset is not None)
        assert socket.answer.is_complete and socket.answer.reset is None


def test_many_sockets_share_a_connection_with_requests(sidecar, start):
    with HTTP2Client(sidecar.address, 10) as client:
        client.handshake()
        streams = []
        for _ in range(20):
            stream = client.expect(client.next_stream, "CONNECT")
            client.headers(stream, [
                (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"),
                (":path", "/ws"), (":authority", "model.test"), ("sec-websocket-version", "13"),
            ], end=False)
            assert client.head(stream).status == 200
            streams.append((stream, Connection(ConnectionType.CLIENT)))
        sidecar.wait_metric("outrider_tunnels_active", 20)
        for number, (stream, wire) in enumerate(streams):
            client.data(stream, wire.send(TextMessage(str(number))))
        for number, (stream, wire) in enumerate(streams):
            client.wait_until(lambda s=stream: client.answers[s].body.length)
            wire.receive_data(client.answers[stream].body.data)
            assert [event.data for event in wire.events()] == [str(number)]
        for stream, _ in streams:
            client.cancel(stream)
        until(lambda: sidecar.metrics().total("outrider_tunnels_active") == 0, 5)
        assert client.is_alive()


def test_a_client_of_http_1_reaches_a_model_of_http_2(start, model):
    sidecar = start(model, {"upstream": {"protocol": "h2c"}} | TCP)
    with connect(f"ws://{sidecar.address}/chat?x=1", max_size=2 * LARGEST) as socket:
        for size in (0, 1, 126, 65_536, MIB, LARGEST):
            socket.send(bytes(size))
            assert socket.recv(20) == bytes(size)
        socket.send(["frag", "ments"])
        assert socket.recv(5) == "fragments"
        assert socket.ping().wait(5)
    seen = model.at("/chat")[0]
    assert (seen.method, seen.protocol, seen.target) == ("CONNECT", "websocket", "/chat?x=1")
    assert "sec-websocket-key" not in seen.fields and "upgrade" not in seen.fields
    until(lambda: seen.ended, 5)


def test_a_subprotocol_is_agreed_on(start, model):
    sidecar = start(model, {"upstream": {"protocol": "h2c"}} | TCP)
    with connect(f"ws://{sidecar.address}/chat", subprotocols=["chat", "other"]) as socket:
        assert socket.subprotocol == "chat"
    with StreamSocket(sidecar.address, fields=[("sec-websocket-protocol", "chat")]) as socket:
        assert socket.answer.fields.get("sec-websocket-protocol") == "chat"


def test_leaving_ends_the_tunnel_at_the_model(start, model):
    sidecar = start(model, {"upstream": {"protocol": "h2c"}} | TCP)
    with StreamSocket(sidecar.address) as socket:
        assert socket.send(TextMessage("x")).receive() == "x"
    until(lambda: model.at("/ws")[0].ended, 2, "the model was told")
    with StreamSocket(sidecar.address, "/second") as socket:
        assert socket.send(TextMessage("x")).receive() == "x"
        socket.client.cancel(1)
        until(lambda: model.at("/second")[0].ended == "reset", 2, "the model was told")


def test_a_model_that_hangs_up_ends_the_stream(start, model):
    def short(it):
        it.head(200)
        it.send(b"\x81\x02hi", end=True)
    model.on("/ws", short, early=True)
    sidecar = start(model, {"upstream": {"protocol": "h2c"}} | TCP)
    with StreamSocket(sidecar.address) as socket:
        assert socket.receive() == "hi"
        socket.client.wait_until(lambda: socket.answer.is_complete)


def test_an_upgrade_that_the_model_declines_is_an_ordinary_answer(start, upstream):
    upstream.on("/ws", answer(403, b"no"))
    with StreamSocket(start(upstream).address) as socket:
        got = socket.client.response(1)
        assert (got.status, got.text) == (403, "no")


def test_an_upgrade_that_the_model_only_answers_is_no_socket(start, upstream):
    """A 200 of HTTP/1.1 has not switched: it must not look like an open WebSocket."""
    upstream.on("/ws", answer(200, b"a page"))
    with StreamSocket(start(upstream).address) as socket:
        socket.client.response(1)
        assert socket.answer.status != 200


def test_a_wrong_accept_of_the_model_is_502(start, upstream):
    upstream.on("/ws", raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                           b"Connection: Upgrade\r\nSec-WebSocket-Accept: wrong\r\n\r\n", "hold"))
    with StreamSocket(start(upstream).address) as socket:
        assert socket.client.response(1).status == 502


def test_a_model_without_extended_connect_is_told(start):
    with HTTP2Upstream({SettingCodes.ENABLE_CONNECT_PROTOCOL: 0}) as plain:
        sidecar = start(plain, {"upstream": {"protocol": "h2c"}} | TCP)
        with StreamSocket(sidecar.address) as socket:
            assert socket.client.response(1).status in (501, 502)
        assert plain.requests == []
    assert plain.violations == []


@pytest.mark.parametrize("protocol", ["connect-udp", "", "web socket"])
def test_other_protocols_are_refused(start, upstream, protocol):
    with StreamSocket(start(upstream).address, protocol=protocol) as socket:
        got = socket.client.response(1)
        assert got.status in (400, 405, 501) or got.reset == Code.PROTOCOL_ERROR
    assert upstream.requests == []


def test_a_socket_outlives_every_request_timeout(start, model):
    sidecar = start(model, {"upstream": {"protocol": "h2c"}, "timeouts": {
        "firstByte": "200ms", "clientIdle": "200ms", "header": "200ms"}} | TCP)
    with StreamSocket(sidecar.address) as socket:
        with pytest.raises(TimeoutError):
            socket.client.wait_until(lambda: socket.answer.is_complete, 0.8)
        assert socket.send(TextMessage("still there")).receive() == "still there"


def test_a_drain_says_goodbye(start, model):
    sidecar = start(model, {"upstream": {"protocol": "h2c"}, "drain": {"delay": "0s", "timeout": "1s"}}
                    | TCP)
    with StreamSocket(sidecar.address) as socket:
        assert socket.send(TextMessage("x")).receive() == "x"
        sidecar.signal(signal.SIGTERM)
        event = socket.receive()
        assert isinstance(event, CloseConnection) and event.code == 1001
    assert sidecar.wait_exit() == 0
