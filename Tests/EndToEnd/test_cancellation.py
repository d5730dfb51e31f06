"""A client that leaves frees the model at once; one that stays is never cut."""

import time

import pytest

from harness import Client, until
from harness.upstream import Gate, after, answer, events, hang


def leave(client, how):
    client.reset() if how == "reset" else client.close()


@pytest.mark.parametrize("how", ["reset", "close"])
def test_leaving_before_the_answer_ends_the_request_at_the_model(start, upstream, how):
    upstream.on("/h", hang)
    sidecar = start(upstream, {"timeouts": {"halfClose": "100ms"}})
    client = Client(sidecar.address).request("POST", "/h", body=b"x")
    request = until(lambda: upstream.at("/h"), 5)[0]
    leave(client, how)
    until(lambda: request.ended in ("fin", "reset"), 2, "the model was told")
    record = sidecar.record_where(reason="client_gone")
    assert record["url.path"] == "/h"


@pytest.mark.alone
def test_a_reset_reaches_the_model_within_50_ms(sidecar, upstream):
    ended = []

    def timed(it):
        it.wait_for_end()
        ended.append(time.monotonic())
    upstream.on("/h", timed)
    client = Client(sidecar.address).request("POST", "/h", body=b"x")
    until(lambda: upstream.at("/h"), 5)
    begun = time.monotonic()
    client.reset()
    until(lambda: ended, 5, "the model was told", every=0.001)
    assert ended[0] - begun < 0.05


@pytest.mark.parametrize("how", ["reset", "close"])
def test_leaving_mid_stream_ends_the_request_at_the_model(sidecar, upstream, how):
    upstream.on("/e", events(1000, gap=0.01))
    client = Client(sidecar.address).request("POST", "/e", body=b"x")
    client.head()
    client.reader.line()
    leave(client, how)
    request = upstream.at("/e")[0]
    until(lambda: request.ended, 3, "the model was told")
    assert sidecar.record_where(reason="client_gone")


def test_leaving_while_uploading_ends_the_request_at_the_model(sidecar, upstream):
    state = []

    def reading(it):
        try:
            it.read_body()
        except BaseException as error:
            state.append(type(error).__name__)
            raise
    upstream.on("/up", reading, early=True)
    client = Client(sidecar.address)
    client.request("POST", "/up", [("Content-Length", "10000000")]).send(bytes(200_000))
    until(lambda: upstream.at("/up"), 5)
    client.reset()
    until(lambda: state, 3, "the upload ended at the model")
    assert not upstream.at("/up")[0].body.is_complete


def test_a_fin_inside_a_chunked_request_is_leaving(sidecar, upstream):
    """No last chunk: the model must not take the body for complete."""
    upstream.on("/up", lambda it: it.answer(200, it.request.body.data))
    with Client(sidecar.address) as client:
        client.request("POST", "/up", [("Transfer-Encoding", "chunked")])
        client.send(b"5\r\nhello\r\n").half_close()
        assert b"200 OK" not in client.rest()
    assert [r for r in upstream.at("/up") if r.body.is_complete] == []


def test_the_connection_of_an_abandoned_request_is_not_used_again(sidecar, upstream):
    upstream.on("/slow", after(0.2, answer(body=b"for the one who left")))
    client = Client(sidecar.address).request("POST", "/slow", body=b"x")
    until(lambda: upstream.at("/slow"), 5)
    client.reset()
    for _ in range(20):
        assert sidecar.ask("GET", "/mine").text == "ok"


def test_wasted_time_of_the_model_is_counted(sidecar, upstream):
    upstream.on("/h", hang)
    client = Client(sidecar.address).request("POST", "/h", body=b"x")
    until(lambda: upstream.at("/h"), 5)
    time.sleep(0.3)
    client.reset()
    wasted = sidecar.wait_metric(
        "outrider_wasted_upstream_seconds_total", 0.2, reason="client_gone")
    assert wasted < 5


def test_one_leaving_of_many_does_not_touch_the_others(sidecar, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    clients = [Client(sidecar.address).request("GET", "/g") for _ in range(10)]
    until(lambda: gate.arrived == 10, 5)
    for client in clients[::2]:
        client.reset()
    until(lambda: sum(1 for r in upstream.at("/g") if r.ended) == 5, 5, "five told")
    gate.open()
    assert [client.response().status for client in clients[1::2]] == [200] * 5


def test_a_pipelined_request_behind_an_abandoned_one_is_not_sent(sidecar, upstream):
    upstream.on("/h", hang)
    client = Client(sidecar.address)
    client.send("POST /h HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
                "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
    until(lambda: upstream.at("/h"), 5)
    client.reset()
    until(lambda: upstream.at("/h")[0].ended, 5)
    assert sidecar.ask().status == 200
    assert upstream.at("/later") == []
