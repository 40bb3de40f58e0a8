# Shared by the scripts beside it; source it, do not run it.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
# Debian's own interpreter: the python3-* packages live there, whatever else is first in PATH.
PYTHON=/usr/bin/python3
JOBS=${JOBS:-$(nproc)}
export ROOT PYTHON JOBS

say() { printf '\n== %s\n' "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root: directly, or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die "needs root to run: $* (run as root, or install sudo)"
  fi
}
