//! A machine, written down once.

/// Its GPUs: one at work, one with all oddities, one that lacks what it can.
pub(crate) fn machine() -> Vec<Card> {
    let busy = Card {
        name: "NVIDIA X500 80GB",
        uuid: "GPU-15000000-aaaa-4bbb-8ccc-000000000000",
        bus: "00000000:19:00.0",
        utilization: 93,
        controller: 37,
        encoder: Some(12),
        decoder: Some(4),
        jpeg: Some(3),
        ofa: Some(2),
        // A driver hands out pages.
        total: 81_559 << 20,
        used: (17_738 << 20) + 4096 * 77,
        reserved: (59 << 20) + 4096 * 200,
        temperature: 64,
        memory_temperature: Some(71),
        slowdown: 92,
        shutdown: 95,
        milliwatts: 652_349,
        limit: 700_000,
        limit_default: 700_000,
        limit_max: 750_000,
        fan: Some(64),
        clocks: [1980, 1965, 2619, 1545],
        clocks_max: [1995, 1990, 2700, 1600],
        state: 2,
        throttle: 0x44,
        link: [4, 5, 8, 16],
        replays: 3,
        ecc: Some((8, 7)),
        remapped: Some((1, true, false)),
        jobs: vec![
            Job { pid: 4_000_101, kind: 'C', bytes: (17_000 << 20) + 4096 * 3, busy: 91 },
            Job { pid: 4_000_102, kind: 'G', bytes: 300 << 20, busy: 2 },
            Job { pid: 4_000_103, kind: 'B', bytes: (260 << 20) + 4096 * 255, busy: 1 },
        ],
    };
    let odd = Card {
        uuid: "GPU-15000001-aaaa-4bbb-8ccc-000000000001",
        bus: "00000000:3B:00.0",
        utilization: 0,
        encoder: Some(0),
        used: 4096,
        reserved: (480 << 20) + 4096,
        milliwatts: 68_999,
        limit: 312_500,
        fan: Some(105),
        temperature: 0,
        throttle: 0x1,
        ecc: Some((0, 0)),
        jobs: Vec::new(),
        ..busy.clone()
    };
    let bare = Card {
        name: "NVIDIA GeForce GT 1",
        uuid: "GPU-15000002-aaaa-4bbb-8ccc-000000000002",
        bus: "00000000:86:00.0",
        encoder: None,
        decoder: None,
        jpeg: None,
        ofa: None,
        memory_temperature: None,
        fan: None,
        ecc: None,
        remapped: None,
        milliwatts: 5_000,
        throttle: 0,
        jobs: vec![Job { pid: 4_000_102, kind: 'G', bytes: 4 << 20, busy: 0 }],
        ..busy.clone()
    };
    vec![busy, odd, bare]
}

/// One GPU, in the units of its driver. `None`: not supported.
#[derive(Clone)]
pub(crate) struct Card {
    pub(crate) name: &'static str,
    pub(crate) uuid: &'static str,
    pub(crate) bus: &'static str,
    pub(crate) utilization: u32,
    /// Of the memory's controller.
    pub(crate) controller: u32,
    pub(crate) encoder: Option<u32>,
    pub(crate) decoder: Option<u32>,
    pub(crate) jpeg: Option<u32>,
    pub(crate) ofa: Option<u32>,
    /// Bytes.
    pub(crate) total: u64,
    pub(crate) used: u64,
    pub(crate) reserved: u64,
    pub(crate) temperature: u32,
    pub(crate) memory_temperature: Option<u32>,
    pub(crate) slowdown: u32,
    pub(crate) shutdown: u32,
    pub(crate) milliwatts: u32,
    pub(crate) limit: u32,
    pub(crate) limit_default: u32,
    pub(crate) limit_max: u32,
    pub(crate) fan: Option<u32>,
    /// Graphics, SM, memory, video.
    pub(crate) clocks: [u32; 4],
    pub(crate) clocks_max: [u32; 4],
    pub(crate) state: u32,
    /// NVML's mask of clocks event reasons.
    pub(crate) throttle: u64,
    /// Generation now and at most, lanes now and at most.
    pub(crate) link: [u32; 4],
    pub(crate) replays: u32,
    /// Corrected and uncorrected since the driver was loaded.
    pub(crate) ecc: Option<(u64, u64)>,
    /// Rows, whether a remapping is pending, whether one failed.
    pub(crate) remapped: Option<(u32, bool, bool)>,
    pub(crate) jobs: Vec<Job>,
}

impl Card {
    /// Whether the driver advises a reset.
    pub(crate) fn wants_reset(&self) -> bool {
        self.remapped.is_some_and(|(_, pending, _)| pending)
    }

    pub(crate) fn free(&self) -> u64 {
        self.total - self.used - self.reserved
    }
}

/// A process on it.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) pid: u32,
    /// C, G, or B for both.
    pub(crate) kind: char,
    pub(crate) bytes: u64,
    /// % of the multiprocessors' time.
    pub(crate) busy: u32,
}

pub(crate) const DRIVER: &str = "580.65.06";
