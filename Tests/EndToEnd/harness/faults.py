"""A small TCP proxy that stands between sidecar and model and breaks things."""

import socket
import struct
import threading
import time


def fill_backlog(listener: socket.socket) -> list[socket.socket]:
    """Connects until the kernel drops SYNs of whoever comes next; yields what is to be closed."""
    fillers = []
    for _ in range(8):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
        fillers.append(filler)
    return fillers


class FaultProxy:
    """Relays to `target`; each attribute is a fault, read anew for every connection.

    `delay` seconds before each relayed block, `reset_after` / `close_after` answer bytes then RST or
    FIN, `half_close_after` answer bytes then FIN towards the sidecar only, `truncate_after` drops
    the rest of the answer and closes, `trickle` bytes at a time. `watch` is shown each block of an
    answer before it is relayed.
    """

    def __init__(self, target: str):
        self.target = target
        self.delay = 0.0
        self.reset_after: int | None = None
        self.close_after: int | None = None
        self.half_close_after: int | None = None
        self.trickle: int | None = None
        self.watch = None
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.sockets: list[socket.socket] = []
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.listener.close()
        for sock in self.sockets:
            sock.close()

    def reset_all(self):
        """Breaks every standing connection with RST."""
        for sock in list(self.sockets):
            self.abort(sock)

    @staticmethod
    def abort(sock):
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        except OSError:
            pass

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            host, _, port = self.target.rpartition(":")
            try:
                far = socket.create_connection((host, int(port)), 5)
                far.settimeout(None)
            except OSError:
                self.abort(near)
                continue
            self.sockets += [near, far]
            for sock in (near, far):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.relay, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self.relay, args=(far, near, True), daemon=True).start()

    def relay(self, source, sink, is_answer):
        passed = 0
        try:
            while data := source.recv(1 << 16):
                if is_answer and self.watch:
                    self.watch(data)
                if self.delay:
                    time.sleep(self.delay)
                for limit, ending in self.endings() if is_answer else ():
                    if passed + len(data) >= limit:
                        sink.sendall(data[: limit - passed])
                        ending(source, sink)
                        return
                step = self.trickle if is_answer and self.trickle else len(data)
                for start in range(0, len(data), step):
                    sink.sendall(data[start : start + step])
                passed += len(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            self.abort(sink)

    def endings(self):
        def close(source, sink):
            sink.shutdown(socket.SHUT_RDWR)
            source.close()

        def half_close(source, sink):
            sink.shutdown(socket.SHUT_WR)

        def reset(source, sink):
            self.abort(sink)
            self.abort(source)

        pairs = ((self.reset_after, reset), (self.close_after, close),
                 (self.half_close_after, half_close))
        return [(limit, ending) for limit, ending in pairs if limit is not None]
