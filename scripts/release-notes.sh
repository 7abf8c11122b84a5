#!/usr/bin/env bash
# scripts/release-notes.sh TAG
#
# Prints what CHANGELOG.md says of the version that the tag names. Fails where the
# tag is not the version of Cargo.toml, or the version has no section with a date.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

tag=$1
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
[[ $tag == "v$version" ]] || fail "the tag is $tag, but Cargo.toml has version $version: the tag must be v$version"

heading=$(grep -F "## [$version]" CHANGELOG.md | head -1) || fail "CHANGELOG.md has no section ## [$version]"
[[ $heading =~ \]\ -\ [0-9]{4}-[0-9]{2}-[0-9]{2}$ ]] || fail "CHANGELOG.md has no date for $version: $heading"

notes=$(awk -v heading="$heading" '/^## / { wanted = ($0 == heading); next } wanted' CHANGELOG.md)
[[ -n ${notes//[[:space:]]/} ]] || fail "CHANGELOG.md says nothing of $version"
printf '%s\n' "$notes"
