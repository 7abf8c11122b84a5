#!/usr/bin/env bash
# scripts/deny.sh [--all]
#
# Checks what the program is made of, by deny.toml: licences, sources, duplicates.
# Known vulnerabilities too, where the list of them can be fetched.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

list=https://github.com/RustSec/advisory-db
checks=(bans licenses sources)

# Nobody is asked for a password, nor waited for.
reachable() { GIT_TERMINAL_PROMPT=0 timeout 20 git ls-remote --quiet "$list" HEAD >/dev/null 2>&1; }

if reachable; then
    checks+=(advisories)
else
    printf '==> known vulnerabilities are left out: %s cannot be reached\n' "$list" >&2
fi
# Two versions of a crate are told of only if somebody asks: --all
level=error
[[ ${1-} != --all ]] || level=warn
tools=$(scripts/tools.sh lint)
PATH="$tools:$PATH" cargo-deny --locked --log-level "$level" check --hide-inclusion-graph "${checks[@]}"
