"""Retries only where nothing can have been processed twice."""

import time

import pytest

from harness import Client, until
from harness.upstream import after, answer, once, raw, reset, sequence

IDEMPOTENT = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]


@pytest.mark.parametrize("status", [502, 503, 504])
@pytest.mark.parametrize("method", IDEMPOTENT)
def test_idempotent_methods_are_tried_again(sidecar, upstream, method, status):
    upstream.on("/r", once(answer(status=status)))
    got = sidecar.ask(method, "/r")
    assert got.status == 200
    assert len(upstream.at("/r")) == 2
    sidecar.wait_metric("outrider_retries_total", 1)


@pytest.mark.parametrize("status", [500, 501, 429, 400])
def test_other_statuses_are_the_models_word(sidecar, upstream, status):
    upstream.on("/r", once(answer(status=status)))
    assert sidecar.ask("GET", "/r").status == status
    assert len(upstream.at("/r")) == 1


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("behaviour", [
    answer(status=502), answer(status=503), answer(status=504), reset,
    raw(b"HTTP/1.1 200"), raw(b"garbage\r\n\r\n"), raw(b""),
], ids=["502", "503", "504", "reset", "half a head", "garbage", "closed"])
def test_a_post_never_reaches_the_model_twice(sidecar, upstream, method, behaviour):
    upstream.on("/p", once(behaviour))
    got = sidecar.ask(method, "/p", body=b"charge the card")
    assert got.status >= 500
    assert len(upstream.at("/p")) == 1


def test_a_post_over_a_reused_connection_never_reaches_the_model_twice(sidecar, upstream):
    """The classic: the idle connection dies with the request on it."""
    upstream.on("/p", once(reset))
    with Client(sidecar.address) as client:
        assert client.ask("GET", "/").status == 200
        got = client.ask("POST", "/p", body=b"charge the card")
    assert got.status == 502
    assert len(upstream.at("/p")) == 1


def test_a_get_over_a_connection_that_dies_is_tried_again(sidecar, upstream):
    upstream.on("/g", once(reset))
    with Client(sidecar.address) as client:
        assert client.ask("GET", "/").status == 200
        assert client.ask("GET", "/g").status == 200
    assert len(upstream.at("/g")) == 2


def test_connections_that_the_model_closed_while_idle_cost_nothing(start, upstream):
    upstream.closes_idle_after = 0.05
    sidecar = start(upstream)
    with Client(sidecar.address) as client:
        for number in range(20):
            assert client.ask("POST", f"/{number}", body=b"x").status == 200
            until(lambda: upstream.open_connections == 0, 5, "the model closed", every=0.001)
    assert len([r for r in upstream.requests if r.method == "POST"]) == 20


def test_at_most_two_tries_by_default(sidecar, upstream):
    upstream.on("/r", answer(status=503))
    assert sidecar.ask("GET", "/r").status == 503
    assert len(upstream.at("/r")) == 2


def test_more_tries_when_asked_for(start, upstream):
    upstream.on("/r", sequence(*[answer(status=503)] * 3))
    sidecar = start(upstream, {"retry": {"attempts": 4}, "breaker": {"consecutiveFailures": 50}})
    assert sidecar.ask("GET", "/r").status == 200
    assert len(upstream.at("/r")) == 4


def test_no_try_again_when_another_layer_already_does(sidecar, upstream):
    upstream.on("/r", once(answer(status=503)))
    got = sidecar.ask("GET", "/r", [("X-Outrider-Attempt", "2")])
    assert got.status == 503
    assert len(upstream.at("/r")) == 1


def test_the_body_is_replayed_whole(sidecar, upstream):
    upstream.on("/r", once(answer(status=503)))
    body = bytes(range(256)) * 200
    assert sidecar.ask("PUT", "/r", body=body).status == 200
    assert [r.body.data for r in upstream.at("/r")] == [body, body]


def test_a_body_beyond_what_is_kept_is_sent_once(sidecar, upstream):
    upstream.on("/r", once(answer(status=503)))
    assert sidecar.ask("PUT", "/r", body=bytes(70_000)).status == 503
    assert len(upstream.at("/r")) == 1


def test_nothing_is_tried_again_after_the_first_byte(sidecar, upstream):
    upstream.on("/r", once(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "reset")))
    got = sidecar.ask("GET", "/r")
    assert (got.status, got.was_cut) == (200, True)
    assert len(upstream.at("/r")) == 1


def test_an_idempotency_key_counts_only_where_the_model_honours_it(start, upstream):
    upstream.on("/p", sequence(answer(status=503), answer(), answer(status=503)))
    trusting = start(upstream, {"retry": {"trustIdempotencyKey": True}})
    key = [("Idempotency-Key", "k1")]
    assert trusting.ask("POST", "/p", key, b"x").status == 200
    assert len(upstream.at("/p")) == 2
    default = start(upstream)
    assert default.ask("POST", "/p", key, b"x").status == 503
    assert len(upstream.at("/p")) == 3


def test_posts_are_tried_again_where_the_configuration_says_so(start, upstream):
    upstream.on("/p", once(answer(status=503)))
    sidecar = start(upstream, {"retry": {"nonIdempotent": True}})
    assert sidecar.ask("POST", "/p", body=b"x").status == 200
    assert len(upstream.at("/p")) == 2


def test_retry_after_of_the_model_is_waited_for(sidecar, upstream):
    upstream.on("/r", once(answer(status=503, fields=[("Retry-After", "1")])))
    begun = time.monotonic()
    assert sidecar.ask("GET", "/r").status == 200
    assert time.monotonic() - begun > 0.9
    first, second = upstream.at("/r")
    assert second.at - first.at > 0.9


def test_a_retry_after_beyond_the_limit_is_not_waited_for(start, upstream):
    sidecar = start(upstream, {"retry": {"maxRetryAfter": "1s"}})
    upstream.on("/r", once(answer(status=503, fields=[("Retry-After", "60")])))
    begun = time.monotonic()
    got = sidecar.ask("GET", "/r")
    assert time.monotonic() - begun < 5
    assert got.status in (200, 503)
    assert got.status == 200 or got.fields.get("retry-after") == "60"


def test_the_deadline_includes_all_tries(sidecar, upstream):
    upstream.on("/r", after(0.25, answer(status=503)))
    begun = time.monotonic()
    got = sidecar.ask("GET", "/r", [("x-request-timeout-ms", "400")])
    assert got.status == 504
    assert time.monotonic() - begun < 0.9


def test_the_budget_bounds_retries(start, upstream):
    """With no budget at all there is no second try."""
    upstream.on("/r", answer(status=503))
    sidecar = start(upstream, {"retry": {"budget": {"ratio": 0.0, "floor": 0}},
                               "breaker": {"consecutiveFailures": 1000, "minimumCalls": 1000}})
    for _ in range(5):
        assert sidecar.ask("GET", "/r").status == 503
    assert len(upstream.at("/r")) == 5
    sidecar.wait_metric("outrider_retry_budget_exhausted_total", 1)


def test_a_refused_connection_is_tried_again_even_for_post(start, upstream, second):
    """Nothing was sent: any method may go to another endpoint."""
    second.stop_listening()
    sidecar = start([upstream, second], {"upstream": {"balance": "roundRobin"}})
    for _ in range(4):
        assert sidecar.ask("POST", "/p", body=b"x").status == 200
    assert len(upstream.at("/p")) == 4


def test_the_log_tells_how_many_tries(sidecar, upstream):
    upstream.on("/r", once(answer(status=503)))
    got = sidecar.ask("GET", "/r", [("X-Request-Id", "tries")])
    assert got.status == 200
    assert sidecar.record("tries")["attempts"] == 2
