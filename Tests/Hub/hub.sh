# Starts and ends a hub for the scripts beside this one. Sourced by them.
#
#   VARIORUM     the program; built where it is not given
#   start_hub    starts a hub on $data; sets hub (its process) and address, which stays the same over restarts
#   stop_hub     ends it as an operator does

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ -z "${VARIORUM:-}" ]; then
  (cd "$repository" && swift build --product variorum >&2)
  VARIORUM="$(cd "$repository" && swift build --show-bin-path)/variorum"
fi
scratch=$(mktemp -d)
data=$scratch/hub
# Nothing of whoever runs this is read or left.
export XDG_STATE_HOME=$scratch/state XDG_CONFIG_HOME=$scratch/config NO_COLOR=1 SWIFT_BACKTRACE=enable=no
unset VARIORUM_TOKEN VARIORUM_STORE
hub=
port=0
trap 'if [ -n "$hub" ]; then kill -9 "$hub" 2>/dev/null || true; fi; rm -rf "$scratch"' EXIT

start_hub() {
  : >"$scratch/address"
  "$VARIORUM" serve --listen "127.0.0.1:$port" --data "$data" >"$scratch/address" 2>>"$scratch/hub.log" &
  hub=$!
  # Its line comes when it listens, or it ends without one.
  until [ -s "$scratch/address" ]; do
    kill -0 "$hub" 2>/dev/null || { cat "$scratch/hub.log" >&2; return 1; }
    sleep 0.05
  done
  address=$(sed 's/^listening on //' "$scratch/address")
  port=${address##*:}
}

stop_hub() {
  kill -TERM "$hub"
  wait "$hub"
  hub=
}
