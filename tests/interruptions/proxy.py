"""A proxy before a database server: it counts what the server says, and does something when so many bytes are through.

The source is told to go on, held up or cut at exactly the byte that a test names, whatever the machine is busy with.
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

BLOCK = 4096


class Then(Enum):
    """What becomes of a connection after an incident."""

    GO_ON = "go on"
    CUT = "cut"


@dataclass(frozen=True)
class Incident:
    """After `after` bytes from the server the proxy does `what`, while both sides wait, and then goes on or cuts.

    The next incident counts from there. A connection that was cut is cut as by a router that forgot it: with a reset.
    """

    after: int
    then: Then
    what: Callable[[], None] = lambda: None


class Proxy:
    """Listens on `port` and passes everything on; `passed` counts the bytes from the server, of all connections."""

    def __init__(self, target: int, incidents: tuple[Incident, ...] = ()) -> None:
        self._target = target
        self._ahead = list(incidents)
        self._since = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self.port: int = self._listener.getsockname()[1]
        self.passed = 0
        self.connections = 0
        self.error: Exception | None = None

    @property
    def incidents_left(self) -> int:
        """How many incidents have not come yet."""
        return len(self._ahead)

    def serve(self) -> None:
        """Take connections until the proxy is closed."""
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                _reset(client)
                continue
            self._pairs.append((client, server))
            for work in (self._from_client, self._from_server):
                threading.Thread(target=work, args=(client, server), daemon=True).start()

    def cut(self) -> None:
        """Cut every connection there is; new ones are let through."""
        for pair in self._pairs:
            for side in pair:
                _reset(side)
        self._pairs.clear()

    def close(self) -> None:
        """Take no more connections and cut those there are."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _from_client(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while block := client.recv(BLOCK):
                server.sendall(block)
        except OSError:
            pass
        _reset(server)

    def _from_server(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while block := server.recv(BLOCK):
                if not self._pass(client, block):
                    break
        except OSError:
            pass
        except Exception as error:  # of what an incident did: whoever opened the proxy is told
            self.error = error
        _reset(client)
        _reset(server)

    def _pass(self, client: socket.socket, block: bytes) -> bool:
        """Hand a block on, with whatever is to happen in the middle of it; False: the connection is to be cut."""
        with self._lock:
            while self._ahead and self._since + len(block) >= self._ahead[0].after:
                incident = self._ahead.pop(0)
                first = incident.after - self._since
                self._send(client, block[:first])
                block, self._since = block[first:], 0
                incident.what()
                if incident.then is Then.CUT:
                    return False
            self._send(client, block)
        return True

    def _send(self, client: socket.socket, block: bytes) -> None:
        client.sendall(block)
        self._since += len(block)
        self.passed += len(block)


@contextmanager
def proxy_before(port: int, *incidents: Incident) -> Iterator[Proxy]:
    """A proxy before a server on localhost."""
    proxy = Proxy(port, incidents)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join()
        if proxy.error:
            raise proxy.error


def _reset(side: socket.socket) -> None:
    """Close at once, without the goodbye of TCP; a thread that reads from it wakes up."""
    try:
        side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        side.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    side.close()
