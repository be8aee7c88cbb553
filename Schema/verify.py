#!/usr/bin/env python3
"""Checks Variorum's exported logs and test vectors with no code of Variorum's own.

    verify.py LOG.cbor          checks a log that `variorum export --format log` wrote
    verify.py --vectors DIR     checks the test vectors in Schema/vectors

What is checked is written in change.cddl, beside this file. Needs Python 3.9 and two packages:
    pip install cbor2 cryptography
Exits 0 where all is well, 1 where something is not, 2 where it was called wrongly.
"""

import argparse
import hashlib
import json
import mmap
import os
import sys

try:
    import cbor2
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError as error:
    sys.exit(f"verify.py: {error}; install what it needs with: pip install cbor2 cryptography")

MEBIBYTE = 1 << 20
CHANGE_BYTES = SEALED_BYTES = 2 * MEBIBYTE
GREATEST = (1 << 53) - 1
LEVELS = 16
NAME_BYTES, ELEMENT_BYTES, OPS, VALUE_BYTES = 64, 1024, 65536, 34
ACTIONS = ["create", "set", "add", "remove", "splice", "delete", "restore", "restate"]
OP_KEYS = {
    "create": {6, 7, 8}, "set": {6, 7}, "add": set(), "remove": set(), "splice": {7, 9, 12}, "delete": {10},
    "restore": set(), "restate": {11},
}


class Refused(Exception):
    """Why something is refused: a code as in refused.jsonl, and words."""

    def __init__(self, reason, words):
        super().__init__(words)
        self.reason = reason


def need(condition, reason, words):
    if not condition:
        raise Refused(reason, words)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# Deterministic CBOR: cbor2 decodes, and what was decoded is encoded again here by the rules; where the bytes differ,
# they were not in the one form that is allowed.


def head(major, argument):
    for short, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 24:
            return bytes([major << 5 | argument])
        if argument < 1 << (8 * width):
            return bytes([major << 5 | short]) + argument.to_bytes(width, "big")
    raise ValueError("an integer is out of range")


def encode(item, levels=LEVELS, keys=(int, bytes, str), wide_keys=False):
    """The deterministic encoding; ValueError for anything that has none."""
    if levels == 0:
        raise ValueError("items are nested too deeply")
    if item is None or item is True or item is False:
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[item]
    if type(item) is int:
        if not -(1 << 63) <= item < 1 << 63:
            raise ValueError("an integer is out of range")
        return head(0, item) if item >= 0 else head(1, -1 - item)
    if type(item) is bytes:
        return head(2, len(item)) + item
    if type(item) is str:
        text = item.encode("utf-8")
        return head(3, len(text)) + text
    if isinstance(item, (list, tuple)):
        return head(4, len(item)) + b"".join(encode(each, levels - 1, keys) for each in item)
    if isinstance(item, dict) or type(item).__name__ in ("FrozenDict", "frozendict"):
        entries = []
        for key, value in item.items():
            if type(key) not in keys:
                raise ValueError("a key is of a type that is not allowed")
            wide = wide_keys and type(key) is int and 0 <= key < 1 << 64
            entries.append((head(0, key) if wide else encode(key, levels - 1), encode(value, levels - 1, keys)))
        return head(5, len(entries)) + b"".join(key + value for key, value in sorted(entries))
    raise ValueError(f"{type(item).__name__} is not allowed")


def decode(data):
    """What the first item of the bytes stands for, however it is written; ValueError where there is none."""
    try:
        return cbor2.loads(data)
    except Exception as error:  # cbor2 raises errors of many types for bytes of any origin
        raise ValueError(f"no CBOR item ({error or type(error).__name__})") from None


def end_of_item(data, position):
    """The offset behind the item that begins at `position`; ValueError where it has none."""
    remaining = 1
    while remaining:
        if position >= len(data):
            raise ValueError("the file ends inside an item")
        major, short = data[position] >> 5, data[position] & 31
        position += 1
        if short > 27 or major > 5:
            raise ValueError("an item of a kind that is not in use")
        width = 0 if short < 24 else 1 << (short - 24)
        argument = int.from_bytes(data[position:position + width], "big") if width else short
        position += width
        remaining += {4: argument, 5: 2 * argument}.get(major, 0) - 1
        position += argument if major in (2, 3) else 0
        if position > len(data) or remaining > len(data):
            raise ValueError("the file ends inside an item")
    return position


def is_map(item):
    return hasattr(item, "items")


def encode_shallow(item, levels_of):
    """A map with integer keys; `levels_of` says how many levels the value of a key may have."""
    if not is_map(item) or any(type(key) is not int or not 0 <= key < 1 << 64 for key in item):
        raise ValueError("it is no map with integer keys")
    entries = [(head(0, key), encode(value, levels_of(key), wide_keys=False)) for key, value in item.items()]
    return head(5, len(entries)) + b"".join(key + value for key, value in sorted(entries))


def encode_header(item):
    """A header may have keys beyond 2^63 - 1, and so may its ops."""
    if not is_map(item) or any(type(key) is not int or not 0 <= key < 1 << 64 for key in item):
        raise ValueError("it is no map with integer keys")
    entries = []
    for key, value in item.items():
        if key == 9 and isinstance(value, (list, tuple)):
            encoded = head(4, len(value)) + b"".join(encode(op, LEVELS - 1, wide_keys=True) for op in value)
        else:
            encoded = encode(value)
        entries.append((head(0, key), encoded))
    return head(5, len(entries)) + b"".join(key + value for key, value in sorted(entries))


def read(data, encoder, reason):
    try:
        item = decode(data)
        need(encoder(item) == data, reason, "it is not deterministic CBOR")
    except (ValueError, RecursionError) as error:
        raise Refused(reason, str(error)) from None
    return item


# Changes


class Change:
    """A header and its body, checked in all that can be checked of one change alone."""

    def __init__(self, header, body):
        need(len(header) + len(body or b"") <= CHANGE_BYTES, "tooLarge", "the change is over 2 MiB")
        self.id = sha256(header)
        item = read(header, encode_header, "header")
        need(0 in item, "missing", "the format version is missing")
        need(type(item[0]) is int and item[0] >= 0, "header", "the format version is no number")
        need(item[0] == 1, "version", f"format version {item[0]} is not known")
        for key in item:
            need(key <= 10 or key >= 16, "inconsistent", f"header key {key} is not in use")
        for key, length in ((1, 16), (2, 32), (4, 32), (7, 16), (10, 32)):
            need(key not in item or is_bytes(item[key], length), "header", f"header key {key} is not {length} bytes")
        for key in (5, 8):
            need(key not in item or is_ids(item[key]), "header", f"header key {key} is no list of ids in order")
        need(3 not in item or is_number(item[3], 0, GREATEST), "header", "the sequence number is out of range")
        need(6 not in item or is_number(item[6], -(1 << 63), (1 << 63) - 1), "header", "the time is no number")
        need(9 not in item or isinstance(item[9], (list, tuple)), "header", "the ops are no list")
        need(all(key in item for key in (1, 2, 3, 5, 6, 9)), "missing", "a required header key is missing")
        self.store, self.replica, self.sequence = item[1], item[2], item[3]
        self.previous, self.deps, self.time = item.get(4), list(item[5]), item[6]
        self.curator, self.named = item.get(7), list(item.get(8, []))
        fits = self.sequence > 0 and (self.sequence == 1) == (self.previous is None)
        need(fits, "inconsistent", f"sequence number {self.sequence} does not fit the previous change")
        need(self.sequence > 1 or self.curator is not None, "missing", "the first change names no curator")
        need(abs(self.time) <= GREATEST, "inconsistent", "the time is out of range")
        need(self.previous not in self.deps, "inconsistent", "the previous change is among the deps")
        self.erased = 0
        self.counted = len(header) + self.read_body(body, item.get(10))
        need(self.counted <= CHANGE_BYTES, "tooLarge", "the change is over 2 MiB, counted with room for erasures")
        self.read_ops(item[9])

    def read_body(self, data, stated):
        """Reads the values and checks their hash; returns what is counted for the body."""
        self.values = []
        item = None
        if data is not None:
            item = read(data, lambda item: encode_shallow(item, lambda key: LEVELS + (1, 2)[key == 2]), "body")
        need(
            (data is None) == (stated is None), "inconsistent",
            "the body is missing" if data is None else "there is a body that the header does not state")
        if item is None:
            return 0
        need(set(item) in ({0, 1}, {2}), "body", "a body has a seed and values, or salted values")
        slots = item[1] if 1 in item else item[2]
        need(isinstance(slots, (list, tuple)) and slots, "body", "a body has no values")
        need(len(slots) <= CHANGE_BYTES // VALUE_BYTES, "body", "a body has more values than a change has room for")
        need(0 not in item or is_bytes(item[0], 16), "body", "the seed is not 16 bytes")
        hashes, counted = [], 32
        for index, slot in enumerate(slots):
            if 2 in item and is_bytes(slot, 32):
                hashes.append(slot)
                self.values.append(ERASED)
                self.erased += 1
                counted += VALUE_BYTES
                continue
            salt, value = self.salted(item, index, slot)
            try:
                encoded = encode(value, LEVELS, keys=(str,))
            except ValueError as error:
                raise Refused("body", f"value {index}: {error}") from None
            hashes.append(sha256(salt, encoded))
            self.values.append(value)
            counted += max(VALUE_BYTES, 18 + len(encoded))
        need(len(data) <= counted, "body", "a body takes more than is counted for it")
        need(sha256(b"variorum body 1", *hashes) == stated, "bodyHash", "the body does not match the header")
        return counted

    @staticmethod
    def salted(item, index, slot):
        if 0 in item:
            return sha256(b"variorum salt 1", item[0], index.to_bytes(8, "big"))[:16], slot
        pair = isinstance(slot, (list, tuple)) and len(slot) == 2 and is_bytes(slot[0], 16)
        need(pair, "body", f"slot {index} is neither a salted value nor a hash")
        return slot

    def read_ops(self, ops):
        need(len(ops) <= OPS, "tooLarge", "there are too many ops")
        self.scalars = 0
        cells, records = set(), {}
        self.ops = [self.read_op(op) for op in ops]
        for op in self.ops:
            record = (op["kind"], op["record"])
            created = op["action"] == "create"
            beside = records.get(record)
            need(beside is None or not (beside or created), "inconsistent", "a record is created and written at once")
            records[record] = created
            cell = record + (op["field"], op["element"])
            need(cell not in cells, "inconsistent", "two ops write the same cell")
            cells.add(cell)

    def read_op(self, op):
        need(is_map(op) and all(type(key) is int and key >= 0 for key in op), "header", "an op is no map")
        need(4 not in op or is_number(op[4], 0, GREATEST), "header", "an op's action is out of range")
        need(1 not in op or is_bytes(op[1], 16), "header", "an op's record is not 16 bytes")
        for key, limit in ((0, NAME_BYTES), (2, NAME_BYTES), (3, ELEMENT_BYTES)):
            need(key not in op or is_text(op[key], limit), "header", f"op key {key} is no text of 1 to {limit} bytes")
        need(all(key in op for key in (0, 1, 4)), "missing", "kind, record or action of an op is missing")
        known = op[4] < len(ACTIONS)
        action = ACTIONS[op[4]] if known else f"action-{op[4]}"
        read_op = {
            "kind": op[0], "record": op[1], "field": op.get(2, ""), "element": op.get(3), "action": action,
            "supersedes": self.names(op.get(5, [])),
        }
        if not known:
            return read_op
        for key in op:
            need(key <= 5 or key >= 16 or key in OP_KEYS[action], "inconsistent", f"{action} has no key {key}")
        read_op.update(self.read_payload(action, op))
        bare = action in ("create", "delete", "restore")
        need((2 in op) != bare, "inconsistent", f"the action {action} and its field do not go together")
        need((3 in op) == (action in ("add", "remove")), "inconsistent", "only add and remove name an element")
        need(action != "create" or not read_op["supersedes"], "inconsistent", "a create supersedes something")
        return read_op

    def read_payload(self, action, op):
        if action == "create":
            return self.read_create(op)
        if action == "set":
            need(not {6, 7} <= set(op), "inconsistent", "an op carries two values")
            need(6 in op or 7 in op, "missing", "the value of a set is missing")
            return {"value": in_header(op[6]) if 6 in op else self.refer(op[7])}
        if action == "splice":
            return self.read_splices(op)
        if action == "delete":
            return {"saw": self.names(op.get(10, []))}
        if action == "restate":
            restated = self.names(op.get(11, []))
            need(restated, "inconsistent", "a restate names nothing")
            return {"restates": restated}
        return {}

    def read_create(self, op):
        for key in (6, 7, 8):
            need(is_map(op.get(key, {})), "header", f"op key {key} is no map")
            need(all(type(field) is str for field in op.get(key, {})), "header", "the name of a field is no text")
        values = {field: in_header(value) for field, value in op.get(6, {}).items()}
        for field, reference in op.get(7, {}).items():
            need(field not in values, "inconsistent", "a create gives a field twice")
            values[field] = self.refer(reference)
        elements = op.get(8, {})
        for field, items in elements.items():
            fine = isinstance(items, (list, tuple)) and all(is_text(item, ELEMENT_BYTES) for item in items)
            need(fine, "header", "an element is no text of 1 to 1024 bytes")
            encoded = [item.encode() for item in items]
            need(all(a < b for a, b in zip(encoded, encoded[1:])), "header", "elements are out of order")
            need(field not in values, "inconsistent", "a create gives a field twice")
        for field in list(values) + list(elements):
            need(is_text(field, NAME_BYTES), "tooLarge", "the name of a field is not 1 to 64 bytes")
        return {"values": values, "elements": {field: list(items) for field, items in elements.items()}}

    def read_splices(self, op):
        need(not {9, 12} <= set(op), "inconsistent", "an op has splices of both kinds")
        typed = 12 in op
        end, inserted, splices = 0, 0, op[12] if typed else op.get(9, [])
        need(isinstance(splices, (list, tuple)), "header", "the splices are no list")
        need(splices or not typed, "missing", "what was typed is missing")
        for splice in splices:
            fine = isinstance(splice, (list, tuple)) and len(splice) == 3
            fine = fine and all(is_number(n, 0, limit) for n, limit in zip(splice, (GREATEST, GREATEST, CHANGE_BYTES)))
            need(fine, "header", "a splice is not three numbers in range")
            need(splice[0] >= end, "header", "splices overlap or are out of order")
            end = 0 if typed else splice[0] + splice[1]
            inserted += splice[2]
        text = self.refer(op[7]) if 7 in op else None
        need(text is None or text["scalars"] is not None, "missing", "the length of an inserted text is missing")
        stated = text["scalars"] if text else 0
        need(inserted == stated, "inconsistent", "the splices insert another length than the text has")
        return {"typed" if typed else "splices": [list(splice) for splice in splices], "inserted": text}

    def refer(self, reference):
        """The value in the body that `reference` names."""
        scalars = None
        if isinstance(reference, (list, tuple)):
            need(len(reference) == 2, "header", "a reference is not a pair")
            reference, scalars = reference
            need(is_number(scalars, 0, CHANGE_BYTES), "header", "a text's length is out of range")
            self.scalars += scalars
            need(self.scalars <= CHANGE_BYTES, "tooLarge", "the texts are longer than a change can be")
        need(is_number(reference, 0, CHANGE_BYTES), "header", "a reference is out of range")
        need(reference < len(self.values), "inconsistent", "an op names a value that the body lacks")
        value = self.values[reference]
        if value is ERASED:
            text = None if scalars is None else "\ufffd" * scalars
            return {"in": "body", "erased": True, "scalars": scalars, "value": text}
        fits = scalars is None or type(value) is str and len(value) == scalars
        need(fits, "inconsistent", "a text has not the length that the header states")
        return {"in": "body", "erased": False, "scalars": scalars, "value": value}

    def names(self, indexes):
        fine = isinstance(indexes, (list, tuple)) and all(is_number(n, 0, len(self.named) - 1) for n in indexes)
        need(fine and all(a < b for a, b in zip(indexes, indexes[1:])), "header", "an index is out of range or order")
        return [self.named[index] for index in indexes]

    @property
    def prerequisites(self):
        return sorted(set(self.deps) | set(self.named) | ({self.previous} if self.previous else set()))

    def is_sealed_by(self, seal):
        try:
            Ed25519PublicKey.from_public_bytes(self.replica).verify(seal, b"variorum seal 1" + self.id)
        except (InvalidSignature, ValueError):
            return False
        return True


class _Erased:
    """Stands for a value of which only the hash is left."""


ERASED = _Erased()


def in_header(value):
    try:
        encode(value, LEVELS, keys=(str,))
    except ValueError as error:
        raise Refused("header", str(error)) from None
    return {"in": "header", "erased": False, "scalars": None, "value": value}


def is_bytes(item, length):
    return type(item) is bytes and len(item) == length


def is_number(item, least, greatest):
    return type(item) is int and least <= item <= greatest


def is_text(item, limit):
    return type(item) is str and 1 <= len(item.encode()) <= limit


def is_ids(item):
    fine = isinstance(item, (list, tuple)) and all(is_bytes(each, 32) for each in item)
    return fine and all(a < b for a, b in zip(item, item[1:]))


def digest(store, heads):
    return sha256(store, *sorted(heads))


# Exported logs


class Log:
    """What is known of the log that has been read so far."""

    def __init__(self, store):
        self.store = store
        self.place = {}  # id: (replica, sequence, counted bytes since the last seal)
        self.heads, self.tips = set(), {}
        self.counts = dict.fromkeys(("changes", "ops", "sealed", "bodies", "erased values", "forks"), 0)

    def add(self, header, body, seal):
        change = Change(header, body)
        where = f"log {change.replica.hex()[:16]}, change {change.sequence}"
        try:
            self.check(change, seal)
        except Refused as error:
            raise Refused(error.reason, f"{where} ({change.id.hex()[:16]}): {error}") from None
        self.counts["changes"] += 1
        self.counts["ops"] += len(change.ops)
        self.counts["sealed"] += seal is not None
        self.counts["bodies"] += body is not None
        self.counts["erased values"] += change.erased
        self.heads.difference_update(change.deps, [change.previous])
        self.heads.add(change.id)

    def check(self, change, seal):
        need(change.store == self.store, "otherStore", f"it belongs to store {change.store.hex()}")
        need(change.id not in self.place, "duplicate", "it was there before")
        for name in change.prerequisites:
            need(name in self.place, "missing", f"it names {name.hex()}, which does not come before it")
        unsealed = change.counted
        if change.previous:
            replica, sequence, before = self.place[change.previous]
            need(replica == change.replica, "brokenChain", "its previous change is of another log")
            need(change.sequence == sequence + 1, "brokenChain", f"its previous change is number {sequence}")
            unsealed += before
        need(unsealed <= SEALED_BYTES, "unsealed", "one seal would close more than 2 MiB")
        if seal is not None:
            need(is_bytes(seal, 64) and change.is_sealed_by(seal), "invalidSeal", "the seal is not valid")
            unsealed = 0
        self.place[change.id] = (change.replica, change.sequence, unsealed)
        tips = self.tips.setdefault(change.replica, {})
        if change.previous in tips:
            del tips[change.previous]
        elif tips:
            self.counts["forks"] += 1
        tips[change.id] = change.sequence

    def unsealed_tips(self):
        for replica, tips in sorted(self.tips.items()):
            for tip, sequence in sorted(tips.items()):
                if self.place[tip][2]:
                    yield f"log {replica.hex()[:16]}, change {sequence} ({tip.hex()[:16]}): the log does not end sealed"


def verify_log(path):
    errors = []
    with open(path, "rb") as stream:
        if os.fstat(stream.fileno()).st_size == 0:
            raise SystemExit("verify.py: the file is empty; write a log with: variorum export --format log")
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            items = read_sequence(data)
            log = open_log(next(items)[1])
            try:
                for offset, item in items:
                    known = is_map(item) and set(item) <= {0, 1, 2} and type(item.get(0)) is bytes
                    try:
                        need(known and type(item.get(1, b"")) is bytes, "wrapping", "it is not a change of a log")
                        log.add(item[0], item.get(1), item.get(2))
                    except Refused as error:
                        errors.append(f"at byte {offset}: {error}")
                    need(len(errors) < 20, "many", "perhaps there is more; only the first 20 are shown")
            except Refused as error:
                errors.append(str(error))
    errors += log.unsealed_tips()
    for error in errors:
        print(f"{path}: {error}", file=sys.stderr)
    print(f"store: {log.store.hex()}")
    print(f"logs: {len(log.tips)}")
    for name, number in log.counts.items():
        print(f"{name}: {number}")
    for one in sorted(log.heads):
        print(f"head: {one.hex()}")
    print(f"digest: {digest(log.store, log.heads).hex()}")
    print("ok" if not errors else "NOT ok")
    return not errors


def read_sequence(data):
    """The items of a CBOR sequence, each with its offset; each has to be in its deterministic form."""
    position = 0
    while position < len(data):
        try:
            end = end_of_item(data, position)
            bytes_of_item = data[position:end]
            item = decode(bytes_of_item)
            need(encode(item) == bytes_of_item, "wrapping", "it is not deterministic CBOR")
        except (ValueError, RecursionError, Refused) as error:
            raise Refused("wrapping", f"at byte {position}: {error}; nothing behind it was read") from None
        yield position, item
        position = end


def open_log(item):
    fine = is_map(item) and item.get(0) == "variorum-log" and is_bytes(item.get(2), 16)
    if not fine:
        raise SystemExit("verify.py: this is no exported log; write one with: variorum export --format log")
    if item.get(1) != 1:
        raise SystemExit(f"verify.py: version {item.get(1)} of exported logs is not known; get a newer verify.py")
    return Log(item[2])


# Test vectors


def json_value(value):
    """A CBOR value as the vector files have it."""
    if type(value) is bytes:
        return {"bytes": value.hex()}
    if isinstance(value, (list, tuple)):
        return [json_value(each) for each in value]
    if is_map(value):
        return {"map": {key: json_value(each) for key, each in value.items()}}
    return value


def json_op(op):
    def of_value(value):
        return value and dict(value, value=json_value(value["value"]))

    def of_ids(ids):
        return [each.hex() for each in ids]

    out = dict(op, record=uuid(op["record"]), supersedes=of_ids(op["supersedes"]))
    for key in ("saw", "restates"):
        if key in out:
            out[key] = of_ids(out[key])
    for key in ("value", "inserted"):
        if key in out:
            out[key] = of_value(out[key])
    if "values" in out:
        out["values"] = {field: of_value(value) for field, value in out["values"].items()}
    return out


def uuid(data):
    digits = data.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def from_hex(text):
    return None if text is None else bytes.fromhex(text)


def check_changes(line):
    change = Change(from_hex(line["header"]), from_hex(line["body"]))
    found = {
        "name": line["name"], "id": change.id.hex(), "header": line["header"], "body": line["body"],
        "seal": line["seal"], "store": uuid(change.store), "replica": change.replica.hex(),
        "sequence": change.sequence, "previous": change.previous and change.previous.hex(),
        "deps": [each.hex() for each in change.deps], "time": change.time,
        "curator": change.curator and uuid(change.curator),
        "prerequisites": [each.hex() for each in change.prerequisites], "ops": [json_op(op) for op in change.ops],
    }
    for key in sorted(set(line) | set(found)):
        need(same(line.get(key), found.get(key)), "differs", f"{key} is {found.get(key)}, not {line.get(key)}")
    if line["seal"] is not None:
        need(change.is_sealed_by(from_hex(line["seal"])), "invalidSeal", "the seal is not valid")


def same(left, right):
    """Equality of JSON, in which 0 is not false."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


def check_refused(line):
    try:
        check_run(line)
    except Refused as error:
        need(error.reason == line["reason"], "differs", f"refused as {error.reason} ({error}), not {line['reason']}")
        return
    raise Refused("differs", "it is accepted")


def check_run(line):
    change = Change(from_hex(line["header"]), from_hex(line["body"]))
    need(uuid(change.store) == line["store"], "otherStore", "it belongs to another store")
    need(change.replica.hex() == line["replica"], "otherReplica", "it belongs to another log")
    after = line.get("after") or {"id": None, "sequence": 0}
    follows = change.sequence == after["sequence"] + 1 and change.previous == from_hex(after["id"])
    need(follows, "brokenChain", "it does not follow the one before")
    if line["seal"] is not None:
        need(change.is_sealed_by(from_hex(line["seal"])), "invalidSeal", "the seal is not valid")


def check_cbor(line):
    try:
        value = decode(bytes.fromhex(line["hex"]))
        encoded = encode(value, keys=(str,))
    except (ValueError, RecursionError):
        need(not line["accepted"], "differs", "it is refused")
        return
    need((encoded.hex() == line["hex"]) == line["accepted"], "differs", "it is not deterministic")
    if line["accepted"]:
        found = json_value(value)
        need(same(found, line["value"]), "differs", f"the value is {found}, not {line['value']}")


def verify_vectors(folder):
    failures = 0
    for name, check in (("cbor.jsonl", check_cbor), ("changes.jsonl", check_changes), ("refused.jsonl", check_refused)):
        with open(os.path.join(folder, name), encoding="utf-8") as lines:
            number = 0
            for number, text in enumerate(lines, 1):
                line = json.loads(text)
                try:
                    check(line)
                except Refused as error:
                    failures += 1
                    print(f"{name}, line {number}, {line['name']}: {error}", file=sys.stderr)
        print(f"{name}: {number} lines")
    print("ok" if not failures else f"NOT ok: {failures} lines")
    return not failures


def main():
    parser = argparse.ArgumentParser(description="Checks Variorum's exported logs and test vectors.")
    parser.add_argument("--vectors", metavar="DIR", help="check the test vectors in this folder")
    parser.add_argument("log", metavar="LOG.cbor", nargs="?", help="check this exported log")
    arguments = parser.parse_args()
    if (arguments.log is None) == (arguments.vectors is None):
        parser.error("give either an exported log or --vectors DIR")
    try:
        fine = verify_log(arguments.log) if arguments.log else verify_vectors(arguments.vectors)
    except (OSError, Refused) as error:
        sys.exit(f"verify.py: {error}")
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
