"""Checking an answer that Outrider made itself, everywhere it shows."""

import json
import re

TYPES = {
    "malformed_request": "http_request_error", "method_not_allowed": "http_request_error",
    "request_timeout": "http_request_error", "body_too_large": "http_request_error",
    "uri_too_long": "http_request_error", "expectation_failed": "http_request_error",
    "misdirected": "http_request_error", "header_too_large": "http_request_error",
    "unsupported_coding": "http_request_error", "version_not_supported": "http_request_error",
    "too_many_connections": "connection_limit_reached", "starting": "destination_unavailable",
    "draining": "proxy_internal_response", "breaker_open": "destination_unavailable",
    "queue_full": "connection_limit_reached", "queue_timeout": "connection_limit_reached",
    "over_capacity": "connection_limit_reached", "no_healthy_endpoint": "destination_unavailable",
    "connect_refused": "connection_refused", "connect_timeout": "connection_timeout",
    "first_byte_timeout": "http_response_timeout", "deadline_exceeded": "http_response_timeout",
    "upstream_reset": "connection_terminated", "upstream_protocol_error": "http_protocol_error",
    "fault_injected": "proxy_internal_response", "internal": "proxy_internal_error",
    "unauthenticated": "http_request_denied", "forbidden": "http_request_denied",
    "auth_throttled": "http_request_denied", "no_route": "destination_not_found",
}

#: The body's `type` where it is not told by the class of the status alone.
KINDS = {401: "authentication_error", 403: "permission_error", 404: "not_found_error",
         429: "rate_limit_error"}


def is_made_here(response, reason: str, status: int, processed: str | tuple | None = None,
                 by: str = "sidecar"):
    """The answer itself: status, fields and body agree on the reason."""
    assert response.status == status, response
    shown = response.fields.get("proxy-status", "")
    assert shown.startswith(f"outrider-{by};"), shown
    assert f"error={TYPES[reason]}" in shown, shown
    assert f'details="{reason}"' in shown, shown
    assert response.fields.get("cache-control") == "no-store"
    assert response.fields.get("server") == "outrider"
    said = response.fields.get("x-outrider-processed")
    assert said in ("no", "maybe", "yes")
    if processed:
        assert said in ((processed,) if isinstance(processed, str) else processed)
    assert response.fields.get("x-request-id")
    if not response.body.length:
        return {}
    assert response.fields.get("content-type", "").startswith("application/json")
    error = json.loads(response.text)["error"]
    assert error["code"] == reason
    kind = "invalid_request_error" if status < 432 else "server_error"
    assert error["type"] == KINDS.get(status, kind)
    assert error["param"] is None
    assert isinstance(error["message"], str) and error["message"]
    assert error["request_id"] == response.fields.get("x-request-id")
    assert re.fullmatch(r"[0-9a-f]{32}", error["trace_id"])
    return error


def is_told_everywhere(sidecar, response, reason, status, processed=None, counted=1):
    """The answer, the access log and the metric."""
    error = is_made_here(response, reason, status, processed)
    record = sidecar.record(response.fields.get("x-request-id"))
    assert record["reason"] == reason, record
    assert status_of(record) == status, record
    if error:
        assert record["trace_id"] == error["trace_id"]
    sidecar.wait_metric("outrider_requests_rejected_total", counted, reason=reason)
    return error


def status_of(record: dict):
    return record.get("http.response.status_code", record.get("status"))


def retry_after_agrees(response, error):
    """`Retry-After` in whole seconds, `retry-after-ms` and the body say the same."""
    seconds = int(response.fields.get("retry-after"))
    milliseconds = int(response.fields.get("retry-after-ms"))
    assert error["retry_after_ms"] == milliseconds
    assert 0 <= seconds * 1000 - milliseconds < 1000 or (seconds, milliseconds) == (1, 0)
    return milliseconds
