"""Everybody misbehaves at once; afterwards nothing is left behind."""

import random
import threading
import time

import pytest

from harness import Client, until, wire
from harness.upstream import after, answer, echo, events, flood, raw, reset

#: What the model does at a path; requests choose among the paths.
MOODS = {
    "/ok": answer(), "/echo": echo, "/slow": after(0.05), "/500": answer(status=500),
    "/503": answer(status=503), "/reset": reset, "/events": events(5, gap=0.01),
    "/cut": events(3, gap=0.01, end="reset"), "/partial": events(2, gap=0.005, end="partial"),
    "/flood": flood(300_000), "/garbage": raw(b"\x00nonsense\r\n\r\n"),
    "/short": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
    "/close": raw(b"HTTP/1.0 200 OK\r\n\r\nuntil the end"), "/late": after(1.0),
    "/none": raw(b"HTTP/1.1 204 No Content\r\n\r\n", "keep"),
}


class Visitor:
    """One client that behaves as its dice say, request after request."""

    def __init__(self, address: str, seed: int, until_time: float):
        self.address, self.dice, self.until = address, random.Random(seed), until_time
        self.wrong: list = []
        self.whole = 0

    def run(self):
        while time.monotonic() < self.until:
            try:
                with Client(self.address, timeout=10) as client:
                    for _ in range(self.dice.randrange(1, 6)):
                        if not self.visit(client):
                            break
            except (OSError, wire.Ended):
                # It was told so by the end of its connection; that may be.
                pass
            except wire.Violation as error:
                self.wrong.append(repr(error))

    def visit(self, client) -> bool:
        dice, path = self.dice, self.dice.choice(list(MOODS))
        method = dice.choice(["GET", "POST", "PUT"])
        body = bytes(dice.choice([0, 1, 5_000, 70_000, 200_000])) if method != "GET" else None
        manner = dice.randrange(10)
        if manner == 0:  # leaves inside its request
            client.send(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc")
            dice.choice([client.reset, client.close])()
            return False
        if manner == 1 and body is not None:  # in chunks, slowly
            client.request(method, path, [("Transfer-Encoding", "chunked")])
            for start in range(0, len(body), 30_000):
                client.send(wire.chunk(body[start : start + 30_000]))
                time.sleep(0.002)
            client.send(b"0\r\n\r\n")
        elif manner == 2:  # two at once
            client.request(method, "/ok", body=body).request(method, path, body=body)
            if client.response(method).was_cut:
                return False
        else:
            fields = [("x-request-timeout-ms", "30")] if manner == 3 else []
            client.request(method, path, fields, body)
        if manner == 4:  # leaves before the answer
            time.sleep(dice.random() * 0.02)
            dice.choice([client.reset, client.close])()
            return False
        if manner == 5:  # leaves within the answer
            client.head()
            dice.choice([client.reset, client.close])()
            return False
        if manner == 6:
            client.half_close()
        got = client.response(method)
        self.judge(path, body, got)
        return not got.was_cut and got.fields.joined("connection").lower() != "close"

    def judge(self, path, body, got):
        """Whole answers are right, and those of the broken paths never look whole."""
        if got.was_cut or got.status >= 500 or got.status == 408:
            return
        self.whole += 1
        if path in ("/cut", "/partial", "/short", "/reset", "/garbage"):
            self.wrong.append((path, got))
        elif path == "/echo" and got.body.length != len(body or b""):
            self.wrong.append((path, len(body or b""), got))
        elif path == "/flood" and got.body.length != 300_000:
            self.wrong.append((path, got))


#: One that never opens, so that the model sees nearly everything; one that opens all the time.
BREAKERS = {
    "patient": {"consecutiveFailures": 10_000, "minimumCalls": 100_000},
    "jumpy": {"openFor": "100ms", "rampUp": "100ms", "maxOpenFor": "200ms"},
}


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("breaker", BREAKERS)
def test_a_crowd_that_misbehaves_leaves_nothing_behind(start, upstream, workers, breaker):
    for path, mood in MOODS.items():
        upstream.on(path, mood)
    sidecar = start(upstream, {
        "workers": workers, "limits": {"bufferMemory": "4MiB"},
        "timeouts": {"firstByte": "300ms", "idle": "300ms", "halfClose": "100ms"},
        "admission": {"concurrency": 12, "queue": 8, "queueTimeout": "200ms"},
        "breaker": BREAKERS[breaker]})
    descriptors = sidecar.descriptors()
    ends = time.monotonic() + 5
    visitors = [Visitor(sidecar.address, seed, ends) for seed in range(24)]
    threads = [threading.Thread(target=visitor.run) for visitor in visitors]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert [visitor.wrong for visitor in visitors if visitor.wrong] == []
    assert sum(visitor.whole for visitor in visitors) > 100
    left = {}

    def is_quiet():
        status = sidecar.status()
        model = status["upstreams"][0]
        left.update(
            requests=status["requests"], connections=status["connections"]["open"],
            buffered=status["bufferedBytes"], granted=model["inFlight"],
            waiting=model["queue"]["depth"], retries=model["retryBudget"]["inFlight"],
            attempts=model["endpoints"][0]["inFlight"],
            active=sidecar.metrics().total("http_server_active_requests"))
        return not any(left.values())

    until(is_quiet, 10, f"nothing left: {left}")
    until(lambda: sidecar.ask().status == 200, 5)
    until(lambda: sidecar.descriptors() <= descriptors + 4, 10)
