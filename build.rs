//! Ends a build that could not give a working program, with what to do instead.

use std::{env, path::Path};

/// Plain `cargo build` and `cargo install` choose neither half.
const NO_HALF: &str = "This program is two halves, server and page, and cargo alone builds neither. \
                       Run `make build`, or `make dist` for one file that holds both; to install that: \
                       `sudo install target/dist/gpu-observatory /usr/local/bin/`";

/// The feature `embed` takes in what another build left.
const NO_SITE: &str = "There is no page in target/site that could be put into the program. Run `make dist`, \
                       which builds both, or `make build` before this";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let feature = |name: &str| env::var_os(format!("CARGO_FEATURE_{name}")).is_some();
    if !feature("SSR") && !feature("HYDRATE") {
        println!("cargo::error={NO_HALF}");
    }
    if feature("EMBED") {
        let client = "target/site/pkg/gpu-observatory.wasm";
        println!("cargo::rerun-if-changed={client}");
        if !Path::new(client).exists() {
            println!("cargo::error={NO_SITE}");
        }
    }
}
