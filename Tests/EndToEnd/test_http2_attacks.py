"""Floods and other attacks on HTTP/2: the attacker is ended, everyone else is served meanwhile.

Each lasts some seconds, an ended attacker coming again four times a second: the model is in Python,
and a thousand cancelled connections a second would be an attack on that. Meanwhile a client of good
manners is served on a connection of its own, and resident memory stays below 64 MB.
"""

import json
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from harness import HTTP2Client, wire
from harness.http2 import END_HEADERS, END_STREAM, Code, Kind, Setting, frame, priority
from harness.upstream import answer, flood, hang

pytestmark = [pytest.mark.alone, pytest.mark.timeout(60)]

SECONDS = 3
MEMORY = 64_000_000
PATIENCE = 0.25
MIB = 1 << 20
HUGE = 2**31 - 1


class Attack:
    """Runs `flood` against the sidecar and a client of good manners beside it.

    `flood(client, turn)` yields the next bytes of a connection, or nothing when it has none.
    """

    def __init__(self, sidecar, bytes_of, *, reads=True, settings=None, prepare=None):
        self.sidecar, self.bytes_of, self.reads = sidecar, bytes_of, reads
        self.settings, self.prepare = settings, prepare
        self.codes: list[int | None] = []
        self.violations: list[str] = []
        self.peak = 0
        self.ends = time.monotonic() + SECONDS

    @property
    def is_over(self):
        return time.monotonic() > self.ends

    def run(self):
        polite = subprocess.Popen(
            [sys.executable, "-m", "harness.polite", self.sidecar.address, str(SECONDS)],
            cwd=Path(__file__).parent, stdout=subprocess.PIPE, text=True)
        thread = threading.Thread(target=self.assault)
        thread.start()
        while not self.is_over:
            self.peak = max(self.peak, self.sidecar.memory())
            time.sleep(0.02)
        thread.join(20)
        told = json.loads(polite.communicate(timeout=20)[0])
        assert not self.violations, self.violations[:3]
        assert self.peak < MEMORY, f"{self.peak >> 20} MiB"
        assert not told["failures"], told["failures"]
        assert told["served"] >= 5, f"only {told['served']} answers in {SECONDS} s"
        assert told["times"][int(len(told["times"]) * 0.99)] < PATIENCE, told["times"][-5:]
        return self

    def assault(self):
        while not self.is_over:
            with HTTP2Client(self.sidecar.address, 1, self.settings, credits=False,
                             receive_buffer=None if self.reads else 4_096) as client:
                try:
                    self.attack_once(client.handshake())
                except (TimeoutError, OSError, wire.Ended):
                    pass
                except wire.Violation as violation:
                    self.violations.append(str(violation))
                self.codes.append(client.goaway.code if client.goaway else None)
            time.sleep(0.25)

    def attack_once(self, client):
        if self.prepare:
            self.prepare(client)
        turn = 0
        while not self.is_over and not client.is_closed:
            data = self.bytes_of(client, turn)
            turn += 1
            if not data:
                client.wait_closed(0.5)
            elif self.reads:
                client.transmit(data)
                client.frames.clear()
            else:
                client.sock.sendall(data)
            if client.goaway:
                client.wait_closed(1)
                return

    def is_told(self, kind):
        """The attacker hears ENHANCE_YOUR_CALM, and the metric counts it."""
        assert Code.ENHANCE_YOUR_CALM in self.codes, self.codes
        self.sidecar.wait_metric("outrider_http2_abuses_total", 1, kind=kind)


@pytest.fixture
def roomy(start, upstream):
    """A sidecar whose slots the attacker's streams do not exhaust: that is for limits of callers."""
    return start(upstream, {"admission": {"concurrency": 256}})


def heads(client, count, end=True, method="GET", path="/attack"):
    """Bytes that open `count` streams, and their numbers."""
    streams, data = [], b""
    for _ in range(count):
        stream = client.expect(client.next_stream, method)
        block = client.encode(client.get(method=method, path=path))
        flags = END_HEADERS | (END_STREAM if end else 0)
        data += frame(Kind.HEADERS, flags, stream, block)
        streams.append((stream, data))
        data = b""
    return streams


def test_rapid_reset(sidecar, upstream):
    """CVE-2023-44487."""
    upstream.on("/attack", hang)

    def bytes_of(client, turn):
        return b"".join(head + frame(Kind.RST_STREAM, 0, stream, struct.pack(">I", Code.CANCEL))
                        for stream, head in heads(client, 50))
    Attack(sidecar, bytes_of).run().is_told("rapid_reset")


PROVOCATIONS = {
    "no credit": lambda stream: frame(Kind.WINDOW_UPDATE, 0, stream, bytes(4)),
    "too much credit": lambda stream: frame(Kind.WINDOW_UPDATE, 0, stream, struct.pack(">I", HUGE)),
    "PRIORITY of a wrong size": lambda stream: frame(Kind.PRIORITY, 0, stream, b"\0"),
    "PRIORITY on itself": lambda stream: frame(Kind.PRIORITY, 0, stream, priority(stream)),
}


@pytest.mark.parametrize("provoke", PROVOCATIONS.values(), ids=PROVOCATIONS)
def test_made_you_reset(sidecar, upstream, provoke):
    """CVE-2025-8671: the client breaks rules so that the server resets."""
    upstream.on("/attack", hang)

    def bytes_of(client, turn):
        return b"".join(head + provoke(stream) for stream, head in heads(client, 50))
    Attack(sidecar, bytes_of).run().is_told("rapid_reset")


@pytest.mark.parametrize("how", ["DATA", "HEADERS"])
def test_made_you_reset_behind_the_end(sidecar, upstream, how):
    upstream.on("/attack", hang)

    def bytes_of(client, turn):
        more = frame(Kind.DATA, 0, 0, b"x") if how == "DATA" else None
        data = b""
        for stream, head in heads(client, 50):
            behind = more or frame(Kind.HEADERS, END_HEADERS | END_STREAM, 0, client.encode([]))
            data += head + behind[:5] + struct.pack(">I", stream) + behind[9:]
        return data
    attack = Attack(sidecar, bytes_of).run()
    assert set(attack.codes) & {Code.ENHANCE_YOUR_CALM, Code.STREAM_CLOSED}, attack.codes


def test_made_you_reset_by_malformed_requests(sidecar, upstream):
    def bytes_of(client, turn):
        data = b""
        for _ in range(50):
            stream = client.expect(client.next_stream)
            block = client.encode(client.get(("connection", "close")))
            data += frame(Kind.HEADERS, END_HEADERS | END_STREAM, stream, block)
        return data
    Attack(sidecar, bytes_of).run().is_told("rapid_reset")
    assert {it.path for it in upstream.requests} == {"/well-behaved"}


@pytest.mark.parametrize("size", [0, 1, 16_384])
def test_continuation_flood(sidecar, upstream, size):
    """CVE-2024-27316: a head that never ends."""
    def bytes_of(client, turn):
        if turn == 0:
            return frame(Kind.HEADERS, END_STREAM, client.expect(1), client.encode(client.get()))
        part = (b"\x00\x01x\x01y" * 4_000)[:size]
        return frame(Kind.CONTINUATION, 0, 1, part) * 50
    attack = Attack(sidecar, bytes_of).run()
    counted = sum(sidecar.metrics().total("outrider_http2_abuses_total", kind=kind)
                  for kind in ("continuation_flood", "header_bomb", "empty_frames"))
    assert Code.ENHANCE_YOUR_CALM in attack.codes and counted


def test_continuation_flood_is_counted_as_such(sidecar, upstream):
    def bytes_of(client, turn):
        if turn == 0:
            return frame(Kind.HEADERS, END_STREAM, client.expect(1), client.encode(client.get()))
        return frame(Kind.CONTINUATION, 0, 1, b"\x00\x01x\x01y") * 20
    Attack(sidecar, bytes_of).run().is_told("continuation_flood")


def test_settings_flood(sidecar, upstream):
    """CVE-2019-9515."""
    one = frame(Kind.SETTINGS, 0, 0, struct.pack(">HI", Setting.MAX_FRAME_SIZE, 16_384))

    def bytes_of(client, turn):
        client.unacknowledged += [{}] * 100
        return one * 100
    Attack(sidecar, bytes_of).run().is_told("settings_flood")


def test_ping_flood(sidecar, upstream):
    """CVE-2019-9512."""
    Attack(sidecar, lambda client, turn: frame(Kind.PING, 0, 0, bytes(8)) * 100).run().is_told(
        "ping_flood")


@pytest.mark.parametrize("end_headers", [True, False], ids=["DATA", "CONTINUATION"])
def test_empty_frames(sidecar, upstream, end_headers):
    """CVE-2019-9518."""
    upstream.on("/attack", lambda it: it.read_body(), early=True)

    def bytes_of(client, turn):
        if turn == 0:
            flags = END_HEADERS if end_headers else END_STREAM
            lines = client.get(method="POST", path="/attack")
            return frame(Kind.HEADERS, flags, client.expect(1, "POST"), client.encode(lines))
        return frame(Kind.DATA if end_headers else Kind.CONTINUATION, 0, 1) * 100
    attack = Attack(sidecar, bytes_of).run()
    assert Code.ENHANCE_YOUR_CALM in attack.codes, attack.codes
    if end_headers:
        attack.is_told("empty_frames")


def test_empty_padded_data(sidecar, upstream):
    """Frames that carry padding alone."""
    upstream.on("/attack", lambda it: it.read_body(), early=True)

    def bytes_of(client, turn):
        if turn == 0:
            lines = client.get(method="POST", path="/attack")
            return frame(Kind.HEADERS, END_HEADERS, client.expect(1, "POST"), client.encode(lines))
        return frame(Kind.DATA, 0x8, 1, b"\0") * 100
    Attack(sidecar, bytes_of).run().is_told("empty_frames")


def test_priority_flood(sidecar, upstream):
    """CVE-2019-9513."""
    def bytes_of(client, turn):
        return b"".join(frame(Kind.PRIORITY, 0, 1 + 2 * n, priority(0)) for n in range(200))
    Attack(sidecar, bytes_of).run().is_told("priority_flood")


def test_unknown_frames_flood(sidecar, upstream):
    Attack(sidecar, lambda client, turn: frame(0xEE, 0, 0, b"x" * 10) * 200).run().is_told(
        "priority_flood")


def test_window_update_flood(sidecar, upstream):
    Attack(sidecar, lambda client, turn: frame(Kind.WINDOW_UPDATE, 0, 0, struct.pack(">I", 1)) * 200
           ).run().is_told("window_update_flood")


def test_header_bomb(sidecar, upstream):
    """CVE-2016-6581: one field in the table, asked for again and again."""
    def bytes_of(client, turn):
        stream = client.expect(client.next_stream)
        bomb = b"\x40\x01a\x7f\x81\x1e" + b"v" * 3_968 if turn == 0 else b""
        block = client.encode(client.get()) + bomb + b"\xbe" * 12_000
        return frame(Kind.HEADERS, END_HEADERS | END_STREAM, stream, block)
    attack = Attack(sidecar, bytes_of).run()
    attack.is_told("header_bomb")
    assert {it.path for it in upstream.requests} == {"/well-behaved"}


def test_large_heads_one_after_the_other(sidecar, upstream):
    """Just below the bounds, on all streams, with bodies that never come."""
    def bytes_of(client, turn):
        if turn >= 100:
            return b""
        stream = client.expect(client.next_stream, "POST")
        block = client.encode(client.get(*((f"x-{n}", f"{n}" * 1_000) for n in range(60)),
                                         method="POST"))
        data = frame(Kind.HEADERS, 0, stream, block[:16_384])
        rest = [block[at : at + 16_384] for at in range(16_384, len(block), 16_384)]
        for number, part in enumerate(rest):
            flags = END_HEADERS if number == len(rest) - 1 else 0
            data += frame(Kind.CONTINUATION, flags, stream, part)
        return data
    Attack(sidecar, bytes_of).run()


def test_streams_without_windows_that_ask_for_large_answers(roomy, upstream):
    """CVE-2019-9511 and its like: nothing may be read from the model for those who take nothing."""
    upstream.on("/attack", flood(16 * MIB))

    def bytes_of(client, turn):
        return b"".join(data for _, data in heads(client, 10)) if turn < 10 else b""
    Attack(roomy, bytes_of, settings={Setting.INITIAL_WINDOW_SIZE: 0}).run()


def test_windows_that_open_byte_by_byte(roomy, upstream):
    upstream.on("/attack", flood(16 * MIB))

    def bytes_of(client, turn):
        if turn < 10:
            return b"".join(data for _, data in heads(client, 10))
        for answered in client.answers.values():
            answered.window += 1
        client.window += len(client.answers)
        return b"".join(frame(Kind.WINDOW_UPDATE, 0, stream, struct.pack(">I", 1))
                        for stream in (0, *client.answers))
    Attack(roomy, bytes_of, settings={Setting.INITIAL_WINDOW_SIZE: 0}).run()


def test_bodies_that_trickle(roomy, upstream):
    upstream.on("/attack", lambda it: it.read_body(), early=True)

    def bytes_of(client, turn):
        if turn == 0:
            return b"".join(data for _, data in heads(client, 90, end=False, method="POST"))
        time.sleep(0.01)
        return b"".join(frame(Kind.DATA, 0, stream, b"x") for stream in client.answers)
    Attack(roomy, bytes_of).run()


def test_heads_that_are_never_read(sidecar, upstream):
    """Large heads leave at once, whatever the windows: their number must be bounded."""
    upstream.on("/attack", answer(200, b"", [("X-Large", "l" * 8_000)]))

    def bytes_of(client, turn):
        return b"".join(data for _, data in heads(client, 20, method="HEAD"))
    Attack(sidecar, bytes_of, reads=False).run()


def test_output_that_is_never_read(sidecar, upstream):
    """Asks on and on but does not read what it is answered (CVE-2019-9517)."""
    upstream.on("/attack", flood(8 * MIB))

    def prepare(client):
        client.credits = True
        for _ in range(1_500):
            client.ask()
        client.credits = False

    def bytes_of(client, turn):
        if turn == 0:
            return frame(Kind.WINDOW_UPDATE, 0, 0, struct.pack(">I", 1 << 30)) + b"".join(
                data for _, data in heads(client, 20))
        return frame(Kind.PING, 0, 0, bytes(8)) * 100
    Attack(sidecar, bytes_of, reads=False, settings={Setting.INITIAL_WINDOW_SIZE: 1 << 24},
           prepare=prepare).run()
    sidecar.wait_metric("outrider_http2_abuses_total", 1, kind="unread_output")


def test_many_connections_that_only_greet(sidecar, upstream):
    """Each costs what an idle connection costs."""
    crowd = []

    def bytes_of(client, turn):
        for _ in range(20):
            crowd.append(HTTP2Client(sidecar.address, 5))
        time.sleep(0.02)
        return frame(Kind.PING, 0, 0, bytes(8)) if turn < 100 else b""
    try:
        Attack(sidecar, bytes_of).run()
    finally:
        [client.close() for client in crowd]


def test_a_gateways_shared_connection_is_not_ended_for_one_impatient_caller(sidecar, upstream):
    """Many resets among more requests that are served: no abuse."""
    upstream.on("/attack", hang)
    with HTTP2Client(sidecar.address) as client:
        client.handshake()
        for _ in range(300):
            stream = client.request(target="/attack")
            client.cancel(stream)
            assert client.ask().status == 200
            assert client.ask().status == 200
        assert client.goaway is None
    assert sidecar.metrics().total("outrider_http2_abuses_total") == 0
