"""A server of gRPC that stands where a model does: its health is the test's to say."""

import socket
import threading
from concurrent import futures

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
UNKNOWN = health_pb2.HealthCheckResponse.UNKNOWN
SERVICE_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


class GRPCModel:
    """grpcio with the health service of its own package, or without any.

    `methods` are others, by path: bytes in, bytes out; `streams` are given the call's context too
    and yield many. With a `pair` it speaks TLS.
    """

    def __init__(self, has_health=True, methods: dict | None = None, pair=None,
                 streams: dict | None = None):
        self.has_health, self.pair = has_health, pair
        self.methods, self.streams = methods or {}, streams or {}
        self.called: list[str] = []
        self.metadata: list[dict] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.health = None
        #: Calls wait here; a test may close it.
        self.gate = threading.Event()
        self.gate.set()
        self.server = None
        self.listen()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.gate.set()
        self.kill()

    def listen(self):
        """Starts, or starts again on the same port."""
        self.server = grpc.server(
            futures.ThreadPoolExecutor(8), interceptors=[_Recorder(self)],
            options=[("grpc.so_reuseport", 0)])
        if self.has_health:
            self.health = health.HealthServicer()
            health_pb2_grpc.add_HealthServicer_to_server(self.health, self.server)
        for path, answer in self.methods.items():
            self.add(path, grpc.unary_unary_rpc_method_handler(
                lambda body, context, answer=answer: answer(body)))
        for path, answers in self.streams.items():
            self.add(path, grpc.unary_stream_rpc_method_handler(answers))
        if self.pair:
            identity = grpc.ssl_server_credentials([(self.pair.key_pem, self.pair.cert_pem)])
            port = self.server.add_secure_port(self.address, identity)
        else:
            port = self.server.add_insecure_port(self.address)
        assert port, f"{self.address} is taken"
        self.server.start()

    def add(self, path: str, handler):
        _, service, method = path.split("/")
        self.server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler(service, {method: handler})])

    def kill(self):
        """Leaves, and waits until nobody listens."""
        if self.server:
            self.server.stop(0).wait(10)
            self.server = None

    def say(self, status, service=""):
        self.health.set(service, status)


class _Recorder(grpc.ServerInterceptor):
    def __init__(self, model):
        self.model = model

    def intercept_service(self, continuation, details):
        self.model.called.append(details.method)
        self.model.metadata.append(dict(details.invocation_metadata))
        self.model.gate.wait(10)
        return continuation(details)
