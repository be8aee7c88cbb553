#!/usr/bin/env python3
"""Measures syncs with a hub, and over a shared folder, in real processes on this machine.

    python3 Tests/Trials/load.py --variorum .build/release/variorum
    python3 Tests/Trials/load.py --annotations 2000 --clients 20 --only steady,exchange

Parts, each of which --only can name:

    steady     a sync with nothing to do: median time, bytes and requests
    exchange   100 changes each way: time, and bytes against the zstd-compressed size of the changes
    clone      a first clone from the hub against one from a local store, and one that was cut at half
    clients    many clients that push 50 changes each: rate, latencies, the hub's peak memory, nothing lost
    watchers   idle watchers of events: the hub's memory
    folder     50 replicas in one folder, one changes something: time for another to take it, and files read

Times are of whole commands, with the start of the process, but where it says otherwise. Bytes are those of TCP payload,
headers of HTTP included, counted by a proxy between the two. The clients' part is measured twice: by `variorum push`, a
process each and 16 at a time, where the machine mostly starts processes; and by sending the same requests again, all at
once, to a hub that was set back to what it had before: that is what the hub takes.
"""

import concurrent.futures
import resource
import shutil
import socket
import statistics
import subprocess
import threading
import time

import trials
import wire

PARTS = ("steady", "exchange", "clone", "clients", "watchers", "folder")


class Table:
    """What was measured, printed as it comes."""

    def row(self, what, value, goal=""):
        print(f"{what:<58} {value:>24}  {goal}", flush=True)


class World:
    """A hub with a large store, a replica that reaches it through a proxy, and another that reaches it directly."""

    def __init__(self, shop, options, table):
        self.shop, self.options, self.table = shop, options, table
        self.ada, self.ben = shop.path / "ada", shop.path / "ben"
        shop.call("init", self.ada, "--curator", "Ada Nowak")
        trials.write_claims(shop.path / "claims.tsv", max(1, options.annotations // 100))
        shop.call("import", shop.path / "claims.tsv", directory=self.ada)
        self.targets = shop.ids(self.ada, 1000)
        trials.write_annotations(shop.path / "notes.tsv", self.targets, options.annotations, shop.random)
        _, seconds = trials.timed(lambda: shop.call("import", shop.path / "notes.tsv", directory=self.ada))
        table.row(f"import of {options.annotations} annotations", f"{seconds:.2f} s")
        self.hub = trials.Hub(shop, shop.path / "hub")
        shop.environment["VARIORUM_TOKEN"] = shop.token(self.hub.data)
        self.hub.start()
        self.proxy = wire.Proxy(shop, self.hub.port)
        shop.call("remote", "add", "team", self.proxy.address, directory=self.ada)
        _, seconds = trials.timed(lambda: shop.call("sync", directory=self.ada))
        table.row("first sync, all of it to the hub", f"{seconds:.2f} s")
        self.store = shop.call("status", directory=self.ada)[0]["store"]
        shop.call("clone", self.hub.address, self.ben, "--curator", "Ben Okafor")
        shop.call("sync", directory=self.ben)
        shop.call("sync", directory=self.ada)

    def notes(self, directory, count):
        """Writes notes, each a change of its own; returns their changes."""
        return [
            self.shop.call(
                "note", self.targets[n % len(self.targets)],
                f"Remark {n}: the controls of {directory.name} overlap with those of the earlier cohort, {n % 7}.",
                directory=directory)[0]["change"]
            for n in range(count)
        ]


def steady(world):
    world.proxy.reset()
    times = []
    rounds = 15
    for _ in range(rounds):
        receipt, seconds = trials.timed(lambda: world.shop.call("sync", directory=world.ada)[0])
        times.append(seconds)
        if not receipt["digests"]["equal"] or receipt["sent"]["packs"] or receipt["received"]["packs"]:
            raise trials.Failure(f"a sync with nothing to do moved something: {receipt}")
    _, start = trials.timed(lambda: [world.shop.call("remote", "list", directory=world.ada) for _ in range(rounds)])
    proxy = world.proxy
    world.table.row("sync with nothing to do, median", f"{statistics.median(times) * 1e3:.0f} ms",
                    f"of it the process {start / rounds * 1e3:.0f} ms")
    world.table.row("  bytes up and down, a sync", f"{proxy.up / rounds:.0f} + {proxy.down / rounds:.0f}")
    world.table.row("  round trips, a sync", f"{proxy.requests / rounds:.2f}", "goal 1")


def exchange(world):
    count = 100
    before = wire.arrival(world.ada)
    world.notes(world.ben, count)
    world.shop.call("sync", directory=world.ben)
    world.notes(world.ada, count)
    ours, our_seals, our_count = wire.changes(world.ada, before)
    world.proxy.reset()
    receipt, seconds = trials.timed(lambda: world.shop.call("sync", directory=world.ada)[0])
    if receipt["received"]["applied"] < count or not receipt["digests"]["equal"]:
        raise trials.Failure(f"the exchange is not complete: {receipt}")
    theirs, their_seals, their_count = wire.changes(world.ada, before + our_count)
    moved = world.proxy.up + world.proxy.down
    canonical = wire.compressed(ours) + wire.compressed(theirs)
    signed = canonical + len(our_seals) + len(their_seals)
    world.table.row(f"{our_count} and {their_count} changes each way", f"{seconds * 1e3:.0f} ms",
                    f"{world.proxy.requests} request(s)")
    world.table.row("  bytes up and down", f"{world.proxy.up} + {world.proxy.down}")
    world.table.row("  against headers and bodies, compressed", f"{moved} / {canonical} = {moved / canonical:.2f}",
                    "goal at most 1.3")
    world.table.row("  against those and their signatures", f"{moved} / {signed} = {moved / signed:.2f}",
                    "a signature does not compress")


def clone(world):
    shop, proxy = world.shop, world.proxy

    def one(source, name):
        _, seconds = trials.timed(lambda: shop.call("clone", source, shop.path / name, "--curator", "Cleo"))
        return seconds

    local, remote = [], []
    for number in range(3):
        local.append(one(world.ada, f"local-{number}"))
        proxy.reset()
        remote.append(one(proxy.address, f"remote-{number}"))
        whole = proxy.down
        for name in ("local", "remote"):
            records = shop.call("status", directory=shop.path / f"{name}-{number}")[0]["records"]
            if records["annotation"] < world.options.annotations:
                raise trials.Failure(f"the clone {name}-{number} is not whole")
            shutil.rmtree(shop.path / f"{name}-{number}")
    ratio = statistics.median(remote) / statistics.median(local)
    world.table.row("clone from the hub, median of 3", f"{statistics.median(remote):.2f} s", f"{whole} bytes down")
    world.table.row("  against a local clone", f"{statistics.median(local):.2f} s: {ratio:.2f}", "goal at most 1.5")
    proxy.reset(limit=whole // 2)
    target = shop.path / "cut"
    code, _, told = shop.attempt("clone", proxy.address, target, "--curator", "Cleo")
    if code == 0:
        raise trials.Failure("a clone over a connection that was cut ended well")
    world.table.row("clone, cut at half: ends with", f"exit {code}", told.strip().splitlines()[0][:70])
    first = proxy.down
    proxy.reset()
    _, seconds = trials.timed(lambda: shop.call("clone", proxy.address, target, "--curator", "Cleo"))
    world.table.row("  again, resumed", f"{seconds:.2f} s", f"{first} + {proxy.down} of {whole} bytes down")
    world.table.row("  both together, against one", f"{(first + proxy.down) / whole:.3f}", "goal near 1")
    shutil.rmtree(target)


def clients(world):
    shop, options, hub, proxy = world.shop, world.options, world.hub, world.proxy
    base = shop.path / "base"
    # A store of its own: what is measured is many who push, and not the size of what they have.
    shop.call("init", base, "--curator", "Dana")
    claim = shop.call("add", "claim", "LCN2 is raised in ALS.", directory=base)[0]["id"]
    shop.call("remote", "add", "team", proxy.address, directory=base)
    shop.call("sync", directory=base)
    names = [shop.path / f"pusher-{number}" for number in range(options.clients)]

    def prepare(directory):
        # A copied store becomes another replica before its first write.
        shutil.copytree(base, directory)
        return [
            shop.call("note", claim, f"Remark {n} of {directory.name}.", directory=directory)[0]["change"]
            for n in range(options.changes)
        ]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        written, seconds = trials.timed(lambda: set().union(*pool.map(prepare, names)))
    store = shop.call("status", directory=base)[0]["store"]
    world.table.row(f"{len(names)} clients, {len(written)} changes written by", f"{seconds:.0f} s",
                    f"{seconds / len(written) * 2e3:.0f} ms of a core each")
    hub.stop()
    shutil.copytree(hub.data, shop.path / "before")
    hub.start()
    proxy.recorded = []

    def push(directory):
        return trials.timed(lambda: shop.call("push", directory=directory)[0])

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        results, seconds = trials.timed(lambda: list(pool.map(push, names)))
    pushed = sum(receipt["there"]["applied"] for receipt, _ in results)
    tell_pushes(world, "variorum push, 16 at a time", pushed, seconds, [time for _, time in results])
    check_hub(world, store, written)
    requests, proxy.recorded = proxy.recorded, None
    again(world, store, written, requests)
    for name in names:
        shutil.rmtree(name)


def again(world, store, written, requests):
    """The same requests, all at once, to the hub as it was before them."""
    hub = world.hub
    shutil.rmtree(hub.data)
    shutil.copytree(world.shop.path / "before", hub.data)
    hub.start()
    if len(requests) != world.options.clients:
        # Then a push took several connections, and what is in them cannot be sent again one by one.
        raise trials.Failure(f"{len(requests)} connections for {world.options.clients} pushes")
    barrier = threading.Barrier(len(requests))

    def send(request):
        barrier.wait()
        return trials.timed(lambda: wire.replay(hub.port, request))

    with concurrent.futures.ThreadPoolExecutor(len(requests)) as pool:
        answers, seconds = trials.timed(lambda: list(pool.map(send, requests)))
    statuses = {status for (status, _), _ in answers}
    if statuses != {200}:
        raise trials.Failure(f"requests that were sent again were answered by {statuses}")
    tell_pushes(world, "the same requests, all at once", len(written), seconds, [time for _, time in answers])
    check_hub(world, store, written)
    hub.start()


def tell_pushes(world, how, count, seconds, times):
    world.table.row(f"  {how}", f"{count / seconds:.0f} changes/s", f"{count} acknowledged in {seconds:.2f} s")
    world.table.row("    p50 and p99 of a push",
                    f"{trials.percentile(times, 0.5) * 1e3:.0f} and {trials.percentile(times, 0.99) * 1e3:.0f} ms")
    world.table.row("    the hub's peak memory", f"{world.hub.memory('VmHWM'):.0f} MiB")


def check_hub(world, store, written):
    """Stops the hub, and looks whether its store has what was acknowledged."""
    world.hub.stop()
    path = next(path for path in world.hub.data.rglob("store.sqlite") if store in str(path).lower())
    log = {row["change"] for row in world.shop.call("log", "--stat", "--limit", 0, "--store", path)}
    if written - log:
        raise trials.Failure(f"the hub lost {len(written - log)} of {len(written)} changes")
    world.table.row("    lost", "0")


def watchers(world):
    hub = world.hub
    hub.stop()
    hub.start()
    world.shop.call("sync", directory=world.ben)
    before = hub.memory("VmRSS")
    request = (f"GET /v1/stores/{world.store}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
               f"Authorization: Bearer {world.shop.environment['VARIORUM_TOKEN']}\r\n\r\n").encode()
    connections = []
    try:
        for _ in range(world.options.watchers):
            connection = socket.create_connection(("127.0.0.1", hub.port), timeout=60)
            connection.sendall(request)
            connections.append(connection)
        for connection in connections:
            first_event(connection)
        idle = hub.memory("VmRSS")
        world.notes(world.ben, 1)
        begun = time.perf_counter()
        world.shop.call("sync", directory=world.ben)
        for connection in connections:
            first_event(connection)
        told = time.perf_counter() - begun
        world.table.row(f"{len(connections)} idle watchers: the hub's memory", f"{before:.0f} to {idle:.0f} MiB",
                        f"{(idle - before) * 1024 / len(connections):.1f} KiB each")
        world.table.row("  until all of them heard of a change", f"{told * 1e3:.0f} ms",
                        f"peak {hub.memory('VmHWM'):.0f} MiB")
    finally:
        for connection in connections:
            connection.close()


def first_event(connection):
    """Reads on until an event has come."""
    data = b""
    while b"event: cursor" not in data or not data.endswith(b"\n\r\n"):
        more = connection.recv(4096)
        if not more:
            raise trials.Failure(f"a watcher was cut off: {data[-300:]!r}")
        data += more


def folder(world):
    shop, options = world.shop, world.options
    place = shop.path / "folder"
    place.mkdir()
    first = shop.path / "replica-0"
    shop.call("init", first, "--curator", "Curator 0")
    trials.write_claims(shop.path / "few.tsv", 100)
    shop.call("import", shop.path / "few.tsv", directory=first)
    targets = shop.ids(first, 100)
    shop.call("remote", "add", "stick", place, directory=first)
    shop.call("sync", directory=first)
    share = options.annotations // options.replicas
    for number in range(1, options.replicas + 1):
        directory = shop.path / f"replica-{number}"
        # A copied store becomes another replica, and another writer in the folder, before its first write.
        shutil.copytree(first, directory)
        trials.write_annotations(shop.path / "share.tsv", targets, share, shop.random)
        shop.call("import", shop.path / "share.tsv", directory=directory)
        shop.call("push", directory=directory)
    writer, reader = shop.path / "replica-1", shop.path / f"replica-{options.replicas}"
    for directory in (writer, reader, writer, reader):
        _, seconds = trials.timed(lambda: shop.call("sync", directory=directory))
    held = shop.call("status", directory=reader)[0]["records"]["annotation"]
    packs = sum(1 for _ in place.rglob("*.vpk"))
    world.table.row(f"folder of {options.replicas} replicas, {held} annotations", f"{packs} packs",
                    f"nothing to do: {seconds * 1e3:.0f} ms")
    world.table.row("  one changes something: its sync", f"{change_and_sync(world, writer, targets) * 1e3:.0f} ms")
    receipt, seconds = trials.timed(lambda: shop.call("sync", directory=reader)[0])
    if receipt["received"]["applied"] != 1:
        raise trials.Failure(f"the reader took {receipt['received']['applied']} changes, not one")
    world.table.row("  another takes it", f"{seconds * 1e3:.0f} ms")
    if shutil.which("strace"):
        change_and_sync(world, writer, targets)
        opened, listed = files_read(shop, reader)
        world.table.row("  files read, and directories listed, for it", f"{opened} and {listed}", f"of {packs} files")


def change_and_sync(world, directory, targets):
    world.shop.call("note", targets[0], "Looked up: it was plasma.", directory=directory)
    return trials.timed(lambda: world.shop.call("sync", directory=directory))[1]


def files_read(shop, directory):
    """How many packs, and how many directories of the folder, a sync opens."""
    trace = shop.path / "trace"
    subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=openat,open", "-o", str(trace), str(shop.command), "sync", "--json"],
        cwd=directory, env=shop.environment, check=True, stdout=subprocess.DEVNULL)
    opened = [line for line in trace.read_text(errors="replace").splitlines() if " = -1 " not in line]
    listed = sum("O_DIRECTORY" in line and "/folder" in line for line in opened)
    return sum('.vpk"' in line and "O_DIRECTORY" not in line for line in opened), listed


def trial(shop, options):
    table = Table()
    chosen = options.only.split(",") if options.only else PARTS
    if unknown := set(chosen) - set(PARTS):
        raise trials.Failure(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    # A socket a watcher, and two a connection that is proxied.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard) if hard != resource.RLIM_INFINITY else 8192, hard))
    alone = set(chosen) == {"folder"}
    world = FolderWorld(shop, options, table) if alone else World(shop, options, table)
    for part in PARTS:
        if part in chosen:
            globals()[part](world)


class FolderWorld:
    """What the folder's part needs, without a hub."""

    def __init__(self, shop, options, table):
        self.shop, self.options, self.table = shop, options, table


def main():
    parser = trials.arguments(__doc__)
    parser.add_argument("--annotations", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--changes", type=int, default=50, help="changes a client pushes (default 50)")
    parser.add_argument("--watchers", type=int, default=1000)
    parser.add_argument("--replicas", type=int, default=50, help="replicas in the folder (default 50)")
    parser.add_argument("--only", metavar="PARTS", help="parts, separated by commas")
    trials.run(trial, parser.parse_args())


if __name__ == "__main__":
    main()
