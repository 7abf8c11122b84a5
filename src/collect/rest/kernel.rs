//! What the kernel knows of NVIDIA's GPUs without waking them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{collect::processes::text::printable, telemetry::Gpu};

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
    name: Option<String>,
    uuid: Option<String>,
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

    /// All GPUs, of which these were found before.
    pub(super) fn devices(&self, before: &[Device]) -> Vec<Device> {
        let entries = fs::read_dir(&self.devices).into_iter().flatten().flatten();
        let mut found: Vec<_> = entries.map(|entry| entry.path()).filter(|path| is_gpu(path)).collect();
        found.sort();
        let device = |(index, path): (u32, &PathBuf)| {
            let address = path.file_name()?.to_str()?.to_owned();
            let known = before.iter().find(|device| device.address == address).cloned();
            let may_sleep = text(&path.join("power/control")).as_deref() == Some("auto");
            let mut device = Device { index, may_sleep, ..known.unwrap_or_else(|| Device::at(address)) };
            if may_sleep && self.power(&device) == Power::On {
                self.learn(&mut device);
            }
            Some(device)
        };
        (0..).zip(&found).filter_map(device).collect()
    }

    /// Reads the driver's notes about a GPU that is on, once: reading them switches
    /// one that sleeps on, and waits for a driver that hangs.
    fn learn(&self, device: &mut Device) {
        let notes = self.driver.join(&device.address);
        if !device.dozes {
            device.dozes = text(&notes.join("power")).is_some_and(|says| {
                says.lines().any(|line| line.starts_with("Runtime D3 status:") && line.contains("Enabled"))
            });
        }
        if device.uuid.is_none() {
            let note = text(&notes.join("information")).unwrap_or_default();
            let entry = |name: &str| {
                let value =
                    note.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_prefix(':'))?.trim();
                // What it has not learned yet it writes with question marks.
                (!value.is_empty() && !value.contains('?')).then(|| printable(value))
            };
            (device.name, device.uuid) = (entry("Model"), entry("GPU UUID"));
        }
    }

    pub(super) fn power(&self, device: &Device) -> Power {
        let status = text(&self.devices.join(&device.address).join("power/runtime_status"));
        if status.as_deref() == Some("suspended") { Power::Asleep } else { Power::On }
    }
}

impl Device {
    fn at(address: String) -> Self {
        Self { index: 0, address, may_sleep: false, dozes: false, name: None, uuid: None }
    }

    /// Who it is, as far as that could be learned without waking it.
    pub(super) fn gpu(&self) -> Gpu {
        Gpu {
            id: self.index,
            name: self.name.clone(),
            uuid: self.uuid.clone(),
            // As the driver writes it: the domain with eight digits.
            pci_bus_id: Some(format!("0000{}", self.address.to_uppercase())),
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
