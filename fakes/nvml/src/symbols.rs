//! The exported functions, by subject.

mod clocks;
mod ecc;
mod events;
mod fans;
mod field_ids;
mod fields;
mod identity;
mod init;
mod lookup;
mod memory;
mod mig;
mod mode;
mod nvlink;
mod pages;
mod pcie;
mod power;
mod process_utilization;
mod processes;
mod samples;
mod system;
mod temperature;
mod utilization;
