"""Bad configuration, taken ports, missing files, full disks: one clear line each."""

import json
import re
import socket
import subprocess

import pytest

from harness import BINARY, Client, run, until
from harness.sidecar import environment

LINE = re.compile(r"outrider: (\S+):(\d+):(\d+): (.+)")


def check(tmp_path, text: str, *arguments, env=None):
    file = tmp_path / "sidecar.json5"
    file.write_text(text)
    return run("check", "--config", file, *arguments, env=env)


def problems(result) -> list[tuple[int, int, str]]:
    found = []
    for line in result.stderr.splitlines():
        match = LINE.fullmatch(line)
        assert match, f"not one clear line: {line!r}"
        found.append((int(match[2]), int(match[3]), match[4]))
    return found


def test_a_good_file_is_summed_up_in_one_line(tmp_path):
    got = check(tmp_path, '{ upstream: { endpoints: ["127.0.0.1:9"], }, /* fine */ }')
    assert got.returncode == 0, got.stderr
    assert len(got.stdout.strip().splitlines()) == 1
    assert "127.0.0.1:9" in got.stdout


def test_an_empty_object_is_a_good_configuration(tmp_path):
    assert check(tmp_path, "{}").returncode == 0


def test_an_unknown_key_is_told_with_its_place_and_its_neighbour(tmp_path):
    got = check(tmp_path, '{\n  breaker: {\n    openFr: "5s",\n  },\n}\n')
    assert got.returncode == 2
    [(line, column, message)] = problems(got)
    assert (line, column) == (3, 5)
    assert message == 'breaker.openFr: unknown key, did you mean "openFor"?'


def test_every_problem_is_told_at_once_in_the_order_of_the_file(tmp_path):
    got = check(tmp_path, """{
  servce: "x",
  workers: "many",
  upstream: { endpoints: ["nonsense"], balance: "random" },
  timeouts: { connect: "5 parsecs", idle: -1 },
  limits: { uri: "16QB", headerCount: 0 },
  breaker: { failureRate: 7 },
}
""")
    assert got.returncode == 2
    told = problems(got)
    text = "\n".join(message for _, _, message in told)
    for key in ("servce", "workers", "endpoints", "balance", "timeouts.connect", "timeouts.idle",
                "limits.uri", "limits.headerCount", "breaker.failureRate"):
        assert key in text, key
    assert told == sorted(told, key=lambda problem: problem[:2])


@pytest.mark.parametrize("text", [
    "", "{", "{ a", "[]", "null", '{ upstream: { endpoints: [ }', "{ 'unclosed }", "{ a: 1 } trailing",
    "{" * 5000, "\x00", '{ service: "a", service: "b" }',
], ids=range(11))
def test_broken_syntax_is_one_line_with_its_place(tmp_path, text):
    got = check(tmp_path, text)
    assert got.returncode == 2
    assert problems(got)


@pytest.mark.parametrize("text", [
    '{ rateLimits: [{ rate: "1/s" }] }', '{ tls: [] }',
    '{ upstream: { endpoints: "127.0.0.1:1" } }', '{ upstream: { endpoints: [] } }',
    '{ upstream: { keepAlive: 4 } }', '{ admission: { concurrency: 0 } }',
    '{ admission: { queue: -1 } }', '{ retry: { attempts: 0 } }', '{ listen: [] }',
    '{ listen: [":99999"] }', '{ telemetry: { sample: 2 } }', '{ telemetry: { accessLog: "xml" } }',
    '{ upstream: { engine: "gpt" } }', '{ trustedPeers: ["everyone"] }', '{ health: { type: "icmp" } }',
    '{ adminToken: { env: "NOT_SET_ANYWHERE" } }', '{ adminToken: { file: "/no/such/file" } }',
])
def test_impossible_values_are_refused(tmp_path, text):
    got = check(tmp_path, text)
    assert got.returncode == 2
    assert len(problems(got)) == 1


def test_the_sidecar_refuses_what_check_refuses(tmp_path):
    file = tmp_path / "sidecar.json5"
    file.write_text('{ breaker: { openFr: "5s" } }')
    got = run("sidecar", "--config", file)
    assert got.returncode == 2
    assert 'did you mean "openFor"?' in got.stderr


def test_a_gateways_file_is_not_a_sidecars(tmp_path):
    file = tmp_path / "gateway.json5"
    file.write_text("{ routes: [], services: {} }")
    assert run("sidecar", "--config", file).returncode == 2


def test_a_missing_file_is_one_line_and_status_2(tmp_path):
    got = run("sidecar", "--config", tmp_path / "nothing.json5")
    assert got.returncode == 2
    assert len(got.stderr.strip().splitlines()) == 1
    assert "nothing.json5" in got.stderr


@pytest.mark.parametrize("arguments", [
    ["--no-such-flag"], ["--upstream"], ["--upstream", "not an address"], ["--listen", ":port"],
    ["--engine", "gpt"], ["surplus"],
])
def test_bad_usage_is_status_2(arguments):
    got = run("sidecar", *arguments)
    assert got.returncode == 2
    assert got.stderr.startswith("outrider: ")


def test_faults_need_their_flag(start, upstream, tmp_path):
    text = json.dumps({"faults": {"abort": 500}, "listen": ["127.0.0.1:0"], "admin": "127.0.0.1:0"})
    file = tmp_path / "sidecar.json5"
    file.write_text(text)
    got = run("sidecar", "--config", file)
    assert got.returncode == 2
    assert "--allow-faults" in got.stderr


@pytest.mark.parametrize("which", ["listen", "admin"])
def test_a_taken_port_is_one_line_and_status_2(tmp_path, which):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = "127.0.0.1:%d" % holder.getsockname()[1]
        config = {"listen": ["127.0.0.1:0"], "admin": "127.0.0.1:0"}
        config[which] = [taken] if which == "listen" else taken
        file = tmp_path / "sidecar.json5"
        file.write_text(json.dumps(config))
        got = run("sidecar", "--config", file)
    assert got.returncode == 2
    complaints = [line for line in got.stderr.splitlines() if taken in line]
    assert len(complaints) == 1 and "in use" in complaints[0].lower()


def test_a_unix_socket_that_somebody_uses_is_not_stolen(start, upstream, tmp_path):
    path = f"unix:{tmp_path}/s"
    start(upstream, {"listen": [path]})
    file = tmp_path / "second.json5"
    file.write_text(json.dumps({"listen": [path], "admin": "127.0.0.1:0"}))
    got = run("sidecar", "--config", file)
    assert got.returncode == 2


def test_an_unreachable_model_is_told_once_and_served_around(start):
    sidecar = start("127.0.0.1:1", {"health": {"interval": "20ms"}}, wait="live")
    assert sidecar.ask("POST", "/", body=b"x").status == 503
    until(lambda: sidecar.metrics().total("outrider_health_checks_total") > 10, 10)
    assert sidecar.get("/livez").status == 200
    assert len(sidecar.errors) < 10, "told once, not at every check"


def test_a_full_disk_for_the_log_is_told_and_served_around(start, upstream):
    with open("/dev/full", "w") as full:
        sidecar = start(upstream, stdout=full)
        for _ in range(50):
            assert sidecar.ask().status == 200
        sidecar.wait_metric("outrider_log_lines_dropped_total", 1)
        assert len(sidecar.errors) < 10


def test_a_full_disk_for_a_log_file_is_served_around(start, upstream):
    sidecar = start(upstream, {"telemetry": {"accessLog": {"file": "/dev/full"}}})
    for _ in range(20):
        assert sidecar.ask().status == 200
    sidecar.wait_metric("outrider_log_lines_dropped_total", 1)


def test_a_reader_of_the_log_that_stops_reading_stops_nothing(upstream, tmp_path):
    """A pipe that nobody empties must not block the data path."""
    from harness import Sidecar

    import os
    read, write = os.pipe()
    with Sidecar(upstream.address, stdout=write) as sidecar:
        os.close(write)
        # A mebibyte of lines may wait before the first is dropped.
        with Client(sidecar.address) as client:
            for _ in range(4000):
                assert client.ask("GET", "/" + "a" * 200).status == 200
        sidecar.wait_metric("outrider_log_lines_dropped_total", 1)
    os.close(read)


def test_a_log_file_gets_one_line_a_request(start, upstream, tmp_path):
    file = tmp_path / "access.log"
    sidecar = start(upstream, {"telemetry": {"accessLog": {"file": str(file)}}})
    for number in range(10):
        sidecar.ask("GET", f"/{number}")
    until(lambda: file.exists() and len(file.read_text().splitlines()) == 10, 5)
    assert [json.loads(line)["url.path"] for line in file.read_text().splitlines()] == [
        f"/{n}" for n in range(10)]


def test_the_log_may_be_off(start, upstream):
    sidecar = start(upstream, {"telemetry": {"accessLog": "off"}})
    assert sidecar.ask().status == 200
    sidecar.stop()
    assert sidecar.records == []


def test_flags_win_over_environment_over_file_over_defaults(start, upstream):
    config = {"service": "file"}
    assert start(upstream, config).status()["serviceId"] == "file"
    env = {"OUTRIDER_SERVICE": "environment"}
    assert start(upstream, config, env=env).status()["serviceId"] == "environment"
    flagged = start(upstream, config, env=env, arguments=["--service", "flag"])
    assert flagged.status()["serviceId"] == "flag"


def test_one_flag_is_enough(upstream):
    process = subprocess.Popen(
        [BINARY, "sidecar", "--upstream", upstream.address, "--listen", "127.0.0.1:0",
         "--admin", "127.0.0.1:0"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment(), text=True)
    try:
        seen = ""
        while "listening on" not in seen or "admin on" not in seen:
            line = process.stderr.readline()
            assert line, seen
            seen += line
        address = re.search(r"listening on (\S+)", seen)[1]
        from harness.client import ask
        until(lambda: ask(address).status == 200, 5)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_the_example_configuration_is_good():
    from harness.sidecar import ROOT
    got = run("check", "--config", ROOT / "deploy/examples/sidecar.json5")
    assert got.returncode == 0, got.stderr
