//! What the kernel knows of NVIDIA's GPUs without asking them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::telemetry::Gpu;

/// NVIDIA's number on the PCI bus.
const NVIDIA: &str = "0x10de";
/// The class of display controllers begins with it; sound and USB of the same
/// card have others.
const DISPLAY: &str = "0x03";

#[derive(Debug)]
pub(super) struct Kernel {
    /// `/sys/bus/pci/devices`
    devices: PathBuf,
    /// `/proc/driver/nvidia/gpus`
    driver: PathBuf,
}

/// A GPU on the PCI bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Device {
    /// Its place among the GPUs, in the bus' order, which is the driver's.
    index: u32,
    /// `0000:01:00.0`
    address: String,
    /// The kernel may switch it off while nobody uses it,
    pub(super) may_sleep: bool,
    /// and the driver is made for that, on this machine.
    pub(super) dozes: bool,
}

/// Whether a device is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Power {
    On,
    Asleep,
}

impl Kernel {
    pub(super) fn new() -> Self {
        Self { devices: "/sys/bus/pci/devices".into(), driver: "/proc/driver/nvidia/gpus".into() }
    }

    #[cfg(test)]
    pub(super) fn at(root: &Path) -> Self {
        Self { devices: root.join("devices"), driver: root.join("gpus") }
    }

    pub(super) fn devices(&self) -> Vec<Device> {
        let entries = fs::read_dir(&self.devices).into_iter().flatten().flatten();
        let mut found: Vec<_> = entries.map(|entry| entry.path()).filter(|path| is_gpu(path)).collect();
        found.sort();
        let device = |(index, path): (u32, &PathBuf)| {
            let address = path.file_name()?.to_str()?.to_owned();
            let may_sleep = text(&path.join("power/control")).as_deref() == Some("auto");
            let says = text(&self.driver.join(&address).join("power"));
            let dozes = says.is_some_and(|says| {
                says.lines().any(|line| line.starts_with("Runtime D3 status:") && line.contains("Enabled"))
            });
            Some(Device { index, address, may_sleep, dozes })
        };
        (0..).zip(&found).filter_map(device).collect()
    }

    pub(super) fn power(&self, device: &Device) -> Power {
        let status = text(&self.devices.join(&device.address).join("power/runtime_status"));
        if status.as_deref() == Some("suspended") { Power::Asleep } else { Power::On }
    }

    /// Who it is. The driver keeps a note for each GPU, which it does not need the
    /// GPU for.
    pub(super) fn gpu(&self, device: &Device) -> Gpu {
        let note = text(&self.driver.join(&device.address).join("information")).unwrap_or_default();
        let entry = |name: &str| {
            let value =
                note.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_prefix(':'))?.trim();
            // What it has not learned yet it writes with question marks.
            (!value.is_empty() && !value.contains('?')).then(|| value.to_owned())
        };
        Gpu {
            id: device.index,
            name: entry("Model"),
            uuid: entry("GPU UUID"),
            // As the driver writes it: the domain with eight digits.
            pci_bus_id: Some(format!("0000{}", device.address.to_uppercase())),
            ..Gpu::default()
        }
    }
}

fn is_gpu(device: &Path) -> bool {
    text(&device.join("vendor")).as_deref() == Some(NVIDIA)
        && text(&device.join("class")).is_some_and(|class| class.starts_with(DISPLAY))
}

fn text(file: &Path) -> Option<String> {
    Some(fs::read_to_string(file).ok()?.trim().to_owned())
}
