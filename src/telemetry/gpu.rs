//! One GPU at one instant.

use serde::{Deserialize, Serialize};

use super::{
    LastKnown, Limiter, LimiterShares, MigInstance, Process, Reason, Timestamp, Unavailable,
    reason::noted,
    wire::{record, words},
};

/// Whether a GPU can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GpuState {
    /// It answers.
    #[default]
    Ok,
    /// It stopped answering: fell off the bus, needs a reset.
    Lost,
    /// It sleeps and is left asleep.
    Asleep,
    /// It is listed but cannot be read for another reason.
    #[serde(other)]
    Unreadable,
}

words!(GpuState { Ok, Lost, Asleep } else Unreadable);

/// What the driver asks to be done to a GPU (nvidia-smi: GPU Recovery Action).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RecoveryAction {
    /// Nothing: it is healthy.
    None,
    /// A reset of the GPU.
    Reset,
    /// A reboot of the machine.
    Reboot,
    /// Its traffic to other GPUs is to end, then a reset of them.
    DrainP2p,
    /// What runs on it is to end, then a reset.
    DrainAndReset,
    /// Something that this version does not know.
    #[serde(other)]
    Other,
}

words!(RecoveryAction { None, Reset, Reboot, DrainP2p, DrainAndReset } else Other);

/// Defines the struct and the names of its values together, so that no value
/// can exist without a name to say why it is missing.
macro_rules! gpu {
    (
        identity { $( $(#[$id_doc:meta])* $id_field:ident: $id_type:ty = $id_name:ident, )* }
        metrics { $( $(#[$doc:meta])* $field:ident: $type:ty = $name:ident, )* }
    ) => {
        /// One GPU: identity, measurements, processes. A value that could not be
        /// read is `None`, and `unavailable` says why.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct Gpu {
            /// The source's index. Not stable over reboots: key by [`Gpu::key`].
            pub id: u32,
            $( $(#[$id_doc])* pub $id_field: Option<$id_type>, )*
            /// Whether it can be read.
            #[serde(default)]
            pub state: GpuState,
            /// What is wrong, one sentence, where `state` is not `Ok`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub state_detail: Option<String>,
            /// Since when `state` is not `Ok`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub state_since: Option<Timestamp>,
            $( $(#[$doc])* pub $field: Option<$type>, )*
            /// Since when its utilization has been 0 at every sample; `None` while it is
            /// not. As far as the server has seen: it may have rested for longer.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub idle_since: Option<Timestamp>,
            /// Since when it has been free at every sample: its utilization 0 and no process
            /// on it but such as draw, or asleep. `None` while it is not, and while that is
            /// not known. As far as the server has seen.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub free_since: Option<Timestamp>,
            /// The GPU has no memory of its own: the figures are the host's.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            pub memory_unified: bool,
            /// `memory_used` counts what driver and firmware keep as well: this
            /// source does not tell it apart.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            pub memory_used_with_reserved: bool,
            /// MIG instances, by the driver's index.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub mig_instances: Vec<MigInstance>,
            /// Processes, most memory first, each PID once per MIG GPU instance.
            pub processes: Vec<Process>,
            /// What it reported before it stopped, while it is lost or unreadable.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub last_known: Option<Box<LastKnown>>,
            /// Why values are missing.
            #[serde(default, skip_serializing_if = "Unavailable::is_empty")]
            pub unavailable: Unavailable<Metric>,
        }

        /// A value of a GPU, by its name on the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub enum Metric {
            $( $(#[$id_doc])* $id_name, )*
            $( $(#[$doc])* $name, )*
            /// The process list.
            Processes,
            /// A value that this version does not know.
            #[serde(other)]
            Other,
        }

        record!(Gpu {
            id, $( $id_field, )* state or blank, state_detail, state_since, $( $field, )* idle_since, free_since,
            memory_unified or blank, memory_used_with_reserved or blank, mig_instances or blank, processes,
            last_known, unavailable or blank,
        });
        words!(Metric { $( $id_name, )* $( $name, )* Processes } else Other);

        impl Metric {
            /// What a source reads at each sample; identity and processes apart.
            pub const MEASURED: &'static [Self] = &[ $( Self::$name, )* ];
            /// What a source reads once.
            pub const IDENTITY: &'static [Self] = &[ $( Self::$id_name, )* ];
        }

        impl Gpu {
            /// Whether there is a value.
            #[must_use]
            pub fn has(&self, metric: Metric) -> bool {
                match metric {
                    $( Metric::$id_name => self.$id_field.is_some(), )*
                    $( Metric::$name => self.$field.is_some(), )*
                    Metric::Processes => !self.unavailable.contains_key(&Metric::Processes),
                    Metric::Other => false,
                }
            }

            /// Takes over who `known` says it is, as far as this GPU does not say so itself.
            pub fn identify_as(&mut self, known: &Self) {
                $(
                    if self.$id_field.is_none() {
                        self.$id_field.clone_from(&known.$id_field);
                    }
                    if self.$id_field.is_some() {
                        self.unavailable.remove(&Metric::$id_name);
                    }
                )*
            }

            /// Whether both say the same of who they are.
            #[must_use]
            pub fn is_identified_as(&self, other: &Self) -> bool {
                $( self.$id_field == other.$id_field )&&*
            }

            /// Drops every measurement and all processes, for this reason; what
            /// the GPU is stays.
            pub fn clear(&mut self, reason: Reason) {
                $( self.$field = None; )*
                self.mig_instances.clear();
                self.processes.clear();
                self.last_known = None;
                for metric in Metric::MEASURED.iter().chain([&Metric::Processes]) {
                    self.unavailable.insert(*metric, reason);
                }
            }
        }
    };
}

gpu! {
    identity {
        /// Product name.
        name: String = Name,
        /// `GPU-…`, the identity that survives reboots.
        uuid: String = Uuid,
        /// `00000000:1B:00.0`
        pci_bus_id: String = PciBusId,
        /// Version of the kernel driver.
        driver_version: String = DriverVersion,
        /// Newest CUDA version that the driver serves, 1000 · major + 10 · minor.
        cuda_version: u32 = CudaVersion,
    }
    metrics {
        /// Share of the last sample period in which a kernel ran, %.
        utilization: u32 = Utilization,
        /// MiB in use, without `memory_reserved`, as nvidia-smi shows it.
        memory_used: f64 = MemoryUsed,
        /// MiB in all.
        memory_total: f64 = MemoryTotal,
        /// MiB free.
        memory_free: f64 = MemoryFree,
        /// °C at the core.
        temperature: u32 = Temperature,
        /// W.
        power_usage: f64 = PowerUsage,
        /// W, the limit in force.
        power_limit: f64 = PowerLimit,
        /// Intended speed of the fastest fan in % of its maximum; may exceed 100.
        fan_speed: u32 = FanSpeed,
        /// %.
        encoder_utilization: u32 = EncoderUtilization,
        /// %.
        decoder_utilization: u32 = DecoderUtilization,
        /// MiB kept by driver and firmware.
        memory_reserved: f64 = MemoryReserved,
        /// Share of time in which the memory controller was busy, %.
        memory_utilization: u32 = MemoryUtilization,
        /// °C at the memory.
        memory_temperature: u32 = MemoryTemperature,
        /// °C at which the driver slows the clocks.
        temperature_slowdown: u32 = TemperatureSlowdown,
        /// °C at which the GPU switches off.
        temperature_shutdown: u32 = TemperatureShutdown,
        /// %.
        jpeg_utilization: u32 = JpegUtilization,
        /// Optical flow accelerator, %.
        ofa_utilization: u32 = OfaUtilization,
        /// MHz.
        clock_graphics: u32 = ClockGraphics,
        /// MHz.
        clock_sm: u32 = ClockSm,
        /// MHz.
        clock_memory: u32 = ClockMemory,
        /// MHz.
        clock_video: u32 = ClockVideo,
        /// MHz.
        clock_graphics_max: u32 = ClockGraphicsMax,
        /// MHz.
        clock_sm_max: u32 = ClockSmMax,
        /// MHz.
        clock_memory_max: u32 = ClockMemoryMax,
        /// 0 (most) to 15 (least), nvidia-smi's P0 to P15.
        performance_state: u32 = PerformanceState,
        /// What holds the clock back now; empty where nothing does.
        limiters: Vec<Limiter> = Limiters,
        /// What held the clock back in the last minute, and for which share of it.
        limiter_shares: LimiterShares = LimiterShares,
        /// W, as the maker sets it.
        power_limit_default: f64 = PowerLimitDefault,
        /// W, the highest limit that may be set.
        power_limit_max: f64 = PowerLimitMax,
        /// J since the driver was loaded.
        energy: f64 = Energy,
        /// Link generation now.
        pcie_generation: u32 = PcieGeneration,
        /// Highest link generation that both GPU and slot can.
        pcie_generation_max: u32 = PcieGenerationMax,
        /// Lanes now.
        pcie_width: u32 = PcieWidth,
        /// Most lanes that both GPU and slot have.
        pcie_width_max: u32 = PcieWidthMax,
        /// Bytes per second from the GPU.
        pcie_tx: u64 = PcieTx,
        /// Bytes per second to the GPU.
        pcie_rx: u64 = PcieRx,
        /// Link replays since the driver was loaded.
        pcie_replays: u32 = PcieReplays,
        /// ECC is on.
        ecc_enabled: bool = EccEnabled,
        /// Corrected errors since the driver was loaded.
        ecc_corrected: u64 = EccCorrected,
        /// Uncorrected errors since the driver was loaded.
        ecc_uncorrected: u64 = EccUncorrected,
        /// Rows remapped for uncorrectable errors.
        remapped_rows: u32 = RemappedRows,
        /// A remapping waits for a reset.
        remapping_pending: bool = RemappingPending,
        /// A remapping failed: the card wants replacing.
        remapping_failed: bool = RemappingFailed,
        /// What the driver asks to be done to this GPU.
        recovery_action: RecoveryAction = RecoveryAction,
        /// NVLinks that are up.
        nvlinks_active: u32 = NvlinksActive,
        /// MIG is on.
        mig_enabled: bool = MigEnabled,
    }
}

impl Gpu {
    /// What this GPU is known by across samples: its UUID, or `#` and its index
    /// where the source knows none.
    #[must_use]
    pub fn key(&self) -> String {
        self.uuid.clone().unwrap_or_else(|| format!("#{}", self.id))
    }

    /// The GPU as it is, or as it last was if it cannot be read now.
    #[must_use]
    pub fn known(&self) -> &Self {
        self.last_known.as_ref().map_or(self, |last| &last.gpu)
    }

    /// Stores `reading`, or the reason why there is none.
    pub fn set<T>(
        &mut self,
        metric: Metric,
        slot: impl FnOnce(&mut Self) -> &mut Option<T>,
        reading: Result<T, Reason>,
    ) {
        *slot(self) = noted(reading, metric, &mut self.unavailable);
    }

    /// Gives every value that is missing without a reason this one.
    pub fn explain(&mut self, reason: Reason) {
        for metric in Metric::IDENTITY.iter().chain(Metric::MEASURED) {
            if !self.has(*metric) {
                self.unavailable.get_or_insert(*metric, reason);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_value_always_has_a_reason_and_a_name_of_the_wire() {
        let mut gpu = Gpu { name: Some("A".into()), utilization: Some(7), ..Gpu::default() };
        gpu.clear(Reason::Lost);
        gpu.explain(Reason::Error);
        let json = serde_json::to_value(&gpu).unwrap();
        for (name, value) in json.as_object().unwrap().iter().filter(|(name, _)| *name != "processes") {
            assert_eq!(value.is_null(), json["unavailable"].get(name).is_some(), "{name}");
        }
        for name in json["unavailable"].as_object().unwrap().keys() {
            assert!(json.get(name).is_some(), "{name}");
        }
        assert_eq!(json["unavailable"]["utilization"], "lost");
        assert_eq!(json["unavailable"]["uuid"], "error");
    }

    #[test]
    fn a_value_takes_its_reason_away() {
        let mut gpu = Gpu::default();
        gpu.set(Metric::FanSpeed, |g| &mut g.fan_speed, Err(Reason::NotSupported));
        assert_eq!(gpu.unavailable[&Metric::FanSpeed], Reason::NotSupported);
        gpu.set(Metric::FanSpeed, |g| &mut g.fan_speed, Ok(64));
        assert!(gpu.unavailable.is_empty());
    }

    #[test]
    fn without_a_uuid_the_index_is_the_key() {
        assert_eq!(Gpu { id: 3, ..Gpu::default() }.key(), "#3");
    }
}
