"""gRPC through the sidecar: grpc's own client and server, and raw frames where they hide too much."""

import threading
import time
from concurrent import futures

import pytest

from harness import HTTP2Client, best, until
from harness.http2_upstream import HTTP2Upstream
from harness.upstream import hang

grpc = pytest.importorskip("grpc")
from grpc_health.v1 import health, health_pb2, health_pb2_grpc  # noqa: E402

CODES = [code for code in grpc.StatusCode]
FAILURES = [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN,
            grpc.StatusCode.DATA_LOSS]
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
H2C = {"upstream": {"protocol": "h2c"}, "health": {"type": "tcp"}}
MIB = 1 << 20


class Model(grpc.GenericRpcHandler):
    """A service of bytes, without generated code; what it saw is in `calls`."""

    def __init__(self):
        self.calls: list[str] = []
        self.ended: list[str] = []
        self.remaining: list[float | None] = []
        self.gate = threading.Event()
        self.health = health.HealthServicer()
        self.server = grpc.server(futures.ThreadPoolExecutor(64), options=UNLIMITED)
        self.server.add_generic_rpc_handlers((self,))
        health_pb2_grpc.add_HealthServicer_to_server(self.health, self.server)
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()

    def service(self, details):
        service, _, name = details.method.removeprefix("/").partition("/")
        if service != "test.Model":
            return None
        self.calls.append(name)
        maker, behave = {
            "Echo": (grpc.unary_unary_rpc_method_handler, self.echo),
            "Wait": (grpc.unary_unary_rpc_method_handler, self.wait),
            "Fail": (grpc.unary_unary_rpc_method_handler, self.fail),
            "Hang": (grpc.unary_unary_rpc_method_handler, self.hang),
            "Metadata": (grpc.unary_unary_rpc_method_handler, self.metadata),
            "Collect": (grpc.stream_unary_rpc_method_handler, self.collect),
            "Spread": (grpc.unary_stream_rpc_method_handler, self.spread),
            "Timed": (grpc.unary_stream_rpc_method_handler, self.timed),
            "Break": (grpc.unary_stream_rpc_method_handler, self.break_off),
            "Endless": (grpc.unary_stream_rpc_method_handler, self.endless),
            "Chat": (grpc.stream_stream_rpc_method_handler, self.chat),
        }.get(name, (None, None))
        return maker(behave) if maker else None

    def echo(self, request, context):
        return request

    def wait(self, request, context):
        self.gate.wait(20)
        return request

    def fail(self, request, context):
        code = CODES[int(request)]
        if code is grpc.StatusCode.OK:
            return b"fine"
        context.abort(code, f"said the model: {code.name}, \N{SNOWMAN} 100%")

    def metadata(self, request, context):
        sent = [(key, value) for key, value in context.invocation_metadata()
                if key.startswith("x-")]
        context.send_initial_metadata([("x-first", "1"), *sent])
        context.set_trailing_metadata([("x-last", "2"), ("x-last-bin", bytes(range(256)))])
        return repr(sorted(sent)).encode()

    def hang(self, request, context):
        self.remaining.append(context.time_remaining())
        self.watch(context).wait(20)
        return b""

    def watch(self, context) -> threading.Event:
        """Writes down when the caller has left."""
        over = threading.Event()
        assert context.add_callback(lambda: (self.ended.append("cancelled"), over.set()))
        return over

    def collect(self, requests, context):
        return str(sum(len(it) for it in requests)).encode()

    def spread(self, request, context):
        for number in range(int(request)):
            yield b"%d" % number

    def timed(self, request, context):
        for _ in range(int(request)):
            yield b"%d" % time.monotonic_ns()
            time.sleep(0.01)

    def endless(self, request, context):
        over = self.watch(context)
        while not over.wait(0.01):
            yield b"more"

    def break_off(self, request, context):
        yield b"one"
        yield b"two"
        context.abort(grpc.StatusCode.DATA_LOSS, "half-way")

    def chat(self, requests, context):
        for it in requests:
            yield b"you said " + it

    def stop(self):
        self.gate.set()
        self.server.stop(0).wait(5)


class Stub:
    """A client of that service at `address`."""

    def __init__(self, address):
        options = [*UNLIMITED, ("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
        self.channel = grpc.insecure_channel(address, options=options)

    def __getattr__(self, name):
        return self.channel.unary_unary(f"/test.Model/{name}")

    def spreading(self, name):
        return self.channel.unary_stream(f"/test.Model/{name}")

    def collecting(self, name):
        return self.channel.stream_unary(f"/test.Model/{name}")

    def chatting(self, name):
        return self.channel.stream_stream(f"/test.Model/{name}")


@pytest.fixture
def model():
    one = Model()
    yield one
    one.stop()


@pytest.fixture
def connect():
    """Makes clients; their channels are closed before the sidecar drains."""
    stubs = []

    def begin(sidecar):
        stubs.append(Stub(getattr(sidecar, "address", sidecar)))
        return stubs[-1]
    yield begin
    for stub in stubs:
        stub.channel.close()


@pytest.fixture
def sidecar(start, model):
    return start(model, H2C)


@pytest.fixture
def stub(sidecar, connect):
    return connect(sidecar)


def refused(call) -> grpc.RpcError:
    with pytest.raises(grpc.RpcError) as error:
        call()
    return error.value


# Calls ----------------------------------------------------------------------------------------


def test_a_call_passes(stub, model, sidecar):
    assert stub.Echo(b"hello", timeout=5) == b"hello"
    record = sidecar.record_where(**{"url.path": "/test.Model/Echo"})
    assert record["http.response.status_code"] == 200


def test_a_call_passes_by_default_without_a_word_of_configuration(start, model, connect):
    """`auto` asks the model as the client asks."""
    stub = connect(start(model, {"health": {"type": "tcp"}}))
    assert stub.Echo(b"hello", timeout=5) == b"hello"


@pytest.mark.parametrize("size", [0, 1, 16_379, 65_536, 4 * MIB])
def test_messages_of_all_sizes_pass(stub, size):
    message = bytes(n % 251 for n in range(min(size, 4_096))) * (size // 4_096 or 1)
    assert stub.Echo(message, timeout=30) == message


def test_many_calls_at_once(stub, model):
    calls = [stub.Echo.future(b"%d" % n, timeout=20) for n in range(200)]
    assert [call.result() for call in calls] == [b"%d" % n for n in range(200)]


def test_a_client_may_stream(stub):
    sent = (bytes(10_000) for _ in range(300))
    assert stub.collecting("Collect")(sent, timeout=20) == b"3000000"


def test_a_server_may_stream(stub):
    got = list(stub.spreading("Spread")(b"1000", timeout=20))
    assert got == [b"%d" % n for n in range(1_000)]


def test_both_may_stream_in_turns(stub):
    """Each answer is there before the next message is sent."""
    turn = threading.Semaphore(1)

    def messages():
        for number in range(50):
            assert turn.acquire(timeout=5)
            yield b"%d" % number
    for number, got in enumerate(stub.chatting("Chat")(messages(), timeout=20)):
        assert got == b"you said %d" % number
        turn.release()


@pytest.mark.alone
def test_each_message_is_forwarded_within_5_ms(stub):
    measured = best(lambda: [(time.monotonic_ns() - int(sent)) / 1e9
                             for sent in stub.spreading("Timed")(b"100", timeout=20)])
    assert len(measured) == 100
    assert max(measured) < 0.005, sorted(measured)[-5:]


def test_metadata_passes_both_ways(stub, model):
    binary = bytes(range(256))
    answer, call = stub.Metadata.with_call(
        b"", timeout=5, metadata=[("x-text", "a b"), ("x-blob-bin", binary), ("x-twice", "1"),
                                  ("x-twice", "2")])
    seen = answer.decode()
    assert repr(("x-text", "a b")) in seen and repr(("x-blob-bin", binary)) in seen
    assert "('x-twice', '1'), ('x-twice', '2')" in seen
    first, last = dict(call.initial_metadata()), dict(call.trailing_metadata())
    assert (first["x-first"], first["x-blob-bin"]) == ("1", binary)
    assert (last["x-last"], last["x-last-bin"]) == ("2", binary)


@pytest.mark.parametrize("number", range(17), ids=[code.name for code in CODES])
def test_every_status_passes(start, model, connect, number):
    stub = connect(start(model, H2C | {"breaker": {"consecutiveFailures": 100, "failureRate": 1}}))
    if CODES[number] is grpc.StatusCode.OK:
        assert stub.Fail(b"0", timeout=5) == b"fine"
        return
    error = refused(lambda: stub.Fail(b"%d" % number, timeout=5))
    assert error.code() is CODES[number]
    assert error.details() == f"said the model: {CODES[number].name}, \N{SNOWMAN} 100%"
    assert model.calls == ["Fail"], "not tried again"


def test_a_method_that_is_not_there_is_the_models_to_refuse(stub):
    error = refused(lambda: stub.Nothing(b"", timeout=5))
    assert error.code() is grpc.StatusCode.UNIMPLEMENTED


def test_a_stream_that_breaks_off_tells_its_status(stub):
    got = []

    def consume():
        for message in stub.spreading("Break")(b"", timeout=5):
            got.append(message)
    error = refused(consume)
    assert got == [b"one", b"two"]
    assert (error.code(), error.details()) == (grpc.StatusCode.DATA_LOSS, "half-way")


def test_health_checks_of_grpc_pass(sidecar, model, connect):
    model.health.set("model", health_pb2.HealthCheckResponse.NOT_SERVING)
    stub = health_pb2_grpc.HealthStub(connect(sidecar).channel)
    ask = lambda name: stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=5).status
    assert ask("") == health_pb2.HealthCheckResponse.SERVING
    assert ask("model") == health_pb2.HealthCheckResponse.NOT_SERVING
    assert refused(lambda: ask("other")).code() is grpc.StatusCode.NOT_FOUND
    watch = stub.Watch(health_pb2.HealthCheckRequest(service="model"), timeout=10)
    assert next(watch).status == health_pb2.HealthCheckResponse.NOT_SERVING
    model.health.set("model", health_pb2.HealthCheckResponse.SERVING)
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
    watch.cancel()


def test_the_sidecar_checks_health_by_grpc(start, model):
    model.health.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
    sidecar = start(model, {"upstream": {"protocol": "h2c"},
                            "health": {"type": "grpc", "interval": "100ms"}}, wait="live")
    assert sidecar.get("/readyz").status == 503
    model.health.set("", health_pb2.HealthCheckResponse.SERVING)
    sidecar.wait_ready(5)


# Deadlines and leaving ------------------------------------------------------------------------


def test_the_model_sees_what_remains_of_the_deadline(stub, model):
    refused(lambda: stub.Hang(b"", timeout=1))
    assert 0.5 < model.remaining[0] <= 1


def test_a_deadline_that_passes_ends_the_call_at_the_model(sidecar, model, stub):
    begun = time.monotonic()
    error = refused(lambda: stub.Hang(b"", timeout=0.5))
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    until(lambda: model.ended == ["cancelled"], 1, "the model was told")
    assert time.monotonic() - begun < 2


def test_the_deadline_is_kept_by_us_too(start):
    """A client that waits longer than it said gets the status in its own words.

    The model knows of no deadlines: one that does may be the first to say so.
    """
    with HTTP2Upstream() as model:
        model.on("/test.Model/Hang", hang)
        with HTTP2Client(start(model, H2C).address) as client:
            got = client.handshake().ask("POST", "/test.Model/Hang",
                                         [*CALL, ("grpc-timeout", "300m")], MESSAGE)
        assert status_of(got) == ("4", "deadline_exceeded")
        until(lambda: model.at("/test.Model/Hang")[0].ended == "reset", 2, "the model was told")


@pytest.mark.parametrize("method", ["Hang", "Endless"])
def test_cancelling_reaches_the_model(stub, model, method):
    if method == "Hang":
        call = stub.Hang.future(b"", timeout=20)
        until(lambda: model.remaining, 5)
    else:
        call = stub.spreading("Endless")(b"", timeout=20)
        assert next(call) == b"more"
    call.cancel()
    until(lambda: model.ended == ["cancelled"], 1, "the model was told")


def test_leaving_reaches_the_model(sidecar, model, connect):
    stub = connect(sidecar)
    call = stub.Hang.future(b"", timeout=20)
    until(lambda: model.remaining, 5)
    stub.channel.close()
    assert call.done()
    until(lambda: model.ended == ["cancelled"], 1, "the model was told")


# Our own refusals -----------------------------------------------------------------------------

CALL = [("content-type", "application/grpc"), ("te", "trailers")]
MESSAGE = b"\0\0\0\0\0"


def status_of(got) -> tuple:
    """`grpc-status`, and the reason that `grpc-message` begins with."""
    fields = got.trailers if "grpc-status" in got.trailers else got.fields
    assert got.status == 200 and got.is_complete
    assert got.fields.get("content-type").startswith("application/grpc")
    return fields.get("grpc-status"), fields.get("grpc-message", "").partition(":")[0]


def told(stub, code, *reasons, method="Echo", message=b""):
    error = refused(lambda: getattr(stub, method)(message, timeout=10))
    assert error.code() is code, error
    assert error.details().partition(":")[0] in reasons, error.details()
    return error


def test_no_endpoint_is_unavailable(start, connect):
    stub = connect(start("127.0.0.1:1", H2C, wait="live"))
    told(stub, grpc.StatusCode.UNAVAILABLE, "starting", "connect_refused", "no_healthy_endpoint")


def test_a_full_queue_is_unavailable(start, model, connect):
    sidecar = start(model, H2C | {"admission": {"concurrency": 1, "queue": 0}})
    stub = connect(sidecar)
    held = stub.Wait.future(b"", timeout=20)
    until(lambda: model.calls == ["Wait"], 5)
    error = told(stub, grpc.StatusCode.UNAVAILABLE, "queue_full")
    assert dict(error.trailing_metadata())["x-outrider-processed"] == "no"
    record = sidecar.record_where(reason="queue_full")
    assert record["url.path"] == "/test.Model/Echo"
    model.gate.set()
    held.result()


def test_a_drain_is_unavailable(start, model, connect):
    sidecar = start(model, H2C)
    stub = connect(sidecar)
    held = stub.Wait.future(b"", timeout=20)
    until(lambda: model.calls == ["Wait"], 5)
    sidecar.post("/drain")
    until(lambda: sidecar.state == "draining", 5)
    told(connect(sidecar), grpc.StatusCode.UNAVAILABLE, "draining")
    model.gate.set()
    assert held.result() == b""


def test_a_body_too_large_is_resource_exhausted(start, model, connect):
    stub = connect(start(model, H2C | {"limits": {"requestBody": "10KiB"}}))
    told(stub, grpc.StatusCode.RESOURCE_EXHAUSTED, "body_too_large", message=bytes(20_000))
    assert stub.Echo(b"small", timeout=5) == b"small"


def test_a_model_that_dies_is_unavailable(start, connect):
    with HTTP2Upstream() as dying:
        dying.default = lambda it: it.close()
        stub = connect(start(dying, H2C))
        told(stub, grpc.StatusCode.UNAVAILABLE, "upstream_reset")


def test_a_model_that_dies_half_way_gets_its_status_in_trailers(start):
    with HTTP2Upstream() as dying:
        def half(it):
            it.head(200, [("content-type", "application/grpc")])
            it.send(b"\0\0\0\0\1a")
            it.close()
        dying.default = half
        with HTTP2Client(start(dying, H2C).address) as client:
            got = client.handshake().ask("POST", "/test.Model/Echo", CALL, MESSAGE)
        assert got.body.data == b"\0\0\0\0\1a"
        assert status_of(got) == ("14", "upstream_reset")


def test_a_refusal_is_its_head_alone(start, model):
    """Trailers-Only, so that every client understands it."""
    sidecar = start(model, H2C | {"admission": {"concurrency": 1, "queue": 0}})
    with HTTP2Client(sidecar.address) as client:
        client.handshake().request("POST", "/test.Model/Wait", CALL, MESSAGE)
        until(lambda: model.calls == ["Wait"], 5)
        got = client.ask("POST", "/test.Model/Echo", CALL, MESSAGE)
        assert (got.body.length, got.trailers) == (0, [])
        assert status_of(got) == ("14", "queue_full")
        assert 'details="queue_full"' in got.fields.get("proxy-status")
        assert got.fields.get("x-request-id")
        model.gate.set()


# The breaker ----------------------------------------------------------------------------------

BREAKING = H2C | {"breaker": {"consecutiveFailures": 3, "openFor": "20s"}}


@pytest.mark.parametrize("code", FAILURES, ids=lambda code: code.name)
def test_failures_of_the_model_open_the_breaker(start, model, connect, code):
    """Read from trailers: the head said 200."""
    stub = connect(start(model, BREAKING))
    for _ in range(3):
        assert refused(lambda: stub.Fail(b"%d" % CODES.index(code), timeout=5)).code() is code
    error = told(stub, grpc.StatusCode.UNAVAILABLE, "breaker_open")
    assert int(dict(error.trailing_metadata())["grpc-retry-pushback-ms"]) > 1_000
    assert model.calls == ["Fail"] * 3


@pytest.mark.parametrize("code", [code for code in CODES if code not in FAILURES],
                         ids=lambda code: code.name)
def test_other_statuses_do_not(start, model, connect, code):
    stub = connect(start(model, BREAKING))
    for _ in range(15):
        try:
            stub.Fail(b"%d" % CODES.index(code), timeout=5)
        except grpc.RpcError as error:
            assert error.code() is code
    assert stub.Echo(b"served", timeout=5) == b"served"


def test_a_stream_that_ends_in_a_failure_counts(start, model, connect):
    stub = connect(start(model, BREAKING))
    for _ in range(3):
        refused(lambda: list(stub.spreading("Break")(b"", timeout=5)))
    told(stub, grpc.StatusCode.UNAVAILABLE, "breaker_open")
