#!/usr/bin/env bash
# scripts/step.sh WHAT COMMAND...
#
# Runs a command that may take long: says what happens, that it still does every
# half minute, and how long it took. Ends as the command ended.
set -euo pipefail

what=$1
shift

say() { printf '==> %s\n' "$*" >&2; }

duration() {
    if (($1 < 60)); then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

# Fed by nobody: each read ends with the half minute, or at once with this script,
# which holds the other end of the pipe.
heartbeat() {
    local status
    while true; do
        status=0
        read -r -t 30 || status=$?
        ((status > 128)) || return 0
        say "still $what ($(duration "$SECONDS"))"
    done
}

say "$what"
exec 9> >(heartbeat)

status=0
"$@" 9>&- || status=$?
exec 9>&-

if ((status == 0)); then
    say "$what: done in $(duration "$SECONDS")"
else
    say "$what: FAILED after $(duration "$SECONDS")"
fi
exit "$status"
