#!/usr/bin/env bash
# scripts/debian-changelog.sh
#
# Prints the changelog that Debian wants, which points to ours.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

of_manifest() { sed -n "s/^$1 = \"\(.*\)\"$/\1/p" Cargo.toml | head -1; }

cat <<END
gpu-observatory ($(of_manifest version)-1) unstable; urgency=medium

  * See changelog.gz in this folder.

 -- $(of_manifest maintainer)  $(date --rfc-email --reference=CHANGELOG.md)
END
