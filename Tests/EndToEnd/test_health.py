"""Six states, and what each admin page says in them."""

import json

import pytest

from harness import Client, Upstream, until
from harness.client import ask
from harness.upstream import Gate, answer, events, hang

FAST = {"health": {"interval": "50ms", "timeout": "500ms"}}


def test_loading_until_the_model_answers_then_ready_by_itself(start):
    with Upstream() as model:
        model.stop_listening()
        sidecar = start(model, FAST, wait="live")
        assert sidecar.state == "loading"
        for path, status in {"/livez": 200, "/readyz": 503, "/startupz": 503,
                             "/upstream-livez": 200}.items():
            assert sidecar.get(path).status == status, path
        model.listen()
        sidecar.wait_ready()
        assert sidecar.state == "ready"
        for path in ("/livez", "/readyz", "/startupz", "/upstream-livez"):
            assert sidecar.get(path).status == 200, path
        assert sidecar.ask().status == 200


def test_the_models_own_503_is_loading(start, upstream):
    upstream.health_status = 503
    sidecar = start(upstream, FAST | {"upstream": {"engine": "llamacpp"}}, wait="live")
    assert sidecar.state == "loading"
    assert b'"starting"' in sidecar.ask("POST", "/", body=b"x").body.data
    upstream.health_status = 200
    upstream.on("/v1/models", answer(body=b'{"data":[{"id":"m"}]}'))
    sidecar.wait_ready()


def test_a_model_that_goes_away_is_loading_again_and_started_once(start, upstream):
    sidecar = start(upstream, FAST)
    upstream.kill()
    sidecar.wait_state("loading")
    assert sidecar.get("/readyz").status == 503
    upstream.listen()
    sidecar.wait_ready()


def test_an_openai_shaped_engine_is_ready_once_its_model_is_listed(start, upstream):
    upstream.on("/v1/models", answer(body=b'{"object":"list","data":[]}'))
    sidecar = start(upstream, FAST | {"upstream": {"engine": "vllm"}}, wait="live")
    until(lambda: upstream.at("/v1/models"), 5, "the list was asked for")
    assert sidecar.state == "loading"
    upstream.on("/v1/models", answer(body=b'{"object":"list","data":[{"id":"m"}]}'))
    sidecar.wait_ready()


def test_generic_health_tries_the_usual_paths(start, upstream):
    for path in ("/readyz", "/health"):
        upstream.on(path, answer(status=404))
    start(upstream, FAST)
    assert upstream.checks and {r.path for r in upstream.checks} == {"/healthz"}


def test_generic_health_falls_back_to_a_connection(start, upstream):
    for path in ("/readyz", "/health", "/healthz"):
        upstream.on(path, answer(status=404))
    assert start(upstream, FAST).ask().status == 200


def test_a_path_of_ones_own_is_asked(start, upstream):
    upstream.on("/my/health", answer())
    start(upstream, {"health": {"path": "/my/health", "interval": "50ms"}})
    until(lambda: len(upstream.at("/my/health")) > 2, 5)
    assert upstream.checks == []


def test_tcp_checks_send_no_request(start, upstream):
    sidecar = start(upstream, {"health": {"type": "tcp", "interval": "50ms"}})
    until(lambda: upstream.connections > 3, 5, "several checks")
    assert upstream.checks == [] and upstream.requests == []
    assert sidecar.state == "ready"


def test_busy_at_the_limit_is_still_ready(start, upstream):
    gate = Gate()
    upstream.on("/g", gate)
    sidecar = start(upstream, FAST | {"admission": {"concurrency": 1}})
    busy = Client(sidecar.address).request("GET", "/g")
    until(lambda: gate.arrived, 5)
    until(lambda: sidecar.state in ("busy", "ready"), 5)
    assert sidecar.get("/readyz").status == 200
    gate.open()
    assert busy.response().status == 200
    sidecar.wait_state("ready")


def test_stalled_needs_silence_and_failed_checks(start, upstream):
    upstream.on("/h", hang)
    sidecar = start(upstream, {"health": {"interval": "50ms", "timeout": "100ms",
                                          "stalledAfter": "300ms", "unhealthyAfter": 2}})
    with Client(sidecar.address) as client:
        client.request("POST", "/h", body=b"x")
        until(lambda: upstream.at("/h"), 5)
        upstream.health = hang
        sidecar.wait_state("stalled")
        assert sidecar.get("/readyz").status == 503
        assert sidecar.get("/startupz").status == 200
        upstream.health = None
        sidecar.wait_state("ready")


def test_a_slow_check_while_bytes_flow_is_no_failure(start, upstream):
    upstream.on("/e", events(60, gap=0.02))
    sidecar = start(upstream, {"health": {"interval": "50ms", "timeout": "100ms",
                                          "stalledAfter": "200ms", "unhealthyAfter": 2}})
    with Client(sidecar.address) as client:
        client.request("POST", "/e", body=b"x")
        client.head()
        upstream.health = hang
        for _ in range(20):
            assert client.reader.fill()
            assert sidecar.state in ("ready", "busy")


def test_faulted_by_the_pattern_of_a_lost_gpu(start, upstream):
    upstream.on("/p", answer(status=500, body=b"RuntimeError: CUDA error: device-side assert"))
    sidecar = start(upstream, FAST | {"breaker": {"consecutiveFailures": 1000,
                                                  "minimumCalls": 1000}})
    for _ in range(3):
        assert sidecar.ask("POST", "/p", body=b"x").status == 500
    sidecar.wait_state("faulted")
    assert sidecar.get("/readyz").status == 503
    assert sidecar.get("/startupz").status == 200
    upstream.on("/p", answer())
    until(lambda: sidecar.ask("POST", "/p", body=b"x").status == 200, 5)
    sidecar.wait_state("ready")


def test_a_fault_pattern_in_a_good_answer_means_nothing(start, upstream):
    upstream.on("/p", answer(body=b"how do I fix CUDA error: out of memory?"))
    sidecar = start(upstream, FAST)
    for _ in range(10):
        assert sidecar.ask("POST", "/p", body=b"x").status == 200
    assert sidecar.state == "ready"


def test_livez_does_not_ask_the_model(start, upstream):
    sidecar = start(upstream, {"health": {"interval": "60s"}})
    seen = len(upstream.checks)
    for _ in range(20):
        assert sidecar.get("/livez").status == 200
        assert sidecar.get("/readyz").status == 200
    assert len(upstream.checks) == seen


# Admin pages ----------------------------------------------------------------------------------------


def test_status_is_health_json_with_evidence(start, upstream):
    sidecar = start(upstream, FAST | {"service": "sentiment"})
    got = sidecar.get("/status")
    assert got.fields.get("content-type", "").startswith("application/health+json")
    status = json.loads(got.text)
    assert status["status"] == "pass"
    assert status["state"] == "ready"
    assert status["serviceId"] == "sentiment"
    for key in ("version", "since", "checks"):
        assert key in status, key


def test_readyz_verbose_names_each_check(start, upstream):
    sidecar = start(upstream, FAST)
    text = sidecar.get("/readyz?verbose").text
    assert any(line.startswith("[+]") and line.endswith(" ok") for line in text.splitlines())
    upstream.kill()
    sidecar.wait_state("loading")
    text = sidecar.get("/readyz?verbose").text
    assert any(line.startswith("[-]") and "failed" in line for line in text.splitlines())


def test_config_shows_what_is_in_force_and_where_it_came_from(start, upstream):
    sidecar = start(upstream, {"timeouts": {"idle": "77s"}}, env={"OUTRIDER_SERVICE": "from-env"})
    text = sidecar.get("/config").text
    assert json.loads(text)
    for word in ("77s", "from-env", "environment", "file", "default"):
        assert word in text, word


def test_config_never_shows_secrets(start, upstream):
    sidecar = start(upstream, {"adminToken": {"env": "TOKEN"}}, env={"TOKEN": "hunter2-hunter2"})
    assert "hunter2" not in sidecar.get("/config").text
    assert "•••" in sidecar.get("/config").text


def test_requests_are_recorded_with_their_timeline(sidecar):
    sidecar.ask("GET", "/seen", [("X-Request-Id", "look-at-me")])
    until(lambda: "look-at-me" in sidecar.get("/requests").text, 5)
    one = json.loads(sidecar.get("/requests/look-at-me").text)
    assert "look-at-me" in json.dumps(one)
    assert sidecar.get("/requests/no-such").status == 404


@pytest.mark.parametrize("path", ["/nope", "/livez/x", "/.."])
def test_unknown_admin_paths_are_404(sidecar, path):
    assert sidecar.get(path).status in (400, 404)


def test_admin_posts_answer_only_post(sidecar):
    for path in ("/drain", "/undrain", "/reload"):
        assert sidecar.get(path).status == 405
    assert sidecar.state == "ready"


def test_admin_survives_garbage(sidecar):
    for data in (b"\x00" * 100, b"GET / HTTP/9.9\r\n\r\n", b"POST /drain HTTP/1.1\r\n\r\n"):
        with Client(sidecar.admin) as client:
            client.send(data).half_close()
            client.rest()
    assert sidecar.get("/livez").status == 200
    assert sidecar.state == "ready"


def test_admin_listens_on_a_unix_socket_too(start, upstream, tmp_path):
    sidecar = start(upstream, {"admin": f"unix:{tmp_path}/admin.sock"})
    assert ask(f"unix:{tmp_path}/admin.sock", "GET", "/livez").status == 200
    assert sidecar.ask().status == 200


def test_status_page_is_there(sidecar):
    assert sidecar.get("/").status in (200, 404)
