#!/usr/bin/env bash
# scripts/fuzz.sh [TARGET...]
#
# Fuzzes the parsers of foreign text (fuzz/fuzz_targets), FUZZ_RUNS inputs each, one
# after the other, and prints what each did. Ends with 1 where one failed: the input is
# kept in target/fuzz/artifacts. What is found on the way stays in target/fuzz/corpus.
# FUZZ_SEED makes two runs from the same corpus alike.
#
# It needs a C++ compiler, for libFuzzer, and no other Rust than the project's: what
# cargo-fuzz would pass to the compiler is passed here.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

runs=${FUZZ_RUNS:-200000}
[[ $runs =~ ^[1-9][0-9]*$ ]] || {
    echo "error: FUZZ_RUNS is \"$runs\": must be a number of inputs, at least 1" >&2
    exit 2
}
host=$(rustc -vV | sed -n 's/^host: //p')
out=$PWD/target/fuzz

flags=(--cfg fuzzing -Cpasses=sancov-module)
for argument in level=4 inline-8bit-counters pc-table trace-compares; do
    flags+=("-Cllvm-args=-sanitizer-coverage-$argument")
done

all=()
for file in fuzz/fuzz_targets/*.rs; do
    name=${file##*/}
    all+=("${name%.rs}")
done
targets=("$@")
((${#targets[@]} > 0)) || targets=("${all[@]}")
for target in "${targets[@]}"; do
    [[ " ${all[*]} " == *" $target "* ]] || {
        echo "error: there is no target \"$target\": there are ${all[*]}" >&2
        exit 2
    }
done

# For the target alone: what runs while it is built has no fuzzer in it.
RUSTFLAGS="${flags[*]}" CARGO_TARGET_DIR=$out scripts/step.sh "building the fuzzers" \
    cargo build --quiet --locked --release --manifest-path fuzz/Cargo.toml --target "$host"

status=0
rows=()
for target in "${targets[@]}"; do
    mkdir -p "$out/corpus/$target" "$out/artifacts/$target" "$out/logs"
    log=$out/logs/$target
    # What says all that matters in a few words is not read any better in many.
    case $target in
    nvidia_smi_xml) longest=16384 ;;
    message | nvidia_smi_rows | nvtop_json) longest=6144 ;;
    *) longest=1024 ;;
    esac
    began=$(date +%s%N)
    before=$(find "$out/artifacts/$target" -type f | wc -l)
    # shellcheck disable=SC2016
    scripts/step.sh "fuzzing $target" bash -c 'exec "${@:2}" >"$1" 2>&1' - "$log" "$out/$host/release/$target" \
        -runs="$runs" -max_len="$longest" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$out/artifacts/$target/" ${FUZZ_SEED:+-seed="$FUZZ_SEED"} \
        "$out/corpus/$target" "fuzz/corpus/$target" || status=1
    crashes=$(($(find "$out/artifacts/$target" -type f | wc -l) - before))
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    speed=$((${executions:-0} * 1000 / (($(date +%s%N) - began) / 1000000 + 1)))
    rows+=("$target ${executions:-?} $speed $crashes")
    ((crashes == 0)) || grep -E "panicked at|^Test unit written|SUMMARY" "$log" >&2 || true
done

printf '%-20s %12s %9s %8s\n' target executions exec/s crashes
printf '%s\n' "${rows[@]}" | while read -r target executions speed crashes; do
    printf '%-20s %12s %9s %8s\n' "$target" "$executions" "$speed" "$crashes"
done
exit "$status"
