"""A network that misbehaves between sidecar and model."""

import pytest

from harness import Client, FaultProxy, until
from harness.upstream import answer, events, flood


@pytest.fixture
def network(upstream):
    with FaultProxy(upstream.address) as one:
        yield one


def test_delay_changes_nothing_but_time(start, upstream, network):
    network.delay = 0.05
    sidecar = start(network)
    upstream.on("/b", answer(body=b"x" * 200_000))
    got = sidecar.ask("GET", "/b")
    assert (got.body.length, got.was_cut) == (200_000, False)


def test_trickle_changes_nothing(start, upstream, network):
    network.trickle = 7
    sidecar = start(network)
    upstream.on("/b", answer(body=b"abcdefg" * 300))
    assert sidecar.ask("GET", "/b").text == "abcdefg" * 300


@pytest.mark.parametrize("at", [0, 1, 9, 20, 60, 100, 5_000])
@pytest.mark.parametrize("how", ["reset_after", "close_after", "half_close_after"])
def test_an_answer_cut_at_any_place_never_looks_whole(start, upstream, network, at, how):
    sidecar = start(network, {"health": {"interval": "60s"}, "retry": {"attempts": 1}})
    upstream.on("/b", answer(body=b"x" * 10_000, fields=[("Connection", "close")]))
    network.reset_all()
    setattr(network, how, at)
    with Client(sidecar.address) as client:
        got = client.ask("POST", "/b", body=b"x")
    if at < 60:
        assert got.status == 502, got
    else:
        assert got.status == 502 or got.was_cut, got
    record = sidecar.record_where(**{"url.path": "/b"})
    assert record["reason"] in ("upstream_reset", "upstream_protocol_error")


@pytest.mark.parametrize("how", ["reset_after", "close_after", "half_close_after"])
def test_a_stream_cut_by_the_network_never_looks_whole(start, upstream, network, how):
    sidecar = start(network, {"health": {"interval": "60s"}})
    upstream.on("/e", events(200, gap=0))
    network.reset_all()
    setattr(network, how, 2_000)
    got = sidecar.ask("POST", "/e", body=b"x")
    assert got.was_cut or got.status == 502
    assert b"[DONE]" not in got.body.data


def test_a_network_that_heals_is_used_again(start, upstream, network):
    sidecar = start(network, {"breaker": {"openFor": "100ms", "rampUp": "0s"},
                              "health": {"interval": "50ms"}})
    network.reset_all()
    network.reset_after = 0
    for _ in range(10):
        assert sidecar.ask("POST", "/", body=b"x").status in (502, 503)
    network.reset_after = None
    until(lambda: sidecar.ask("POST", "/", body=b"x").status == 200, 10, "healed")


def test_breaking_every_connection_under_load_cuts_only_what_was_in_flight(start, upstream, network):
    sidecar = start(network)
    upstream.on("/big", flood(8 << 20))
    with Client(sidecar.address) as client:
        client.request("GET", "/big")
        client.head()
        network.reset_all()
        assert client.rest() is not None
    until(lambda: sidecar.ask().status == 200, 5)
    assert sidecar.metrics().total("http_server_active_requests") == 0
