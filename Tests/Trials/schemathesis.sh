#!/usr/bin/env bash
# Asks a hub whatever Schema/hub.openapi.yaml allows, and what it does not, by schemathesis (PyPI), and checks that
# every answer is one that the file describes.
#
#   bash Tests/Trials/schemathesis.sh [VARIORUM] [EXAMPLES]
#
# Without VARIORUM, the command, it is built. EXAMPLES an operation: 25 where nothing is said. SCHEMATHESIS names the
# program; without it one is installed into .build/schemathesis.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source Tests/Trials/hub.sh

tool=${SCHEMATHESIS:-.build/schemathesis/bin/schemathesis}
if ! command -v "$tool" >/dev/null; then
  python3 -m venv .build/schemathesis >&2
  .build/schemathesis/bin/pip install --quiet --disable-pip-version-check 'schemathesis>=4,<5' >&2
  tool=.build/schemathesis/bin/schemathesis
fi
tool=$(command -v "$tool")
case $tool in /*) ;; *) tool=$PWD/$tool ;; esac

start_hub "${1:-}"
schema="$PWD/Schema/hub.openapi.yaml"
export SCHEMATHESIS_HOOKS=schemathesis_hooks PYTHONPATH="$PWD/Tests/Trials" PYTHONDONTWRITEBYTECODE=1
hash=$(curl -sS -H "Authorization: Bearer $reader" "$hub/v1/stores/$store/packs" |
  sed 's/.*"hash":"\([0-9a-f]*\)".*/\1/')

# A first run goes to the store and the pack that are there: random ones are never found.
cat >"$scratch/present.toml" <<TOML
[parameters]
"path.store" = "$store"
"path.hash" = "$hash"
TOML

# Events never end, so an example of them would wait; curl.sh asks for them. Whether a body of bytes is a sync is the
# hub's to say, so one that fits the schema need not be accepted.
ask() {
  (cd "$scratch" && timeout 900 "$tool" "$@" run "$schema" --url "$hub" --header "Authorization: Bearer $admin" \
    --max-examples "$examples" --exclude-operation-id events --request-timeout 10 --seed 5 --no-color \
    --checks "$checks")
}
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance
checks+=,response_headers_conformance,unsupported_method,ignored_auth
examples=${2:-25}
result=0
echo "== The store that is there"
ask --config-file present.toml || result=$?
echo "== Any store"
ask || result=$?
curl -sS -o /dev/null -w 'the hub answers still: %{http_code}\n' "$hub/healthz"
exit "$result"
