"""HTTP/2 as users meet it, without TLS and with: nghttp, h2load and Python's clients."""

import re
import shutil
import subprocess

import pytest

from harness.tls import Authority
from harness.upstream import answer, echo


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture(params=["http", "https"])
def url(request, start, upstream, authority):
    """A sidecar in front of `upstream`, as users name it."""
    config = {"admission": {"queue": 1_000}}
    if request.param == "https":
        config["tls"] = authority.issue("127.0.0.1").config
    return f"{request.param}://{start(upstream, config).address}"


def tool(name: str, *arguments) -> str:
    if not shutil.which(name):
        pytest.skip(f"no {name} here (Debian: nghttp2-client)")
    done = subprocess.run([name, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize(("clients", "streams"), [(1, 1), (10, 10), (10, 100), (100, 1)])
def test_h2load_has_no_failure(url, upstream, clients, streams):
    upstream.default = answer(200, b"x" * 500)
    told = tool("h2load", "-n", 2_000, "-c", clients, "-m", streams, f"{url}/l")
    assert "2000 total, 2000 started, 2000 done, 2000 succeeded, 0 failed, 0 errored" in told, told
    assert "2000 2xx, 0 3xx, 0 4xx, 0 5xx" in told, told
    assert len(upstream.at("/l")) == 2_000


def test_h2load_sends_bodies(url, upstream, tmp_path):
    upstream.on("/e", echo)
    body = tmp_path / "body"
    body.write_bytes(b"b" * 100_000)
    told = tool("h2load", "-n", 200, "-c", 4, "-m", 8, "-d", body, f"{url}/e")
    assert "200 succeeded, 0 failed, 0 errored" in told, told
    assert {it.body.length for it in upstream.at("/e")} == {100_000}


def test_h2load_in_http_1_is_served_on_the_same_port(url, upstream):
    told = tool("h2load", "--h1", "-n", 500, "-c", 5, f"{url}/l")
    assert "500 succeeded, 0 failed, 0 errored" in told, told


def test_nghttp_shows_a_clean_conversation(url, upstream):
    upstream.default = answer(200, b"hello\n")
    told = re.sub(r"\x1b\[[0-9;]*m", "", tool("nghttp", "-v", f"{url}/n"))
    assert "hello\n" in told
    for frame in ("recv SETTINGS", "recv HEADERS", "recv DATA", ":status: 200", "END_STREAM"):
        assert frame in told, told
    assert "GOAWAY" not in told.partition("recv DATA")[0]
    assert "RST_STREAM" not in told


def test_nghttp_asks_many_at_once(url, upstream):
    addresses = [f"{url}/n{n}" for n in range(50)]
    told = tool("nghttp", "-n", "-s", *addresses)
    assert len(re.findall(r"\b200\b", told)) == 50, told


def test_curl_speaks_it(url, upstream, authority):
    if "HTTP2" not in subprocess.run(["curl", "-V"], capture_output=True, text=True).stdout:
        pytest.skip("curl without HTTP/2")
    told = tool("curl", "-s", "--http2-prior-knowledge", "--cacert", authority.file,
                "-w", "%{http_version} %{http_code}", f"{url}/c")
    assert told == "ok2 200"


def test_httpx_speaks_it(url, upstream, authority):
    httpx = pytest.importorskip("httpx")
    upstream.on("/e", echo)
    with httpx.Client(http1=False, http2=True, base_url=url, verify=authority.client()) as client:
        got = client.get("/x", params={"q": "1"})
        assert (got.http_version, got.text) == ("HTTP/2", "ok")
        assert client.post("/e", content=b"b" * 200_000).content == b"b" * 200_000
        assert [client.get(f"/{n}").status_code for n in range(50)] == [200] * 50
    assert upstream.at("/x")[0].target == "/x?q=1"
