//! The server's regular work on the machine that everything is measured on, one step at a
//! time: eight GPUs with four processes each, whose figures change with every sample.
//!
//! The host is left out: how much there is to read of it is a matter of the machine.
#![allow(dead_code, reason = "each test crate uses a part of it")]

use std::{
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use gpu_observatory::{
    collect::{Choice, Collector, NvmlSource, Opener, Processes},
    server::Feed,
    telemetry::Provider,
};
use serde_json::{Value, json};

use crate::fake_nvml::FakeNvml;

const GPUS: usize = 8;
const PROCESSES: usize = 4;
const INTERVAL: Duration = Duration::from_secs(1);
/// Nothing here takes this long unless it is broken.
const FOREVER: Duration = Duration::from_secs(60);

/// Samples until all that is asked for at longer intervals has been asked for once.
pub(crate) const PERIOD: usize = 30;

pub(crate) struct Ticks {
    // First, since it shuts down the library.
    collector: Collector,
    feed: Feed,
    now: Instant,
    _fake: FakeNvml,
}

impl Ticks {
    /// With so many samples behind it: the first one reads everything for the first time.
    pub(crate) fn after(samples: usize, processes: &Sleeping) -> Self {
        let fake = FakeNvml::new(&scenario(&processes.pids));
        let path = fake.path();
        let opener = Opener {
            provider: Provider::Nvml,
            open: Arc::new(move || Ok(Box::new(NvmlSource::open(Some(&path))?))),
        };
        let mut ticks = Self {
            collector: Collector::new(Choice::new(vec![opener]), None, Processes::new()),
            feed: Feed::new(INTERVAL, 30, false),
            now: Instant::now(),
            _fake: fake,
        };
        for _ in 0..samples {
            ticks.tick();
        }
        ticks
    }

    /// Takes a sample and hands it to the feed.
    pub(crate) fn tick(&mut self) {
        self.now += INTERVAL;
        let snapshot = self.collector.sample(self.now, FOREVER);
        let mut snapshot = snapshot.unwrap();
        assert_eq!(snapshot.gpus.len(), GPUS);
        assert!(snapshot.gpus.iter().all(|gpu| gpu.processes.len() == PROCESSES));
        // As the sampler does; by the time that is told, so that the minute is one.
        snapshot.timestamp = std::time::SystemTime::now().into();
        self.feed.publish(snapshot, self.now);
    }

    /// Makes the message of the latest sample. Each sample is encoded once only.
    pub(crate) fn encode(&self) {
        assert!(self.feed.latest().unwrap().text().len() > 1000);
    }
}

/// Processes that do nothing, for all GPUs; those that were started end with this.
pub(crate) struct Sleeping {
    pids: Vec<u32>,
    started: Vec<Child>,
}

impl Sleeping {
    pub(crate) fn start() -> Self {
        let sleep = |_| Command::new("sleep").arg("infinity").stdin(Stdio::null()).spawn().unwrap();
        let started: Vec<_> = (0..GPUS * PROCESSES).map(sleep).collect();
        Self { pids: started.iter().map(Child::id).collect(), started }
    }

    /// Those that somebody else started.
    pub(crate) fn told(pids: &str) -> Self {
        Self { pids: pids.split(' ').map(|pid| pid.parse().unwrap()).collect(), started: Vec::new() }
    }

    /// As [`Self::told`] takes them.
    pub(crate) fn tell(&self) -> String {
        self.pids.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")
    }
}

impl Drop for Sleeping {
    fn drop(&mut self) {
        for process in &mut self.started {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// GPUs that announce nothing: the thread that waits for announcements works when it likes.
fn scenario(pids: &[u32]) -> Value {
    let gpu = |pids: &[u32]| {
        let wave = |min: u32, max: u32| json!({"wave": {"min": min, "max": max, "periodSeconds": 7}});
        let processes: Vec<_> = pids
            .iter()
            .map(|pid| json!({"pid": pid, "memoryMiB": 4000.5, "sm": wave(10, 25), "mem": 10}))
            .collect();
        json!({
            "eventTypes": 0,
            "utilization": {"gpu": wave(40, 99), "memory": wave(10, 60)},
            "memory": {"totalMiB": 143_771, "usedMiB": wave(16_000, 90_000), "reservedMiB": 602},
            "temperature": wave(50, 75), "fans": [64, 64], "powerMilliwatts": wave(200_000, 690_000),
            "processes": processes,
        })
    };
    json!({"gpus": pids.chunks(PROCESSES).map(gpu).collect::<Vec<_>>()})
}
