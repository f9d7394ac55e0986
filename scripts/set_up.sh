#!/usr/bin/env bash
# Brings a checkout to where it can run, or be tested: Debian, Python and front-end packages.
# What is done is remembered by the hash of its lock file, so a second call takes a moment.
# Usage: scripts/set_up.sh run|test
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
purpose=${1:?run or test}
stamps=.venv/stamps

fingerprint() { sha256sum "$@" | sha256sum | cut -d ' ' -f 1; }
is_done() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }
pip_install() {
  .venv/bin/python -m pip install -qq --no-input --disable-pip-version-check \
    --only-binary :all: --require-hashes -r "$1" </dev/null
}

scripts/debian_packages.sh "$purpose"

if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
  python=${PYTHON:-python3.11}
  if ! command -v "$python" >/dev/null; then
    echo "Python 3.11 is needed: $python is not found. Name yours with PYTHON=…" >&2
    exit 1
  fi
  echo "Creating the virtual environment .venv"
  "$python" -m venv --clear .venv
fi
mkdir -p "$stamps"

run_locked=$(fingerprint requirements.txt)
test_locked=$(fingerprint requirements.txt requirements/test.txt)
if [ "$purpose" = test ]; then
  if ! is_done "$stamps/python-test" "$test_locked"; then
    echo "Installing Python packages for the product and its tests"
    pip_install requirements/test.txt
    echo "$test_locked" >"$stamps/python-test"
    echo "$run_locked" >"$stamps/python-run"
  fi
elif ! is_done "$stamps/python-run" "$run_locked"; then
  echo "Installing Python packages"
  pip_install requirements.txt
  echo "$run_locked" >"$stamps/python-run"
fi

# The stamp lies in node_modules: npm ci removes it with everything else.
packages_locked=$(fingerprint package.json package-lock.json)
if ! is_done node_modules/.stamp "$packages_locked"; then
  if ! command -v npm >/dev/null; then
    export PATH="$PWD/.venv/bin:$PATH"
    if ! command -v npm >/dev/null; then
      echo "Installing Node.js into .venv"
      pip_install requirements/node.txt
    fi
  fi
  echo "Installing front-end packages"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >/dev/null
  echo "$packages_locked" >node_modules/.stamp
fi
