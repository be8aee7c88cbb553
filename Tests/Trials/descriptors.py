#!/usr/bin/env python3
"""Runs a hub that may have few files open, and shows that neither stores nor connections use them up.

    python3 Tests/Trials/descriptors.py

More stores sync with it than it can have open at one time, and more connections are made than it can take: it says so in
its log, does nothing while they are idle, and serves all who come when they have gone.
"""

import os
import pathlib
import resource
import socket
import time
import urllib.request

import trials

DESCRIPTORS = 128
STORES = 12
CONNECTIONS = 200


def limit():
    """The process has few file descriptors, and cannot get more."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


def gauge(hub, token, name):
    request = urllib.request.Request(hub.address + "/metrics", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"variorum_hub_{name} "))


def cpu_seconds(process):
    """What a process has used of the processor. Linux alone tells."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def trial(shop, options):
    hub = trials.Hub(shop, shop.path / "hub")
    admin = shop.token(hub.data, "admin")
    shop.environment["VARIORUM_TOKEN"] = admin
    hub.start(limit=limit)
    stores = [shop.path / f"store{number}" for number in range(STORES)]
    for store in stores:
        shop.call("init", store, "--curator", "Ada")
        shop.call("remote", "add", "hub", hub.address, directory=store)
    for _ in range(2):
        for store in stores:
            shop.call("add", "claim", "LCN2 is raised in ALS.", directory=store)
            shop.call("sync", directory=store)
    print(f"{STORES} stores synced twice, {gauge(hub, admin, 'stores_open')} open")

    idle = [socket.create_connection(("127.0.0.1", hub.port)) for _ in range(CONNECTIONS)]
    log = shop.path / "hub.log"
    while "as many connections as there may be" not in log.read_text():
        time.sleep(0.05)
    used, start = cpu_seconds(hub.process), time.monotonic()
    # Something that does not ask the hub, and takes a while.
    for store in stores[:6]:
        shop.call("add", "claim", "It is raised in plasma, too.", directory=store)
    used, passed = cpu_seconds(hub.process) - used, time.monotonic() - start
    print(f"{CONNECTIONS} idle connections: {used:.2f} s of processor time in {passed:.1f} s")
    if used > passed / 4:
        raise trials.Failure("the hub is busy with connections that it cannot take")
    for connection in idle:
        connection.close()
    for store in stores:
        shop.call("sync", directory=store)
    told = log.read_text()
    if "too few file descriptors" not in told or '"failed' in told or " failed" in told:
        raise trials.Failure(f"the hub's log: {told[-2000:]}")
    hub.stop()


if __name__ == "__main__":
    trials.run(trial, trials.arguments(__doc__).parse_args())
