"""What it weighs: memory at rest, start-up, idle connections."""

import os
import re
import resource
import subprocess
import time

import pytest

from harness import BINARY, Client, Sidecar, until
from harness.client import connect
from harness.sidecar import environment

pytestmark = pytest.mark.alone


def test_at_rest_it_takes_less_than_8_mb(sidecar):
    assert sidecar.ask().status == 200
    # What only the start needed is given back a moment after it.
    until(lambda: sidecar.memory() < 8_000_000, 5, f"rest; has {sidecar.memory()}")


def test_it_accepts_within_30_ms_of_its_start(upstream, tmp_path):
    import json
    file = tmp_path / "sidecar.json5"
    file.write_text(json.dumps({"listen": ["127.0.0.1:0"], "admin": "127.0.0.1:0",
                                "upstream": {"endpoints": [upstream.address]}}))
    times = []
    for _ in range(5):
        begun = time.monotonic()
        process = subprocess.Popen([BINARY, "sidecar", "--config", str(file)], text=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                   env=environment())
        try:
            while not (match := re.search(r"listening on (\S+)", process.stderr.readline())):
                pass
            connect(match[1]).close()
            times.append(time.monotonic() - begun)
        finally:
            process.kill()
            process.wait()
            process.stderr.close()
    assert sorted(times)[1] < 0.030, times


@pytest.mark.timeout(180)
def test_ten_thousand_idle_clients_are_held_without_error(upstream):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 10_500:
        pytest.skip(f"the hard limit of descriptors is {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        with Sidecar(upstream.address, {"timeouts": {"clientIdle": "10m"},
                                        "limits": {"connections": 10_100}}) as sidecar:
            # Twice as many descriptors as connections must be allowed, and some: near enough.
            told = [re.search(r"connections is (\d+)", line) for line in sidecar.errors]
            count = min([10_000, *(int(match[1]) - 20 for match in told if match)])
            if count < 9_900:
                pytest.skip(f"the process may hold {count} connections")
            before = sidecar.memory()
            request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            idle = []
            for _ in range(count):
                sock = connect(sidecar.address, 30)
                idle.append(sock)
            for sock in idle[::100]:
                sock.sendall(request)
                assert sock.recv(4096).startswith(b"HTTP/1.1 200")
            assert sidecar.metrics().total("outrider_connections", side="downstream") >= count
            with Client(sidecar.address) as client:
                assert client.ask().status == 200
            grown = sidecar.memory() - before
            assert grown / count < 1_024, f"{grown / count:.0f} bytes a connection"
            for sock in idle[1::1000]:
                sock.sendall(request)
                assert sock.recv(4096).startswith(b"HTTP/1.1 200")
            for sock in idle:
                sock.close()
            until(lambda: sidecar.metrics().total("outrider_connections") < 100, 20)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_ten_thousand_short_connections_leave_nothing_behind(sidecar):
    def burst(count):
        for _ in range(count):
            with Client(sidecar.address) as client:
                client.ask("GET", "/", [("Connection", "close")])
    burst(1_000)
    until(lambda: sidecar.metrics().total("outrider_connections", side="downstream") <= 1, 10)
    memory, descriptors = sidecar.memory(), sidecar.descriptors()
    burst(9_000)
    assert sidecar.memory() < memory + (1 << 20)
    until(lambda: sidecar.descriptors() <= descriptors + 4, 10)


def test_the_connection_limit_is_clamped_to_the_descriptors_there_are(upstream):
    """With few descriptors it says so and refuses politely instead of spinning."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    import harness.sidecar as module
    real = module.subprocess.Popen
    module.subprocess.Popen = lambda *a, **k: real(*a, **k, preexec_fn=few)
    try:
        sidecar = Sidecar(upstream.address)
    finally:
        module.subprocess.Popen = real
    with sidecar:
        sidecar.says("connections")
        clients = []
        for _ in range(150):
            clients.append(connect(sidecar.address, 5))
        assert sidecar.get("/livez").status == 200
        for sock in clients:
            sock.close()
        until(lambda: sidecar.ask().status == 200, 10)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == hard


def test_idle_costs_no_cpu(sidecar):
    def ticks():
        fields = open(f"/proc/{sidecar.pid}/stat").read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])
    sidecar.ask()
    before = ticks()
    time.sleep(2)
    assert (ticks() - before) / os.sysconf("SC_CLK_TCK") < 0.05
