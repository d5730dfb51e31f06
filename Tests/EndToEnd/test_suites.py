"""What others collected to break proxies, replayed at the socket.

The data lies in OUTRIDER_SUITES; where it is absent these tests say that they were skipped.
"""

import json
import os
import random
import select
import tarfile
import time

import pytest

from harness import Client, Upstream, until, wire
from harness.client import connect


@pytest.fixture(scope="module")
def gadgets(suites):
    file = suites / "smuggling-te/gadgets.json"
    if not file.exists():
        pytest.skip(f"no {file}")
    return json.loads(file.read_text())


@pytest.fixture(scope="module")
def corpora(suites):
    file = suites / "h2o-fuzz/corpora.tar.gz"
    if not file.exists():
        pytest.skip(f"no {file}")
    with tarfile.open(file) as archive:
        return [archive.extractfile(member).read() for member in archive if member.isfile()]


def poison(gadget: str, shape: int) -> bytes:
    """A POST whose body is ambiguous between Content-Length and the mutated Transfer-Encoding."""
    line = gadget.encode("latin-1")
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: a\r\nX: "
    if shape == 0:  # chunked ends early, the length reaches over the hidden request
        body = b"0\r\n\r\n" + smuggled + b"y\r\n\r\n"
        length = len(body)
    else:  # the length ends early, the chunk reaches over the hidden request
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(smuggled), smuggled)
        length = len(b"%x\r\n" % len(smuggled))
    return (b"POST /outer HTTP/1.1\r\n" + line + b"\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % length
            + body)


@pytest.mark.parametrize("shape", [0, 1], ids=["cl over te", "te over cl"])
def test_no_mutated_transfer_encoding_gets_a_second_request_through(start, gadgets, shape):
    """Each is refused, or forwarded as exactly one well-framed request."""
    with Upstream() as model:
        sidecar = start(model, {"timeouts": {"header": "2s"}, "telemetry": {"accessLog": "off"}})
        failures = []
        for name, entry in gadgets.items():
            model.requests.clear()
            with Client(sidecar.address, timeout=5) as client:
                client.send(poison(entry["gadget"], shape))
                try:
                    status = client.response("POST").status
                except (wire.Violation, wire.Ended, OSError) as error:
                    failures.append((name, repr(error)))
                    continue
                client.half_close()
                client.rest()
            seen = list(model.requests)
            outer = [r for r in seen if r.path == "/outer"]
            if [r for r in seen if r.path == "/smuggled"]:
                failures.append((name, "a second request"))
            elif len(outer) > 1 or (status < 300) != (len(outer) == 1):
                failures.append((name, status, seen))
            elif outer and "transfer-encoding" in outer[0].fields and "content-length" in outer[0].fields:
                failures.append((name, "both lengths forwarded"))
        assert failures == []
        assert model.violations == []
        assert len(gadgets) == 1716


def raw(case) -> bytes:
    """The bytes of a case; a few hold characters that no single byte stands for."""
    text = case["raw_latin1"]
    return text.encode("latin-1" if all(ord(letter) < 256 for letter in text) else "utf-8")


def cases(suites, kind):
    file = suites / "llhttp-fixtures/cases.json"
    if not file.exists():
        pytest.skip(f"no {file}")
    return [case for case in json.loads(file.read_text()) if case["type"] == kind]


def test_requests_that_llhttp_refuses_are_refused_but_for_methods_it_has_not_heard_of(start, suites):
    """At the socket; verdict by verdict the parser's own tests compare.

    Any token is a method (RFC 9110 §9.1), and a proxy has no list of them.
    """
    with Upstream() as model:
        sidecar = start(model, {"timeouts": {"header": "300ms"}})
        accepted = []
        for case in cases(suites, "request"):
            if not case["error"] or case["complete"] or "Invalid method" in case["error"]:
                continue
            model.requests.clear()
            with Client(sidecar.address, timeout=5) as client:
                client.send(raw(case)).half_close()
                client.rest()
            if [r for r in model.requests if r.body.is_complete]:
                accepted.append((case["name"], case["error"]))
        assert accepted == []
        assert model.violations == []


def test_every_answer_of_the_fixtures_is_survived(start, suites):
    with Upstream() as model:
        sidecar = start(model, {"timeouts": {"firstByte": "1s", "idle": "1s"},
                                "breaker": {"consecutiveFailures": 10_000, "minimumCalls": 10_000}})
        for case in cases(suites, "response"):
            data = raw(case)

            def say(it, data=data):
                it.send(data)
                it.close()
            model.on("/r", say)
            with Client(sidecar.address, timeout=5) as client:
                client.request("POST", "/r", body=b"x", fields=[("Connection", "close")])
                client.rest()
        assert sidecar.ask("GET", "/after").status == 200


def throw(address: str, inputs, seconds=1.0):
    """Sends each input on a connection of its own, 32 at a time, and reads whatever comes."""
    waiting = list(inputs)
    while waiting:
        batch, waiting = waiting[:32], waiting[32:]
        sockets = []
        for data in batch:
            sock = connect(address, 5)
            sock.setblocking(False)
            try:
                sock.send(data or b"\n")
                sock.shutdown(1)
            except OSError:
                pass
            sockets.append(sock)
        deadline = time.monotonic() + seconds
        while sockets and time.monotonic() < deadline:
            for sock in select.select(sockets, [], [], 0.1)[0]:
                try:
                    if sock.recv(1 << 16):
                        continue
                except BlockingIOError:
                    continue
                except OSError:
                    pass
                sockets.remove(sock)
                sock.close()
        for sock in sockets:
            sock.close()


def is_sound(sidecar, descriptors, memory, slack=4 << 20):
    until(lambda: sidecar.metrics().total("http_server_active_requests") == 0, 20, "nothing in flight")
    until(lambda: sidecar.descriptors() <= descriptors + 40, 20, "descriptors flat")
    assert sidecar.memory() < memory + slack
    assert sidecar.ask("GET", "/alive").status == 200


@pytest.mark.alone
@pytest.mark.timeout(400)
def test_fuzz_corpora_thrown_at_the_front_leave_nothing_behind(start, upstream, corpora):
    sidecar = start(upstream, {"timeouts": {"header": "500ms", "clientIdle": "500ms",
                                            "firstByte": "1s", "idle": "1s"},
                               "breaker": {"consecutiveFailures": 10_000, "minimumCalls": 10_000}})
    throw(sidecar.address, corpora[:200])
    until(lambda: sidecar.metrics().total("http_server_active_requests") == 0, 20)
    descriptors, memory = sidecar.descriptors(), sidecar.memory()
    throw(sidecar.address, corpora)
    throw(sidecar.admin, corpora[::20])
    is_sound(sidecar, descriptors, memory)
    assert upstream.violations == [], "something malformed was passed on"


@pytest.mark.alone
@pytest.mark.timeout(400)
def test_fuzz_corpora_as_answers_leave_nothing_behind(start, upstream, corpora):
    chosen = random.Random(7).sample(corpora, 800)
    left = list(chosen)

    def garbage(it):
        it.send(left.pop() if left else b"")
        it.close()
    upstream.on("/g", garbage)
    sidecar = start(upstream, {"timeouts": {"firstByte": "1s", "idle": "1s"},
                               "breaker": {"consecutiveFailures": 10_000, "minimumCalls": 10_000}})
    request = b"POST /g HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"
    throw(sidecar.address, [request] * 50)
    descriptors, memory = sidecar.descriptors(), sidecar.memory()
    throw(sidecar.address, [request] * 750)
    is_sound(sidecar, descriptors, memory)


@pytest.mark.alone
@pytest.mark.timeout(900)
def test_mixed_load_and_garbage_leave_memory_and_descriptors_flat(start, upstream, corpora):
    """OUTRIDER_SOAK seconds of both (600 for a release, 10 otherwise)."""
    seconds = float(os.environ.get("OUTRIDER_SOAK", "10"))
    sidecar = start(upstream, {"timeouts": {"header": "2s", "clientIdle": "20s", "firstByte": "10s"},
                               "breaker": {"consecutiveFailures": 10_000, "minimumCalls": 10_000}})
    dice = random.Random(11)

    def round_of_both():
        throw(sidecar.address, dice.sample(corpora, 100), 0.3)
        with Client(sidecar.address) as client:
            for size in (0, 100, 70_000):
                assert client.ask("POST", "/load", body=bytes(size)).status == 200
        upstream.requests.clear()
    round_of_both()
    round_of_both()
    descriptors, memory = sidecar.descriptors(), sidecar.memory()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        round_of_both()
    is_sound(sidecar, descriptors, memory)
