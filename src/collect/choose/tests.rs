use std::sync::Arc;

use super::*;
use crate::{
    collect::{Open, Opener, Source, SourceError},
    telemetry::{EventKind, Timestamp},
};

mod fake;
mod hangs;

use self::fake::{
    Fake,
    State::{self, Dead, Hangs, Lists, Shut},
    error,
};

/// Nothing takes this long unless it is broken.
const PLENTY: Duration = Duration::from_secs(30);

/// Two sources, the choice between them, and a clock that the test moves.
struct Bench {
    nvml: Fake,
    smi: Fake,
    choice: Choice,
    start: Instant,
}

impl Bench {
    fn new(nvml: State, smi: State) -> Self {
        let (nvml, smi) = (Fake::new(Provider::Nvml, nvml), Fake::new(Provider::NvidiaSmi, smi));
        let choice = Choice::new(vec![nvml.opener(), smi.opener()]);
        Self { nvml, smi, choice, start: Instant::now() }
    }

    /// Provider, number of GPUs and reasons of the attempts, so many milliseconds
    /// after the start.
    fn at(&mut self, millis: u64) -> (Option<Provider>, usize, Vec<String>) {
        let outcome = self.choice.read(self.start + Duration::from_millis(millis), PLENTY).unwrap();
        let reasons = outcome.attempts.iter().map(|attempt| attempt.reason.clone()).collect();
        (outcome.provider, outcome.gpus.len(), reasons)
    }
}

const NVML: Option<Provider> = Some(Provider::Nvml);
const SMI: Option<Provider> = Some(Provider::NvidiaSmi);
const EMPTY: &str = "The driver answers but lists no GPU";

fn reasons(list: &[&str]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

#[test]
fn the_best_source_is_opened_once_and_read() {
    let mut bench = Bench::new(Lists(2), Lists(3));
    for millis in (0..10_000).step_by(100) {
        assert_eq!(bench.at(millis), (NVML, 2, vec![]));
    }
    assert_eq!((bench.nvml.opened(), bench.smi.opened()), (1, 0));
}

#[test]
fn a_lesser_source_steps_in_and_the_better_one_says_why() {
    let mut bench = Bench::new(Shut("no library"), Lists(3));
    assert_eq!(bench.at(0), (SMI, 3, reasons(&["no library"])));
    assert_eq!(bench.at(5000), (SMI, 3, reasons(&["no library"])));
    let attempt = &bench.choice.read(bench.start + Duration::from_secs(6), PLENTY).unwrap().attempts[0];
    assert_eq!((attempt.provider, attempt.hint.as_str()), (Provider::Nvml, "Help it."));
}

#[test]
fn the_better_source_takes_over_when_it_is_back() {
    let mut bench = Bench::new(Shut("no library"), Lists(3));
    assert_eq!(bench.at(0).0, SMI);
    bench.nvml.becomes(Lists(2));
    // Nobody waits for it: it is there when it has been opened.
    let back = (100..=31_000).step_by(100).find(|millis| {
        std::thread::sleep(Duration::from_millis(1));
        bench.at(*millis) == (NVML, 2, vec![])
    });
    assert!(back.is_some(), "never came back");
    bench.nvml.alive(1);
    bench.smi.alive(0);
}

#[test]
fn a_stand_in_that_is_still_being_opened_is_let_go_of() {
    for broken in [Dead("lost"), Lists(0)] {
        let mut bench = Bench::new(broken, Hangs);
        let mut minutes = (0..10_000_u64).map(|minute| bench.start + Duration::from_mins(minute));
        let mut read = |choice: &mut Choice| choice.read(minutes.next().unwrap(), Duration::from_millis(1));
        while bench.smi.opened() == 0 {
            read(&mut bench.choice);
        }
        bench.nvml.becomes(Lists(2));
        while read(&mut bench.choice).is_none_or(|outcome| outcome.gpus.is_empty()) {}
        bench.smi.becomes(Lists(3));
        bench.smi.was_read(1);
        bench.smi.alive(0);
    }
}

#[test]
fn what_a_source_said_before_it_takes_over_is_not_told_as_new() {
    let mut bench = Bench::new(Shut("no library"), Lists(3));
    assert_eq!(bench.at(0).0, SMI);
    bench.nvml.becomes(Hangs);
    assert_eq!(bench.at(60_000).0, SMI, "it is only being opened");
    bench.nvml.becomes(Lists(2));
    bench.nvml.was_read(1);
    bench.nvml.becomes(Lists(5));
    let first = (120_000..).step_by(60_000).map(|millis| bench.at(millis)).find(|said| said.0 == NVML);
    assert_eq!(first, Some((NVML, 5, vec![])));
}

#[test]
fn a_source_that_dies_again_and_again_does_not_fill_the_log() {
    /// Can be read so often.
    struct Brief(u32);
    impl Source for Brief {
        fn provider(&self) -> Provider {
            Provider::NvidiaSmi
        }
        fn read(&mut self, _: Instant) -> Result<Vec<Gpu>, SourceError> {
            self.0 = self.0.checked_sub(1).ok_or_else(|| error("killed"))?;
            Ok(vec![Gpu::default()])
        }
    }
    let open: Open = Arc::new(|| Ok(Box::new(Brief(2))));
    let mut choice = Choice::new(vec![Opener { provider: Provider::NvidiaSmi, open }]);
    let start = Instant::now();
    let mut lines = Vec::new();
    for second in 0..3600 {
        choice.choose(start + Duration::from_secs(second), Instant::now() + PLENTY);
        lines.extend(choice.news.drain(..).map(|_| second));
    }
    assert!(lines.len() < 60, "{} lines in an hour", lines.len());
    assert!(lines.last().unwrap() > &3000, "but some");
}

#[test]
fn a_better_source_without_gpus_does_not_replace_the_stand_in() {
    let mut bench = Bench::new(Shut("no library"), Lists(3));
    assert_eq!(bench.at(0).0, SMI);
    bench.nvml.becomes(Lists(0));
    for millis in (100..=61_000).step_by(100) {
        let (provider, gpus, _) = bench.at(millis);
        assert_eq!((provider, gpus), (SMI, 3), "{millis}");
    }
}

#[test]
fn a_source_that_opens_but_cannot_be_read_is_none() {
    let mut bench = Bench::new(Dead("no answer"), Lists(3));
    assert_eq!(bench.at(0), (SMI, 3, reasons(&["no answer"])));
    bench.nvml.alive(0);
}

#[test]
fn with_no_source_the_search_slows_down() {
    let mut bench = Bench::new(Shut("no library"), Shut("no program"));
    let mut opened = Vec::new();
    for second in 0..100 {
        for millis in (0..1000).step_by(100) {
            let before = bench.nvml.opened();
            let said = bench.at(1000 * second + millis);
            assert_eq!(said, (None, 0, reasons(&["no library", "no program"])));
            if bench.nvml.opened() > before {
                opened.push(second);
            }
        }
    }
    assert_eq!(opened, [0, 1, 3, 7, 15, 31, 51, 71, 91]);
    assert_eq!(bench.smi.opened(), bench.nvml.opened());
    bench.nvml.becomes(Lists(1));
    assert_eq!(bench.at(110_000).0, None, "not yet");
    assert_eq!(bench.at(111_000), (NVML, 1, vec![]));
}

#[test]
fn a_source_that_dies_is_opened_again_at_once() {
    let mut bench = Bench::new(Lists(2), Shut("no program"));
    bench.at(0);
    bench.at(60_000);
    bench.nvml.becomes(Dead("driver gone"));
    assert_eq!(bench.at(61_000), (None, 0, reasons(&["driver gone", "no program"])));
    assert_eq!(bench.nvml.opened(), 2);
    bench.nvml.alive(0);
    bench.nvml.becomes(Lists(2));
    assert_eq!(bench.at(61_900).0, None);
    assert_eq!(bench.at(62_000), (NVML, 2, vec![]));
    assert_eq!(bench.nvml.opened(), 3);
    bench.nvml.alive(1);
}

#[test]
fn a_lesser_source_does_not_wait_for_the_better_one() {
    let mut bench = Bench::new(Lists(2), Lists(3));
    bench.at(0);
    bench.nvml.becomes(Dead("driver gone"));
    assert_eq!(bench.at(100), (SMI, 3, reasons(&["driver gone"])));
    assert_eq!(bench.nvml.opened(), 1, "it has just been opened");
}

#[test]
fn a_source_that_works_only_for_a_moment_is_not_opened_at_each_reading() {
    let mut bench = Bench::new(Lists(1), Shut("no program"));
    for millis in (0..30_000).step_by(100) {
        bench.nvml.becomes(Lists(1));
        bench.at(millis);
        bench.nvml.becomes(Dead("driver gone"));
        bench.at(millis + 50);
    }
    assert_eq!(bench.nvml.opened(), 5, "at 0, 1, 3, 7 and 15 s");
}

#[test]
fn a_source_without_gpus_makes_room_for_one_with() {
    let mut bench = Bench::new(Lists(0), Lists(3));
    assert_eq!(bench.at(0), (SMI, 3, reasons(&[EMPTY])));
    bench.nvml.alive(0);
    bench.smi.alive(1);
}

#[test]
fn a_source_without_gpus_is_kept_where_there_is_no_better() {
    let mut bench = Bench::new(Lists(0), Shut("no program"));
    assert_eq!(bench.at(0), (NVML, 0, reasons(&[EMPTY, "no program"])));
    assert_eq!(bench.at(500), (NVML, 0, reasons(&[EMPTY, "no program"])));
    assert_eq!(bench.nvml.opened(), 1);
    bench.nvml.alive(1);
    bench.nvml.becomes(Lists(2));
    assert_eq!(bench.at(600), (NVML, 2, vec![]));
    // Both empty: the better one stays.
    let mut bench = Bench::new(Lists(0), Lists(0));
    assert_eq!(bench.at(0), (NVML, 0, reasons(&[EMPTY, EMPTY])));
    bench.nvml.alive(1);
    bench.smi.alive(0);
}

#[test]
fn gpus_that_all_go_away_are_looked_for_elsewhere() {
    let mut bench = Bench::new(Lists(2), Lists(3));
    bench.at(0);
    bench.nvml.becomes(Lists(0));
    assert_eq!(bench.at(1000), (SMI, 3, reasons(&[EMPTY])));
}

#[test]
fn without_sources_there_is_nothing() {
    assert_eq!(Choice::new(Vec::new()).read(Instant::now(), PLENTY), Some(Outcome::default()));
}

#[test]
fn each_failure_is_logged_once() {
    let mut bench = Bench::new(Shut("no library"), Shut("no program"));
    // Not through `read`, which writes the log: tests share one.
    let run = |bench: &mut Bench, seconds: std::ops::Range<u64>| {
        seconds.for_each(|second| {
            bench.choice.choose(bench.start + Duration::from_secs(second), Instant::now() + PLENTY);
        });
    };
    run(&mut bench, 0..100);
    bench.nvml.becomes(Shut("no driver"));
    run(&mut bench, 100..200);
    bench.nvml.becomes(Lists(2));
    run(&mut bench, 200..300);
    bench.nvml.becomes(Dead("no driver"));
    run(&mut bench, 300..400);
    let failed = |provider, reason| {
        let SourceError { reason, hint, absent } = error(reason);
        News::Failed(Attempt { provider, reason, hint, absent })
    };
    let expected = [
        failed(Provider::Nvml, "no library"),
        failed(Provider::NvidiaSmi, "no program"),
        failed(Provider::Nvml, "no driver"),
        News::Reading(Provider::Nvml, 2),
        failed(Provider::Nvml, "no driver"),
    ];
    assert_eq!(bench.choice.news, expected);
    bench.at(400_000);
    assert!(bench.choice.news.is_empty(), "told");
}

#[test]
fn a_source_that_is_not_installed_is_missed_only_where_it_was_there() {
    let fake = Fake::new(Provider::Nvtop, Lists(1));
    let absent = Opener {
        provider: Provider::NvidiaSmi,
        open: Arc::new(|| Err(SourceError::absent("not installed", ""))),
    };
    let mut choice = Choice::new(vec![absent, fake.opener()]);
    let outcome = choice.read(Instant::now(), PLENTY).unwrap();
    assert_eq!((outcome.provider, outcome.attempts[0].absent), (Some(Provider::Nvtop), true));
}

#[test]
fn where_nvidia_smi_works_its_library_is_missed() {
    let smi = Fake::new(Provider::NvidiaSmi, Lists(1));
    let absent =
        Opener { provider: Provider::Nvml, open: Arc::new(|| Err(SourceError::absent("no library", ""))) };
    let mut choice = Choice::new(vec![absent, smi.opener()]);
    let outcome = choice.read(Instant::now(), PLENTY).unwrap();
    assert_eq!((outcome.provider, outcome.attempts[0].absent), (SMI, false));
}

#[test]
fn a_rested_choice_opens_anew() {
    let mut bench = Bench::new(Lists(2), Lists(3));
    bench.at(0);
    bench.choice.rest();
    bench.nvml.alive(0);
    // Its thread may take a moment longer to end, for which another one waits.
    let back = (0..60_000).step_by(1000).find(|millis| bench.at(*millis) == (NVML, 2, vec![]));
    assert!(back.is_some(), "never opened again");
    assert_eq!(bench.nvml.opened(), 2);
}

#[test]
fn what_a_source_announced_before_it_died_is_told() {
    struct Last;
    impl Source for Last {
        fn provider(&self) -> Provider {
            Provider::Nvml
        }
        fn read(&mut self, _: Instant) -> Result<Vec<Gpu>, SourceError> {
            Err(error("driver gone"))
        }
        fn events(&mut self) -> Vec<Event> {
            let (time, kind) = (Timestamp::default(), EventKind::Xid);
            vec![Event { time, gpu: None, kind, xid: Some(79), text: "XID 79".into() }]
        }
    }
    let open: Open = Arc::new(|| Ok(Box::new(Last)));
    let mut choice = Choice::new(vec![Opener { provider: Provider::Nvml, open }]);
    let outcome = choice.read(Instant::now(), PLENTY).unwrap();
    assert_eq!((outcome.provider, outcome.events.len()), (None, 1));
}
