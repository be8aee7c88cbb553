#!/usr/bin/env python3
"""Kills a hub and its clients at random moments, and shows that nothing is lost.

    python3 Tests/Trials/kill.py 300 --wipe            hub and clients
    python3 Tests/Trials/kill.py 300 --folder          a shared folder in place of the hub

Eight clients write a note and sync, again and again, each in processes of its own. Meanwhile the hub, or what some
client runs at that moment, is ended by SIGKILL, and started again at once. With --wipe the hub also loses its data now
and then, or is set back to an older copy of it. In the end all sync until they are equal: then every change that a
command acknowledged, by its JSON and exit code 0, must be in every replica.
"""

import collections
import json
import shutil
import signal
import sys
import threading
import time

import trials


class Client(threading.Thread):
    """A curator at work: a loop of commands, any of which may be killed."""

    def __init__(self, shop, directory, claim, is_told):
        super().__init__(daemon=True)
        self.shop, self.directory, self.claim, self.is_told = shop, directory, claim, is_told
        self.condition = threading.Condition()
        self.running = None
        self.started = 0
        self.ends = False
        self.acknowledged = []
        self.counts = collections.Counter()
        self.failure = None

    def run(self):
        try:
            number = 0
            while not self.ends:
                number += 1
                code, out, err = self.step("note", self.claim, f"Note {number} of {self.directory.name}.")
                if code == 0:
                    change = json.loads(out)["change"]
                    self.acknowledged.append(change)
                    if self.is_told:
                        print(change, flush=True)
                elif code != -signal.SIGKILL:
                    raise trials.Failure(f"a note in {self.directory} ended with {code}: {err.strip()}")
                code, out, err = self.step("sync")
                if code not in (0, 1, -signal.SIGKILL):
                    raise trials.Failure(f"a sync in {self.directory} ended with {code}: {err.strip()}")
                if code == 0:
                    self.check(json.loads(out))
        except Exception as failure:  # The main thread tells, and ends the trial.
            self.failure = failure

    def check(self, receipt):
        for side in (receipt["received"], receipt["there"]):
            if side["refused"]:
                raise trials.Failure(f"{self.directory}: changes were refused: {side['refused']}")

    def step(self, *words):
        process = self.shop.start(*words, "--json", directory=self.directory)
        with self.condition:
            self.running = process
            self.started += 1
            self.condition.notify_all()
        out, err = process.communicate()
        with self.condition:
            self.running = None
        ending = {0: "done", -signal.SIGKILL: "killed"}.get(process.returncode, "failed")
        self.counts[f"{words[0]} {ending}"] += 1
        return process.returncode, out, err.decode(errors="replace")

    def kill_next(self, delay, seconds=30):
        """Waits for the next command to start, and kills it after a while; whether it still ran."""
        with self.condition:
            before = self.started
            if not self.condition.wait_for(lambda: self.started > before or self.failure, timeout=seconds):
                raise trials.Failure(f"{self.directory} has been hanging for {seconds} s")
            process = self.running
        if process is None:
            return False
        time.sleep(delay)
        process.kill()
        return process.wait() == -signal.SIGKILL


class Chaos:
    """Who is killed when."""

    def __init__(self, shop, clients, hub, options):
        self.shop, self.clients, self.hub, self.options = shop, clients, hub, options
        self.kills = collections.Counter()
        self.losses = collections.Counter()
        self.older = shop.path / "older"

    def run(self):
        told = time.monotonic()
        while sum(self.kills.values()) < self.options.kills:
            for client in self.clients:
                if client.failure:
                    raise client.failure
            delay = self.shop.random.uniform(0, self.options.longest)
            if self.hub and self.shop.random.random() < 0.4:
                self.strike_hub(delay)
            else:
                self.kills["client"] += self.shop.random.choice(self.clients).kill_next(delay)
            if time.monotonic() - told > 10:
                told = time.monotonic()
                print(f"{sum(self.kills.values())} kills", file=sys.stderr, flush=True)

    def strike_hub(self, delay):
        time.sleep(delay)
        if not self.hub.kill():
            raise trials.Failure("the hub had ended by itself")
        self.kills["hub"] += 1
        if self.options.wipe:
            self.lose(self.shop.random.random())
        self.hub.start()

    def lose(self, dice):
        """What else befalls the hub's data while it is down."""
        if dice < 0.1:
            self.hub.wipe()
            self.losses["wiped"] += 1
        elif dice < 0.2 and self.older.exists():
            shutil.rmtree(self.hub.data)
            shutil.copytree(self.older, self.hub.data)
            self.losses["set back"] += 1
        elif dice < 0.35:
            shutil.rmtree(self.older, ignore_errors=True)
            shutil.copytree(self.hub.data, self.older)


def prepare(shop, options):
    """A store with a claim in eight replicas that know the remote; returns the clients and the hub."""
    first = shop.path / "client-1"
    shop.call("init", first, "--curator", "Curator 1")
    claim = shop.call("add", "claim", "LCN2 is raised in ALS.", directory=first)[0]["id"]
    hub = None
    if options.folder:
        address = shop.path / "folder"
        address.mkdir()
    else:
        hub = trials.Hub(shop, shop.path / "hub")
        shop.environment["VARIORUM_TOKEN"] = shop.token(hub.data)
        hub.start()
        address = hub.address
    shop.call("remote", "add", "team", address, directory=first)
    shop.call("sync", directory=first)
    directories = [first]
    for number in range(2, options.clients + 1):
        directory = shop.path / f"client-{number}"
        shop.call("clone", first, directory, "--curator", f"Curator {number}")
        shop.call("remote", "add", "team", address, directory=directory)
        directories.append(directory)
    return [Client(shop, directory, claim, options.verbose) for directory in directories], hub


def heal(shop, clients):
    """Syncs all until they are equal."""
    for turn in range(1, 5):
        for client in clients:
            receipt = shop.call("sync", directory=client.directory)[0]
            client.check(receipt)
        if len({shop.digest(client.directory) for client in clients}) == 1:
            return turn
    raise trials.Failure("digests still differ after four rounds of syncs")


def trial(shop, options):
    clients, hub = prepare(shop, options)
    chaos = Chaos(shop, clients, hub, options)
    begun = time.monotonic()
    for client in clients:
        client.start()
    try:
        chaos.run()
    finally:
        for client in clients:
            client.ends = True
    for client in clients:
        client.join(timeout=120)
        if client.is_alive():
            raise trials.Failure(f"a command in {client.directory} has been hanging for two minutes")
        if client.failure:
            raise client.failure
    seconds = time.monotonic() - begun
    turns = heal(shop, clients)
    print(f"{sum(chaos.kills.values())} kills in {seconds:.0f} s: {shown(chaos.kills)}")
    print(f"befell the hub's data: {shown(chaos.losses)}")
    print(f"commands: {shown(sum((client.counts for client in clients), collections.Counter()))}")
    print(f"equal after {turns} round(s) of syncs")
    acknowledged = [change for client in clients for change in client.acknowledged]
    if len(acknowledged) != len(set(acknowledged)):
        raise trials.Failure("a change was acknowledged twice")
    shop.judge([client.directory for client in clients], set(acknowledged))
    if hub:
        hub.stop()
        check_hub(shop, hub, clients[0].directory)


def check_hub(shop, hub, client):
    """The hub's own replica is sound, and has what the clients have."""
    stores = sorted(hub.data.rglob("store.sqlite"))
    if len(stores) != 1:
        raise trials.Failure(f"the hub has {len(stores)} stores")
    if not shop.call("verify", "--store", stores[0])[0]["sound"]:
        raise trials.Failure("the hub's store is not sound")
    if shop.call("status", "--store", stores[0])[0]["digest"] != shop.digest(client):
        raise trials.Failure("the hub's digest differs from the clients'")
    print("the hub ended in good order, its store is sound and equal to the others")


def shown(counts):
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nothing"


def main():
    parser = trials.arguments(__doc__)
    parser.add_argument("kills", type=int, help="how many kills")
    parser.add_argument("--folder", action="store_true", help="meet in a shared folder; only clients are killed")
    parser.add_argument("--wipe", action="store_true", help="the hub loses its data now and then, or is set back")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--longest", type=float, default=0.15, metavar="SECONDS",
                        help="kill at most so long after a command started (default 0.15)")
    parser.add_argument("--verbose", action="store_true", help="print each acknowledged change")
    options = parser.parse_args()
    if options.folder and options.wipe:
        parser.error("--wipe is for a hub")
    trials.run(trial, options)


if __name__ == "__main__":
    main()
