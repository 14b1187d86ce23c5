#!/usr/bin/env bash
# A Chromium for the browser tests: the system's, Debian's package as root, else Playwright's own.
set -euo pipefail
cd "$(dirname "$0")/.."
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
if [ -e /etc/debian_version ] && [ "$(id -u)" = 0 ]; then
  echo "• installing Debian's chromium"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null
else
  .venv/bin/python -m playwright install chromium
fi
