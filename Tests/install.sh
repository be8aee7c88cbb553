# Installs what building and testing need. Sourced by Tests/run.sh, Examples/lcn2-als/run.sh and Tests/Trials, so that
# they cannot come to differ.
#
#   install_to_build    Swift is there; the headers of SQLite, zstd and zlib, which are linked from the system
#   install_to_verify   a Python with cbor2 and cryptography for Schema/verify.py; sets PYTHON to it
#   install_python_tools DIRECTORY NAME ...   packages of PyPI in a virtual environment; sets PYTHON to its Python, and
#                       fails where they cannot be had
#   install_to_try NAME ...   programs that the trials drive: rclone, curl, strace
#
# What is there already is not installed again, and then no package list is fetched: a laptop may be offline.
# Everything works without a question being asked: as root, by sudo where that needs no password, or with Homebrew.

say() { printf '%s\n' "$*" >&2; }

# Ends the run naming what is missing, for whoever may install it by hand.
missing() {
  say "Missing: $1"
  say "$2"
  exit 1
}

# Whether Debian packages may be installed here without being asked for a password.
may_use_apt() {
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

install_by_apt() {
  local as_root=()
  if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
  say "Installing $* ..."
  # env, because sudo does not pass variables on.
  # ${a[@]+...}: an empty array counts as unset under set -u in the bash of macOS and of older systems.
  ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
  ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >&2
}

# Whether a compiler finds a library. It is asked and not the package manager, so that one from anywhere else will do.
# $1: a program that uses it; $2: the option that links it.
compiles() {
  local compiler scratch found=1
  scratch=$(mktemp -d)
  for compiler in clang cc; do
    command -v "$compiler" >/dev/null || continue
    if printf '%b\n' "$1" | "$compiler" -x c - "$2" -o "$scratch/probe" 2>/dev/null; then
      found=0
      break
    fi
  done
  rm -rf "$scratch"
  return $found
}

has_sqlite() { compiles '#include <sqlite3.h>\nint main(void) { return sqlite3_libversion_number() == 0; }' -lsqlite3; }

# Homebrew's lies where only pkg-config, which SwiftPM asks as well, knows of it.
has_zstd() {
  compiles '#include <zstd.h>\nint main(void) { return ZSTD_versionNumber() == 0; }' -lzstd ||
    { [ "$(uname)" = Darwin ] && pkg-config --exists libzstd 2>/dev/null; }
}

has_zlib() { compiles '#include <zlib.h>\nint main(void) { return zlibVersion() == 0; }' -lz; }

install_to_build() {
  command -v swift >/dev/null ||
    missing "Swift 6.2 or newer" "Install it as https://www.swift.org/install says, and run this again."
  if [ "$(uname)" = Darwin ]; then
    # macOS has SQLite in its SDK, so there the command line tools are what is missing.
    has_sqlite || missing "the SDK of macOS" "Run: xcode-select --install"
    if ! has_zstd && command -v brew >/dev/null; then brew install zstd pkgconf >&2; fi
    has_zstd || missing "the library zstd, or pkg-config to find it" "Run: brew install zstd pkgconf"
    return
  fi
  local packages=()
  has_sqlite || packages+=(libsqlite3-dev)
  has_zstd || packages+=(libzstd-dev)
  has_zlib || packages+=(zlib1g-dev)
  [ ${#packages[@]} != 0 ] || return 0
  may_use_apt || missing "the headers of SQLite, zstd or zlib" "Run: sudo apt-get install ${packages[*]}"
  install_by_apt "${packages[@]}"
  has_sqlite || missing "the headers of SQLite (sqlite3.h)" "libsqlite3-dev is installed and no compiler finds them."
  has_zstd || missing "the headers of zstd (zstd.h)" "libzstd-dev is installed and no compiler finds them."
  has_zlib || missing "the headers of zlib (zlib.h)" "zlib1g-dev is installed and no compiler finds them."
}

# Sets PYTHON to the first Python that has what Schema/verify.py imports.
# $1: a directory that may hold a virtual environment made by install_to_verify.
find_python() {
  # Debian's own beside the first on the PATH: a version manager's python3 does not see Debian's packages.
  for PYTHON in python3 /usr/bin/python3 "$1/bin/python3"; do
    if "$PYTHON" -c 'import cbor2, cryptography' 2>/dev/null; then return; fi
  done
  PYTHON=
  return 1
}

install_to_verify() {
  if find_python "$1"; then return; fi
  if may_use_apt; then
    # Not fatal yet: an older Debian has no python3-cbor2, and PyPI does.
    if install_by_apt python3-cbor2 python3-cryptography && find_python "$1"; then return; fi
    install_by_apt python3-venv || true
  fi
  if ! command -v python3 >/dev/null && command -v brew >/dev/null; then brew install python3 >&2; fi
  # A virtual environment of its own, so that the user's Python stays as it is.
  if command -v python3 >/dev/null && python3 -m venv "$1" >&2 &&
    "$1/bin/python3" -m pip install --quiet --disable-pip-version-check cbor2 cryptography >&2 && find_python "$1"; then
    return
  fi
  missing "a Python 3.9 or newer with the packages cbor2 and cryptography" \
    "Run: sudo apt-get install python3-cbor2 python3-cryptography, or: pip install cbor2 cryptography"
}

install_python_tools() {
  local directory=$1
  shift
  PYTHON="$directory/bin/python3"
  # Named in a file when all are there, so that a laptop without a network goes on with what it has.
  if [ "$(cat "$directory/installed" 2>/dev/null)" = "$*" ]; then return; fi
  python3 -m venv "$directory" >&2 &&
    "$PYTHON" -m pip install --quiet --disable-pip-version-check "$@" >&2 && printf '%s\n' "$*" >"$directory/installed"
}

# Programs whose packages have their names, in Debian and in Homebrew.
install_to_try() {
  local program lacking=()
  for program in "$@"; do command -v "$program" >/dev/null || lacking+=("$program"); done
  [ ${#lacking[@]} != 0 ] || return 0
  if may_use_apt; then
    install_by_apt "${lacking[@]}"
  elif command -v brew >/dev/null; then
    brew install "${lacking[@]}" >&2
  else
    missing "${lacking[*]}" "Run: sudo apt-get install ${lacking[*]}"
  fi
}
