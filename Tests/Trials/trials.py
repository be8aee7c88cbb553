"""What the trials have in common: the command, a hub, a workshop that is cleaned up, and the last judgement.

Every trial drives the built command as a user would, in processes of its own, and needs nothing but Python 3.9 or
newer.
"""

import argparse
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Failure(Exception):
    """The trial has shown that something is wrong."""


def arguments(description):
    """A parser with the options that all trials take."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variorum", metavar="PATH", help="the command; the newest of .build where nothing is said")
    parser.add_argument("--seed", type=int, help="tells a run's random choices again; how processes meet stays open")
    parser.add_argument("--keep", action="store_true", help="leave the working directory where it is")
    return parser


def run(trial, options):
    """Runs a trial in a workshop of its own, and ends the process with 1 where it failed."""
    with contextlib.ExitStack() as stack:
        # Whoever ends this must not leave a hub behind.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        shop = Workshop(options, stack)
        print(f"seed {shop.seed}", flush=True)
        try:
            trial(shop, options)
        except Failure as failure:
            print(f"FAILED: {failure}", file=sys.stderr)
            sys.exit(1)


class Workshop:
    """A directory with stores, and the command that works on them; what it started ends with it."""

    def __init__(self, options, stack):
        self.seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
        self.random = random.Random(self.seed)
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="variorum-trial-"))
        if options.keep:
            print(f"working in {self.path}", file=sys.stderr)
        else:
            stack.callback(shutil.rmtree, self.path, ignore_errors=True)
        self.stack = stack
        # A copy: the one that was named may be built anew while the trial runs.
        self.command = self.path / "variorum"
        shutil.copy2(built(options.variorum), self.command)
        kept = ("PATH", "TMPDIR", "LANG", "LD_LIBRARY_PATH")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}
        for name, directory in (("HOME", "home"), ("XDG_STATE_HOME", "state")):
            self.environment[name] = str(self.path / directory)
            (self.path / directory).mkdir()

    def start(self, *words, directory=None, **more):
        """Starts the command, and returns the process."""
        return subprocess.Popen(
            [str(self.command), *map(str, words)], cwd=directory or self.path, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def attempt(self, *words, directory=None, seconds=900):
        """Runs the command; returns its exit code, its output and what it told."""
        process = self.start(*words, directory=directory)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Failure(f"variorum {' '.join(map(str, words))} took longer than {seconds} s") from None
        return process.returncode, out.decode(), err.decode(errors="replace")

    def call(self, *words, directory=None, seconds=900):
        """Runs the command, which has to succeed, and returns the objects that it put out."""
        code, out, err = self.attempt(*words, "--json", directory=directory, seconds=seconds)
        if code != 0:
            raise Failure(f"variorum {' '.join(map(str, words))} in {directory} ended with {code}: {err.strip()}")
        return [json.loads(line) for line in out.splitlines()]

    def ids(self, directory, count):
        """The ids of the first claims of a store."""
        return [row["id"] for row in self.call("list", "claims", "--limit", count, directory=directory)]

    def log(self, directory):
        """The ids of all changes of a store."""
        return {row["change"] for row in self.call("log", "--stat", "--limit", 0, directory=directory)}

    def digest(self, directory):
        """The digest of a store."""
        return self.call("status", directory=directory)[0]["digest"]

    def token(self, data, role="writer", *more):
        """Makes a token for a hub."""
        return self.call("token", "create", "--data", data, "--role", role, *more, "trial")[0]["token"]

    def judge(self, stores, acknowledged):
        """Every store has what was acknowledged, all have the same history, and every one is sound.

        - Raises Failure where that is not so.
        """
        digests = {name: self.digest(name) for name in stores}
        if len(set(digests.values())) != 1:
            raise Failure(f"digests differ: {digests}")
        for store in stores:
            missing = acknowledged - self.log(store)
            if missing:
                raise Failure(f"{store} lacks {len(missing)} acknowledged changes, such as {sorted(missing)[0]}")
            if self.call("status", directory=store)[0]["waiting"]:
                raise Failure(f"in {store} changes still wait")
            if not self.call("verify", directory=store)[0]["sound"]:
                raise Failure(f"{store} is not sound")
        print(f"equal digests in {len(stores)} replicas, {len(acknowledged)} acknowledged changes in each, all sound")


class Hub:
    """`variorum serve` on a free port of this machine, which is kept when it is started again."""

    def __init__(self, shop, data):
        self.shop, self.data, self.port, self.process = shop, pathlib.Path(data), 0, None
        self.data.mkdir(exist_ok=True)
        shop.stack.callback(self.kill)

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self, *more, limit=None):
        """Starts it, and returns when it listens.

        - limit: what its process does to itself before.
        """
        log = open(self.shop.path / "hub.log", "ab")
        with log:
            self.process = subprocess.Popen(
                [str(self.shop.command), "serve", "--listen", f"127.0.0.1:{self.port}", "--data", str(self.data),
                 "--json", "--log-level", "warning", *more],
                cwd=self.shop.path, env=self.shop.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=log, preexec_fn=limit)
        # A hub that hangs as it starts must not hang the trial.
        guard = threading.Timer(60, self.process.kill)
        guard.start()
        line = self.process.stdout.readline()
        guard.cancel()
        if not line:
            told = (self.shop.path / "hub.log").read_text(errors="replace")[-2000:]
            raise Failure(f"the hub did not start (exit {self.process.wait()}): {told}")
        self.port = int(json.loads(line)["address"].rsplit(":", 1)[1])

    def kill(self):
        """Ends it without a warning; whether it ran until then."""
        if self.process is None:
            return False
        self.process.kill()
        ended = self.process.wait()
        self.process.stdout.close()
        self.process = None
        return ended == -signal.SIGKILL

    def stop(self):
        """Ends it as an administrator would; it has to end well."""
        self.process.terminate()
        try:
            code = self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            raise Failure("the hub did not end within a minute of SIGTERM") from None
        self.process.stdout.close()
        self.process = None
        if code != 0:
            raise Failure(f"the hub ended with {code} after SIGTERM")

    def wipe(self):
        """Removes everything that it keeps but its tokens."""
        for entry in self.data.iterdir():
            if entry.name == "tokens.json":
                continue
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def memory(self, field):
        """A figure of its memory in MiB: VmRSS, or VmHWM for the peak. Linux alone tells."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
        return float("nan")


def built(path):
    """The command that is meant."""
    if path is not None:
        return pathlib.Path(path).resolve()
    found = [file for mode in ("release", "debug") if (file := ROOT / ".build" / mode / "variorum").exists()]
    if not found:
        sys.exit("no variorum is built: swift build --product variorum, or give --variorum PATH")
    return max(found, key=lambda file: file.stat().st_mtime)


def write_claims(path, count):
    """A table of claims."""
    path.write_text("statement\n" + "".join(f"Claim {n} says something of LCN2 in ALS.\n" for n in range(count)))


def write_annotations(path, targets, count, random_source):
    """A table of annotations of some 60 words' choice each, so that it compresses about as prose does."""
    words = (
        "the a of in and was were not is raised lowered blood plasma serum spinal cord motor neurons astrocytes "
        "patients controls cohort mouse model level expression LCN2 ALS replicated independent sample small "
        "large effect size unclear whether kidney function age sex adjusted for looks like assay antibody specific "
        "batch differs from earlier study same group table figure supplement shows only").split()
    with open(path, "w", encoding="utf-8") as file:
        file.write("target\tbody\n")
        for number in range(count):
            text = " ".join(random_source.choices(words, k=random_source.randint(8, 24)))
            file.write(f"{targets[number % len(targets)]}\t{text} ({number})\n")


def timed(body):
    """What a function returns, and how many seconds it took."""
    begun = time.perf_counter()
    value = body()
    return value, time.perf_counter() - begun


def percentile(values, share):
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
