#!/usr/bin/env bash
# Installs the Debian packages that are missing, or prints the exact command and stops.
# Usage: scripts/debian_packages.sh run|test|bench
set -euo pipefail

packages=(
  python3-venv ca-certificates
  libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 # PDF; without the last one it is 9 times slower
  fonts-noto-cjk
)
case "${1:?run, test or bench}" in
  run) ;;
  test) packages+=(chromium postgresql redis-server poppler-utils gettext libreoffice-calc-nogui) ;;
  bench) packages+=(wrk) ;;
  *) echo "Unknown purpose: $1 (run, test or bench)" >&2 && exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null; then
  echo "Not a Debian system: see to it that these are installed: ${packages[*]}" >&2
  exit 0
fi

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null || true)
missing=()
for package in "${packages[@]}"; do
  grep -qx "installed $package" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  as_root=(sudo -n)
  if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
    echo "Debian packages are missing and may not be installed from here. Run this, then try again:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
fi
echo "Installing Debian packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install=(env DEBIAN_FRONTEND=noninteractive apt-get)
if ! { "${as_root[@]}" "${install[@]}" update &&
  "${as_root[@]}" "${install[@]}" install -y --no-install-recommends "${missing[@]}"; } \
  >"$log" 2>&1 </dev/null; then
  tail -n 20 "$log" >&2
  echo "Debian packages could not be installed. Run this, then try again:" >&2
  echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
