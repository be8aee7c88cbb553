# A hub on a free port of this machine for a trial in the shell. Sourced by curl.sh and schemathesis.sh.
#
#   start_hub [VARIORUM]   starts a hub, and syncs with it a store that has a claim, a note and a conflict. Sets
#                          hub (its address), store, reader, writer, admin (tokens), scratch (a directory, removed at
#                          the end), data (the hub's), home (a replica's), claim, and variorum
#
# What it started ends with the script.

start_hub() {
  variorum=${1:-}
  if [ -z "$variorum" ]; then
    swift build --product variorum >&2
    variorum="$(swift build --show-bin-path)/variorum"
  fi
  variorum=$(cd "$(dirname "$variorum")" && pwd)/$(basename "$variorum")
  scratch=$(mktemp -d)
  hub_process=
  trap end_hub EXIT
  export XDG_STATE_HOME="$scratch/state" XDG_CONFIG_HOME="$scratch/config"
  data="$scratch/hub" home="$scratch/ada"
  mkdir -p "$data"
  reader=$(token_for reader) writer=$(token_for writer) admin=$(token_for admin)
  "$variorum" serve --listen 127.0.0.1:0 --data "$data" >"$scratch/address" 2>"$scratch/log" &
  hub_process=$!
  hub=
  for _ in $(seq 300); do
    hub=$(sed -n 's/^listening on //p' "$scratch/address")
    [ -z "$hub" ] || break
    sleep 0.1
  done
  [ -n "$hub" ] || { echo "the hub did not start:" >&2; cat "$scratch/log" >&2; exit 1; }

  store=$(json store "$variorum" init "$home" --curator "Ada Nowak" --json)
  claim=$(cd "$home" && json id "$variorum" add claim "LCN2 is raised in ALS." --tag biomarker --json)
  (
    cd "$home"
    "$variorum" note "$claim" "In plasma or serum? $(printf 'It makes a difference. %.0s' {1..200})" --json
    "$variorum" clone . "$scratch/ben" --curator "Ben Okafor" --json
    "$variorum" edit "$claim" --set status=accepted --json
    cd "$scratch/ben"
    "$variorum" edit "$claim" --set status=rejected --json
    cd "$home"
    "$variorum" merge "$scratch/ben" --json
    "$variorum" remote add team "$hub" --json
    VARIORUM_TOKEN=$writer "$variorum" sync --json
  ) >"$scratch/prepared" || { cat "$scratch/prepared" >&2; exit 1; }
}

end_hub() {
  if [ -n "$hub_process" ]; then
    kill "$hub_process" 2>/dev/null || true
    wait "$hub_process" || echo "the hub ended with $?" >&2
  fi
  rm -rf "$scratch"
}

token_for() { "$variorum" token create --data "$data" --role "$1" "${@:2}" trial 2>/dev/null; }

# A member of the first object that a command puts out.
json() { "${@:2}" | head -1 | sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }
