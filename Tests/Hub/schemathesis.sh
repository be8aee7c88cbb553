#!/usr/bin/env bash
# Lets schemathesis, from PyPI, try what Schema/hub.openapi.yaml promises, against a hub that runs.
#
#   bash Tests/Hub/schemathesis.sh [EXAMPLES]
#
# VARIORUM   the program; built where it is not given
set -euo pipefail

examples=${1:-50}
source "$(dirname "${BASH_SOURCE[0]}")/hub.sh"
venv=$repository/.build/schemathesis-venv
if [ ! -x "$venv/bin/schemathesis" ]; then
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check schemathesis
fi
token=$("$VARIORUM" token create --data "$data" --role admin test 2>/dev/null)
start_hub
"$VARIORUM" init "$scratch/ada" --curator Ada >/dev/null 2>&1
cd "$scratch/ada"
for n in 1 2 3; do "$VARIORUM" add claim "LCN2 is raised, $n." >/dev/null 2>&1; done
"$VARIORUM" remote add hub "$address" >/dev/null 2>&1
VARIORUM_TOKEN=$token "$VARIORUM" sync >/dev/null
# Events have no end, and a body of messages cannot be made from a schema of strings: the tests have those.
"$venv/bin/schemathesis" run "$repository/Schema/hub.openapi.yaml" --url "$address" \
  --header "Authorization: Bearer $token" --exclude-path-regex '/events$' --exclude-method POST \
  --checks all --max-examples "$examples" --no-color
stop_hub
