#!/usr/bin/env python3
"""Measures the verbs on a small and on a large store: how long opening takes, and how much memory each needs.

    python3 Tests/Trials/verbs.py --variorum .build/release/variorum
    python3 Tests/Trials/verbs.py --annotations 20000 --only show,list,verify

Each store has annotations of 200 characters with 3 tags, on a fifth as many claims. `show` is run in turns on both, and
`--version`, which opens nothing. Then every verb is run on the large one, and its peak resident memory is told: the
largest of its runs. The trial fails where a bound is passed: the time of `show` on the large store, the ratio of that to
the small one, or the memory of any verb. MB are millions of bytes.

What the system tells of a process counts from before it became `variorum`, so nothing below the memory of this trial,
told at the end, can be measured.
"""

import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

import trials

TEXT = 200
# Verbs that make the whole store anew, of which an empty replica may take more than those that work on it.
FILLING = ("import of all annotations", "clone")


class Run:
    """One run of the command: how long it took, and the most memory that it had."""

    def __init__(self, shop, words, directory):
        told = shop.path / "told"
        with open(told, "wb") as err:
            begun = time.perf_counter()
            process = subprocess.Popen(
                [str(shop.command), *map(str, words)], cwd=directory, env=shop.environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=err)
            _, status, used = os.wait4(process.pid, 0)
            self.seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            text = told.read_text(errors="replace").strip()
            raise trials.Failure(f"variorum {' '.join(map(str, words))} ended with {process.returncode}: {text}")
        self.peak = megabytes(used)


def megabytes(used):
    """The peak of what `resource` tells, which macOS counts in bytes and Linux in units of 1024."""
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def make(shop, name, annotations):
    """Makes a store; returns its directory and the seconds and memory of the import."""
    directory = shop.path / name
    shop.call("init", directory, "--curator", "Ada Nowak")
    claims, notes = shop.path / "claims.tsv", shop.path / f"{name}.tsv"
    trials.write_claims(claims, max(1, annotations // 5))
    shop.call("import", claims, directory=directory)
    targets = list(ids(shop, directory))
    words = "raised lowered blood plasma serum cord motor neurons astrocytes patients controls cohort mouse level".split()
    with open(notes, "w", encoding="utf-8") as file:
        file.write("target\tbody\ttags\n")
        for number in range(annotations):
            text = f"({number}) " + " ".join(shop.random.choices(words, k=TEXT // 5))
            tags = f"batch-{number % 7};assay-{number % 11};table-{number % 13}"
            file.write(f"{targets[number % len(targets)]}\t{text[:TEXT].strip():x<{TEXT}}\t{tags}\n")
    run = Run(shop, ["import", notes], directory)
    return directory, run


def ids(shop, directory):
    """The claims of a store, read line by line, so that this process stays small."""
    process = shop.start("list", "claims", "--limit", 0, directory=directory)
    for line in process.stdout:
        yield line.split(b"\t", 1)[0].decode()
    process.communicate()
    if process.returncode != 0:
        raise trials.Failure("variorum list claims failed")


def opening(shop, options, small, large):
    """Times `show` in turns; returns what passes its bound."""
    kinds = {"show, small store": (small, True), "show, large store": (large, True), "--version": (large, False)}
    targets = {directory: next(ids(shop, directory)) for directory in (small, large)}
    times = {name: [] for name in kinds}
    for number in range(options.runs + 1):
        for name, (directory, shows) in kinds.items():
            run = Run(shop, ["show", targets[directory]] if shows else ["--version"], directory)
            # The first run brings the file into the system's memory.
            if number:
                times[name].append(run.seconds * 1e3)
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, value in medians.items():
        print(f"{name:<28} {value:8.1f} ms, median of {options.runs}")
    ratio = medians["show, large store"] / medians["show, small store"]
    print(f"{'ratio of large to small':<28} {ratio:8.2f}", flush=True)
    over = []
    if medians["show, large store"] > options.milliseconds:
        over.append(f"show takes {medians['show, large store']:.1f} ms (bound {options.milliseconds:g})")
    if ratio > options.ratio:
        over.append(f"show takes {ratio:.2f} times what it takes on a small store (bound {options.ratio:g})")
    return over


def verbs(shop, large):
    """The verbs to run on the large store, each with how often; those that write after those that read."""
    claim, other = (claim for claim, _ in zip(ids(shop, large), range(2)))
    clone, folder, pack = shop.path / "clone", shop.path / "folder", shop.path / "large.bundle"
    folder.mkdir()
    (shop.path / "one.tsv").write_text("statement\nOne claim more says something of LCN2.\n")

    def out(name):
        return ["-o", shop.path / name]

    yield "--version", 3, ["--version"]
    yield "show", 3, ["show", claim]
    yield "list claims", 3, ["list", "claims"]
    yield "list annotations", 1, ["list", "annotations"]
    yield "list records by text", 1, ["list", "records", "--sort", "text"]
    yield "list by tag", 3, ["list", "annotations", "--tag", "batch-1"]
    yield "search a word of all", 1, ["search", "serum"]
    yield "search a word of none", 3, ["search", "zebrafish"]
    yield "search an identifier", 3, ["search", "NCBIGene:3934"]
    yield "log of a record", 3, ["log", claim]
    yield "log of all", 1, ["log", "--stat"]
    yield "blame", 3, ["blame", claim]
    yield "diff", 3, ["diff", claim]
    yield "status", 3, ["status"]
    yield "conflicts", 3, ["conflicts"]
    yield "export jsonl", 1, ["export", "--format", "jsonl", *out("large.jsonl")]
    yield "export tsv", 1, ["export", "--format", "tsv", "--kind", "claims", *out("sheet.tsv")]
    yield "export w3c", 1, ["export", "--format", "w3c", *out("large.jsonld")]
    yield "export log", 1, ["export", "--format", "log", *out("large.cborseq")]
    yield "backup", 1, ["backup", shop.path / "backup.sqlite"]
    yield "bundle create", 1, ["bundle", "create", pack]
    yield "bundle verify", 1, ["bundle", "verify", pack]
    yield "clone", 1, ["clone", large, clone, "--curator", "Ben Okafor"]
    yield "note", 3, ["note", claim, "Looked up: it was plasma."]
    yield "assess", 1, ["assess", claim, "supports", "--body", "Two cohorts.", "--evidence", "ECO:0000033"]
    yield "tag", 1, ["tag", claim, "checked"]
    yield "link", 1, ["link", claim, "refines", other]
    yield "edit", 1, ["edit", claim, "--set", "status=accepted"]
    yield "undo", 1, ["undo"]
    yield "delete", 1, ["delete", claim]
    yield "restore", 1, ["restore", claim]
    yield "add claim", 1, ["add", "claim", "Another claim says something of LCN2."]
    yield "import of one record", 1, ["import", shop.path / "one.tsv"]
    shop.call("note", claim, "Not in my hands.", directory=clone)
    yield "merge with a clone", 1, ["merge", clone, "--both"]
    yield "bundle apply", 1, ["bundle", "apply", pack]
    shop.call("remote", "add", "stick", folder, directory=large)
    yield "sync, all to a folder", 1, ["sync"]
    yield "sync, nothing to do", 3, ["sync"]
    yield "verify", 1, ["verify"]
    yield "doctor", 1, ["doctor"]
    yield "doctor --rebuild", 1, ["doctor", "--rebuild"]


def memory(shop, options, large, filling):
    """Tells time and memory of the verbs; returns what passes its bound."""
    over = []

    def tell(name, milliseconds, peak):
        bound = options.filling_megabytes if name in FILLING else options.megabytes
        passes = peak > bound
        print(f"{name:<28} {milliseconds:8.0f} ms {peak:8.1f} MB{'  OVER' if passes else ''}", flush=True)
        if passes:
            over.append(f"{name} takes {peak:.1f} MB (bound {bound:g})")

    tell("import of all annotations", filling.seconds * 1e3, filling.peak)
    chosen = options.only.split(",") if options.only else None
    for name, times, words in verbs(shop, large):
        if chosen and not any(name.startswith(start) for start in chosen):
            # What a later verb needs is made nevertheless.
            if name in ("export jsonl", "bundle create", "clone"):
                shop.call(*words, directory=large)
            continue
        runs = [Run(shop, words, large) for _ in range(times)]
        tell(name, statistics.median(run.seconds for run in runs) * 1e3, max(run.peak for run in runs))
    print(f"{'this trial itself':<28} {'':>11} {megabytes(resource.getrusage(resource.RUSAGE_SELF)):8.1f} MB")
    return over


def trial(shop, options):
    small, _ = make(shop, "small", options.small)
    large, filling = make(shop, "large", options.annotations)
    size = pathlib.Path(large, ".variorum", "store.sqlite").stat().st_size / 1e6
    print(f"{options.small} and {options.annotations} annotations; the large store has {size:.0f} MB", flush=True)
    over = opening(shop, options, small, large) + memory(shop, options, large, filling)
    if over:
        raise trials.Failure("; ".join(over))


def main():
    parser = trials.arguments(__doc__)
    parser.add_argument("--annotations", type=int, default=100_000, help="in the large store (default 100000)")
    parser.add_argument("--small", type=int, default=1000, help="annotations in the small store (default 1000)")
    parser.add_argument("--runs", type=int, default=21, help="runs of show that are timed (default 21)")
    parser.add_argument("--milliseconds", type=float, default=40, help="bound on show (default 40)")
    parser.add_argument("--ratio", type=float, default=1.5, help="bound on show, large to small (default 1.5)")
    parser.add_argument("--megabytes", type=float, default=80, help="bound on the memory of a verb (default 80)")
    parser.add_argument(
        "--filling-megabytes", type=float, default=100, help="the same of one that makes the whole store (default 100)")
    parser.add_argument("--only", metavar="VERBS", help="verbs, by how their names begin, separated by commas")
    trials.run(trial, parser.parse_args())


if __name__ == "__main__":
    main()
