"""The circuit breaker: opens, probes, closes, and never wedges."""

import time

from harness import Client, Upstream, until
from harness.upstream import Gate, after, answer, events, hang, reset, sequence

QUICK = {"breaker": {"consecutiveFailures": 3, "openFor": "200ms", "maxOpenFor": "1s", "jitter": 0,
                     "rampUp": "0s"}}


def code(got) -> str:
    return "breaker_open" if b'"breaker_open"' in got.body.data else str(got.status)


def fail(sidecar, count, path="/"):
    return [code(sidecar.ask("POST", path, body=b"x")) for _ in range(count)]


def test_it_opens_after_failures_in_a_row_and_spares_the_model(start, upstream):
    upstream.on("/", answer(status=503))
    sidecar = start(upstream, {"breaker": {"openFor": "30s"}})
    assert fail(sidecar, 5) == ["503"] * 5
    assert fail(sidecar, 20) == ["breaker_open"] * 20
    assert len(upstream.requests) == 5
    assert sidecar.metrics().total("outrider_breaker_state") > 0


def test_a_success_between_starts_the_count_again(start, upstream):
    bad, good = answer(status=503), answer()
    upstream.on("/", sequence(*([bad] * 4 + [good]) * 2))
    sidecar = start(upstream, {"breaker": {"minimumCalls": 100}})
    assert "breaker_open" not in fail(sidecar, 10)


def test_it_closes_again_by_one_good_probe(start, upstream):
    upstream.on("/", sequence(*[answer(status=503)] * 3))
    sidecar = start(upstream, QUICK)
    fail(sidecar, 3)
    assert fail(sidecar, 1) == ["breaker_open"]
    until(lambda: sidecar.ask("POST", "/", body=b"x").status == 200, 5, "closed again")
    assert fail(sidecar, 10) == ["200"] * 10


def test_a_bad_probe_opens_it_for_longer(start, upstream):
    upstream.on("/", answer(status=503))
    sidecar = start(upstream, QUICK)
    fail(sidecar, 3)
    reached = len(upstream.requests)
    begun = time.monotonic()
    while time.monotonic() - begun < 1.2:
        sidecar.ask("POST", "/", body=b"x")
        time.sleep(0.01)
    probes = len(upstream.requests) - reached
    assert 1 <= probes <= 4, "200 ms, 400 ms, 800 ms: at most four probes in 1.2 s"


def test_half_open_lets_one_request_through(start, upstream):
    gate = Gate()
    upstream.on("/", sequence(*[answer(status=503)] * 3, then=gate))
    sidecar = start(upstream, QUICK)
    fail(sidecar, 3)
    probe = Client(sidecar.address)

    def probing():
        nonlocal probe
        probe.close()
        probe = Client(sidecar.address, timeout=0.1).request("POST", "/", body=b"x")
        try:
            probe.head()
            return False
        except TimeoutError:
            return gate.arrived == 1
    until(probing, 5, "a probe on its way")
    assert fail(sidecar, 10) == ["breaker_open"] * 10
    assert gate.arrived == 1
    assert sidecar.status()["upstreams"][0]["endpoints"][0]["breaker"]["state"] == "half_open"
    assert sidecar.metrics().total("outrider_breaker_state") == 1
    assert sidecar.metrics().total("outrider_breaker_transitions_total", to="half_open") >= 1
    gate.open()
    probe.sock.settimeout(5)
    assert probe.response("POST").status == 200
    assert fail(sidecar, 5) == ["200"] * 5


def test_a_probe_that_its_client_abandons_frees_the_slot(start, upstream):
    upstream.on("/", sequence(*[answer(status=503)] * 3, hang))
    sidecar = start(upstream, QUICK)
    fail(sidecar, 3)

    def probe_sent():
        client = Client(sidecar.address, timeout=0.05).request("POST", "/", body=b"x")
        try:
            client.head()
        except TimeoutError:
            pass
        client.reset()
        return len(upstream.requests) >= 4
    until(probe_sent, 5, "the probe at the model")
    until(lambda: sidecar.ask("POST", "/", body=b"x").status == 200, 5, "the next probe closes it")


def test_a_probe_that_hangs_frees_the_slot_by_its_timeout(start, upstream):
    upstream.on("/", sequence(*[answer(status=503)] * 3, hang))
    sidecar = start(upstream, QUICK | {"timeouts": {"firstByte": "200ms"}})
    fail(sidecar, 3)
    until(lambda: sidecar.ask("POST", "/", body=b"x").status == 200, 10, "closed at last")


def test_client_errors_never_open_it(start, upstream):
    for status in (400, 401, 404, 422, 429, 501):
        upstream.on(f"/{status}", answer(status=status))
    sidecar = start(upstream, QUICK)
    for status in (400, 401, 404, 422, 429, 501):
        assert fail(sidecar, 12, f"/{status}") == [str(status)] * 12


def test_clients_that_leave_never_open_it(start, upstream):
    upstream.on("/h", hang)
    sidecar = start(upstream, QUICK)
    for number in range(12):
        client = Client(sidecar.address).request("POST", "/h", body=b"x")
        until(lambda wanted=number + 1: len(upstream.at("/h")) == wanted, 5)
        client.reset()
    until(lambda: sidecar.metrics().total("http_server_active_requests") == 0, 5)
    assert sidecar.ask().status == 200


def test_our_own_refusals_never_open_it(start, upstream):
    sidecar = start(upstream, QUICK | {"limits": {"uri": "1KiB"}})
    for _ in range(12):
        assert sidecar.ask("GET", "/" + "a" * 2000).status == 414
    assert sidecar.ask().status == 200


def test_plain_500s_in_a_row_do_not_open_it(start, upstream):
    """One caller's poison request must not shut the model for all."""
    upstream.on("/bad", answer(status=500))
    sidecar = start(upstream, QUICK | {"breaker": QUICK["breaker"] | {"minimumCalls": 1000}})
    assert fail(sidecar, 12, "/bad") == ["500"] * 12


def test_resets_and_hangs_count(start, upstream):
    upstream.on("/r", reset)
    upstream.on("/h", hang)
    sidecar = start(upstream, {"timeouts": {"firstByte": "100ms"},
                               "breaker": {"consecutiveFailures": 4, "openFor": "30s"}})
    fail(sidecar, 2, "/r")
    fail(sidecar, 2, "/h")
    assert fail(sidecar, 1) == ["breaker_open"]


def test_a_200_whose_stream_dies_is_a_failure(start, upstream):
    upstream.on("/e", events(2, gap=0, end="reset"))
    sidecar = start(upstream, {"breaker": {"consecutiveFailures": 3, "openFor": "30s"}})
    for _ in range(3):
        assert sidecar.ask("POST", "/e", body=b"x").was_cut
    until(lambda: fail(sidecar, 1) == ["breaker_open"], 2)


def test_a_stream_that_is_merely_long_is_no_failure(start, upstream):
    upstream.on("/e", events(10, gap=0.05))
    sidecar = start(upstream, {"breaker": {"consecutiveFailures": 1,
                                           "slowCall": {"firstByte": "300ms", "rate": 0.1},
                                           "minimumCalls": 1}})
    for _ in range(3):
        assert not sidecar.ask("POST", "/e", body=b"x").was_cut


def test_it_opens_by_failure_rate(start, upstream):
    upstream.on("/", sequence(*[answer(status=503), answer()] * 20))
    sidecar = start(upstream, {"breaker": {"openFor": "30s"}})
    seen = fail(sidecar, 16)
    assert "breaker_open" not in seen[:9]
    assert seen[-1] == "breaker_open"


def test_it_opens_by_slow_first_bytes(start, upstream):
    upstream.on("/", after(0.05, answer()))
    sidecar = start(upstream, {"breaker": {"slowCall": {"firstByte": "20ms", "rate": 0.8},
                                           "openFor": "30s"}})
    seen = fail(sidecar, 15)
    assert seen[:9] == ["200"] * 9
    assert seen[-1] == "breaker_open"


def test_an_open_breaker_is_a_warning_for_readiness(start, upstream):
    upstream.on("/", answer(status=503))
    sidecar = start(upstream, {"breaker": {"consecutiveFailures": 2, "openFor": "30s"}})
    fail(sidecar, 3)
    assert sidecar.get("/readyz").status == 200
    assert "breaker" in sidecar.get("/readyz?verbose").text


def test_an_open_breaker_fails_readiness_where_asked_for(start, upstream):
    upstream.on("/", answer(status=503))
    sidecar = start(upstream, {"breaker": {"consecutiveFailures": 2, "openFor": "30s"},
                               "health": {"breakerFailsReadiness": True}})
    fail(sidecar, 3)
    until(lambda: sidecar.get("/readyz").status == 503, 2)


def test_a_good_health_check_never_closes_it(start, upstream):
    upstream.on("/", answer(status=503))
    sidecar = start(upstream, {"breaker": {"consecutiveFailures": 2, "openFor": "30s"},
                               "health": {"interval": "50ms"}})
    fail(sidecar, 3)
    seen = len(upstream.checks)
    until(lambda: len(upstream.checks) > seen + 3, 5, "more health checks")
    assert fail(sidecar, 1) == ["breaker_open"]


def test_waiting_requests_are_refused_at_once_when_it_opens(start, upstream):
    gate = Gate(answer(status=503))
    upstream.on("/g", gate)
    sidecar = start(upstream, {"breaker": {"consecutiveFailures": 1, "openFor": "30s"},
                               "admission": {"concurrency": 1, "queueTimeout": "30s"}})
    busy = Client(sidecar.address).request("POST", "/g", body=b"x")
    until(lambda: gate.arrived == 1, 5)
    waiting = [Client(sidecar.address).request("POST", "/g", body=b"x") for _ in range(4)]
    sidecar.wait_metric("outrider_queue_depth", 4)
    gate.open()
    assert busy.response().status == 503
    assert [code(client.response()) for client in waiting] == ["breaker_open"] * 4
    assert gate.arrived == 1


def test_each_endpoint_has_its_own(start, upstream):
    """With several endpoints that is outlier ejection: the good one serves alone."""
    with Upstream() as bad:
        bad.on("/", answer(status=503))
        sidecar = start([upstream, bad], {
            "upstream": {"balance": "roundRobin"},
            "breaker": {"consecutiveFailures": 2, "openFor": "30s"}, "retry": {"attempts": 1}})
        for _ in range(6):
            sidecar.ask("POST", "/", body=b"x")
        spared = len(bad.requests)
        assert fail(sidecar, 20) == ["200"] * 20
        assert len(bad.requests) == spared


def test_after_closing_admission_ramps_up(start, upstream):
    upstream.on("/", sequence(*[answer(status=503)] * 2))
    sidecar = start(upstream, {"breaker": {"consecutiveFailures": 2, "openFor": "100ms", "jitter": 0,
                                           "rampUp": "2s"}})
    fail(sidecar, 2)
    until(lambda: sidecar.ask("POST", "/", body=b"x").status == 200, 5, "the probe")
    early = fail(sidecar, 40)
    assert "breaker_open" in early, "a share is refused at first"
    until(lambda: fail(sidecar, 20) == ["200"] * 20, 10, "all admitted after the ramp")
