"""Clients that do anything at any time: nothing traps, nothing is left over, no model sees nonsense.

What they do is drawn from a seed, which a failure names; what comes of it depends on the moment.
"""

import os
import random
import select
import socket
import struct
import threading
import time

import hpack
import pytest

from harness import until
from harness.client import connect
from harness.http2 import END_HEADERS, END_STREAM, PREFACE, Code, Kind, Setting, frame
from harness.http2_upstream import HTTP2Upstream
from harness.upstream import answer, hang

SECONDS = 4
CLIENTS = 6
WINDOWS = (0, 1, 100, 65_535, 1 << 20)
KINDS = ("head",) * 9 + ("reset",) * 3 + ("data",) * 3 + ("credit",) * 3 + (
    "ping", "settings", "trailers", "garbage", "goaway")


class Caller:
    """One connection, from its preface to an end of whatever kind."""

    def __init__(self, address: str, dice: random.Random):
        self.dice, self.encoder = dice, hpack.Encoder()
        self.next_stream, self.streams = 1, []
        small = 4_096 if dice.random() < 0.3 else None
        self.sock = connect(address, 0.5, small)

    def live(self):
        with self.sock:
            try:
                self.sock.sendall(PREFACE + self.settings())
                for _ in range(self.dice.randint(1, 40)):
                    self.sock.sendall(self.some_frames())
                    if self.dice.random() < 0.6 and not self.read():
                        return
                self.leave()
            except OSError:
                pass

    def read(self) -> bool:
        """Takes a little of what came; whether more may come."""
        ready, _, _ = select.select([self.sock], [], [], self.dice.choice([0, 0.001, 0.01]))
        return not ready or bool(self.sock.recv(self.dice.choice([10, 1_000, 65_536])))

    def leave(self):
        how = self.dice.choice(["reset", "end", "wait", "close"])
        if how == "reset":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif how == "end":
            self.sock.shutdown(socket.SHUT_WR)
            self.sock.recv(1_000)
        elif how == "wait":
            ends = time.monotonic() + 0.1
            while time.monotonic() < ends and self.sock.recv(65_536):
                pass

    def some_frames(self) -> bytes:
        data = b"".join(self.any_frame() for _ in range(self.dice.randint(1, 6)))
        return data[:self.dice.randint(1, len(data))] if self.dice.random() < 0.05 else data

    def any_frame(self) -> bytes:
        kind = self.dice.choice(KINDS) if self.streams else "head"
        return getattr(self, kind)()

    def head(self) -> bytes:
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        self.streams.append(stream)
        path = self.dice.choice(["/", "/large", "/hang", "/nowhere"])
        fields = [(":method", self.dice.choice(["GET", "POST", "HEAD"])), (":scheme", "http"),
                  (":path", path), (":authority", "model")]
        ends = self.dice.random() < 0.6
        for chance, field in (
                (0.1, ("expect", "100-continue")), (0.05, ("connection", "close")),
                (0.1, ("x-outrider-timeout-ms", str(self.dice.randint(1, 50)))),
                (0.1 if not ends else 0, ("content-length", str(self.dice.randint(0, 3_000))))):
            if self.dice.random() < chance:
                fields.append(field)
        flags = END_HEADERS | (END_STREAM if ends else 0)
        return frame(Kind.HEADERS, flags, stream, self.encoder.encode(fields))

    def data(self) -> bytes:
        size = self.dice.choice([0, 1, 100, 16_384])
        return frame(Kind.DATA, self.dice.choice([0, END_STREAM]), self.stream(), bytes(size))

    def trailers(self) -> bytes:
        return frame(Kind.HEADERS, END_HEADERS | END_STREAM, self.stream(),
                     self.encoder.encode([("a", "b")]))

    def reset(self) -> bytes:
        code = self.dice.choice([Code.NO_ERROR, Code.CANCEL, Code.STREAM_CLOSED])
        return frame(Kind.RST_STREAM, 0, self.stream(), struct.pack(">I", code))

    def credit(self) -> bytes:
        stream = self.dice.choice([0, self.stream()])
        return frame(Kind.WINDOW_UPDATE, 0, stream,
                     struct.pack(">I", self.dice.choice([1, 1_000, 100_000])))

    def settings(self) -> bytes:
        return frame(Kind.SETTINGS, 0, 0, struct.pack(
            ">HI", Setting.INITIAL_WINDOW_SIZE, self.dice.choice(WINDOWS)))

    def ping(self) -> bytes:
        return frame(Kind.PING, 0, 0, bytes(8))

    def goaway(self) -> bytes:
        return frame(Kind.GOAWAY, 0, 0, bytes(8)) if self.dice.random() < 0.2 else self.ping()

    def garbage(self) -> bytes:
        """Ends most connections, so it is rare."""
        if self.dice.random() < 0.8:
            return self.ping()
        return frame(self.dice.randint(0, 12), self.dice.randint(0, 255),
                     self.dice.randint(0, self.next_stream + 4), self.dice.randbytes(20))

    def stream(self) -> int:
        return self.dice.choice(self.streams)


@pytest.mark.parametrize("protocol", ["http1", "h2c"])
def test_whatever_clients_do_nothing_is_left(start, upstream, protocol):
    with HTTP2Upstream() as model:
        if protocol == "http1":
            model = upstream
        model.on("/", answer(200, b"hello"))
        model.on("/large", answer(200, bytes(1 << 20)))
        model.on("/hang", hang)
        config = {"upstream": {"protocol": protocol}, "workers": 2, "health": {"type": "tcp"},
                  "timeouts": {"idle": "1s", "firstByte": "1s"},
                  "breaker": {"consecutiveFailures": 10_000, "minimumCalls": 100_000}}
        sidecar = start(model, config)
        seed = int(os.environ.get("OUTRIDER_SEED") or random.randrange(1 << 32))
        print(f"OUTRIDER_SEED={seed}")
        ends = time.monotonic() + SECONDS
        counts = [0] * CLIENTS

        def live(index):
            dice = random.Random(f"{seed} {index}")
            while time.monotonic() < ends:
                Caller(sidecar.address, dice).live()
                counts[index] += 1
        threads = [threading.Thread(target=live, args=(index,)) for index in range(CLIENTS)]
        [thread.start() for thread in threads]
        [thread.join(SECONDS + 20) for thread in threads]
        assert all(counts), counts

        def is_quiet():
            status = sidecar.status()
            return (status["requests"], status["connections"]["open"],
                    status["bufferedBytes"]) == (0, 0, 0)
        until(is_quiet, 10, "nothing is left")
        assert sidecar.metrics().total("outrider_upstream_in_flight") == 0
