#!/usr/bin/env bash
# Curates a real paper with Variorum, from nothing and without a network.
#
#   bash Examples/lcn2-als/run.sh [--keep DIR]
#
# Installs what building needs, builds, and works in a fresh directory with replica keys of its own, which is removed at
# the end; --keep DIR works in DIR, which must not exist yet, and leaves it there.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../../Tests/install.sh"

keep=
case "${1:-}" in
  "") ;;
  --keep)
    if [ $# != 2 ]; then say "usage: run.sh [--keep DIR]"; exit 2; fi
    keep=$2
    if [ -e "$keep" ]; then say "$keep exists already: give a directory that does not"; exit 2; fi
    ;;
  *) say "usage: run.sh [--keep DIR]"; exit 2 ;;
esac

install_to_build
# Debug: it is built several times faster than a release, and on data of this size nobody can tell them apart.
(cd "$here/../.." && swift build --product variorum) >&2
PATH="$(cd "$here/../.." && swift build --show-bin-path):$PATH"

if [ -n "$keep" ]; then
  mkdir -p "$keep"
  work=$(cd "$keep" && pwd)
else
  work=$(mktemp -d)
  trap 'cd / && rm -rf "$work"' EXIT
fi
# Keys of its own: an example has no business in the state directory of whoever runs it.
export XDG_STATE_HOME="$work/state"
unset VARIORUM_STORE
# Copies, so that the commands read as a curator would type them.
mkdir "$work/lcn2"
cp "$here"/*.json "$here"/*.bib "$here"/*.tsv "$work/lcn2"
cd "$work/lcn2"
trap 'say "run.sh: line $LINENO failed: $BASH_COMMAND"' ERR

# A sentence of the story.
tell() { printf '\n# %s\n' "$*"; }

# Echoes a command as it would be typed.
prompt() {
  local word line='$'
  for word in "$@"; do
    case "$word" in
      *[!a-zA-Z0-9_./:=,@%+-]* | "") line+=" \"$word\"" ;;
      *) line+=" $word" ;;
    esac
  done
  printf '\n%s\n' "$line"
}

run() {
  prompt "$@"
  # Both streams as one, or messages come before what they are about where the two are not one terminal.
  "$@" 2>&1
}

# Runs a command that writes a record, and sets `id` to the short id that its first line begins with.
write() {
  local output
  prompt "$@"
  output=$("$@" 2>&1)
  printf '%s\n' "$output"
  id=${output%% *}
}

tell "A store belongs to a directory; whoever writes into it says who they are."
run variorum init --curator "Ada Nowak" --orcid 0000-0002-1825-0097

tell "The paper, the papers that it rests on, and names for the codes that the claims use."
run variorum import paper.csl.json references.bib terms.tsv
run variorum import claims-ada.tsv
tell "Importing the same file again creates nothing."
run variorum import claims-ada.tsv

run variorum list claims --tag biomarker
claim=$(variorum list claims --tag blood | cut -f 1)
run variorum show "$claim"

tell "What does Ada hold of it, and on what evidence? First a name for the type of evidence."
write variorum add term ECO:0000033 "author statement supported by traceable reference"
write variorum assess "$claim" supports --body "Fits what we see in our own cohort." \
  --evidence ECO:0000033 --from-source 10.3389/fnagi.2025.1672903 --strength moderate
write variorum note "$claim" "Was kidney function taken into account?" --motivation questioning --tag to-check
write variorum reply "$id" "The abstract does not say; ask the authors."
run variorum tag "$claim" plasma
run variorum edit "$claim" --set status=accepted
run variorum edit "$claim" --body "People with ALS tend to carry more LCN2 in their plasma than people without the disease."
run variorum show "$claim"

run variorum search 'astrocyt*' --kind claim --limit 3

tell "Who wrote what, when, in which change, and from which replica."
run variorum log "$claim" --limit 3
run variorum blame "$claim"

tell "The edit was hasty. An undo appends the inverse: nothing leaves the log."
run variorum undo
run variorum log "$claim" --limit 1
run variorum status

tell "Are hashes, chains and signatures right, and is all that is shown what the log says?"
run variorum verify
run variorum backup ../lcn2-backup.sqlite
run variorum export --format log -o ../lcn2.cborseq
# Not installed for this: the check is a bonus of whoever has the two Python packages.
if find_python "$here/../../.build/verify-venv"; then
  tell "The same check by a reader that shares no code with Variorum."
  prompt python3 Schema/verify.py ../lcn2.cborseq
  "$PYTHON" "$here/../../Schema/verify.py" ../lcn2.cborseq
fi

tell "That was it. Now you:"
if [ -n "$keep" ]; then
  cat <<END
  cd $(printf %q "$PWD")
  export XDG_STATE_HOME=$(printf %q "$XDG_STATE_HOME") PATH=$(printf %q "${PATH%%:*}"):\$PATH
  variorum list claims                       all claims
  variorum init --curator "Ben Okafor"       become another curator, and then
  variorum import claims-ben.tsv             two of his claims are Ada's already
  variorum assess $claim disputes --body "Not in my hands."
  variorum show $claim                      shows the disagreement, and keeps it
END
else
  cat <<END
  bash Examples/lcn2-als/run.sh --keep DIR   does the same and leaves the store in DIR to play with
  variorum --help                            lists all verbs, and variorum help VERB shows one with an example
END
fi
