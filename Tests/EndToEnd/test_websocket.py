"""WebSocket and its tunnel through the sidecar."""

import base64
import os
import signal

import pytest

from harness import Client, Sidecar, until
from harness.upstream import answer, upgrade_echo

websockets = pytest.importorskip("websockets")
from websockets.sync.client import connect  # noqa: E402
from websockets.sync.server import serve  # noqa: E402


def handshake(extra=()):
    key = base64.b64encode(os.urandom(16)).decode()
    return [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", key),
            ("Sec-WebSocket-Version", "13"), *extra]


@pytest.fixture
def chat():
    """A WebSocket server that says everything back."""
    import threading

    def echo(socket):
        for message in socket:
            socket.send(message)

    with serve(echo, "127.0.0.1", 0, max_size=1 << 24) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield "127.0.0.1:%d" % server.socket.getsockname()[1]
        server.shutdown()


def test_messages_of_all_sizes_pass_both_ways(start, chat):
    sidecar = start(chat, {"health": {"type": "tcp"}})
    with connect(f"ws://{sidecar.address}/chat", max_size=1 << 24) as socket:
        for size in (0, 1, 125, 126, 65_535, 65_536, 1 << 20):
            socket.send(bytes(size))
            assert socket.recv(10) == bytes(size)
        socket.send("text \N{SNOWMAN}")
        assert socket.recv(10) == "text \N{SNOWMAN}"
        assert socket.ping().wait(5)


def test_many_sockets_at_once(start, chat):
    sidecar = start(chat, {"health": {"type": "tcp"}})
    sockets = [connect(f"ws://{sidecar.address}/") for _ in range(30)]
    sidecar.wait_metric("outrider_tunnels_active", 30)
    for number, socket in enumerate(sockets):
        socket.send(str(number))
    assert [socket.recv(10) for socket in sockets] == [str(n) for n in range(30)]
    [socket.close() for socket in sockets]
    until(lambda: sidecar.metrics().total("outrider_tunnels_active") == 0, 5)


def test_a_socket_outlives_every_request_timeout(start, chat):
    import time

    sidecar = start(chat, {"health": {"type": "tcp"}, "timeouts": {
        "firstByte": "200ms", "clientIdle": "200ms", "header": "200ms", "halfClose": "100ms"}})
    with connect(f"ws://{sidecar.address}/", ping_interval=None) as socket:
        time.sleep(0.6)
        socket.send("still there")
        assert socket.recv(5) == "still there"


def test_bytes_sent_right_behind_the_handshake_are_not_lost(sidecar, upstream):
    upstream.on("/ws", upgrade_echo)
    with Client(sidecar.address) as client:
        client.request("GET", "/ws", handshake())
        client.send(b"early bytes")
        assert client.head().status == 101
        while len(client.reader.buffer) < 11:
            assert client.reader.fill()
        assert bytes(client.reader.buffer) == b"early bytes"


def test_the_handshake_reaches_the_model_whole(sidecar, upstream):
    upstream.on("/ws", upgrade_echo)
    with Client(sidecar.address) as client:
        got = client.request("GET", "/ws", handshake([("Sec-WebSocket-Protocol", "x")])).head()
        assert got.fields.joined("upgrade").lower() == "websocket"
        assert "upgrade" in got.fields.joined("connection").lower()
        seen = upstream.at("/ws")[0].fields
        assert seen.get("upgrade").lower() == "websocket"
        assert "upgrade" in seen.joined("connection").lower()
        assert seen.get("sec-websocket-protocol") == "x"


def test_a_half_close_passes_through_the_tunnel(sidecar, upstream):
    def last_word(it):
        it.head(101, [("Upgrade", "websocket"), ("Connection", "Upgrade")], "Switching")
        it.sock.settimeout(10)
        got = b""
        while data := it.sock.recv(4096):
            got += data
        it.sock.sendall(b"heard " + got)
        it.close()
    upstream.on("/ws", last_word)
    with Client(sidecar.address) as client:
        client.request("GET", "/ws", handshake()).head()
        client.send(b"bye").half_close()
        assert client.rest() == b"heard bye"


def test_leaving_ends_the_tunnel_at_the_model(sidecar, upstream):
    upstream.on("/ws", upgrade_echo)
    client = Client(sidecar.address)
    assert client.request("GET", "/ws", handshake()).head().status == 101
    client.reset()
    until(lambda: upstream.at("/ws")[0].ended, 5)


def test_an_upgrade_that_the_model_declines_is_an_ordinary_answer(sidecar, upstream):
    upstream.on("/ws", answer(status=426, body=b"no"))
    with Client(sidecar.address) as client:
        got = client.ask("GET", "/ws", handshake())
        assert (got.status, got.text) == (426, "no")
        assert client.ask().status == 200


def test_other_upgrades_do_not_pass(sidecar, upstream):
    got = sidecar.ask("GET", "/x", [("Upgrade", "h2c"), ("Connection", "Upgrade, HTTP2-Settings"),
                                    ("HTTP2-Settings", "AAMAAABkAAQCAAAAAAIAAAAA")])
    assert got.status == 200
    seen = upstream.at("/x")[0].fields
    assert "upgrade" not in seen and "http2-settings" not in seen


def test_a_drain_says_goodbye(chat):
    with Sidecar(chat, {"health": {"type": "tcp"}, "drain": {"delay": "0s", "timeout": "1s"}}) as sidecar:
        with connect(f"ws://{sidecar.address}/") as socket:
            socket.send("x")
            assert socket.recv(5) == "x"
            sidecar.signal(signal.SIGTERM)
            with pytest.raises(websockets.ConnectionClosed) as closed:
                socket.recv(10)
            assert closed.value.rcvd and closed.value.rcvd.code == 1001
        assert sidecar.wait_exit() == 0
