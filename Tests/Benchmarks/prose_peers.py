"""What Loro and Yrs take for the two traces that ProseBenchmark replays.

Needs Python 3.10 and the packages `loro` and `pycrdt`, in a virtual environment outside the repository:

    python3 -m venv ~/peers && ~/peers/bin/pip install loro pycrdt
    ~/peers/bin/python Tests/Benchmarks/prose_peers.py automerge-paper.json.gz friendsforever.json.gz [rounds]

Both are driven from Python, which costs about 0.03 s per 260,000 calls; what is imported as one message has none of that.
Run it in one session with ProseBenchmark: times of different machines, or days, cannot be compared.
"""

import gzip
import json
import statistics
import sys
import time

import loro
import pycrdt


def read(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return json.load(file)


def timed(body):
    start = time.perf_counter()
    value = body()
    return (time.perf_counter() - start) * 1e3, value


class Loro:
    """A document of Loro; its positions are Unicode scalars."""

    name = f"Loro {getattr(loro, '__version__', '')}".strip()
    edit_rounds = None

    def __init__(self, peer=None):
        self.doc = loro.LoroDoc()
        if peer is not None:
            self.doc.peer_id = peer
        self.text = self.doc.get_text("text")

    def edit_all(self, patches):
        """All in one transaction."""
        insert, delete = self.text.insert, self.text.delete
        for position, deleted, inserted in patches:
            if deleted:
                delete(position, deleted)
            if inserted:
                insert(position, inserted)
        self.doc.commit()

    def edit(self, patches):
        """In one transaction, and the message that tells others of it."""
        before = self.doc.oplog_vv
        self.edit_all(patches)
        return self.doc.export(loro.ExportMode.Updates(before))

    def receive(self, message):
        self.doc.import_(message)

    def message(self):
        return self.doc.export(loro.ExportMode.Updates(loro.VersionVector()))

    def saved(self):
        return len(self.doc.export(loro.ExportMode.Snapshot()))

    def read(self):
        return self.text.to_string()


class Yrs:
    """A document of Yrs; its positions are bytes, which are scalars in the two traces as long as they are ASCII."""

    name = "Yrs (pycrdt)"
    # One transaction takes minutes, and one for each edit ten seconds.
    edit_rounds = 1

    def __init__(self, peer=None):
        self.doc = pycrdt.Doc() if peer is None else pycrdt.Doc(client_id=peer)
        self.text = self.doc.get("text", type=pycrdt.Text)

    def edit_all(self, patches):
        """In a transaction each: in one for all, each edit takes time in proportion to those before it."""
        text = self.text
        for position, deleted, inserted in patches:
            if deleted:
                del text[position : position + deleted]
            if inserted:
                text.insert(position, inserted)

    def edit(self, patches):
        before = self.doc.get_state()
        self.edit_all(patches)
        return self.doc.get_update(before)

    def receive(self, message):
        self.doc.apply_update(message)

    def message(self):
        return self.doc.get_update()

    def saved(self):
        return len(self.message())

    def read(self):
        return str(self.text)


def replay_concurrent(peer, trace):
    """A document that has seen all of a concurrent trace: one document per author, which tell each other what the
    parents of a transaction say."""
    count = max(txn["agent"] for txn in trace["txns"]) + 1
    documents = [peer(agent + 1) for agent in range(count)]
    seen = [set() for _ in range(count)]
    messages, txns = [], trace["txns"]

    def tell(agent, version):
        missing, stack = set(), list(version)
        while stack:
            number = stack.pop()
            if number not in seen[agent] and number not in missing:
                missing.add(number)
                stack += txns[number]["parents"]
        for number in sorted(missing):
            documents[agent].receive(messages[number])
        seen[agent] |= missing

    for number, txn in enumerate(txns):
        agent = txn["agent"]
        tell(agent, txn["parents"])
        messages.append(documents[agent].edit(txn["patches"]))
        seen[agent].add(number)
    tell(0, range(len(txns)))
    return documents[0]


def into_empty(peer, message):
    document = peer()
    document.receive(message)
    return document.read()


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sequential, concurrent = read(sys.argv[1]), read(sys.argv[2])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    patches = [patch for txn in sequential["txns"] for patch in txn["patches"]]
    rows = []
    for peer in (Loro, Yrs):
        edits = []
        for _ in range(peer.edit_rounds or rounds):
            document = peer(1)
            edits.append(timed(lambda: (document.edit_all(patches), document.read()))[0])
        assert document.read() == sequential["endContent"], "a wrong text"
        both = replay_concurrent(peer, concurrent)
        is_same = both.read() == concurrent["endContent"]
        messages = [(document.message(), document.read()), (both.message(), both.read())]
        imports = [[], []]
        for _ in range(rounds):
            for times, (message, text) in zip(imports, messages):
                taken, read_text = timed(lambda: into_empty(peer, message))
                assert read_text == text, "a wrong text"
                times.append(taken)
        rows.append((peer.name, edits, imports, document.saved(), both.saved(), is_same))
    print(f"medians of {rounds} rounds, ms; sizes in bytes")
    print(f"{'':14} {'paper: edits':>14} {'paper: import':>14} {'friends: import':>16} {'paper size':>11} {'friends size':>13}")
    for name, edits, imports, paper, friends, is_same in rows:
        times = [statistics.median(times) for times in (edits, *imports)]
        print(f"{name:14} {times[0]:14.1f} {times[1]:14.1f} {times[2]:16.2f} {paper:11} {friends:13}", end="")
        # Another tie-break may end in another text.
        print("" if is_same else "  (friendsforever ends in another text)")


main()
