"""The other commands of the binary."""

import json
import os
import signal
import subprocess

import pytest

from harness import BINARY, run
from harness.sidecar import environment

COMMANDS = ["sidecar", "gateway", "demo", "check", "explain", "keys", "schema", "probe", "drain",
            "version", "help"]


def test_version_is_one_line():
    got = run("version")
    assert got.returncode == 0
    assert len(got.stdout.strip().splitlines()) == 1


def test_help_names_every_command():
    got = run("help")
    assert got.returncode == 0
    for command in COMMANDS:
        assert command in got.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_explains_each_command(command):
    got = run("help", command)
    assert got.returncode == 0
    assert command in got.stdout


@pytest.mark.parametrize("arguments", [["fly"], ["help", "fly"]])
def test_bad_usage_is_status_2_and_says_where_to_look(arguments):
    got = run(*arguments)
    assert (got.returncode, got.stdout) == (2, "")
    assert got.stderr.startswith('outrider: unknown command "fly"')
    assert "outrider help" in got.stderr


def test_nothing_at_all_asks_for_help():
    assert run().stdout == run("help").stdout


def test_a_misspelt_command_is_suggested():
    assert "sidecar" in run("sidcar").stderr


def test_the_schema_is_json_schema_with_every_section():
    got = run("schema", "sidecar")
    assert got.returncode == 0
    schema = json.loads(got.stdout)
    assert "json-schema.org" in schema["$schema"]
    for key in ("upstream", "timeouts", "retry", "breaker", "admission", "health", "limits", "drain",
                "telemetry", "outbound"):
        assert key in schema["properties"], key
    breaker = schema["properties"]["breaker"]["properties"]
    assert breaker["consecutiveFailures"]["default"] == 5
    assert schema["properties"]["breaker"]["additionalProperties"] is False


def test_probe_follows_readiness(sidecar):
    assert run("probe", f"http://{sidecar.admin}/readyz").returncode == 0
    sidecar.post("/drain")
    assert run("probe", f"http://{sidecar.admin}/readyz").returncode == 1
    assert run("probe", f"http://{sidecar.admin}/livez").returncode == 0


def test_probe_of_nothing_fails():
    got = run("probe", "http://127.0.0.1:1/livez")
    assert got.returncode == 1
    assert len(got.stderr.strip().splitlines()) == 1


def test_drain_of_nothing_fails():
    assert run("drain", "http://127.0.0.1:1").returncode == 1


@pytest.mark.alone
def test_the_tour_of_the_demo_shows_everything_in_under_a_minute():
    got = run("demo", "--once", timeout=60)
    assert got.returncode == 0, got.stdout[-2000:] + got.stderr[-2000:]
    said = got.stdout.lower()
    for word in ("stream", "breaker", "drain", "401", "403", "/v1/models", "95 %", "key"):
        assert word in said, word


@pytest.mark.alone
def test_the_printed_curl_lines_of_the_demo_all_work():
    if subprocess.run(["which", "curl"], capture_output=True).returncode:
        pytest.skip("no curl")
    process = subprocess.Popen([BINARY, "demo"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               env=environment({"NO_COLOR": "1"}))
    try:
        os.set_blocking(process.stdout.fileno(), False)
        lines = collect(process)
        assert len(lines) >= 4, lines
        for line in lines:
            got = subprocess.run(["bash", "-c", line], capture_output=True, timeout=30)
            assert got.returncode == 0, (line, got.stderr)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        process.stdout.close()


def collect(process) -> list[str]:
    """The curl lines printed until the demo falls silent."""
    import time

    text, quiet_since, begun = "", time.monotonic(), time.monotonic()
    while time.monotonic() - begun < 30:
        chunk = process.stdout.read()
        if chunk:
            text, quiet_since = text + chunk.decode(), time.monotonic()
        elif "curl" in text and time.monotonic() - quiet_since > 1:
            break
        time.sleep(0.05)
    joined = text.replace("\\\n", " ")
    return [line.strip().removeprefix("$ ") for line in joined.splitlines()
            if line.strip().removeprefix("$ ").startswith("curl ")]
