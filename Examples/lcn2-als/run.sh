#!/usr/bin/env bash
# Two curators, one paper, a conflict, a decision: the story of Ada and Ben, from nothing and without a network.
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
fi
hub=
clean_up() {
  [ -z "$hub" ] || kill "$hub" 2>/dev/null || true
  cd /
  [ -n "$keep" ] || rm -rf "$work"
}
trap clean_up EXIT
# Keys of its own: an example has no business in the state directory of whoever runs it.
export XDG_STATE_HOME="$work/state"
unset VARIORUM_STORE
# Copies, so that the commands read as a curator would type them.
mkdir "$work/ada"
cp "$here"/*.json "$here"/*.bib "$here"/*.tsv "$work/ada"
cd "$work/ada"
trap 'say "run.sh: line $LINENO failed: $BASH_COMMAND"' ERR

# A sentence of the story.
tell() { printf '\n# %s\n' "$*"; }

# Echoes a command as it would be typed, after the directory that it runs in.
prompt() {
  local word line="${PWD##*/}\$"
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

# The number under which a conflict lists a value. $1: the field; $2: the value.
number_of() {
  variorum conflicts --json | grep "\"field\":\"$1\"" | sed 's/.*"values"://' | grep -o '"value":"[^"]*"' |
    grep -n "\"$2\"" | head -n 1 | cut -d : -f 1
}

digest() { variorum status --json "$@" | sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/'; }

# Both must have the same history now, or the story did not happen.
check_equal() {
  if [ "$(digest --store "$work/ada")" != "$(digest --store "$work/ben")" ]; then
    say "run.sh: the digests of the two stores differ"
    exit 1
  fi
}

# Runs a command that writes a record, and sets `id` to the short id that its first line begins with.
write() {
  local output
  prompt "$@"
  output=$("$@" 2>&1)
  printf '%s\n' "$output"
  id=${output%% *}
}

tell "A store belongs to a directory; whoever writes into it says who they are. Ada takes the paper in."
run variorum init --curator "Ada Nowak" --orcid 0000-0002-1825-0097
run variorum import paper.csl.json references.bib terms.tsv

tell "Ben starts a replica of his own. From here on the two work apart, with no network between them."
run variorum clone . ../ben --curator "Ben Okafor"

tell "Ada curates."
run variorum import claims-ada.tsv
run variorum list claims --tag biomarker
claim=$(variorum list claims --tag blood | cut -f 1)
paper=$(variorum list sources | grep 'Reactive astrocytes' | cut -f 1)
write variorum add term ECO:0000033 "author statement supported by traceable reference"
write variorum assess "$claim" supports --body "Fits what we see in our own cohort." \
  --evidence ECO:0000033 --from-source 10.3389/fnagi.2025.1672903 --strength moderate
write variorum note "$claim" "Was kidney function taken into account?" --motivation questioning --tag to-check
question=$id
run variorum tag "$claim" plasma
run variorum edit "$claim" --set status=accepted
run variorum edit "$paper" --set container=PNAS

tell "One edit was hasty. An undo appends the inverse: nothing leaves the log."
run variorum edit "$claim" --body "Everybody with ALS carries more LCN2."
run variorum undo
run variorum search 'astrocyt*' --kind claim --limit 3

tell "Ben curates the same paper, and does not know of any of this. Two of his claims are Ada's too."
cd ../ben
cp ../ada/claims-ben.tsv .
run variorum import claims-ben.tsv
write variorum assess "$claim" disputes --body "Not in my hands: the controls overlap."
run variorum edit "$claim" --set status=rejected
run variorum edit "$paper" --set container="Proc Natl Acad Sci U S A"

tell "They meet. What would come from Ada?"
run variorum merge ../ada --dry-run
run variorum merge ../ada

tell "Nothing was lost. Assessments that differ are a result, and kept; one field that says two things is a conflict."
run variorum conflicts
run variorum show "$claim"

tell "Ben decides, and says why. The decision is an op as any other: it is in the log, and can be undone."
run variorum resolve "$claim.status" --take "$(number_of status accepted)" \
  --because "Two cohorts speak for it; my doubt stands in my assessment."
run variorum resolve "$paper.container" --value "Proceedings of the National Academy of Sciences" \
  --because "The full name, as in the bibliography."
run variorum log "$claim" --limit 2
run variorum blame "$claim"
run variorum status --check

tell "Ada takes the decision in: both have the same history now, to the last bit."
cd ../ada
run variorum merge ../ben
check_equal

tell "On two trains both reword the same sentence. Texts merge word by word: nobody's words are lost, nobody has to decide."
run variorum edit "$claim" --body \
  "People with ALS tend to carry more LCN2 in their plasma than people without the disease."
cd ../ben
run variorum edit "$claim" --body "People with ALS often carry more LCN2 in their blood than healthy people."
run variorum merge ../ada --both
run variorum diff "$claim"
run variorum blame "$claim"
check_equal

tell "Where both changed the same words the text is merged as well, and somebody is asked to look."
run variorum edit "$claim" --body "People with ALS usually carry more LCN2 in their plasma than healthy people."
cd ../ada
run variorum edit "$claim" --body "People with ALS commonly carry more LCN2 in their plasma than healthy people."
run variorum merge ../ben
run variorum conflicts
run variorum resolve "$claim.statement" --take-from "Ben Okafor" --because "As the abstract has it."
run variorum merge ../ben --both
check_equal

tell "By a memory stick it goes as well. Ada answers herself, and bundles what Ben has not seen."
write variorum reply "$question" "The abstract does not say; I have asked the authors."
ben=$(variorum status --json --store ../ben | sed 's/.*"replica":"\([0-9a-f]\{12\}\).*/\1/')
run variorum bundle create ../for-ben.bundle --since "$ben"
cd ../ben
run variorum bundle inspect ../for-ben.bundle
run variorum bundle apply ../for-ben.bundle
check_equal
run variorum show "$question"

tell "Through a shared folder they need not meet at all. Each laptop writes whole packs into a directory of its own there."
mkdir ../shared
run variorum remote add team ../shared
run variorum sync
cd ../ada
run variorum remote add team ../shared
run variorum sync
write variorum note "$claim" "Their answer: creatinine was measured, and did not explain it."
run variorum sync
cd ../ben
run variorum sync --check
check_equal

tell "A third laptop starts from the folder alone."
cd ..
run variorum clone shared cy --curator "Cy Vance"

tell "Or a hub keeps the store, and every laptop syncs with it. Whoever may send gets a token, which is shown once."
prompt variorum token create "the lab" --role writer --data hub
VARIORUM_TOKEN=$(variorum token create "the lab" --role writer --data hub 2>/dev/null)
export VARIORUM_TOKEN
echo "${VARIORUM_TOKEN:0:18}..."
prompt variorum serve --listen 127.0.0.1:0 --data hub
variorum serve --listen 127.0.0.1:0 --data hub >"$work/hub-address" 2>"$work/hub-log" &
hub=$!
address=
for _ in $(seq 100); do
  address=$(sed -n 's/^listening on //p' "$work/hub-address")
  [ -z "$address" ] || break
  sleep 0.1
done
echo "listening on $address"
cd ada
run variorum remote add hub "$address"
run variorum sync hub
write variorum note "$claim" "Our second cohort is being measured." --tag follow-up
run variorum push hub
cd ../ben
run variorum remote add hub "$address"
run variorum sync --all
check_equal

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

tell "And for a reader who has no store: a report in one file, to be opened in a browser or printed."
run variorum export --format html --title "Lipocalin-2 in ALS" -o ../report.html

tell "That was it. Now you:"
if [ -n "$keep" ]; then
  cat <<END
  cd $(printf %q "$PWD")
  export XDG_STATE_HOME=$(printf %q "$XDG_STATE_HOME") PATH=$(printf %q "${PATH%%:*}"):\$PATH
  variorum list claims                       all claims
  variorum edit $claim --set status=under-review
  cd ../ada && variorum edit $claim --set status=proposed
  variorum merge ../ben && variorum resolve  decides one conflict after the other
END
else
  cat <<END
  bash Examples/lcn2-als/run.sh --keep DIR   does the same and leaves both stores in DIR to play with
  variorum --help                            lists all verbs, and variorum help VERB shows one with an example
END
fi
