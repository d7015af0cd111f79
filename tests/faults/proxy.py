"""A proxy that does to connections what bad lines, and proxies before a server that is down, do."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable

from tests.server import Site

BAD_GATEWAY = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 32\r\nConnection: close\r\n\r\n"
    b"<title>502 Bad Gateway</title>\r\n"
)


class Proxy(Site):
    """Passes everything on to a server, until told otherwise. What is set holds from then on."""

    def __init__(self, server: Site) -> None:
        super().__init__()
        self.server = server
        self.bad_gateways = 0  # streams of channels that are answered by 502
        self.unanswered = 0  # streams of channels that are asked for on lines that turn out to be dead
        self.rate = 0  # bytes that a stream's reader gets in a hundredth of a second; 0 is all
        self.let_through = -1  # bytes of each answer before its line is cut; -1 is all
        self.before_cut: Callable[[], object] = lambda: None  # done when they are through
        self.lines: list[Line] = []
        self.asked: list[Line] = []  # for streams, in order
        self.listening = socket.socket()

    def start(self) -> None:
        self.listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listening.bind(("127.0.0.1", self.port))
        self.listening.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def stop(self) -> None:
        self.listening.close()
        self.cut()

    def accept(self) -> None:
        while True:
            try:
                client, _address = self.listening.accept()
            except OSError:
                return
            self.lines.append(Line(self, client))

    def cut(self) -> None:
        """Every line that is open ends."""
        lines, self.lines = self.lines, []
        for line in lines:
            line.cut()

    def swallow(self) -> None:
        """Every line that is open stays so, and carries nothing any more."""
        for line in self.lines:
            line.dead = True

    def streams(self) -> int:
        """How many streams of channels are open, as the proxy and so the server see it."""
        return sum(line.streams and line.client.fileno() >= 0 for line in list(self.lines))


class Line:
    """One connection through the proxy: two sockets, and a thread for each direction."""

    def __init__(self, proxy: Proxy, client: socket.socket) -> None:
        self.proxy, self.client = proxy, client
        self.server = socket.socket()
        self.dead = False
        self.streams = False
        threading.Thread(target=self.ask, daemon=True).start()

    def cut(self) -> None:
        for end in (self.client, self.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def ask(self) -> None:
        """From the client to the server."""
        try:
            while chunk := self.client.recv(65536):
                self.streams = b"/events?channel=" in chunk.partition(b"\r\n")[0]
                if self.streams and self.proxy.bad_gateways:
                    self.proxy.bad_gateways -= 1
                    self.client.sendall(BAD_GATEWAY)
                    break
                if self.streams:
                    if self.proxy.unanswered:
                        self.proxy.unanswered -= 1
                        self.dead = True
                    self.proxy.asked.append(self)
                if self.server.fileno() >= 0 and not self.is_connected():
                    self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
                    self.server.connect(("127.0.0.1", self.proxy.server.port))
                    threading.Thread(target=self.answer, daemon=True).start()
                if not self.dead:
                    self.server.sendall(chunk)
        except OSError:
            pass
        self.cut()

    def answer(self) -> None:
        """From the server to the client."""
        left = self.proxy.let_through
        try:
            while chunk := self.server.recv(self.proxy.rate or 65536):
                if self.dead:
                    continue
                if left >= 0:
                    chunk, left = chunk[:left], left - len(chunk)
                self.client.sendall(chunk)
                if self.proxy.let_through >= 0 and left <= 0:
                    self.proxy.before_cut()
                    break
                if self.proxy.rate:
                    time.sleep(0.01)
        except OSError:
            pass
        self.cut()

    def is_connected(self) -> bool:
        try:
            self.server.getpeername()
        except OSError:
            return False
        return True
