"""What every measurement needs: free ports, processes of our own, and what they cost."""
from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parents[2]
CPUS = os.cpu_count() or 1


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now; all are held until the last is known, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def raise_limit() -> None:
    """As many descriptors as the kernel lets us have; children inherit it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (max(hard, 65_536), hard):
        try:
            return resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
        except (ValueError, OSError):
            pass


def reachable(count: int) -> int:
    """So many connections, or as many as the limit of descriptors lets a proxy hold, which needs two for each."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2 - 100
    return count if count <= most else most // 100 * 100


def accepts(port: int) -> bool:
    """Whether somebody accepts connections."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
        return True
    except OSError:
        return False


def get(port: int, path: str = "/", timeout: float = 2.0) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=timeout) as one:
            one.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            return one.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


class Process:
    """A process that was started here, with its children; it is ended by its id, and nothing else is."""

    def __init__(self, command: list[str], folder: Path, cpus: set[int] | None = None):
        self.log = folder / f"{Path(command[0]).name}.log"
        before = os.sched_getaffinity(0)
        # A process inherits where it may run; to set it in the process would copy this one first.
        os.sched_setaffinity(0, cpus or before)
        try:
            self.begun = time.monotonic()
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        finally:
            os.sched_setaffinity(0, before)
        self.pid = self.process.pid

    def until(self, holds: Callable[[], bool], within: float = 30.0, pause: float = 0.001) -> float:
        """Waits until something holds, and returns the seconds since the start."""
        while time.monotonic() - self.begun < within:
            if holds():
                return time.monotonic() - self.begun
            if self.process.poll() is not None:
                break
            time.sleep(pause)
        self.stop()
        raise SystemExit(f"{self.log.stem} does not come up:\n{self.log.read_text()[-2000:]}")

    def stop(self, within: float = 3.0) -> None:
        """Asks it to end; what is still there after a while is killed."""
        family = tree(self.pid)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(within)
            except subprocess.TimeoutExpired:
                for pid in family:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except OSError:
                        pass
        self.process.wait()

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class ModelServer(Process):
    """`Bench upstream`: the model server behind every proxy that is measured."""

    def __init__(self, bench: str, folder: Path, cpus: set[int] | None = None):
        [self.port] = free_ports(1)
        super().__init__([bench, "upstream", str(self.port)], folder, cpus)
        self.until(lambda: get(self.port))


class SocketModelServer(Process):
    """The same behind a unix socket."""

    def __init__(self, bench: str, folder: Path, cpus: set[int] | None = None):
        self.path = str(folder / "model.sock")
        super().__init__([bench, "upstream", self.path], folder, cpus)
        self.until(lambda: os.path.exists(self.path))


def certificate(folder: Path) -> tuple[str, str, str]:
    """A certificate for 127.0.0.1, its key, and a file of both."""
    cert, key, both = (folder / name for name in ("tls.crt", "tls.key", "tls.pem"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-keyout", key, "-out", cert, "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, stderr=subprocess.DEVNULL)
    both.write_text(cert.read_text() + key.read_text())
    return str(cert), str(key), str(both)


def tree(pid: int) -> list[int]:
    """The process and its descendants."""
    family, todo = [], [pid]
    while todo:
        one = todo.pop()
        family.append(one)
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                todo += map(int, Path(f"/proc/{one}/task/{task}/children").read_text().split())
        except OSError:
            pass
    return family


def cpu_seconds(pid: int) -> float:
    """User and kernel time of the process and its descendants, in nanosecond resolution.

    The kernel's clock of another process: what it does for the loopback device is charged to who sends.
    """
    total = 0
    for one in tree(pid):
        try:
            total += time.clock_gettime_ns((~one << 3) | 2)
        except OSError:
            pass
    return total / 1e9


def resident_kib(pid: int) -> int:
    """Resident memory of the process and its descendants."""
    total = 0
    for one in tree(pid):
        try:
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Rss:"):
                    total += int(line.split()[1])
        except OSError:
            pass
    return total
