"""Fixtures: a recording upstream, sidecars that are cleaned away, the real model services."""

import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from harness import BINARY, Gateway, KeyFile, Sidecar, Upstream  # noqa: E402
from harness.models import NEEDS, ModelService  # noqa: E402


def pytest_sessionstart(session):
    if not os.access(BINARY, os.X_OK):
        pytest.exit(f"no binary at {BINARY}: build it, or name it in OUTRIDER_BINARY", returncode=4)
    # What the harness writes goes with the session; pytest's own folders stay short where they are,
    # for a unix socket's path holds 107 bytes.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
    session.config.harness_folder = tempfile.tempdir = tempfile.mkdtemp(prefix="outrider-")


def pytest_sessionfinish(session):
    folder = getattr(session.config, "harness_folder", None)
    if folder:
        tempfile.tempdir = None
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def upstream():
    """A recording upstream; nothing malformed may ever reach it."""
    with Upstream() as one:
        yield one
        assert one.violations == [], "the sidecar sent what the standard forbids"


@pytest.fixture
def second():
    """Another recording upstream."""
    with Upstream() as one:
        yield one
        assert one.violations == []


@pytest.fixture
def started():
    """Processes; whichever still runs when the test ends must drain and exit 0."""
    begun: list[Sidecar] = []
    yield begun
    failures = []
    for one in begun:
        if one.process.poll() is None:
            status = one.stop()
            if status != 0:
                failures.append(f"exit status {status}: {one.errors[-10:]}")
        one.finish()
        if one.bad_lines:
            failures.append(f"not JSON in the access log: {one.bad_lines[:3]}")
        fatal = [line for line in one.errors if "Fatal error" in line or "Sanitizer" in line]
        if fatal:
            failures.append(f"trapped: {fatal}")
    assert not failures, failures


@pytest.fixture
def start(started):
    """Starts sidecars."""

    def begin(upstream=None, config=None, **options) -> Sidecar:
        address = getattr(upstream, "address", upstream)
        if isinstance(upstream, list | tuple):
            address = [getattr(one, "address", one) for one in upstream]
        started.append(Sidecar(address, config, **options))
        return started[-1]
    return begin


@pytest.fixture
def gateway(started):
    """Starts gateways: `gateway(config)`, stopped before the sidecars behind them."""

    def begin(config, **options) -> Gateway:
        started.insert(0, Gateway(config, **options))
        return started[0]
    return begin


@pytest.fixture
def keys(tmp_path):
    """An empty file of API keys."""
    return KeyFile(tmp_path / "keys.json5")


@pytest.fixture
def sidecar(start, upstream):
    """A sidecar with the product's defaults in front of `upstream`."""
    return start(upstream)


def service(name: str, **options):
    missing = [module for module in NEEDS[name] if not importlib.util.find_spec(module)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    return ModelService(name, **options)


@pytest.fixture(scope="session")
def llm():
    """llama.cpp with a small model, ready."""
    with service("llm") as one:
        yield one.wait_ready()


@pytest.fixture(scope="session")
def sentiment():
    with service("sentiment") as one:
        yield one.wait_ready()


@pytest.fixture(scope="session")
def embeddings():
    with service("embeddings") as one:
        yield one.wait_ready()


@pytest.fixture(scope="session")
def stamped():
    """hypercorn, in HTTP/1.1 and HTTP/2, with streams that say when they were sent."""
    with service("stamped") as one:
        yield one.wait_ready()


@pytest.fixture
def launch():
    """Starts model services that a test may kill."""
    running = []

    def begin(name, **options):
        running.append(service(name, **options))
        return running[-1]

    yield begin
    for one in running:
        one.stop()


@pytest.fixture(scope="session")
def suites():
    """Where the suites of others lie; tests that need them are skipped without."""
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("OUTRIDER_SUITES", root / "../shared/suites"))
    if not folder.is_dir():
        pytest.skip(f"no suites at {folder} (OUTRIDER_SUITES)")
    return folder
