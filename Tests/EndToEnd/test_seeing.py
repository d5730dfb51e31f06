"""Traces, request ids, forwarding fields, metrics, the access log."""

import re
import shutil
import subprocess

import pytest

from harness import Client, until
from harness.upstream import answer, events

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-01"
TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-0([01])")


def passed(sidecar, upstream, fields):
    assert sidecar.ask("GET", "/t", fields).status == 200
    return upstream.at("/t")[-1].fields


def test_a_valid_trace_goes_on_with_a_new_span(sidecar, upstream):
    seen = passed(sidecar, upstream, [("traceparent", PARENT), ("tracestate", "a=1,b=2")])
    match = TRACEPARENT.fullmatch(seen.get("traceparent"))
    assert match[1] == TRACE and match[2] != SPAN and match[3] == "1"
    assert seen.joined("tracestate").replace(", ", ",") == "a=1,b=2"
    assert sidecar.record_where(**{"trace_id": TRACE})


@pytest.mark.parametrize("given", [
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    f"00-{TRACE}-0000000000000000-01", f"00-{TRACE.upper()}-{SPAN}-01", f"ff-{TRACE}-{SPAN}-01",
    f"00-{TRACE}-{SPAN}-01-more", f"00-{TRACE}-{SPAN}-0", f"00-{TRACE[:-1]}-{SPAN}-01", "garbage", "",
    f"00_{TRACE}_{SPAN}_01", f"0g-{TRACE}-{SPAN}-01",
])
def test_an_invalid_trace_starts_a_new_one_and_drops_its_state(sidecar, upstream, given):
    seen = passed(sidecar, upstream, [("traceparent", given), ("tracestate", "a=1")])
    match = TRACEPARENT.fullmatch(seen.get("traceparent"))
    assert match and match[1] != TRACE
    assert "tracestate" not in seen


def test_a_repeated_traceparent_starts_a_new_trace(sidecar, upstream):
    seen = passed(sidecar, upstream, [("traceparent", PARENT), ("traceparent", PARENT)])
    assert len(seen.all("traceparent")) == 1
    assert TRACEPARENT.fullmatch(seen.get("traceparent"))[1] != TRACE


def test_a_higher_version_is_read_as_00(sidecar, upstream):
    seen = passed(sidecar, upstream, [("traceparent", f"cc-{TRACE}-{SPAN}-01-what-the-future-brings")])
    assert TRACEPARENT.fullmatch(seen.get("traceparent"))[1] == TRACE


def test_without_a_trace_one_begins(sidecar, upstream):
    seen = passed(sidecar, upstream, [])
    assert TRACEPARENT.fullmatch(seen.get("traceparent"))


def test_several_tracestates_are_joined_in_order(sidecar, upstream):
    seen = passed(sidecar, upstream, [
        ("traceparent", PARENT), ("tracestate", "a=1"), ("tracestate", "b=2")])
    assert seen.joined("tracestate").replace(" ", "") == "a=1,b=2"


def test_too_many_tracestate_members_drop_it_all(sidecar, upstream):
    many = ",".join(f"k{n}=v" for n in range(33))
    seen = passed(sidecar, upstream, [("traceparent", PARENT), ("tracestate", many)])
    assert "tracestate" not in seen
    assert TRACEPARENT.fullmatch(seen.get("traceparent"))[1] == TRACE


def test_baggage_passes(sidecar, upstream):
    seen = passed(sidecar, upstream, [("baggage", "user=1,team=red;x=y")])
    assert seen.joined("baggage") == "user=1,team=red;x=y"


@pytest.mark.parametrize("fields", [
    [("b3", f"{TRACE}-{SPAN}-1")],
    [("X-B3-TraceId", TRACE), ("X-B3-SpanId", SPAN), ("X-B3-Sampled", "1")],
], ids=["single", "multi"])
def test_b3_is_understood(sidecar, upstream, fields):
    seen = passed(sidecar, upstream, fields)
    assert TRACEPARENT.fullmatch(seen.get("traceparent"))[1] == TRACE


# Request ids, forwarding fields, trust ----------------------------------------------------------------


def test_a_sane_request_id_is_kept(sidecar, upstream):
    got = sidecar.ask("GET", "/t", [("X-Request-Id", "my-id_1.2")])
    assert got.fields.get("x-request-id") == "my-id_1.2"
    assert upstream.at("/t")[0].fields.all("x-request-id") == ["my-id_1.2"]


@pytest.mark.parametrize("given", ["a b", "x" * 300, "<script>", '"quoted"', ""])
def test_an_insane_request_id_is_replaced(sidecar, upstream, given):
    got = sidecar.ask("GET", "/t", [("X-Request-Id", given)])
    made = got.fields.get("x-request-id")
    assert made and made != given
    assert upstream.at("/t")[0].fields.all("x-request-id") == [made]


def test_forwarding_fields_are_appended(sidecar, upstream):
    seen = passed(sidecar, upstream, [("X-Forwarded-For", "203.0.113.9")])
    chain = [part.strip() for part in seen.joined("x-forwarded-for").split(",")]
    assert chain == ["203.0.113.9", "127.0.0.1"]
    assert seen.get("x-forwarded-proto") == "http"
    assert "1.1" in seen.joined("via")


def test_forwarding_fields_of_strangers_are_not_believed(start, upstream):
    sidecar = start(upstream, {"trustedPeers": []})
    seen = passed(sidecar, upstream, [("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=evil")])
    assert seen.joined("x-forwarded-for") == "127.0.0.1"
    assert "evil" not in seen.joined("forwarded")


def test_nothing_of_ours_reaches_the_model(sidecar, upstream):
    seen = passed(sidecar, upstream, [
        ("X-Outrider-Attempt", "1"), ("x-outrider-identity", "x"), ("X_Outrider_Tenant", "evil"),
        ("x-outrider.tier", "gold"), ("X-OUTRIDER-Timeout-Ms", "9000")])
    folded = [re.sub(r"[_.]", "-", name.lower()) for name, _ in seen]
    assert [name for name in folded if name.startswith("x-outrider")] == []


def test_credentials_pass_to_the_model(sidecar, upstream):
    """vLLM's --api-key: the sidecar forwards what it gets."""
    seen = passed(sidecar, upstream, [("Authorization", "Bearer sk-1")])
    assert seen.get("authorization") == "Bearer sk-1"


def test_load_is_told_to_trusted_peers_only(start, upstream):
    assert "x-outrider-load" in start(upstream).ask().fields
    assert "x-outrider-load" not in start(upstream, {"trustedPeers": []}).ask().fields


# Metrics ----------------------------------------------------------------------------------------------


NAMES = [
    "http_server_request_duration_seconds_count", "http_client_request_duration_seconds_count",
    "http_server_active_requests", "outrider_breaker_state", "outrider_queue_depth",
    "outrider_connections", "outrider_health_state", "outrider_build_info",
    "process_resident_memory_bytes", "process_open_fds", "process_start_time_seconds",
]


def test_metrics_are_there_under_their_names(sidecar):
    assert sidecar.ask("POST", "/", body=b"x").status == 200
    sidecar.wait_metric("http_server_request_duration_seconds_count", 1)
    metrics = sidecar.metrics()
    assert [name for name in NAMES if not metrics.has(name)] == []
    assert metrics.total("process_resident_memory_bytes") > 1 << 20


def test_metrics_tell_how_many_connections_are_open(sidecar):
    with Client(sidecar.address) as client:
        assert client.ask().status == 200
        assert sidecar.metrics().total("outrider_connections", side="downstream") == 1
        assert sidecar.metrics().total("outrider_connections", side="upstream") == 1
    until(lambda: sidecar.metrics().total("outrider_connections", side="downstream") == 0, 5)
    until(lambda: sidecar.metrics().total("outrider_connections", side="upstream") == 0, 8,
          "the idle connection closed before the model does it")
    assert sidecar.metrics().total("outrider_connections_total") == 2


def test_metrics_count_requests_once(sidecar):
    for _ in range(7):
        sidecar.ask()
    sidecar.wait_metric("http_server_request_duration_seconds_count", 7)
    assert sidecar.metrics().total("http_server_request_duration_seconds_count") == 7
    assert sidecar.metrics().total("http_server_active_requests") == 0


def test_histograms_are_cumulative_and_end_in_infinity(sidecar):
    sidecar.ask()
    sidecar.wait_metric("http_server_request_duration_seconds_count", 1)
    series: dict[tuple, list] = {}
    for name, labels, value in sidecar.metrics().samples:
        if name.endswith("_bucket"):
            key = (name, *sorted((k, v) for k, v in labels.items() if k != "le"))
            series.setdefault(key, []).append((float(labels["le"]), value))
    assert series
    for key, buckets in series.items():
        assert buckets == sorted(buckets), key
        assert [value for _, value in buckets] == sorted(value for _, value in buckets), key
        assert buckets[-1][0] == float("inf"), key


def test_metrics_please_promtool(sidecar):
    if not shutil.which("promtool"):
        pytest.skip("no promtool")
    sidecar.ask()
    text = sidecar.get("/metrics").body.data
    got = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True)
    assert (got.returncode, got.stdout, got.stderr) == (0, b"", b"")


# The access log ---------------------------------------------------------------------------------------


def test_one_line_a_request_with_times_bytes_and_ids(sidecar, upstream):
    upstream.on("/l", answer(body=b"12345"))
    got = sidecar.ask("POST", "/l?secret=1", [("traceparent", PARENT)], b"123")
    line = sidecar.record(got.fields.get("x-request-id"))
    assert line["http.request.method"] == "POST"
    assert line["url.path"] == "/l", "the query may carry secrets"
    assert line["http.response.status_code"] == 200
    assert line["http.request.body.size"] == 3
    assert line["http.response.body.size"] == 5
    assert line["attempts"] == 1
    assert line["trace_id"] == TRACE
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert 0 < line["duration"] < 5
    assert "reason" not in line


def test_hostile_paths_stay_one_line_of_json(sidecar):
    with Client(sidecar.address) as client:
        for path in ('/"}{"a":"b', "/\\n\\", "/%0a%0d", "/'\"", "/" + "%ff" * 50):
            client.ask("GET", path)
    until(lambda: len(sidecar.records) == 5, 5)
    assert sidecar.bad_lines == []


def test_a_stream_is_logged_at_its_end_with_what_it_took(sidecar, upstream):
    upstream.on("/e", events(10, gap=0.03))
    got = sidecar.ask("POST", "/e", [("X-Request-Id", "long")], b"x")
    line = sidecar.record("long")
    assert line["http.response.body.size"] == got.body.length
    assert line["duration"] > 0.25
    assert line["first_byte"] < 0.2


def test_fallback_answers_are_ours_and_marked(start, upstream):
    upstream.on("/", answer(status=503))
    sidecar = start(upstream, {
        "breaker": {"consecutiveFailures": 1, "openFor": "30s"},
        "fallback": {"status": 200, "headers": {"content-type": "application/json"},
                     "body": '{"label":"neutral"}'}})
    sidecar.ask("POST", "/", body=b"x")
    got = sidecar.ask("POST", "/", [("X-Request-Id", "fell-back")], b"x")
    assert (got.status, got.text) == (200, '{"label":"neutral"}')
    assert sidecar.record("fell-back")["fallback"] is True
    sidecar.wait_metric("outrider_fallback_answers_total", 1)


def test_faults_may_delay_a_share_of_requests(start, upstream):
    faults = {"delay": "200ms", "fraction": 1.0, "match": "/slow"}
    sidecar = start(upstream, {"faults": faults}, arguments=["--allow-faults"])
    import time
    begun = time.monotonic()
    assert sidecar.ask("GET", "/slow").status == 200
    assert time.monotonic() - begun >= 0.2
    sidecar.wait_metric("outrider_faults_injected_total", 1)
