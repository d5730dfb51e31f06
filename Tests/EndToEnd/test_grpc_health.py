"""Health over gRPC: asked of models, and answered to whoever probes us."""

import socket
import threading

import pytest

grpc = pytest.importorskip("grpc")
pytest.importorskip("grpc_health.v1")

from grpc_health.v1 import health_pb2, health_pb2_grpc  # noqa: E402

from harness import Upstream, run, until  # noqa: E402
from harness.gateway import open_to_all, service  # noqa: E402
from harness.grpc_model import (  # noqa: E402
    NOT_SERVING, SERVICE_UNKNOWN, SERVING, GRPCModel,
)
from harness.http2 import HTTP2Client  # noqa: E402
from harness.http2_upstream import HTTP2Upstream  # noqa: E402
from harness.tls import Authority  # noqa: E402

FAST = {"health": {"type": "grpc", "interval": "50ms", "timeout": "500ms", "unhealthyAfter": 2}}
CHECK = "/grpc.health.v1.Health/Check"
READY = "/inference.GRPCInferenceService/ServerReady"

ALL = [{"name": "all", "match": {"path": "/**"}, "service": "m"}]


def evidence(sidecar) -> str:
    """What readiness says of the model."""
    lines = sidecar.get("/readyz?verbose").text.splitlines()
    return next(line for line in lines if "model" in line)


# Asked of models --------------------------------------------------------------------------------

def test_a_serving_model_is_ready(start):
    with GRPCModel() as model:
        sidecar = start(model, FAST)
        assert sidecar.state == "ready"
        assert set(model.called) == {CHECK}
        assert model.metadata[0]["user-agent"].startswith("outrider")


def test_not_serving_is_loading_at_first_and_failure_later(start):
    with GRPCModel() as model:
        model.say(NOT_SERVING)
        sidecar = start(model, FAST, wait="live")
        until(lambda: "NOT_SERVING" in evidence(sidecar), 5)
        assert sidecar.state == "loading"
        model.say(SERVING)
        sidecar.wait_ready()
        model.say(NOT_SERVING)
        until(lambda: sidecar.get("/readyz").status == 503, 5)
        assert sidecar.get("/startupz").status == 200
        model.say(SERVING)
        sidecar.wait_ready()


def test_a_service_that_is_named_is_the_one_that_counts(start):
    named = {"health": FAST["health"] | {"path": "my.Model"}}
    with GRPCModel() as model:
        sidecar = start(model, named, wait="live")
        until(lambda: "grpc-status 5" in evidence(sidecar), 5)
        assert sidecar.state == "loading"
        model.say(SERVING, "my.Model")
        sidecar.wait_ready()


def test_without_the_service_a_server_of_models_is_asked_as_such(start):
    ready = [b""]
    with GRPCModel(has_health=False, methods={READY: lambda _: ready[0]}) as model:
        sidecar = start(model, FAST, wait="live")
        until(lambda: "ServerReady" in evidence(sidecar), 5)
        assert sidecar.state == "loading"
        assert model.called[:2] == [CHECK, READY]
        ready[0] = b"\x08\x01"
        sidecar.wait_ready()
        assert model.called[-1] == READY


def test_a_server_of_gRPC_that_knows_neither_is_alive(start):
    with GRPCModel(has_health=False) as model:
        sidecar = start(model, FAST)
        assert sidecar.state == "ready"
        assert {CHECK, READY} <= set(model.called)


def test_a_service_that_is_named_must_be_there(start):
    named = {"health": FAST["health"] | {"path": "my.Model"}}
    with GRPCModel(has_health=False) as model:
        sidecar = start(model, named, wait="live")
        until(lambda: "grpc-status 12" in evidence(sidecar), 5)
        assert READY not in model.called


def test_a_model_that_goes_away_is_loading_until_it_is_back(start):
    with GRPCModel() as model:
        sidecar = start(model, FAST)
        model.kill()
        sidecar.wait_state("loading")
        until(lambda: "connection refused" in evidence(sidecar), 5)
        model.listen()
        sidecar.wait_ready()


def test_a_slow_server_is_no_answer_in_time(start):
    with GRPCModel() as model:
        sidecar = start(model, FAST | {"health": FAST["health"] | {"timeout": "100ms"}})
        model.gate.clear()
        until(lambda: sidecar.get("/readyz").status == 503, 5)
        assert sidecar.metrics().total("outrider_health_checks_total", result="timeout") > 0
        model.gate.set()
        sidecar.wait_ready()


def test_a_server_of_HTTP_1_is_told_from_a_broken_one(start):
    with Upstream() as model:
        sidecar = start(model, FAST, wait="live")
        until(lambda: "speaks HTTP/1, not HTTP/2" in evidence(sidecar)
              or "without a word of HTTP/2" in evidence(sidecar), 5)
        model.violations.clear()


def test_HTTP_2_without_gRPC_is_no_health(start):
    with HTTP2Upstream() as model:
        sidecar = start(model, FAST, wait="live")
        until(lambda: "no grpc-status" in evidence(sidecar), 5)


def test_who_speaks_first_and_not_HTTP_2_is_told(start):
    def talk(listener):
        try:
            while True:
                peer, _ = listener.accept()
                peer.sendall(b"220 mail.test ESMTP\r\n")
                peer.close()
        except OSError:
            pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=talk, args=[listener], daemon=True).start()
        sidecar = start(f"127.0.0.1:{listener.getsockname()[1]}", FAST, wait="live")
        until(lambda: "does not speak HTTP/2" in evidence(sidecar), 5)
        listener.shutdown(socket.SHUT_RDWR)


def test_a_model_is_asked_over_TLS_where_it_speaks_that(start):
    authority = Authority()
    with GRPCModel(pair=authority.issue("127.0.0.1")) as model:
        trusted = {"upstream": {"tls": {"ca": authority.file}}}
        assert start(model, FAST | trusted).state == "ready"
        assert set(model.called) == {CHECK}
        stranger = {"upstream": {"tls": {"ca": Authority().file}}}
        sidecar = start(model, FAST | stranger, wait="live")
        until(lambda: "TLS" in evidence(sidecar), 5)


def test_a_gateway_asks_its_services_by_gRPC(gateway):
    with GRPCModel() as model:
        edge = gateway(open_to_all({"m": service(model, **FAST)}, ALL))
        edge.wait_metric("outrider_health_checks_total", result="success")
        assert set(model.called) == {CHECK}


# Answered to others -----------------------------------------------------------------------------

class Prober:
    """grpcio's own client at the admin port, over TLS if it is given whom to believe."""

    def __init__(self, sidecar, authority=None):
        self.channel = grpc.insecure_channel(sidecar.admin)
        if authority:
            trusted = grpc.ssl_channel_credentials(authority.own.cert_pem)
            self.channel = grpc.secure_channel(sidecar.admin, trusted)
        self.stub = health_pb2_grpc.HealthStub(self.channel)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()

    def check(self, service="") -> int:
        request = health_pb2.HealthCheckRequest(service=service)
        return self.stub.Check(request, timeout=5).status

    def watch(self, service="") -> "Watch":
        request = health_pb2.HealthCheckRequest(service=service)
        return Watch(self.stub.Watch(request, timeout=30))


class Watch:
    """What a watcher is told, in order."""

    def __init__(self, call):
        self.call, self.seen, self.error = call, [], None
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self):
        try:
            for answer in self.call:
                self.seen.append(answer.status)
        except grpc.RpcError as error:
            self.error = error

    def sees(self, *statuses):
        until(lambda: self.seen == list(statuses), 5, f"{statuses}, saw {self.seen}")


def test_a_ready_sidecar_is_serving(sidecar):
    with Prober(sidecar) as prober:
        for service in ("", "readiness", "liveness", "startup"):
            assert prober.check(service) == SERVING, service


def test_the_services_are_there_over_tls(start, upstream):
    authority = Authority()
    sidecar = start(upstream, {"adminTls": authority.issue("127.0.0.1").config})
    with Prober(sidecar, authority) as prober:
        assert prober.check("readiness") == SERVING
    with Prober(sidecar) as prober:
        assert prober.check("readiness") == SERVING, "from this machine in plain"


def test_the_services_say_what_the_pages_say(start, upstream):
    upstream.stop_listening()
    sidecar = start(upstream, {"health": {"interval": "50ms"}}, wait="live")
    expected = {"": NOT_SERVING, "readiness": NOT_SERVING, "liveness": SERVING,
                "startup": NOT_SERVING}
    with Prober(sidecar) as prober:
        assert {name: prober.check(name) for name in expected} == expected
        listed = prober.stub.List(health_pb2.HealthListRequest(), timeout=5).statuses
        assert {name: answer.status for name, answer in listed.items()} == expected
        upstream.listen()
        sidecar.wait_ready()
        assert {prober.check(name) for name in expected} == {SERVING}


def test_a_service_that_nobody_knows_is_not_found(sidecar):
    with Prober(sidecar) as prober:
        with pytest.raises(grpc.RpcError) as refused:
            prober.check("no.Such")
        assert refused.value.code() == grpc.StatusCode.NOT_FOUND
        watch = prober.watch("no.Such")
        watch.sees(SERVICE_UNKNOWN)
        watch.call.cancel()


def test_a_method_that_nobody_knows_is_unimplemented(sidecar):
    with Prober(sidecar) as prober:
        for path in ("/grpc.health.v1.Health/Guess", "/a.B/C"):
            call = prober.channel.unary_unary(path)
            with pytest.raises(grpc.RpcError) as refused:
                call(b"", timeout=5)
            assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED, path


def test_a_request_that_is_none_is_an_invalid_argument(sidecar):
    with Prober(sidecar) as prober:
        with pytest.raises(grpc.RpcError) as refused:
            prober.channel.unary_unary(CHECK)(b"\x0a\x05", timeout=5)
        assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_watcher_sees_the_model_come_and_go(start, upstream):
    upstream.stop_listening()
    sidecar = start(upstream, {"health": {"interval": "50ms"}}, wait="live")
    with Prober(sidecar) as prober:
        watch = prober.watch()
        watch.sees(NOT_SERVING)
        upstream.listen()
        watch.sees(NOT_SERVING, SERVING)
        upstream.kill()
        watch.sees(NOT_SERVING, SERVING, NOT_SERVING)


def test_a_watcher_sees_a_drain_and_its_end(start, upstream):
    sidecar = start(upstream)
    with Prober(sidecar) as prober:
        watches = [prober.watch(), prober.watch("readiness"), prober.watch("liveness")]
        for watch in watches:
            watch.sees(SERVING)
        sidecar.post("/drain")
        watches[0].sees(SERVING, NOT_SERVING)
        watches[1].sees(SERVING, NOT_SERVING)
        sidecar.post("/undrain")
        watches[0].sees(SERVING, NOT_SERVING, SERVING)
        watches[2].sees(SERVING)


def test_a_gateway_is_serving_too(gateway):
    edge = gateway(open_to_all({"m": service("127.0.0.1:1")}, ALL))
    with Prober(edge) as prober:
        assert prober.check() == SERVING


def test_watchers_are_bounded(sidecar):
    with Prober(sidecar) as prober:
        watches = [prober.watch() for _ in range(80)]
        until(lambda: sum(bool(w.seen) or bool(w.error) for w in watches) == 80, 10)
        refused = [w for w in watches if w.error]
        assert len(refused) == 16
        assert {w.error.code() for w in refused} == {grpc.StatusCode.RESOURCE_EXHAUSTED}
        assert prober.check() == SERVING
        for watch in watches:
            watch.call.cancel()

        def has_room():
            watch = prober.watch()
            until(lambda: watch.seen or watch.error, 5)
            return watch.seen == [SERVING]
        until(has_room, 5)


# Pages over HTTP/2 ------------------------------------------------------------------------------

def test_the_pages_are_there_over_HTTP_2_too(sidecar):
    with HTTP2Client(sidecar.admin) as client:
        ready = client.ask("GET", "/readyz?verbose")
        assert (ready.status, ready.text) == (200, sidecar.get("/readyz?verbose").text)
        assert ready.fields.get("content-type").startswith("text/plain")
        head = client.ask("HEAD", "/metrics")
        assert head.status == 200 and not head.body.data
        assert client.ask("GET", "/no/such").status == 404
        assert client.ask("GET", "/drain").status == 405
        assert client.ask("POST", "/drain", body=b"").status == 200
        assert client.ask("GET", "/readyz").status == 503
        assert client.ask("POST", "/undrain").status == 200


def test_a_large_page_comes_as_the_window_allows(start, upstream):
    sidecar = start(upstream)
    with HTTP2Client(sidecar.admin, settings={4: 100}) as client:
        assert len(client.ask("GET", "/metrics").body.data) > 1_000


def test_one_stream_waits_for_a_drain_while_others_are_answered(sidecar):
    with HTTP2Client(sidecar.admin) as client:
        waiting = client.request("GET", "/wait-for-drain")
        assert client.ask("GET", "/livez").status == 200
        assert client.ask("POST", "/drain").status == 200
        assert client.response(waiting).text == "drained\n"


def test_a_body_that_nobody_asked_for_is_refused_when_large(sidecar):
    with HTTP2Client(sidecar.admin) as client:
        assert client.ask("POST", "/reload", body=b"x" * 1_000).status == 200
        assert client.ask("POST", "/reload", body=b"x" * 50_000).status == 413
        assert client.ask("GET", "/livez").status == 200


def test_what_is_no_HTTP_2_ends_the_connection(sidecar):
    with HTTP2Client(sidecar.admin, greets=False) as client:
        client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 9)
        assert client.wait_closed()
    assert sidecar.get("/livez").status == 200


def test_requests_over_both_protocols_do_not_mix(sidecar):
    with socket.create_connection(sidecar.admin.split(":"), timeout=5) as peer:
        peer.sendall(b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        answer = b""
        while part := peer.recv(4_096):
            answer += part
        assert answer.count(b"HTTP/1.1 200") == 1 and b"HTTP/1.1 4" in answer or b"HTTP/1.1 5" in answer


# outrider probe ---------------------------------------------------------------------------------

def test_probe_asks_servers_of_gRPC():
    with GRPCModel() as model:
        url = f"grpc://{model.address}"
        assert run("probe", url).returncode == 0
        model.say(NOT_SERVING)
        got = run("probe", url)
        assert got.returncode == 1 and "NOT_SERVING" in got.stderr
        got = run("probe", f"{url}/no.Such")
        assert got.returncode == 1 and "grpc-status 5" in got.stderr
        model.gate.clear()
        got = run("probe", "--timeout", "200ms", url)
        assert got.returncode == 1 and "no answer in time" in got.stderr
    got = run("probe", url)
    assert got.returncode == 1 and "refused" in got.stderr


def test_probe_asks_the_local_admin_port_by_gRPC(sidecar):
    own = {"OUTRIDER_ADMIN": sidecar.admin}
    for service in ("", "readiness", "liveness", "startup"):
        assert run("probe", f"grpc:///{service}", env=own).returncode == 0, service
    sidecar.post("/drain")
    assert run("probe", "grpc:///readiness", env=own).returncode == 1
    assert run("probe", "grpc:///liveness", env=own).returncode == 0


def test_probe_tells_who_does_not_speak_gRPC(upstream):
    got = run("probe", f"grpc://{upstream.address}")
    assert got.returncode == 1 and "HTTP/2" in got.stderr
    upstream.violations.clear()
