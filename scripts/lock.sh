#!/usr/bin/env bash
# Locks the Python and front-end packages. Kept versions stay; UPGRADE=1 takes the newest allowed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
upgrade=()
[ -z "${UPGRADE:-}" ] || upgrade=(--upgrade)

compile() { # FROM TO
  .venv/bin/uv pip compile "$1" --output-file "$2" --quiet --python-version 3.11 \
    --generate-hashes --no-header --no-emit-index-url --no-emit-find-links "${upgrade[@]}"
}
compile requirements/base.in requirements.txt
compile requirements/test.in requirements/test.txt
compile requirements/node.in requirements/node.txt

# Without the addresses that packages were fetched from: each machine has its own registry.
[ -z "${UPGRADE:-}" ] || npm update --package-lock-only --omit-lockfile-registry-resolved
npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund
