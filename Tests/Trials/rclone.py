#!/usr/bin/env python3
"""Lets rclone carry a shared folder back and forth while replicas on both sides write.

    python3 Tests/Trials/rclone.py [--seconds 20]

Needs rclone (Debian: rclone). Two folders, two replicas at each. Copies run one after the other in both directions;
half of them are slow, some are ended by SIGKILL, and all write in place, so that half-copied files are seen, and are
carried back over whole ones. In the end the folders are copied both ways and all sync twice, again where a copy had
brought damage over something whole. Then every acknowledged change has to be in every replica.
"""

import collections
import random
import shutil
import subprocess
import sys
import threading
import time

import trials


class Writer(threading.Thread):
    """A curator at work: a note, a sync, and so on."""

    def __init__(self, shop, directory, claim):
        super().__init__(daemon=True)
        self.shop, self.directory, self.claim = shop, directory, claim
        self.ends = threading.Event()
        self.random = random.Random(shop.random.random())
        self.acknowledged = set()
        self.found = collections.Counter()
        self.failure = None

    def run(self):
        try:
            while not self.ends.is_set():
                # Long, and hard to compress: rclone writes a short file at once, and nobody would see half of it.
                text = "Read off the gel: " + self.random.randbytes(self.random.randint(100, 50_000)).hex()
                self.acknowledged.add(self.shop.call("note", self.claim, text, directory=self.directory)[0]["change"])
                self.sync()
        except Exception as failure:  # The main thread tells, and ends the trial.
            self.failure = failure

    def sync(self):
        """Damaged files are passed over, and told: a sync that fails because of one is a fault."""
        receipt = self.shop.call("sync", directory=self.directory)[0]
        if receipt["received"]["refused"]:
            raise trials.Failure(f"{self.directory}: changes were refused: {receipt['received']['refused']}")
        for finding in receipt["findings"]:
            self.found[finding["what"]] += 1


class Carrier:
    """rclone between two folders."""

    def __init__(self, shop, folders):
        self.shop, self.folders = shop, folders
        self.counts = collections.Counter()
        listed = subprocess.run(["rclone", "help", "flags"], capture_output=True, text=True, check=True).stdout
        # rclone before 1.63 knows nothing else.
        self.in_place = ["--inplace"] if "--inplace" in listed else []

    def command(self, backwards, *more):
        source, target = reversed(self.folders) if backwards else self.folders
        return ["rclone", "copy", "--config", "/dev/null", *self.in_place, *more, str(source), str(target)]

    def copy(self, backwards):
        """A copy as a background program makes it: slow at times, and ended in its midst at others."""
        slow = self.shop.random.random() < 0.5
        rate = f"{self.shop.random.randint(30, 300)}k"
        process = subprocess.Popen(
            self.command(backwards, *(["--bwlimit", rate, "--buffer-size", "0"] if slow else [])),
            env=self.shop.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        patience = self.shop.random.uniform(0.05, 0.6) if self.shop.random.random() < 0.4 else 3
        try:
            process.wait(timeout=patience)
            self.counts["whole" if process.returncode == 0 else "failed"] += 1
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            self.counts["killed"] += 1

    def copy_both_ways(self):
        for backwards in (False, True):
            subprocess.run(self.command(backwards), env=self.shop.environment, check=True)


def prepare(shop):
    """Two folders that are one, and four replicas, two at each."""
    folders = [shop.path / "left", shop.path / "right"]
    for folder in folders:
        folder.mkdir()
    first = shop.path / "left-1"
    shop.call("init", first, "--curator", "Curator left-1")
    claim = shop.call("add", "claim", "LCN2 is raised in ALS.", directory=first)[0]["id"]
    writers = []
    for folder in folders:
        for number in (1, 2):
            directory = shop.path / f"{folder.name}-{number}"
            if directory != first:
                shop.call("clone", first, directory, "--curator", f"Curator {directory.name}")
            shop.call("remote", "add", "stick", folder, directory=directory)
            writers.append(Writer(shop, directory, claim))
    return folders, writers


def heal(shop, carrier, writers):
    """Copies both ways and syncs twice, until all are equal; returns how often it took."""
    for turn in range(1, 6):
        carrier.copy_both_ways()
        for _ in range(2):
            for writer in writers:
                writer.sync()
        carrier.copy_both_ways()
        for writer in writers:
            writer.sync()
        if len({shop.digest(writer.directory) for writer in writers}) == 1:
            return turn
    raise trials.Failure("digests still differ after five rounds of copies and syncs")


def trial(shop, options):
    folders, writers = prepare(shop)
    carrier = Carrier(shop, folders)
    for writer in writers:
        writer.start()
    try:
        until = time.monotonic() + options.seconds
        while time.monotonic() < until and not any(writer.failure for writer in writers):
            for backwards in (False, True):
                carrier.copy(backwards)
    finally:
        for writer in writers:
            writer.ends.set()
    for writer in writers:
        writer.join(timeout=120)
        if writer.failure:
            raise writer.failure
        if writer.is_alive():
            raise trials.Failure(f"a command in {writer.directory} has been hanging for two minutes")
    seen = sum((writer.found for writer in writers), collections.Counter())
    turns = heal(shop, carrier, writers)
    print("copies:", ", ".join(f"{count} {name}" for name, count in sorted(carrier.counts.items())))
    for what, count in seen.most_common(8):
        print(f"  told {count} times of a file: {what}")
    print(f"equal after {turns} round(s) of copies and syncs")
    shop.judge([writer.directory for writer in writers], set().union(*(writer.acknowledged for writer in writers)))


def main():
    parser = trials.arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="how long both sides write (default 20)")
    options = parser.parse_args()
    if shutil.which("rclone") is None:
        sys.exit("rclone is missing: sudo apt-get install rclone")
    trials.run(trial, options)


if __name__ == "__main__":
    main()
