"""A WebSocket over a stream of HTTP/2 (RFC 8441), as a client."""

from wsproto.connection import Connection, ConnectionType
from wsproto.events import Message, Pong

from .http2 import HTTP2Client


class StreamSocket:
    """The client's end of a WebSocket on a stream."""

    def __init__(self, address, path="/ws", fields=(), protocol="websocket", **options):
        self.client = HTTP2Client(address, 20, **options).handshake()
        self.wire = Connection(ConnectionType.CLIENT)
        self.stream = self.client.expect(1, "CONNECT")
        lines = [(":method", "CONNECT"), (":protocol", protocol), (":scheme", self.client.scheme),
                 (":path", path), (":authority", "model.test"), ("sec-websocket-version", "13"),
                 *fields]
        self.client.headers(1, lines, end=False)
        self.answer = self.client.head(1)
        self.pongs: list[bytes] = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()

    def send(self, event):
        data = self.wire.send(event)
        for start in range(0, len(data), 1 << 16):
            self.client.upload(self.stream, data[start : start + (1 << 16)], end=False)
            self.take()
        return self

    def take(self):
        """Shows what has arrived to the protocol; a long body would not be kept."""
        kept = self.answer.body.kept
        if kept:
            self.wire.receive_data(bytes(kept))
        self.answer.body.length -= len(kept)
        kept.clear()

    def events(self):
        """What comes next; nothing at the stream's end."""
        while True:
            self.take()
            yield from self.wire.events()
            if self.answer.is_complete or self.answer.reset is not None or self.client.is_closed:
                return
            before = self.answer.body.length
            self.client.wait_until(
                lambda n=before: self.answer.body.length != n or self.answer.is_complete
                or self.answer.reset is not None or self.client.is_closed)

    def receive(self):
        """One whole message, or a Close; pongs are counted."""
        parts = []
        for event in self.events():
            if isinstance(event, Pong):
                self.pongs.append(event.payload)
            elif not isinstance(event, Message):
                return event
            else:
                parts.append(event.data)
                if event.message_finished:
                    return type(event.data)().join(parts)
        raise AssertionError(f"the stream ended: {self.answer}")
