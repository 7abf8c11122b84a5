#!/usr/bin/env bash
# scripts/tarball.sh PROGRAM FILE.tar.gz
#
# Packs the program with manual page, completions, licence, README and deploy/ into
# one folder, named as the file is.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

program=$1 file=$2 name=$(basename "$2" .tar.gz)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/$name/share" "$(dirname "$file")"
install -m 755 "$program" "$work/$name/gpu-observatory"
scripts/papers.sh "$program" "$work/$name/share"
cp -R LICENSE README.md CHANGELOG.md deploy docs "$work/$name/"
# The same content gives the same file.
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" \
    --directory="$work" "$name" | gzip --no-name -9 >"$file"
ls -l "$file"
