"""Edges where a connection was once kept, a bound passed, or memory held too long."""

import socket

from harness import until


def raw(sidecar) -> socket.socket:
    host, port = sidecar.address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=5)


def test_bodies_that_never_end_stop_at_the_bound_of_buffers(start, upstream):
    """Unfinished bodies are held only as far as buffers may grow; the rest is told so."""
    sidecar = start(upstream, {"limits": {"bufferMemory": "1MiB"}})
    clients = []
    for _ in range(60):
        client = raw(sidecar)
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n")
        client.settimeout(0.05)
        clients.append(client)
    # Every head is taken while there is room; only then do the bodies come.
    until(lambda: sidecar.status()["requests"] == 60, 5, "sixty requests have begun")
    for client in clients:
        try:
            client.sendall(bytes(65_000))
        except OSError:
            pass

    def refused():
        count = 0
        for client in clients:
            try:
                count += b"over_capacity" in client.recv(4096, socket.MSG_PEEK)
            except (TimeoutError, ConnectionError):
                pass
        return count

    until(lambda: refused() >= 30, 10, "most of sixty such bodies are refused")
    [client.close() for client in clients]
    assert sidecar.ask("GET", "/").status == 200


def test_a_client_that_reads_nothing_is_closed(start, upstream):
    """Pipelined requests behind an answer that nobody takes end with `clientIdle`."""
    upstream.on("/big", lambda exchange: exchange.send(
        b"HTTP/1.1 200 OK\r\nContent-Length: 16000000\r\n\r\n" + bytes(16_000_000)))
    sidecar = start(upstream, {"timeouts": {"clientIdle": "500ms", "idle": "500ms"}})
    client = raw(sidecar)
    client.sendall(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n" * 2)
    until(lambda: sidecar.status()["connections"]["open"] == 0, 10, "the connection is closed")
    client.close()
