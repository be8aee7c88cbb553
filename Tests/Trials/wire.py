"""What lies between a client and a hub in load.py: a proxy that counts and cuts, and the compressed size of changes."""

import ctypes
import ctypes.util
import http.client
import socket
import sqlite3
import threading


class Proxy:
    """Carries connections to a hub, counts what goes over them, and cuts them where it is told to."""

    def __init__(self, shop, port):
        self.hub = ("127.0.0.1", port)
        self.lock = threading.Lock()
        self.recorded = None
        self.reset()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        shop.stack.callback(self.listener.close)
        threading.Thread(target=self.accept, daemon=True).start()

    def reset(self, limit=None):
        """Counts from nothing on. After `limit` bytes to the client all connections are cut, and new ones too."""
        with self.lock:
            self.up = self.down = self.requests = self.connections = 0
            self.limit = limit

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client):
        with self.lock:
            self.connections += 1
            is_cut = self.limit is not None and self.down >= self.limit
        if is_cut:
            client.close()
            return
        hub = socket.create_connection(self.hub)
        sent = bytearray() if self.recorded is not None else None
        answers = threading.Thread(target=self.pump, args=(hub, client, False, None), daemon=True)
        answers.start()
        self.pump(client, hub, True, sent)
        answers.join()
        for end in (client, hub):
            end.close()
        if sent:
            self.recorded.append(bytes(sent))

    def pump(self, source, target, is_up, copy):
        tail = b""
        try:
            while data := source.recv(1 << 16):
                with self.lock:
                    if is_up:
                        self.up += len(data)
                        self.requests += (tail + data).count(b" HTTP/1.1\r\n")
                        # One byte less than what is looked for: nothing is counted twice.
                        tail = (tail + data)[-10:]
                    else:
                        if self.limit is not None:
                            data = data[: max(0, self.limit - self.down)]
                        self.down += len(data)
                    is_cut = not is_up and self.limit is not None and self.down >= self.limit
                if copy is not None:
                    copy += data
                target.sendall(data)
                if is_cut:
                    break
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def replay(port, request):
    """Sends what a client sent, and returns the status and the length of the answer, read to its end."""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(request)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, len(response.read())


def changes(store, after):
    """Headers, bodies and seals of the changes that came into a store after a number, one after the other."""
    with sqlite3.connect(f"file:{store}/.variorum/store.sqlite?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT header, coalesce(body, x''), coalesce(seal, x'') FROM change WHERE arrival > ? ORDER BY arrival",
            (after,)).fetchall()
    database.close()
    return b"".join(h + b for h, b, _ in rows), b"".join(s for _, _, s in rows), len(rows)


def arrival(store):
    """The number of changes that have come into a store."""
    with sqlite3.connect(f"file:{store}/.variorum/store.sqlite?mode=ro", uri=True) as database:
        number = database.execute("SELECT coalesce(max(arrival), 0) FROM change").fetchone()[0]
    database.close()
    return number


def compressed(data, level=3):
    """The size of the bytes as one zstd frame, at the level of packs. The library is one that variorum needs too."""
    zstd = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
    zstd.ZSTD_compressBound.restype = zstd.ZSTD_compress.restype = ctypes.c_size_t
    zstd.ZSTD_compressBound.argtypes = [ctypes.c_size_t]
    zstd.ZSTD_compress.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
    bound = zstd.ZSTD_compressBound(len(data))
    return zstd.ZSTD_compress(ctypes.create_string_buffer(bound), bound, data, len(data), level)
