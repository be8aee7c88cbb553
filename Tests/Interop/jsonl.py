"""Checks a file of JSON Lines against Schema/records.schema.json with jsonschema, which shares no code with Variorum.

    python jsonl.py SCHEMA FILE
"""

import json
import sys

from jsonschema import Draft202012Validator


def main(schema_path: str, path: str) -> int:
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    # One kind's schema at a time: an error of oneOf would not say which property is wrong.
    validators = {
        part["title"]: Draft202012Validator({**part, "$defs": schema["$defs"]}) for part in schema["oneOf"]
    }
    known, named, faults, count = set(), [], 0, 0
    with open(path, encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            item = json.loads(line)
            for error in validators[item.get("kind", "header")].iter_errors(item):
                faults += 1
                print(f"line {number}: {error.json_path}: {error.message}", file=sys.stderr)
            if "kind" not in item:
                continue
            count += 1
            known.add(item["id"])
            if "origin" in item:
                json.loads(item["origin"])
            named += [(number, item[field]) for field in ("target", "claim", "source", "from", "to") if field in item]
    for number, name in named:
        if name not in known:
            faults += 1
            print(f"line {number}: names {name}, which is not in the file", file=sys.stderr)
    print(f"{count} records valid" if faults == 0 else f"{faults} faults in {count} records")
    return 0 if faults == 0 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
