#!/usr/bin/env bash
# Make .venv hold what the named requirements file pins and the command `lacuna`; do nothing if it does already.
set -euo pipefail
cd "$(dirname "$0")/.."
requirements=$1
home=${LACUNA_HOME:-var}
log=$home/log/setup.log
mkdir -p "$home/log"

if [ ! -x .venv/bin/python ]; then
  for candidate in python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      found=$candidate
      break
    fi
  done
  if [ -z "${found:-}" ]; then
    echo "Lacuna needs Python 3.11, 3.12 or 3.13, and none was found. Install one and run this again." >&2
    exit 1
  fi
  echo "• virtual environment with $("$found" --version)"
  if ! "$found" -m venv .venv >"$log" 2>&1; then
    rm -rf .venv
    tail -n 15 "$log" >&2
    echo "The virtual environment could not be made. On Debian or Ubuntu: apt install python3-venv. Then run this again." >&2
    exit 1
  fi
fi

stamp=.venv/.$requirements.$(cat requirements.txt "$requirements" client/pyproject.toml | sha256sum | cut -c1-16)
if [ ! -e "$stamp" ]; then
  echo "• installing $requirements (some minutes and 8 GB the first time; log in $log)"
  if ! .venv/bin/python -m pip install --disable-pip-version-check -r "$requirements" -e ./client >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    echo "The packages could not be installed; the whole log is in $log. Check the network and run this again." >&2
    exit 1
  fi
  rm -f ".venv/.$requirements".*
  touch "$stamp"
fi
