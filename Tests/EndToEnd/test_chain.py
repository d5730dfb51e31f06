"""The whole way: a client, a gateway over TLS, a sidecar that wants its certificate, a real model.

Both hops agree on HTTP/2 by ALPN. Who is timed sends the time with each message: the monotonic
clock is the same for all processes of a machine.
"""

import asyncio
import json
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest
from wsproto.events import BytesMessage, TextMessage

from harness import FaultProxy, HTTP2Client, until
from harness.client import ask
from harness.gateway import open_to_all, service
from harness.metrics import Metrics
from harness.models import MLSERVER, SCRIPTS, MLServer
from harness.stream_socket import StreamSocket
from harness.tls import Authority, SecureClient

httpx = pytest.importorskip("httpx")
grpc = pytest.importorskip("grpc")
from harness.grpc_model import GRPCModel  # noqa: E402

pytestmark = pytest.mark.models

MIB = 1 << 20
ROUTES = [{"name": "all", "match": {"path": "/**"}, "service": "model"}]
H2C = {"upstream": {"protocol": "h2c"}}
TCP = {"health": {"type": "tcp"}}
TALE = {"model": "smollm2", "temperature": 0, "seed": 1, "max_tokens": 80, "stream": True,
        "messages": [{"role": "user", "content": "Tell a long story."}], "ignore_eos": True}


class Chain:
    """A gateway and a sidecar with certificates of one authority."""

    def __init__(self, start, gateway, model, config):
        self.authority = Authority()
        self.door_pair = self.authority.issue("model.test", "127.0.0.1")
        self.sidecar_pair = self.authority.issue("127.0.0.1")
        self.gateway_pair = self.authority.issue("spiffe://mesh/gateway")
        asks = {"clientCA": self.authority.file, "requireClientCert": True}
        self.sidecar = start(model, {"tls": {**self.sidecar_pair.config, **asks}} | config)
        tls = {"ca": self.authority.file, **self.gateway_pair.config}
        self.door = gateway(open_to_all({"model": service(self.sidecar, tls=tls)}, ROUTES,
                                        tls=self.door_pair.config))
        self.url = f"https://{self.door.address}"

    def client(self, **options):
        """httpx, in HTTP/2 alone."""
        return httpx.Client(http1=False, http2=True, verify=self.authority.client(),
                            base_url=self.url, timeout=30, **options)

    @contextmanager
    def channel(self):
        """grpcio's."""
        trusted = grpc.ssl_channel_credentials(self.authority.own.cert_pem)
        with grpc.secure_channel(self.door.address, trusted,
                                 [("grpc.use_local_subchannel_pool", 1)]) as channel:
            yield channel


@pytest.fixture
def chain(start, gateway):
    def begin(model, config=None) -> Chain:
        return Chain(start, gateway, model, config or {})
    return begin


def lines_of(answer):
    """The data of each event, and when it came."""
    for line in answer.iter_lines():
        if line.startswith("data: "):
            yield line.removeprefix("data: "), time.monotonic_ns()


def is_quick(measure, what: str):
    """Half of the messages are there within 5 ms, in one of three tries."""
    for _ in range(3):
        delays = sorted(delay / 1e6 for delay in measure())
        p50, p99 = delays[len(delays) // 2], delays[int(len(delays) * 0.99)]
        told = f"{what}: {len(delays)} messages, p50 {p50:.2f} ms, p99 {p99:.2f} ms"
        print(told)
        if p50 < 5:
            return
    pytest.fail(told)


# Requests ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("config", [{}, H2C], ids=["as the client", "h2c"])
def test_each_hop_speaks_http2(chain, stamped, config):
    way = chain(stamped, config)
    with way.client() as client:
        got = client.get("/x")
        assert (got.status_code, got.http_version) == (200, "HTTP/2")
        seen = got.json()
        assert seen["version"] == "2"
        assert [value for name, value in seen["heads"] if name == "via"] == ["2 outrider"] * 2
        assert client.post("/echo", content=b"b" * 4 * MIB).content == b"b" * 4 * MIB
        assert {client.get(f"/{n}").status_code for n in range(50)} == {200}


def test_nobody_passes_by_the_gateway(chain, stamped):
    way = chain(stamped)
    with pytest.raises(OSError):
        with SecureClient(way.sidecar.address, way.authority.client(), "127.0.0.1") as client:
            client.request()
            if not client.reader.fill():
                raise ConnectionResetError
    way.sidecar.wait_metric("outrider_tls_handshake_failures_total", 1, side="downstream",
                            cause="certificate_missing")


# Streams ----------------------------------------------------------------------------------------


@pytest.mark.alone
@pytest.mark.parametrize("protocol", ["http1", "h2c"])
def test_each_event_is_there_within_5_ms(chain, stamped, protocol):
    way = chain(stamped, {"upstream": {"protocol": protocol}})

    def measure():
        with way.client() as client, client.stream("GET", "/events?count=300&gap=0.005") as got:
            delays = [at - json.loads(text)["t"] for text, at in lines_of(got) if text != "[DONE]"]
        assert len(delays) == 300
        return delays
    is_quick(measure, f"SSE of a model of {protocol}")


@pytest.mark.alone
def test_each_message_of_grpc_is_there_within_5_ms(chain):
    def timed(request, context):
        for _ in range(300):
            yield b"%d" % time.monotonic_ns()
            time.sleep(0.005)

    with GRPCModel(streams={"/test.Model/Timed": timed}) as model:
        way = chain(model, TCP)

        def measure():
            with way.channel() as channel:
                call = channel.unary_stream("/test.Model/Timed")(b"", timeout=20)
                delays = [time.monotonic_ns() - int(sent) for sent in call]
            assert len(delays) == 300
            return delays
        is_quick(measure, "gRPC")


@pytest.mark.alone
def test_each_token_of_a_language_model_is_there_within_5_ms(chain, llm):
    """Timed between the model's socket and the client's events."""
    with FaultProxy(llm.address) as relay:
        way = chain(relay, {"upstream": {"engine": "llamacpp"}})
        told = []

        def measure():
            left = []
            relay.watch = lambda data: left.extend(
                [time.monotonic_ns()] * data.count(b"data: "))
            with way.client() as client, client.stream(
                    "POST", "/v1/chat/completions", json=TALE) as got:
                texts, came = zip(*lines_of(got), strict=True)
            relay.watch = None
            told.append(words(texts))
            return [at - sent for sent, at in zip(left, came, strict=True)]
        is_quick(measure, "SSE of a language model")
    direct = ask(llm.address, "POST", "/v1/chat/completions",
                 [("Content-Type", "application/json")], json.dumps(TALE).encode(), 60)
    assert told[-1] == words(line.removeprefix("data: ") for line in direct.text.splitlines()
                             if line.startswith("data: "))


@pytest.fixture(scope="module")
def mlserver():
    if not MLSERVER.exists():
        pytest.skip(f"no mlserver at {MLSERVER} (OUTRIDER_MLSERVER)")
    with MLServer() as one:
        yield one.wait_ready()


@pytest.mark.alone
def test_each_message_of_mlserver_is_there_within_5_ms(chain, mlserver):
    """tritonclient's calls, and a stream of many messages."""
    way = chain(mlserver.calls, {"upstream": {"protocol": "h2c"}, "health": {"type": "grpc"}})

    def measure():
        done = subprocess.run(
            [MLSERVER, SCRIPTS / "mlserver/ask.py", way.door.address, way.authority.file],
            capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert told["is ready"] and told["is doubled"] and len(told["delays"]) == 300
        return told["delays"]
    is_quick(measure, "gRPC of mlserver")


@pytest.mark.alone
def test_mlserver_is_asked_by_rest(chain, mlserver):
    way = chain(mlserver, {"health": {"path": "/v2/health/ready"}})
    asked = {"inputs": [{"name": "in", "shape": [3], "datatype": "INT64", "data": [1, 2, 3]}]}
    with way.client() as client:
        assert client.get("/v2/models/doubles/ready").status_code == 200
        got = client.post("/v2/models/doubles/infer", json=asked).json()
        assert got["outputs"][0]["data"] == [2, 4, 6]
        assert client.post("/v2/models/none/infer", json=asked).status_code == 404


def words(texts) -> list:
    """What a language model said, event by event."""
    *events, last = texts
    assert last == "[DONE]"
    choices = [json.loads(text)["choices"] for text in events]
    return [it[0]["delta"].get("content") for it in choices if it]


# Leaving ----------------------------------------------------------------------------------------


@pytest.fixture(params=["resets the stream", "closes the connection"])
def leave(request):
    """Begins a stream, sees it run, and leaves it. (httpx does not reset streams that it leaves.)"""
    def begin(way, path, method="GET", body=None, running=lambda: True):
        kind = [("content-type", "application/json")] if body else []
        if request.param == "resets the stream":
            tls = way.authority.client(alpn=["h2"])
            with HTTP2Client(way.door.address, 30, tls=tls) as client:
                stream = client.handshake().request(method, path, kind, body)
                client.wait_until(lambda: client.answers[stream].body.length)
                assert running()
                client.cancel(stream)
                yield
                assert client.ask("GET", "/health").status == 200, "the connection goes on"
        else:
            with way.client() as client, client.stream(
                    method, path, content=body, headers=kind) as got:
                next(lines_of(got))
                assert running()
            yield
    return contextmanager(begin)


@pytest.mark.parametrize("protocol", ["http1", "h2c"])
def test_leaving_a_stream_of_events_reaches_the_model(chain, stamped, protocol, leave):
    way = chain(stamped, {"upstream": {"protocol": protocol}})

    def left():
        return json.loads(ask(stamped.address, "GET", "/left").text)["left"]
    before = left()
    with leave(way, "/events?count=10000&gap=0.01"):
        until(lambda: left() == before + 1, 1, "the model was told")


def test_cancelling_a_call_reaches_the_model(chain):
    over = threading.Event()

    def endless(request, context):
        assert context.add_callback(over.set)
        while not over.wait(0.01):
            yield b"more"

    with GRPCModel(streams={"/test.Model/Endless": endless}) as model:
        with chain(model, TCP).channel() as channel:
            call = channel.unary_stream("/test.Model/Endless")(b"", timeout=20)
            assert next(call) == b"more"
            call.cancel()
            assert over.wait(1), "the model was told"


@pytest.mark.alone
def test_leaving_a_language_model_frees_it(chain, llm, leave):
    def busy():
        text = ask(llm.address, "GET", "/metrics").text
        return Metrics(text).total("llamacpp:requests_processing")
    until(lambda: busy() == 0, 10)
    way = chain(llm, {"upstream": {"engine": "llamacpp"}})
    body = json.dumps(TALE | {"max_tokens": 3_000}).encode()
    with leave(way, "/v1/chat/completions", "POST", body, running=lambda: busy() == 1):
        until(lambda: busy() == 0, 1, "the slot is free", every=0.02)


# WebSockets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", ["http1", "h2c"])
def test_a_websocket_of_http1_passes(chain, stamped, protocol):
    """Its client has one thread: Python's TLS allows no reading while another writes."""
    connect = pytest.importorskip("websockets.asyncio.client").connect
    way = chain(stamped, {"upstream": {"protocol": protocol}})

    async def talk():
        # hypercorn does not end a stream behind its Close: nobody waits for that.
        async with connect(f"wss://{way.door.address}/", ssl=way.authority.client(),
                           max_size=1 << 25, close_timeout=0.2) as it:
            for size in (0, 1, 65_536, 16 * MIB):
                await it.send(bytes(size))
                assert await it.recv() == bytes(size)
            await it.send("one word at a time".split())
            assert await it.recv() == "onewordatatime"
            await it.send(bytes(MIB) for _ in range(16))
            assert await it.recv() == bytes(16 * MIB)
            await (await it.ping())
    asyncio.run(asyncio.wait_for(talk(), 40))


@pytest.mark.parametrize("protocol", ["http1", "h2c"])
def test_a_websocket_of_http2_passes(chain, stamped, protocol):
    way = chain(stamped, {"upstream": {"protocol": protocol}})
    with StreamSocket(way.door.address, tls=way.authority.client(alpn=["h2"])) as it:
        for size in (0, 1, 65_536, 16 * MIB):
            assert it.send(BytesMessage(bytes(size))).receive() == bytes(size)
        it.send(TextMessage("one ", message_finished=False))
        assert it.send(TextMessage("two")).receive() == "one two"
        for _ in range(15):
            it.send(BytesMessage(bytes(MIB), message_finished=False))
        assert it.send(BytesMessage(bytes(MIB))).receive() == bytes(16 * MIB)


# Certificates -----------------------------------------------------------------------------------


def test_all_certificates_change_under_streams(chain, stamped):
    """Streams that run go on, requests meanwhile succeed, who comes new is shown the new ones."""
    way = chain(stamped)

    def shown(server, name) -> int:
        context = way.authority.client(way.gateway_pair)
        with SecureClient(server.address, context, name) as client:
            return int(client.sock.getpeercert()["serialNumber"], 16)

    with way.client() as client, client.stream("GET", "/events?count=10000&gap=0.01") as got:
        stream, seen = lines_of(got), 0
        for turn in range(3):
            door = renewed(way.door_pair, way.authority, "model.test", "127.0.0.1")
            sidecar = renewed(way.sidecar_pair, way.authority, "127.0.0.1")
            renewed(way.gateway_pair, way.authority, "spiffe://mesh/gateway")
            rounds, ends = 0, time.monotonic() + 10
            while rounds < 10 or shown(way.door, "model.test") != door or shown(
                    way.sidecar, "127.0.0.1") != sidecar:
                assert time.monotonic() < ends, "the new certificates"
                rounds += 1
                assert json.loads(next(stream)[0])["n"] == seen
                seen += 1
                with way.client() as other:
                    assert other.get(f"/{turn}").status_code == 200
                assert client.get(f"/{turn}").status_code == 200


def renewed(pair, authority, *names) -> int:
    """Puts another certificate in the place of one; yields its serial number."""
    fresh = authority.issue(*names)
    fresh.write(pair.cert_file, pair.key_file)
    return fresh.certificate.serial_number
