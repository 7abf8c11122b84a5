#!/usr/bin/env bash
# scripts/papers.sh PROGRAM FOLDER
#
# Has the program print its manual page and its completions into a folder.
set -euo pipefail

program=$1 folder=$2

mkdir -p "$folder"
"$program" man >"$folder/gpu-observatory.1"
"$program" completions bash >"$folder/gpu-observatory.bash"
"$program" completions zsh >"$folder/_gpu-observatory"
"$program" completions fish >"$folder/gpu-observatory.fish"
