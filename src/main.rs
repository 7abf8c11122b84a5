//! GPU Observatory.
fn main() {}
