#!/usr/bin/env bash
# scripts/check-deb.sh PACKAGE.deb
#
# Installs the package, looks at what it installed, starts it, removes and purges
# it. All of that in a view of this machine that is written to memory only: nothing
# of it is left afterwards. Needs root and a Linux with overlayfs.
set -euo pipefail

package=$(realpath "$1")

say() { printf '    %s\n' "$*"; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# What the package has put into, and left in, the view; dpkg's own notes aside.
written() {
    find "$work/upper" -mindepth 1 ! -type d -printf '/%P\n' |
        grep -vE '^/(tmp/package.deb$|run/|var/lib/dpkg/|var/log/|var/cache/(man|debconf|ldconfig)/|etc/ld\.so\.cache$)' | sort || true
}

enter() { inside=(chroot "$work/root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive); }

inside() { "${inside[@]}" "$@"; }

look() {
    local version unit=/lib/systemd/system/gpu-observatory.service
    version=$(dpkg-deb --field "$package" Version)
    [[ $(inside gpu-observatory --version) == "gpu-observatory ${version%-*}" ]] || fail "--version is not $version"
    say "runs: $(inside gpu-observatory --version)"

    inside gpu-observatory doctor --demo >/dev/null || fail "doctor fails"
    # Not through the function: the process must be the server itself.
    "${inside[@]}" gpu-observatory --demo --port 0 >"$work/said" 2>/dev/null &
    server=$!
    local address
    trap 'kill "$server" 2>/dev/null || true' EXIT
    until address=$(sed -n 's/^Listening on //p' "$work/said") && [[ -n $address ]]; do
        kill -0 "$server" 2>/dev/null || fail "it does not start"
        sleep 0.1
    done
    local page client size
    page=$(curl --silent --show-error --fail "$address") || fail "it does not serve"
    client=$(grep -oE 'v/[0-9a-f]+/pkg/gpu-observatory\.wasm' <<<"$page" | head -1) || true
    [[ -n $client ]] || fail "the page names no client"
    size=$(curl --silent --show-error --fail "$address$client" | wc -c) || fail "the client is not in it"
    kill "$server"
    wait "$server" || fail "it does not end well"
    trap - EXIT
    grep -q 'GPU Observatory' <<<"$page" || fail "the page is not ours"
    ((size > 100000)) || fail "the client has $size bytes"
    say "serves the page, with a client of $size bytes"

    if inside sh -c 'command -v man' >/dev/null; then
        inside man -l /usr/share/man/man1/gpu-observatory.1.gz | grep -q -- '--poll-interval-ms' || fail "no manual page"
        say "the manual page can be read"
    else
        gzip -dc "$work/root/usr/share/man/man1/gpu-observatory.1.gz" | grep -q '^\.TH gpu' || fail "no manual page"
        say "the manual page is there (man is not)"
    fi
    local file
    for file in bash-completion/completions/gpu-observatory zsh/vendor-completions/_gpu-observatory \
        fish/vendor_completions.d/gpu-observatory.fish; do
        grep -q -- 'poll-interval-ms' "$work/root/usr/share/$file" || fail "no completions: $file"
    done
    inside bash -c '. /usr/share/bash-completion/completions/gpu-observatory && complete -p gpu-observatory' >/dev/null ||
        fail "bash does not take the completions"
    say "completions are in place"

    [[ -e $work/root$unit ]] || unit=/usr$unit
    [[ -e $work/root$unit ]] || fail "no unit"
    if inside sh -c 'command -v systemd-analyze' >/dev/null; then
        inside systemd-analyze verify "$unit" || fail "systemd does not like the unit"
        say "systemd likes the unit"
    fi
    grep -q "$(basename "$unit")" <(ls "$work/root/etc/systemd/system/multi-user.target.wants") || fail "the unit is not enabled"
    for file in copyright README.md changelog changelog.Debian; do
        [[ -e $work/root/usr/share/doc/gpu-observatory/$file || -e $work/root/usr/share/doc/gpu-observatory/$file.gz ]] ||
            fail "no $file"
    done
}

settings_stay() {
    local settings=/etc/gpu-observatory/gpu-observatory.env
    [[ $(inside dpkg-query --show --showformat='${Conffiles}' gpu-observatory) == *"$settings "* ]] ||
        fail "$settings is not a file of settings"
    echo 'GPU_MONITOR_PORT=5055' >>"$work/root$settings"
    inside dpkg --remove gpu-observatory >>"$work/log" 2>&1 || fail "remove fails: $(<"$work/log")"
    grep -q 5055 "$work/root$settings" || fail "remove took the settings"
    [[ ! -e $work/root/usr/bin/gpu-observatory ]] || fail "remove left the program"
    say "remove keeps the settings"
}

in_view() {
    work=$1
    enter
    mount -t tmpfs none "$work"
    mkdir "$work"/{upper,over,root}
    mount -t overlay none -o "lowerdir=/,upperdir=$work/upper,workdir=$work/over" "$work/root"
    mount --rbind /proc "$work/root/proc"
    mount --rbind /dev "$work/root/dev"
    cp "$package" "$work/root/tmp/package.deb"

    inside dpkg --install /tmp/package.deb >"$work/log" 2>&1 || fail "install fails: $(<"$work/log")"
    say "installed $(written | wc -l) files, $(inside dpkg-query --show --showformat='${Installed-Size}' gpu-observatory) KiB"
    look
    settings_stay
    inside dpkg --install --force-confold /tmp/package.deb >"$work/log" 2>&1 || fail "a second install fails: $(<"$work/log")"
    inside dpkg --purge gpu-observatory >"$work/log" 2>&1 || fail "purge fails: $(<"$work/log")"
    local left
    left=$(written)
    [[ -z $left ]] || fail "purge leaves: $left"
    say "purge leaves nothing"
}

if [[ ${CHECK_DEB_IN_VIEW-} ]]; then
    in_view "$CHECK_DEB_IN_VIEW"
    exit
fi

[[ $(id -u) == 0 ]] || fail "this has to be run as root"
dpkg-deb --info "$package" | sed -n 's/^ \(Package\|Version\|Depends\|Suggests\|Installed-Size\)/    \1/p'
say "$(stat --format=%s "$package") bytes"
if command -v lintian >/dev/null; then
    lintian --fail-on error "$package" || fail "lintian finds errors"
fi
view=$(mktemp -d)
trap 'rmdir "$view"' EXIT
CHECK_DEB_IN_VIEW=$view unshare --mount "$0" "$package"
