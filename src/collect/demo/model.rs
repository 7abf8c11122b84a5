//! The products that the demo source simulates, with the figures their drivers
//! report.

/// What all GPUs of a product share.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) name: &'static str,
    /// MiB.
    pub(super) memory: f64,
    /// MiB; `None` where the memory is the host's.
    pub(super) reserved: Option<f64>,
    /// W without work.
    pub(super) idle_power: f64,
    /// W, default and highest; `None` where the power cannot be limited.
    pub(super) power_limit: Option<f64>,
    /// °C without any power.
    pub(super) ambient: f64,
    /// °C at which the driver slows the clocks.
    pub(super) slowdown: u32,
    /// °C at which the GPU switches off.
    pub(super) shutdown: u32,
    /// MHz at rest and at most.
    pub(super) clock: (u32, u32),
    /// MHz at rest and at most; `None` where the memory is the host's.
    pub(super) memory_clock: Option<(u32, u32)>,
    /// MHz at rest and at most.
    pub(super) video_clock: (u32, u32),
    /// Performance state at rest and at work.
    pub(super) performance: (u32, u32),
    /// It has fans of its own.
    pub(super) fan: bool,
    /// ECC, row remapping and a sensor at the memory.
    pub(super) datacenter: bool,
    /// NVLinks, all up.
    pub(super) nvlinks: Option<u32>,
    /// Highest generation of its PCI Express link; `None` where it has none.
    pub(super) pcie: Option<u32>,
}

pub(super) const H100: Model = Model {
    name: "NVIDIA H100 80GB HBM3",
    memory: 81_559.0,
    reserved: Some(479.0),
    idle_power: 70.0,
    power_limit: Some(700.0),
    ambient: 29.0,
    slowdown: 87,
    shutdown: 92,
    clock: (345, 1980),
    memory_clock: Some((2619, 2619)),
    video_clock: (765, 1545),
    performance: (0, 0),
    fan: false,
    datacenter: true,
    nvlinks: Some(18),
    pcie: Some(5),
};

pub(super) const H200: Model =
    Model { name: "NVIDIA H200", memory: 143_771.0, reserved: Some(610.0), idle_power: 75.0, ..H100 };

pub(super) const RTX_3090: Model = Model {
    name: "NVIDIA GeForce RTX 3090",
    memory: 24_576.0,
    reserved: Some(316.0),
    idle_power: 21.0,
    power_limit: Some(350.0),
    ambient: 27.0,
    slowdown: 95,
    shutdown: 98,
    clock: (210, 2100),
    memory_clock: Some((405, 9751)),
    video_clock: (555, 1950),
    performance: (8, 2),
    fan: true,
    datacenter: false,
    nvlinks: None,
    pcie: Some(4),
};

pub(super) const GB10: Model = Model {
    name: "NVIDIA GB10",
    memory: 122_572.0,
    reserved: None,
    idle_power: 4.0,
    power_limit: None,
    ambient: 34.0,
    slowdown: 93,
    shutdown: 98,
    clock: (208, 3003),
    memory_clock: None,
    video_clock: (598, 3003),
    performance: (8, 0),
    fan: false,
    datacenter: false,
    nvlinks: None,
    pcie: None,
};
