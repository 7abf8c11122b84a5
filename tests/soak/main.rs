//! A long day of the real server in a short time: its driver breaks and heals at random, and
//! viewers come and go as they like. Meanwhile everything that is sent is right, and
//! afterwards nothing is left of it.
//!
//! `SOAK_SECONDS` says for how long things break, `SOAK_SEED` which do. Without them it is a
//! short day, and always the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/built.rs"]
mod built;
#[path = "../support/fake_nvml.rs"]
mod fake_nvml;
#[path = "../support/fake_program.rs"]
mod fake_program;

mod faults;
mod held;
mod inflating;
mod messages;
mod server;
mod standstill;
mod steady;
mod tally;
mod viewer;
mod visitors;

use std::{env, sync::Arc, time::Duration};

use fake_program::gone;
use fastrand::Rng;
use faults::Faults;
use server::Server;
use standstill::Standstill;
use steady::Steady;
use tally::Tally;
use tokio::time::{Instant, sleep};
use visitors::Visitors;

/// What a server holds may differ by this much more after the load than before it, in KiB:
/// the allocator keeps an arena for each thread, and gives back only whole pages.
const ALLOWANCE_KIB: u64 = 8 << 10;
/// Lines of the log: what is told at the start and at the end, and of each fault.
const LINES: usize = 20;
const LINES_OF_A_FAULT: usize = 20;
/// Viewers from the beginning to the end.
const STEADY: usize = 4;
/// Visitors at any time, each with one connection.
const VISITORS: usize = 24;

fn number(name: &str, otherwise: u64) -> u64 {
    let Ok(text) = env::var(name) else { return otherwise };
    text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}: must be a whole number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_happens_is_left_behind() {
    let (seconds, seed) = (number("SOAK_SECONDS", 6), number("SOAK_SEED", 2));
    println!("SOAK_SECONDS={seconds} SOAK_SEED={seed}");
    // Spread, since numbers that are alike begin alike.
    let mut random = Rng::with_seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let tally = Arc::new(Tally::default());
    let mut faults = Faults::new(random.fork());
    let mut server = Server::start(&faults);
    server.until_ok().await;
    let steady = Steady::arrive(server.address, STEADY, &tally).await;
    let still = Standstill::watch();
    server.until_at_rest(None).await;
    let before = server.held();

    // The same visitors without a fault: what they cost once is in the baseline.
    let visitors = Visitors::admit(server.address, VISITORS, random.fork(), &tally);
    sleep(Duration::from_secs((seconds / 4).max(2))).await;
    visitors.leave().await;
    let warm = server.held();

    let visitors = Visitors::admit(server.address, VISITORS, random.fork(), &tally);
    let end = Instant::now() + Duration::from_secs(seconds);
    let peak = server.watch();
    while Instant::now() < end {
        faults.happen(&server).await;
        assert!(server.is_running(), "the server ended: {}", server.log());
    }
    server.until_ok().await;
    steady.until_newer_than(server.latest().await).await;
    visitors.leave().await;
    let peak = peak.stop();
    server.until_at_rest(Some(&before)).await;
    let after = server.held();
    let (gaps, stalls, still) = (steady.gaps(), faults.stalls(), still.times());

    // The end under load: all are told, and nobody is left.
    let visitors = Visitors::admit(server.address, VISITORS, random.fork(), &tally);
    visitors.until_busy().await;
    visitors.may_fail();
    server.terminate();
    assert!(steady.goodbyes().await.iter().all(|code| *code == 1001), "not all were told");
    let code = server.ended().await;
    visitors.leave().await;
    faults.starts().iter().for_each(|pid| gone(*pid));

    println!("{}", tally.summary());
    println!("faults           {}", faults.summary());
    println!(
        "gaps             {gaps} of at most {stalls}, and {still} for which the whole machine stood still"
    );
    for (name, held) in [("before", &before), ("warm", &warm), ("peak", &peak), ("after", &after)] {
        println!("{name:<16} {held}");
    }
    println!("log              {} lines", server.log().lines().count());
    assert_eq!(code, Some(0), "{}", server.log());
    let log = server.log();
    assert!(!log.contains("panicked") && !log.contains("ERROR"), "{log}");
    assert!(log.lines().count() <= LINES + LINES_OF_A_FAULT * faults.injected(), "{log}");
    assert!(gaps <= stalls + still, "{gaps} gaps for {stalls} stalls");
    assert!(after.memory <= warm.memory + ALLOWANCE_KIB, "memory grew: {warm}, then {after}");
}
