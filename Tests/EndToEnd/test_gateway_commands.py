"""What the commands around a gateway say: `keys`, `explain`, `check`, `schema`."""

import json
import re
from datetime import datetime, timedelta, timezone

import pytest

from harness import run
from harness.gateway import issue

KEY = re.compile(r"ork_[A-Za-z0-9_-]{43}[A-Za-z0-9]{6}")
HASH = re.compile(r"sha256:[0-9a-f]{64}")

CONFIG = """{
  auth: { apiKeys: { file: "keys.json5" } },
  identity: { signWith: "a secret that is long enough for HS256" },
  services: {
    chat: { endpoints: "127.0.0.1:4000", models: ["llama-8b", "llama-70b"] },
    sentiment: {
      versions: {
        "1.0.0": { endpoints: "127.0.0.1:4010" },
        "2.0.0": { endpoints: "127.0.0.1:4020" },
      },
      split: { "1.0.0": 100, "2.0.0": 0 },
      versionHeader: "x-model-version",
    },
  },
  routes: [
    { name: "chat", match: { path: "/v1/chat/completions", model: "llama-*" }, service: "chat" },
    { name: "sentiment", match: { path: "/v1/sentiment/**" }, service: "sentiment",
      scopes: "sentiment", rewrite: "/predict" },
  ],
}
"""


@pytest.fixture
def keys(tmp_path):
    return tmp_path / "keys.json5"


@pytest.fixture
def config(tmp_path, keys):
    keys.write_text("{ keys: [] }")
    file = tmp_path / "gateway.json5"
    file.write_text(CONFIG)
    return file


# keys

def test_a_new_key_is_shown_once_and_its_hash_is_kept(keys):
    got = run("keys", "new", "--file", keys, "--id", "acme", "--tenant", "acme", "--tier", "gold",
              "--scope", "chat", "--model", "llama-*")
    assert got.returncode == 0
    assert KEY.fullmatch(got.stdout.splitlines()[-1])
    text = keys.read_text()
    assert not KEY.search(text)
    assert len(HASH.findall(text)) == 1
    assert '"acme"' in text and '"gold"' in text and '"llama-*"' in text
    assert keys.stat().st_mode & 0o077 == 0


def test_an_id_is_given_once(keys):
    issue(keys, "acme")
    before = keys.read_text()
    got = run("keys", "new", "--file", keys, "--id", "acme")
    assert (got.returncode, got.stdout) == (1, "")
    assert "rotate" in got.stderr
    assert keys.read_text() == before


def test_without_a_file_the_record_is_printed(tmp_path):
    got = run("keys", "new", "--id", "acme")
    assert got.returncode == 0
    assert HASH.search(got.stdout)
    assert KEY.fullmatch(got.stdout.splitlines()[-1])


def test_rotation_keeps_the_former_secret_for_the_overlap(keys):
    former = issue(keys, "acme")
    got = run("keys", "rotate", "--file", keys, "--id", "acme", "--overlap", "2h")
    assert got.returncode == 0
    assert KEY.fullmatch(got.stdout.strip()) and got.stdout.strip() != former
    text = keys.read_text()
    assert len(HASH.findall(text)) == 2
    ends = [datetime.fromisoformat(end) for end in re.findall(r'expires: "([^"]+)"', text)]
    in_two_hours = datetime.now(timezone.utc) + timedelta(hours=2)
    assert len(ends) == 1 and abs((ends[0] - in_two_hours).total_seconds()) < 60


def test_rotation_of_an_unknown_key_suggests_a_known_one(keys):
    issue(keys, "acme")
    got = run("keys", "rotate", "--file", keys, "--id", "acne")
    assert got.returncode == 1
    assert "acme" in got.stderr


def test_the_list_shows_every_key_and_no_secret(keys):
    secrets = [issue(keys, id, tenant=f"{id}-inc") for id in ("acme", "globex")]
    got = run("keys", "list", "--file", keys)
    assert got.returncode == 0
    for word in ("acme", "acme-inc", "globex", "globex-inc", "active"):
        assert word in got.stdout
    assert not any(secret in got.stdout for secret in secrets)


def test_the_hash_of_a_key_is_the_one_in_the_file(keys):
    text = issue(keys, "acme")
    got = run("keys", "hash", input=text + "\n")
    assert got.returncode == 0
    assert got.stdout.strip() in keys.read_text()


def test_what_is_no_key_has_no_hash(keys):
    mistyped = issue(keys, "acme")[:-1] + "!"
    got = run("keys", "hash", input=mistyped + "\n")
    assert (got.returncode, got.stdout) == (1, "")


@pytest.mark.parametrize("arguments", [
    ["keys"], ["keys", "lose"], ["keys", "rotate"], ["keys", "list"],
    ["explain"], ["explain", "GET /"], ["explain", "--config", "x"], ["gateway"],
])
def test_bad_usage_is_status_2(arguments):
    got = run(*arguments)
    assert (got.returncode, got.stdout) == (2, "")
    assert got.stderr.startswith("outrider: ")


# explain

def explain(config, request, *arguments):
    return run("explain", "--config", config, request, *arguments)


def test_explain_tells_route_version_and_place(config, keys):
    key = issue(keys, "acme", scopes=["sentiment"])
    got = explain(config, "POST /v1/sentiment/now", "-H", f"authorization: Bearer {key}")
    assert got.returncode == 0, got.stdout + got.stderr
    for word in ("acme", "sentiment", "1.0.0", "127.0.0.1:4010", "/predict"):
        assert word in got.stdout
    assert key not in got.stdout


def test_explain_follows_the_version_that_is_asked_for(config, keys):
    key = issue(keys, "acme", scopes=["sentiment"])
    got = explain(config, "POST /v1/sentiment", "-H", f"x-api-key: {key}",
                  "-H", "x-model-version: ^2")
    assert got.returncode == 0
    assert "127.0.0.1:4020" in got.stdout


def test_explain_reads_the_model_of_the_body(config, keys):
    key = issue(keys, "acme", models=["llama-8b"])
    head = ["POST /v1/chat/completions", "-H", f"x-api-key: {key}", "-d"]
    assert explain(config, *head, '{"model":"llama-8b"}').returncode == 0
    assert "forbidden" in explain(config, *head, '{"model":"llama-70b"}').stdout
    assert "no_route" in explain(config, *head, '{"model":"gpt"}').stdout


@pytest.mark.parametrize("request_line, scopes, reason", [
    ("POST /v1/sentiment", None, "unauthenticated"),
    ("POST /v1/sentiment", [], "forbidden"),
    ("GET /nowhere", [], "no_route"),
    ("GET /v1/../sentiment", [], "malformed_request"),
])
def test_explain_fails_where_the_gateway_would_refuse(config, keys, request_line, scopes, reason):
    shown = []
    if scopes is not None:
        shown = ["-H", f"x-api-key: {issue(keys, 'acme', scopes=scopes)}"]
    got = explain(config, request_line, *shown)
    assert got.returncode == 1
    assert reason in got.stdout


# check, schema

def test_check_says_in_one_line_what_would_run(config):
    got = run("check", "--config", config)
    assert got.returncode == 0, got.stderr
    assert len(got.stdout.strip().splitlines()) == 1
    for word in ("gateway", "2 services", "2 routes"):
        assert word in got.stdout


def test_check_finds_every_problem_at_its_place(config):
    config.write_text(CONFIG.replace("split:", "spilt:").replace("rewrite:", "rewrote:"))
    got = run("check", "--config", config)
    assert (got.returncode, got.stdout) == (2, "")
    first, second = sorted(got.stderr.strip().splitlines())
    assert first.startswith(f"outrider: {config}:11:7: services.sentiment.spilt: ")
    assert second.startswith(f"outrider: {config}:18:28: routes[1].rewrote: ")
    assert '"split"' in first and '"rewrite"' in second


def test_check_knows_which_services_there_are(config):
    config.write_text(CONFIG.replace('service: "chat"', 'service: "chad"'))
    got = run("check", "--config", config)
    assert got.returncode == 2
    assert "routes[0].service" in got.stderr and '"chat"' in got.stderr


def test_check_reads_the_files_that_are_named(config, keys):
    keys.write_text("{ keys: [{ id: 'acme', secrets: [{ hash: 'sha256:beef' }] }] }")
    got = run("check", "--config", config)
    assert got.returncode == 2
    assert "keys.json5" in got.stderr


def test_check_takes_flags_into_account(config):
    got = run("check", "--config", config, "--listen", "127.0.0.1:70000")
    assert got.returncode == 2


def test_the_schema_of_a_gateway_has_every_section():
    got = run("schema", "gateway")
    assert got.returncode == 0
    schema = json.loads(got.stdout)
    assert "json-schema.org" in schema["$schema"]
    for key in ("listen", "admin", "auth", "identity", "services", "routes", "timeouts", "limits",
                "telemetry", "drain"):
        assert key in schema["properties"], key
    assert schema["properties"]["routes"]["type"] == "array"
    assert "upstream" not in schema["properties"]
