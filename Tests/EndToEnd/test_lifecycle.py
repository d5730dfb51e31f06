"""Drain, reload, signals and exit status."""

import os
import signal
import threading
import time

from harness import BINARY, Client, Sidecar, Upstream, run, until, wire
from harness.client import ask
from harness.upstream import Gate, after, answer, events

LINGER = {"drain": {"delay": "300ms", "timeout": "10s"}}


def test_sigterm_with_nothing_in_flight_exits_0(start, upstream):
    assert start(upstream).stop(signal.SIGTERM) == 0


def test_sigint_drains_too(start, upstream):
    assert start(upstream).stop(signal.SIGINT) == 0


def test_a_drain_turns_readiness_at_once_and_serves_on_for_the_delay(start, upstream):
    sidecar = start(upstream, {"drain": {"delay": "2s", "timeout": "10s"}})
    with Client(sidecar.address) as client:
        assert client.ask().status == 200
        assert sidecar.post("/drain").status in (200, 202)
        assert sidecar.get("/readyz").status == 503
        assert sidecar.get("/livez").status == 200
        assert sidecar.get("/startupz").status == 200
        assert sidecar.get("/upstream-livez").status == 200
        got = client.ask()
        assert got.status == 200
        assert got.fields.joined("connection").lower() == "close"
        assert client.is_closed()
    assert sidecar.ask().status == 200


def test_undrain_reverts(start, upstream):
    sidecar = start(upstream)
    sidecar.post("/drain")
    until(lambda: sidecar.get("/readyz").status == 503, 5)
    assert sidecar.post("/undrain").status == 200
    sidecar.wait_ready()
    assert sidecar.ask().status == 200


def test_requests_in_flight_finish_and_the_exit_status_is_0(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    upstream.on("/e", events(30, gap=0.02))
    sidecar = start(upstream)
    held = Client(sidecar.address).request("GET", "/g")
    stream = Client(sidecar.address).request("POST", "/e", body=b"x")
    until(lambda: gate.arrived and upstream.at("/e"), 5)
    sidecar.signal(signal.SIGTERM)
    assert stream.response("POST").body.data.endswith(b"data: [DONE]\n\n")
    assert sidecar.process.poll() is None
    gate.open()
    assert held.response().status == 200
    assert sidecar.wait_exit() == 0


def test_what_is_left_at_the_drain_timeout_gets_an_error(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    upstream.on("/e", events(1000, gap=0.02))
    sidecar = start(upstream, {"drain": {"delay": "0s", "timeout": "500ms"}})
    held = Client(sidecar.address).request("POST", "/g", body=b"x")
    stream = Client(sidecar.address).request("POST", "/e", body=b"x")
    until(lambda: gate.arrived and upstream.at("/e"), 5)
    sidecar.signal(signal.SIGTERM)
    got = held.response("POST")
    assert got.status == 503 or got.was_cut
    cut = stream.response("POST")
    assert cut.was_cut and b"[DONE]" not in cut.body.data
    assert sidecar.wait_exit() == 0


def test_a_second_signal_exits_at_once(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream, {"drain": {"delay": "30s", "timeout": "60s"}})
    Client(sidecar.address).request("GET", "/g")
    until(lambda: gate.arrived, 5)
    sidecar.signal(signal.SIGTERM)
    until(lambda: sidecar.get("/readyz").status == 503, 5)
    sidecar.signal(signal.SIGTERM)
    sidecar.wait_exit(5)


def test_a_drain_under_load_loses_nothing(start, upstream):
    """Clients behind a balancer that watches /readyz: two replicas, one drains, no request fails."""
    upstream.on("/w", after(0.005, answer()))
    first, second = start(upstream, LINGER), start(upstream, LINGER)
    is_over, failures, served = threading.Event(), [], [0]

    def choose():
        return first if first.process.poll() is None and is_first_ready.is_set() else second

    is_first_ready = threading.Event()
    is_first_ready.set()

    def watch():
        while not is_over.is_set():
            try:
                if first.get("/readyz", timeout=1).status != 200:
                    is_first_ready.clear()
            except (OSError, wire.Ended):
                is_first_ready.clear()
            time.sleep(0.02)

    def work():
        client, target = None, None
        while not is_over.is_set():
            wanted = choose()
            if wanted is not target or client is None:
                client and client.close()
                client, target = Client(wanted.address), wanted
            try:
                got = client.ask("POST", "/w", body=b"x")
            except (OSError, Exception) as error:
                failures.append(repr(error))
                client = None
                continue
            if got.status != 200:
                failures.append(got)
            served[0] += 1
            if got.fields.joined("connection").lower() == "close":
                client.close()
                client = None

    threads = [threading.Thread(target=work) for _ in range(8)] + [threading.Thread(target=watch)]
    [t.start() for t in threads]
    until(lambda: served[0] > 300, 20)
    first.signal(signal.SIGTERM)
    assert first.wait_exit() == 0
    reached = served[0]
    until(lambda: served[0] > reached + 100, 20)
    is_over.set()
    [t.join() for t in threads]
    assert failures == []


def test_websocket_and_idle_connections_do_not_hold_up_a_drain(start, upstream):
    sidecar = start(upstream)
    idle = [Client(sidecar.address) for _ in range(20)]
    [client.ask() for client in idle[:10]]
    begun = time.monotonic()
    assert sidecar.stop() == 0
    assert time.monotonic() - begun < 3


def test_outrider_drain_waits_for_the_end(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream)
    held = Client(sidecar.address).request("GET", "/g")
    until(lambda: gate.arrived, 5)
    done = []
    waiter = threading.Thread(
        target=lambda: done.append(run("drain", f"http://{sidecar.admin}").returncode))
    waiter.start()
    until(lambda: sidecar.state == "draining", 5)
    assert done == []
    gate.open()
    assert held.response().status == 200
    waiter.join(15)
    assert done == [0]
    assert sidecar.process.poll() is None, "the drain ends requests, SIGTERM the process"


def test_wait_for_drain_answers_when_the_last_request_has_ended(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream)
    held = Client(sidecar.address).request("GET", "/g")
    until(lambda: gate.arrived, 5)
    done = []
    waiter = threading.Thread(
        target=lambda: done.append(sidecar.get("/wait-for-drain", timeout=20).status))
    waiter.start()
    sidecar.post("/drain")
    until(lambda: sidecar.state == "draining", 5)
    assert done == []
    gate.open()
    assert held.response().status == 200
    waiter.join(15)
    assert done == [200]


def test_wait_for_drain_begins_one_after_5_s(start, upstream):
    sidecar = start(upstream)
    begun = time.monotonic()
    assert sidecar.get("/wait-for-drain", timeout=20).status == 200
    assert 4.5 < time.monotonic() - begun < 9
    assert sidecar.state == "draining"


# Reload ---------------------------------------------------------------------------------------------


def reloaded(sidecar, result="success", at_least=1):
    sidecar.wait_metric("outrider_config_reloads_total", at_least)


def test_sighup_swaps_the_configuration(start, upstream, second):
    upstream.on("/", answer(body=b"old"))
    second.on("/", answer(body=b"new"))
    sidecar = start(upstream)
    with Client(sidecar.address) as client:
        assert client.ask().text == "old"
        config = sidecar.config | {"upstream": {"endpoints": [second.address]}}
        sidecar.write(config)
        sidecar.signal(signal.SIGHUP)
        until(lambda: client.ask().text == "new", 10, "the new model, over the same connection")


def test_a_changed_file_is_noticed(start, upstream):
    sidecar = start(upstream)
    sidecar.write(sidecar.config | {"limits": {"uri": "1KiB"}})
    until(lambda: sidecar.ask("GET", "/" + "a" * 2000).status == 414, 10, "the new limit")


def test_a_configmap_swap_is_noticed(start, upstream, tmp_path):
    """Kubernetes replaces a symlinked directory, never the file itself."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "data").symlink_to("one")
    (tmp_path / "sidecar.json5").symlink_to("data/sidecar.json5")
    plain = tmp_path / "one" / "sidecar.json5"
    sidecar = start(upstream, config_file=plain)
    sidecar.stop()
    text = plain.read_text()
    linked = tmp_path / "sidecar.json5"
    (tmp_path / "two" / "sidecar.json5").write_text(
        text.replace('"drain"', '"limits": {"uri": "1KiB"}, "drain"'))
    process = Watched(linked)
    try:
        assert process.ask("/" + "a" * 2000) == 200
        (tmp_path / "fresh").symlink_to("two")
        os.rename(tmp_path / "fresh", tmp_path / "data")
        until(lambda: process.ask("/" + "a" * 2000) == 414, 10, "the new limit")
    finally:
        process.stop()


class Watched(Sidecar):
    """A sidecar over a file that the test wrote itself."""

    def __init__(self, path):
        super().__init__(None, config_file=path)

    def write(self, config):
        pass

    def ask(self, target):
        return ask(self.address, "GET", target).status


def test_a_bad_file_changes_nothing_and_is_shown(start, upstream):
    sidecar = start(upstream)
    generation = sidecar.metrics().total("outrider_config_generation")
    sidecar.config_file.write_text("{ upstream: { endpoint: 1 } }")
    sidecar.signal(signal.SIGHUP)
    sidecar.says("sidecar.json5:1:")
    assert sidecar.ask().status == 200
    assert sidecar.metrics().total("outrider_config_generation") == generation
    assert "endpoint" in sidecar.get("/status").text


def test_requests_in_flight_keep_the_configuration_they_began_with(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream)
    held = Client(sidecar.address).request("GET", "/g")
    until(lambda: gate.arrived, 5)
    sidecar.write(sidecar.config | {"timeouts": {"firstByte": "50ms", "total": "100ms"}})
    sidecar.signal(signal.SIGHUP)
    reloaded(sidecar)
    time.sleep(0.3)
    gate.open()
    assert held.response().status == 200


def test_post_reload_reloads(start, upstream):
    sidecar = start(upstream)
    sidecar.write(sidecar.config | {"limits": {"uri": "1KiB"}})
    assert sidecar.post("/reload").status in (200, 202)
    until(lambda: sidecar.ask("GET", "/" + "a" * 2000).status == 414, 10)


def test_an_open_breaker_survives_a_reload(start, upstream):
    upstream.on("/", answer(status=503))
    sidecar = start(upstream, {"breaker": {"consecutiveFailures": 2, "openFor": "30s"}})
    for _ in range(3):
        sidecar.ask("POST", "/", body=b"x")
    sidecar.write(sidecar.config | {"limits": {"uri": "1KiB"}})
    sidecar.signal(signal.SIGHUP)
    until(lambda: sidecar.ask("GET", "/" + "a" * 2000).status == 414, 10)
    assert b'"breaker_open"' in sidecar.ask("POST", "/", body=b"x").body.data


def test_reloading_a_hundred_times_under_load_loses_nothing(start, upstream):
    sidecar = start(upstream)
    failures, is_over = [], threading.Event()

    def work():
        with Client(sidecar.address) as client:
            while not is_over.is_set():
                if (got := client.ask("POST", "/", body=b"x")).status != 200:
                    failures.append(got)

    threads = [threading.Thread(target=work) for _ in range(4)]
    [t.start() for t in threads]
    before = sidecar.descriptors()
    for number in range(100):
        sidecar.write(sidecar.config | {"limits": {"headerCount": 100 + number % 20}})
        sidecar.signal(signal.SIGHUP)
        time.sleep(0.005)
    is_over.set()
    [t.join() for t in threads]
    assert failures == []
    assert sidecar.descriptors() < before + 10


def test_a_service_that_a_reload_takes_away_leaves_the_others_alone(start, upstream):
    with Upstream() as one, Upstream() as two:
        outbound = [{"listen": "127.0.0.1:0", "service": name, "endpoints": [model.address]}
                    for name, model in (("one", one), ("two", two))]
        sidecar = start(upstream, {"outbound": outbound})
        until(lambda: len(sidecar.listeners) == 3, 5, "three start-up lines")
        with Client(sidecar.listeners[1]) as first, Client(sidecar.listeners[2]) as other:
            assert (first.ask().status, other.ask().status) == (200, 200)
            sidecar.write(sidecar.config | {"outbound": outbound[1:]})
            sidecar.signal(signal.SIGHUP)
            until(lambda: not is_listening(sidecar.listeners[1]), 10, "its listener closed")
            assert first.is_closed()
            assert other.ask("POST", "/kept", body=b"x").status == 200
        assert ask(sidecar.listeners[2], "POST", "/fresh", body=b"x").status == 200
        assert len(two.at("/kept")) == len(two.at("/fresh")) == 1
        assert upstream.requests == []


def is_listening(address: str) -> bool:
    try:
        Client(address).close()
        return True
    except ConnectionRefusedError:
        return False


def test_the_order_of_starting_does_not_matter(start):
    """The sidecar first, its model later: never a refused connection."""
    with Upstream() as model:
        model.stop_listening()
        sidecar = start(model, {"health": {"interval": "50ms"}}, wait="live")
        statuses = [sidecar.ask("POST", "/", body=b"x").status for _ in range(10)]
        assert set(statuses) == {503}
        model.listen()
        until(lambda: sidecar.ask("POST", "/", body=b"x").status == 200, 10)


def test_the_binary_under_test_is_named():
    assert os.access(BINARY, os.X_OK)
