"""The bounded queue: how many, in which order, and who leaves it."""

import threading
import time

from harness import Client, never, until
from harness.upstream import Gate, after, answer


def occupied(start, upstream, config=None, **admission):
    """A sidecar whose only slot is held by a request at `/g`."""
    gate = Gate()
    upstream.on("/g", gate)
    settings = {"admission": {"concurrency": 1, "queueTimeout": "20s"} | admission}
    sidecar = start(upstream, settings | (config or {}))
    busy = Client(sidecar.address).request("GET", "/g")
    until(lambda: gate.arrived == 1, 5, "the slot is taken")
    return sidecar, gate, busy


def test_no_more_than_the_limit_are_at_the_model(start, upstream):
    lock, now, peak = threading.Lock(), 0, 0

    def counted(it):
        nonlocal now, peak
        with lock:
            now += 1
            peak = max(peak, now)
        time.sleep(0.02)
        with lock:
            now -= 1
        it.answer()
    upstream.on("/c", counted)
    sidecar = start(upstream, {"admission": {"concurrency": 4}})
    statuses = []

    def work():
        with Client(sidecar.address) as client:
            for _ in range(5):
                statuses.append(client.ask("POST", "/c", body=b"x").status)

    threads = [threading.Thread(target=work) for _ in range(20)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert statuses == [200] * 100
    assert 2 <= peak <= 4


def test_waiting_requests_go_in_the_order_of_arrival(start, upstream):
    sidecar, gate, busy = occupied(start, upstream)
    waiting = []
    for number in range(5):
        waiting.append(Client(sidecar.address).request("GET", f"/n{number}"))
        sidecar.wait_metric("outrider_queue_depth", number + 1)
    gate.open()
    assert busy.response().status == 200
    assert [client.response().status for client in waiting] == [200] * 5
    assert [r.path for r in upstream.requests[1:]] == [f"/n{n}" for n in range(5)]


def test_urgent_requests_go_first(start, upstream):
    sidecar, gate, busy = occupied(start, upstream)
    waiting = []
    for number, urgency in enumerate((7, 3, 0, 5, 0)):
        client = Client(sidecar.address)
        waiting.append(client.request("GET", f"/u{urgency}-{number}", [("Priority", f"u={urgency}")]))
        sidecar.wait_metric("outrider_queue_depth", number + 1)
    gate.open()
    assert busy.response().status == 200
    assert [client.response().status for client in waiting] == [200] * 5
    assert [r.path for r in upstream.requests[1:]] == ["/u0-2", "/u0-4", "/u3-1", "/u5-3", "/u7-0"]


def test_priority_of_an_untrusted_peer_is_not_believed(start, upstream):
    sidecar, gate, busy = occupied(start, upstream, {"trustedPeers": []})
    waiting = []
    for number, urgency in enumerate((7, 0)):
        client = Client(sidecar.address)
        waiting.append(client.request("GET", f"/u{urgency}", [("Priority", f"u={urgency}")]))
        sidecar.wait_metric("outrider_queue_depth", number + 1)
    gate.open()
    assert busy.response().status == 200
    [client.response() for client in waiting]
    assert [r.path for r in upstream.requests[1:]] == ["/u7", "/u0"]


def test_a_client_that_leaves_leaves_the_queue_at_once(start, upstream):
    sidecar, gate, busy = occupied(start, upstream, queue=1)
    leaving = Client(sidecar.address).request("GET", "/gone")
    sidecar.wait_metric("outrider_queue_depth", 1)
    leaving.reset()
    until(lambda: sidecar.metrics().total("outrider_queue_depth") == 0, 2, "an empty queue")
    staying = Client(sidecar.address).request("GET", "/stays")
    sidecar.wait_metric("outrider_queue_depth", 1)
    gate.open()
    assert (busy.response().status, staying.response().status) == (200, 200)
    assert upstream.at("/gone") == []


def test_a_slot_is_given_back_when_its_client_leaves(start, upstream):
    sidecar, gate, busy = occupied(start, upstream)
    waiting = Client(sidecar.address).request("GET", "/next")
    sidecar.wait_metric("outrider_queue_depth", 1)
    busy.reset()
    assert waiting.response().status == 200


def test_a_trickling_upload_does_not_hold_a_slot(start, upstream):
    sidecar = start(upstream, {"admission": {"concurrency": 1}})
    slow = Client(sidecar.address)
    slow.request("POST", "/slow", [("Content-Length", "1000")]).send(b"x")
    for _ in range(10):
        assert sidecar.ask("POST", "/fast", body=b"x", timeout=2).status == 200
    assert upstream.at("/slow") == []
    slow.send(bytes(999))
    assert slow.response("POST").status == 200


def test_shadow_counts_and_refuses_nothing(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream, {"admission": {"concurrency": 1, "queue": 0, "shadow": True}})
    clients = [Client(sidecar.address).request("GET", "/g") for _ in range(4)]
    until(lambda: gate.arrived == 4, 5, "all four at the model")
    gate.open()
    assert [client.response().status for client in clients] == [200] * 4
    sidecar.wait_metric("outrider_shadow_refusals_total", 3)
    assert sidecar.metrics().total("outrider_shadow_refusals_total") == 3


def test_a_queue_of_none_refuses_at_once(start, upstream):
    sidecar, gate, busy = occupied(start, upstream, queue=0)
    got = sidecar.ask("POST", "/g", body=b"x")
    assert b'"queue_full"' in got.body.data
    gate.open()
    assert busy.response().status == 200


def test_the_retry_after_of_a_full_queue_comes_from_the_service_time(start, upstream):
    upstream.on("/s", after(0.1, answer()))
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream, {"admission": {"concurrency": 1, "queue": 2}})
    for _ in range(5):
        sidecar.ask("GET", "/s")
    clients = [Client(sidecar.address).request("GET", "/g") for _ in range(3)]
    sidecar.wait_metric("outrider_queue_depth", 2)
    got = sidecar.ask("POST", "/g", body=b"x")
    assert got.status == 503
    assert 1 <= int(got.fields.get("retry-after")) <= 5
    gate.open()
    [client.response() for client in clients]


def test_slots_do_not_leak(start, upstream):
    """Refused, cut, abandoned and whole requests all give their slot back."""
    upstream.on("/cut", lambda it: it.reset())
    upstream.on("/slow", after(0.02, answer()))
    sidecar = start(upstream, {"admission": {"concurrency": 2},
                               "breaker": {"consecutiveFailures": 10_000, "minimumCalls": 10_000}})
    for _ in range(50):
        sidecar.ask("POST", "/cut", body=b"x")
        Client(sidecar.address).request("POST", "/slow", body=b"x").reset()
        with Client(sidecar.address) as client:
            client.request("POST", "/slow", body=b"x")
        sidecar.ask("GET", "/", [("x-request-timeout-ms", "1")])
    until(lambda: sidecar.metrics().total("http_server_active_requests") == 0, 10)
    assert sidecar.metrics().total("outrider_upstream_in_flight") == 0
    assert sidecar.ask("POST", "/", body=b"x").status == 200
    never(lambda: sidecar.metrics().total("outrider_queue_depth"), 0.1)
