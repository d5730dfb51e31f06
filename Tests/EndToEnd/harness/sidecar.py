"""The real binary as a process: started on free ports, watched, stopped."""

import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from .client import ask
from .metrics import Metrics
from .wait import until

ROOT = Path(__file__).resolve().parents[3]
BINARY = os.environ.get("OUTRIDER_BINARY", str(ROOT / ".build/release/outrider"))
STARTED = re.compile(r"outrider: (listening|admin) on (\S+)")

#: What tests change of the product's defaults: any port, and a drain that does not linger.
TEST_DEFAULTS = {
    "listen": ["127.0.0.1:0"],
    "admin": "127.0.0.1:0",
    "drain": {"delay": "0s", "timeout": "5s"},
}


def merged(base: dict, change: dict) -> dict:
    """`base` with `change` laid over it, objects key by key."""
    result = dict(base)
    for key, value in change.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def run(*arguments, env=None, timeout=30, **options) -> subprocess.CompletedProcess:
    """Runs the binary to its end."""
    return subprocess.run(
        [BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
        env=environment(env), **options)


def environment(extra=None) -> dict:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("OUTRIDER_", "OTEL_"))}
    return clean | (extra or {})


class Sidecar:
    """`outrider sidecar`, from start to exit status.

    `role` is the command; another that listens and drains likewise need change only that.

    `upstream` is one address or several; `config` is laid over the tests' own defaults. Waits until
    the process is `live` or the model `ready`, or for nothing (`None`).
    """

    role = "sidecar"

    def __init__(self, upstream=None, config: dict | None = None, *, arguments=(), env=None,
                 wait="ready", stdout=None, config_file: Path | None = None, stderr=None):
        self.directory = Path(tempfile.mkdtemp(prefix="outrider-"))
        self.config = merged(TEST_DEFAULTS, config or {})
        if upstream:
            endpoints = [upstream] if isinstance(upstream, str) else list(upstream)
            self.config = merged({"upstream": {"endpoints": endpoints}}, self.config)
        self.config_file = config_file or self.directory / f"{self.role}.json5"
        self.write(self.config)
        self.errors: list[str] = []
        self.records: list[dict] = []
        self.bad_lines: list[str] = []
        self.listeners: list[str] = []
        self.admin: str | None = None
        self.started_at = time.monotonic()
        command = [BINARY, self.role, "--config", str(self.config_file), *map(str, arguments)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stdout or subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment(env))
        self.pid = self.process.pid
        self.threads = [threading.Thread(target=self.read_errors, daemon=True)]
        if stdout is None:
            self.threads.append(threading.Thread(target=self.read_records, daemon=True))
        for thread in self.threads:
            thread.start()
        try:
            if wait:
                self.wait_live()
            if wait == "ready":
                self.wait_ready()
        except BaseException:
            self.kill()
            raise

    def write(self, config: dict):
        """Writes the configuration file in one step, as editors and ConfigMaps do."""
        fresh = self.config_file.with_suffix(".new")
        fresh.write_text("// written by the tests\n" + json.dumps(config, indent=2) + "\n")
        fresh.replace(self.config_file)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            status = self.stop()
            if kind is None:
                assert status == 0, f"exit status {status}: {self.errors[-20:]}"
        if kind is None:
            assert self.process.returncode in (0, 1, 2), f"died: {self.process.returncode}"
        self.finish()

    # Starting and stopping --------------------------------------------------------------------

    def wait_live(self, within=10):
        def is_up():
            assert self.process.poll() is None, (
                f"exited with {self.process.returncode}: {self.errors}")
            return self.admin and self.listeners
        until(is_up, within, "the start-up lines")
        until(lambda: self.get("/livez").status == 200, within, "/livez")
        return self

    def wait_ready(self, within=10):
        until(lambda: self.get("/readyz").status == 200, within, "/readyz 200", every=0.01)
        return self

    def stop(self, sent=signal.SIGTERM, within=15) -> int:
        """Drains, and returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(sent)
        return self.wait_exit(within)

    def wait_exit(self, within=15) -> int:
        try:
            status = self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {within} s later: {self.errors[-5:]}") from None
        self.finish()
        return status

    def reload(self, config: dict | None = None, result="success"):
        """SIGHUP, with another configuration if there is one, and waits until it has been read."""
        labels = {"result": result}
        before = self.metrics().total("outrider_config_reloads_total", **labels)
        if config is not None:
            self.config = merged(TEST_DEFAULTS, config)
            self.write(self.config)
        self.signal(signal.SIGHUP)
        self.wait_metric("outrider_config_reloads_total", before + 1, **labels)
        return self

    def finish(self):
        for thread in self.threads:
            thread.join(5)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(5)

    def signal(self, number):
        self.process.send_signal(number)

    # What it says -----------------------------------------------------------------------------

    def read_errors(self):
        for line in self.process.stderr:
            text = line.decode("utf-8", "replace").rstrip("\n")
            self.errors.append(text)
            if match := STARTED.search(text):
                if match[1] == "admin":
                    self.admin = match[2]
                else:
                    self.listeners.append(match[2])

    def read_records(self):
        for line in self.process.stdout:
            try:
                self.records.append(json.loads(line))
            except ValueError:
                self.bad_lines.append(line.decode("utf-8", "replace"))

    def record(self, request_id: str, within=5) -> dict:
        """The access log's line for a request."""
        found = lambda: [r for r in list(self.records) if r.get("request_id") == request_id]
        return until(found, within, f"an access log line for {request_id}")[0]

    def record_where(self, within=5, **expected) -> dict:
        def found():
            return [r for r in list(self.records) if all(r.get(k) == v for k, v in expected.items())]
        return until(found, within, f"an access log line with {expected}; have {self.records[-3:]}")[0]

    def says(self, text: str, within=5) -> str:
        """Waits for a line on standard error that contains `text`."""
        found = lambda: [line for line in list(self.errors) if text in line]
        return until(found, within, f"{text!r} on standard error; have {self.errors[-5:]}")[0]

    # What it answers --------------------------------------------------------------------------

    @property
    def address(self) -> str:
        return self.listeners[0]

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def ask(self, method="GET", target="/", fields=(), body=None, timeout=10, version="1.1"):
        return ask(self.address, method, target, fields, body, timeout, version)

    def get(self, path: str, fields=(), timeout=10):
        """GET at the admin port."""
        return ask(self.admin, "GET", path, fields, timeout=timeout)

    def post(self, path: str, fields=(), timeout=10):
        """POST at the admin port."""
        return ask(self.admin, "POST", path, fields, b"", timeout=timeout)

    def status(self) -> dict:
        return json.loads(self.get("/status").text)

    @property
    def state(self) -> str:
        return self.status()["state"]

    def metrics(self) -> Metrics:
        return Metrics(self.get("/metrics").text)

    def wait_state(self, state: str, within=10):
        until(lambda: self.state == state, within, f"state {state}", every=0.02)

    def wait_metric(self, name: str, at_least: float = 1, within=5, **labels) -> float:
        def reached():
            value = self.metrics().total(name, **labels)
            return value if value >= at_least else None
        return until(reached, within, f"{name}{labels} >= {at_least}", every=0.02)

    # What it costs ----------------------------------------------------------------------------

    def memory(self) -> int:
        """Resident bytes."""
        text = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024

    def peak_memory(self) -> int:
        text = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", text)[1]) * 1024

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))
