#!/usr/bin/env bash
# scripts/tools.sh build | lint | servers | test | deb
#
# Installs what is missing to build, check or test this project and prints the
# folders to put in front of PATH (colon-separated) on stdout. All else goes to
# stderr. With everything in place it only looks and prints.
#
# Tools are kept per machine and version, outside the checkout, in
# $GPU_OBSERVATORY_TOOLS (~/.cache/gpu-observatory/tools). A tool is built aside
# and moved into place whole, so a run that breaks off leaves no half of one.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

cargo_leptos=0.3.10
cargo_deny=0.20.2
cargo_deb=3.8.0

tools=${GPU_OBSERVATORY_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/gpu-observatory/tools}
paths=()
partial=

say() { printf '==> %s\n' "$*" >&2; }

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

have_node() { have npm && have node && (($(node -p 'parseInt(process.versions.node)') >= 20)); }

# Neither the answer on stdout nor the lock is for the commands that are run.
step() { scripts/step.sh "$@" 1>&2 8>&-; }

# One install at a time; whoever waited looks again before building anything.
# Where there is no flock both build, and the first to finish wins.
begin() {
    [[ -z $partial ]] || return 0
    mkdir -p "$tools"
    if have flock; then
        exec 8>"$tools/.lock"
        if ! flock --nonblock 8; then
            say "another run is installing tools, waiting for it"
            flock 8
        fi
        rm -rf "$tools"/.partial.*
    fi
    partial=$(mktemp -d "$tools/.partial.XXXXXX")
    trap 'rm -rf "$partial"' EXIT
}

version_flag() { if [[ $1 == nginx ]]; then echo -v; else echo --version; fi; }

# provide NAME VERSION PROGRAM: has `install_NAME VERSION FOLDER` fill a folder
# whose bin/ then holds the program, unless that was done before.
provide() {
    local name=$1 version=$2 program=$3 place=$tools/$1-$2
    if [[ ! -x $place/bin/$program ]]; then
        begin
        if [[ ! -x $place/bin/$program ]]; then
            local folder=$partial/$name
            mkdir -p "$folder"
            "install_$name" "$version" "$folder"
            "$folder/bin/$program" "$(version_flag "$program")" >/dev/null 2>&1 || die "$name $version was installed but does not run"
            [[ -x $place/bin/$program ]] || { rm -rf "$place" && mv "$folder" "$place"; }
        fi
    fi
    paths+=("$place/bin")
}

# cargo_install CRATE VERSION FOLDER MINUTES OPT_LEVEL
#
# The tools only drive other tools, so they are built to be ready soon, not fast.
cargo_install() {
    local crate=$1@$2 folder=$3 minutes=$4
    local -x CARGO_TARGET_DIR=$partial/target
    local -x CARGO_PROFILE_RELEASE_OPT_LEVEL=$5 CARGO_PROFILE_RELEASE_LTO=off
    local -x CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0
    if have cargo-binstall; then
        step "fetching $crate" \
            cargo binstall --no-confirm --disable-strategies compile --root "$folder" "$crate" && return
    fi
    step "building $crate (once per machine, about $minutes min on two cores)" \
        cargo install --quiet --locked --root "$folder" "$crate" && return
    step "building $crate with newer dependencies (about $minutes min)" \
        cargo install --quiet --root "$folder" "$crate" && return
    die "$crate could not be installed, see above. To use your own, put that version in PATH"
}

install_cargo-leptos() { cargo_install cargo-leptos "$1" "$2" 8 0; }

install_wasm-bindgen-cli() { cargo_install wasm-bindgen-cli "$1" "$2" 2 1; }

install_cargo-deny() { cargo_install cargo-deny "$1" "$2" 6 0; }

install_cargo-deb() { cargo_install cargo-deb "$1" "$2" 2 1; }

# Only what package-lock.json names, checked against its hashes.
install_binaryen() {
    cp end2end/package.json end2end/package-lock.json "$2"
    step "fetching binaryen@$1 (wasm-opt, 100 MB)" \
        npm ci --prefix "$2" --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
    mkdir "$2/bin"
    ln -s ../node_modules/binaryen/bin/wasm-opt "$2/bin/wasm-opt"
    find "$2/node_modules/binaryen" -type f -size +1M ! -name wasm-opt -delete
}

# Stands in for wasm-opt, which is called to rewrite a file in place.
install_without-wasm-opt() {
    mkdir "$2/bin"
    printf '#!/bin/sh\nexit 0\n' >"$2/bin/wasm-opt"
    chmod +x "$2/bin/wasm-opt"
}

leptos() {
    # Asked only where the cache has none: a look costs less than a start.
    if [[ ! -x $tools/cargo-leptos-$cargo_leptos/bin/cargo-leptos ]] && have cargo-leptos &&
        [[ $(cargo-leptos --version) == "cargo-leptos $cargo_leptos" ]]; then
        return
    fi
    provide cargo-leptos "$cargo_leptos" cargo-leptos
}

# Has to be the version of the wasm-bindgen crate, to the last digit.
bindgen() {
    local version
    version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock)
    [[ -n $version ]] || die "Cargo.lock does not name a version of wasm-bindgen"
    provide wasm-bindgen-cli "$version" wasm-bindgen
}

wasm_opt() {
    local version
    version=$(sed -n 's/^ *"binaryen": "\(.*\)",\{0,1\}$/\1/p' end2end/package.json)
    if [[ -x $tools/binaryen-$version/bin/wasm-opt ]] && have node || have_node; then
        provide binaryen "$version" wasm-opt
    elif ! have wasm-opt; then
        say "no Node.js 20 or newer, so no wasm-opt: the page works, its client is somewhat larger"
        provide without-wasm-opt 1 wasm-opt
    fi
}

wasm_target() {
    have cargo || die "Rust is missing. Install it from https://rustup.rs and run this again"
    [[ ! -d $(rustc --print target-libdir --target wasm32-unknown-unknown) ]] || return 0
    have rustup || die "this Rust has no wasm32-unknown-unknown target, and there is no rustup to add it"
    step "adding the WebAssembly target to Rust" rustup target add wasm32-unknown-unknown
}

node_packages() {
    # npm writes this file last; it is older than the lock file when that changed.
    [[ ! end2end/node_modules/.package-lock.json -nt end2end/package-lock.json ]] || return 0
    have_node || die "the browser tests need Node.js 20 or newer with npm (https://nodejs.org)"
    step "fetching the Node packages of the tests" \
        npm ci --prefix end2end --prefer-offline --no-audit --no-fund --loglevel=error
    touch end2end/node_modules/.package-lock.json
}

browser() {
    ! node end2end/browser.js >/dev/null 2>&1 || return 0
    local playwright=end2end/node_modules/.bin/playwright
    local root_on_debian=false
    if [[ $(id -u) == 0 ]] && have apt-get; then root_on_debian=true; fi
    if step "fetching Chromium for the browser tests (about 170 MB)" "$playwright" install chromium; then
        ! $root_on_debian || step "installing the libraries that Chromium needs" "$playwright" install-deps chromium
    elif $root_on_debian; then
        step "refreshing the package lists" apt-get update --quiet
        step "installing Chromium from the distribution" \
            env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends chromium
    fi
    node end2end/browser.js >/dev/null ||
        die "the browser tests need Chromium: install the package chromium (or google-chrome) and run this again"
}

# Unpacks a package of the distribution without installing it: no service starts, and
# nobody needs to be root.
unpack() {
    local package=$1 folder=$2
    (
        cd "$folder"
        step() { "$OLDPWD/scripts/step.sh" "$@" 1>&2 8>&-; }
        if ! step "fetching $package from the distribution" apt-get download --quiet "$package"; then
            step "refreshing the package lists" apt-get update --quiet
            step "fetching $package from the distribution" apt-get download --quiet "$package"
        fi
        dpkg --extract ./*.deb .
        rm ./*.deb
        mkdir -p bin
    )
}

install_nginx() {
    unpack nginx "$2"
    ln -s ../usr/sbin/nginx "$2/bin/nginx"
}

install_prometheus() {
    unpack prometheus "$2"
    ln -s ../usr/bin/prometheus ../usr/bin/promtool "$2/bin/"
}

# The servers that the dashboard works with: the tests use the real ones.
servers() {
    local program
    for program in nginx prometheus; do
        ! PATH="$PATH:/usr/sbin" have "$program" || continue
        have apt-get && have dpkg || die "the tests need $program: install the package $program and run this again"
        provide "$program" debian "$program"
    done
    # Where the distribution puts nginx, which is not in everybody's PATH.
    paths+=(/usr/sbin)
}

case ${1-} in
build)
    wasm_target
    leptos
    bindgen
    wasm_opt
    ;;
lint)
    wasm_target
    node_packages
    provide cargo-deny "$cargo_deny" cargo-deny
    ;;
servers)
    servers
    ;;
test)
    servers
    node_packages
    browser
    ;;
deb)
    provide cargo-deb "$cargo_deb" cargo-deb
    ;;
*)
    die "usage: scripts/tools.sh build | lint | servers | test | deb"
    ;;
esac

IFS=:
printf '%s\n' "${paths[*]-}"
