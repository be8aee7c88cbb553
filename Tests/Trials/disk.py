#!/usr/bin/env python3
"""Lets a hub, and then clients, run out of disk, and shows that each says so, keeps what it has, and goes on.

    python3 Tests/Trials/disk.py

A limit on the size of files (RLIMIT_FSIZE) stands for a disk that is full: it needs no rights, and the system refuses a
write beyond it as it does where no room is left. What does not fit is refused with a message and exit code 1; what was
acknowledged before stays, at the hub and here; what is small enough still goes; and where there is room again, the
next sync brings everything.
"""

import json
import resource
import signal

import trials

# Room for an empty store and its log, and not for what is written here to be too much.
LIMIT = 2 << 20


def limit():
    """No file of the process grows beyond the limit."""
    # Else the signal ends it, where on a full disk a write just fails.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))


def expect_full(shop, place, *words, directory, **more):
    """A command that fails for want of room, tells where, and ends with 1."""
    process = shop.start(*words, "--json", directory=directory, **more)
    _, err = process.communicate(timeout=120)
    told = err.decode(errors="replace").strip()
    if process.returncode != 1:
        raise trials.Failure(f"{words[0]} without room ended with {process.returncode}: {told}")
    error = json.loads(told.splitlines()[-1])["error"]
    if error["kind"] != "disk-full" or place not in error["message"]:
        raise trials.Failure(f"{words[0]} without room at {place} told: {told}")
    print(f"{words[0]}: {error['message']} ({error['hint']})")


def trial(shop, options):
    hub = trials.Hub(shop, shop.path / "hub")
    shop.environment["VARIORUM_TOKEN"] = shop.token(hub.data)
    hub.start(limit=limit)
    ada, ben = shop.path / "ada", shop.path / "ben"
    shop.call("init", ada, "--curator", "Ada")
    claim = shop.call("add", "claim", "LCN2 is raised in ALS.", directory=ada)[0]["id"]
    shop.call("clone", ada, ben, "--curator", "Ben")
    for store in (ada, ben):
        shop.call("remote", "add", "hub", hub.address, directory=store)
        shop.call("sync", directory=store)

    acknowledged = shop.log(ada) | shop.log(ben)
    table = shop.path / "notes.tsv"
    with open(table, "w", encoding="utf-8") as file:
        file.write("target\tbody\n")
        for _ in range(24):
            # Hard to compress, and in all more than fits.
            file.write(f"{claim}\tRead off the gel: {shop.random.randbytes(60_000).hex()}\n")
    shop.call("import", table, directory=ada)
    acknowledged |= shop.log(ada)
    for _ in range(2):
        expect_full(shop, hub.address, "sync", directory=ada)
    acknowledged.add(shop.call("note", claim, "This is short.", directory=ben)[0]["change"])
    if not shop.call("sync", directory=ben)[0]["there"]["applied"]:
        raise trials.Failure("a hub that refused what was too much for it takes nothing more")
    shop.call("pull", directory=ada)

    hub.stop()
    hub.start()
    shop.call("sync", directory=ada)
    before = shop.log(ben)
    expect_full(shop, "store.sqlite", "sync", directory=ben, preexec_fn=limit)
    if shop.log(ben) < before:
        raise trials.Failure("a sync without room lost what was there")
    expect_full(shop, "cy", "clone", hub.address, shop.path / "cy", directory=shop.path, preexec_fn=limit)
    shop.call("clone", hub.address, shop.path / "cy", "--curator", "Cy", directory=shop.path)
    shop.call("sync", directory=ben)
    shop.call("sync", directory=shop.path / "cy")
    for store in (ada, ben):
        shop.call("sync", directory=store)
    shop.judge([ada, ben, shop.path / "cy"], acknowledged)
    hub.stop()


if __name__ == "__main__":
    trials.run(trial, trials.arguments(__doc__).parse_args())
