"""Several endpoints, and the way from the model to other models."""

from collections import Counter

from harness import Client, Upstream, until
from harness.upstream import Gate, answer, echo


def named(name: bytes):
    return answer(body=name)


def pair(upstream, second):
    upstream.on("/", named(b"one"))
    second.on("/", named(b"two"))
    return [upstream, second]


def test_round_robin_takes_turns(start, upstream, second):
    sidecar = start(pair(upstream, second), {"upstream": {"balance": "roundRobin"}})
    counts = Counter(sidecar.ask().text for _ in range(20))
    assert counts == {"one": 10, "two": 10}


def test_least_request_uses_every_endpoint(start, upstream, second):
    sidecar = start(pair(upstream, second))
    counts = Counter(sidecar.ask().text for _ in range(60))
    assert set(counts) == {"one", "two"}
    assert min(counts.values()) > 10


def test_least_request_avoids_the_busy_endpoint(start, upstream, second):
    gate = Gate()
    upstream.on("/slow", gate)
    second.on("/slow", gate)
    sidecar = start(pair(upstream, second), {"upstream": {"balance": "leastRequest"}})
    clients = [Client(sidecar.address).request("GET", "/slow") for _ in range(9)]
    until(lambda: gate.arrived == 9, 5, "nine requests held")
    shares = (len(upstream.at("/slow")), len(second.at("/slow")))
    gate.open()
    [client.response() for client in clients]
    assert min(shares) >= 3, shares


def test_consistent_hash_keeps_a_caller_with_its_endpoint(start, upstream, second):
    config = {"upstream": {"balance": "consistentHash", "hashOn": "header:X-User"}}
    sidecar = start(pair(upstream, second), config)
    homes = {}
    for user in range(40):
        answers = {sidecar.ask("GET", "/", [("X-User", f"u{user}")]).text for _ in range(3)}
        assert len(answers) == 1
        homes[user] = answers.pop()
    assert set(homes.values()) == {"one", "two"}


def test_a_dead_endpoint_costs_no_request(start, upstream, second):
    sidecar = start(pair(upstream, second), {"upstream": {"balance": "roundRobin"}})
    second.kill()
    answers = [sidecar.ask("POST", "/", body=b"x") for _ in range(20)]
    assert {got.status for got in answers} == {200}
    assert {got.text for got in answers} == {"one"}


def test_an_endpoint_that_comes_back_is_used_again(start, upstream, second):
    config = {
        "upstream": {"balance": "roundRobin"},
        "breaker": {"openFor": "100ms", "maxOpenFor": "200ms", "rampUp": "100ms"},
        "health": {"interval": "100ms"},
    }
    sidecar = start(pair(upstream, second), config)
    second.kill()
    for _ in range(20):
        assert sidecar.ask().text == "one"
    second.listen()
    until(lambda: sidecar.ask().text == "two", 10, "the second endpoint serving")


def test_requests_in_flight_are_bounded_per_process_not_per_worker(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream, {"workers": 2, "admission": {"concurrency": 3}})
    clients = [Client(sidecar.address).request("GET", "/g") for _ in range(12)]
    until(lambda: gate.arrived == 3, 5, "three at the model")
    sidecar.wait_metric("outrider_queue_depth", 9)
    assert gate.arrived == 3
    gate.open()
    assert [client.response().status for client in clients] == [200] * 12


def test_an_outbound_listener_reaches_another_model(start, upstream):
    with Upstream() as other:
        other.on("/v1/embeddings", echo)
        sidecar = start(upstream, {"outbound": [
            {"listen": "127.0.0.1:0", "service": "embeddings", "endpoints": [other.address]}]})
        until(lambda: len(sidecar.listeners) == 2, 5, "two start-up lines")
        inbound, outbound = sidecar.listeners
        with Client(outbound) as client:
            assert client.ask("POST", "/v1/embeddings", body=b"vector").text == "vector"
        assert len(other.at("/v1/embeddings")) == 1
        assert upstream.requests == []
        with Client(inbound) as client:
            assert client.ask().status == 200
        assert len(upstream.requests) == 1
        assert other.violations == []


def test_an_outbound_upstream_has_a_breaker_of_its_own(start, upstream):
    with Upstream() as other:
        other.on("/x", answer(status=503))
        sidecar = start(upstream, {"outbound": [
            {"listen": "127.0.0.1:0", "service": "other", "endpoints": [other.address],
             "breaker": {"consecutiveFailures": 2, "openFor": "30s"}}]})
        until(lambda: len(sidecar.listeners) == 2, 5, "two start-up lines")
        inbound, outbound = sidecar.listeners
        with Client(outbound) as client:
            for _ in range(4):
                last = client.ask("POST", "/x", body=b"x")
        assert '"breaker_open"' in last.text
        with Client(inbound) as client:
            assert client.ask().status == 200
