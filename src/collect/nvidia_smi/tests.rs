//! The parsers against listings of all layouts, and against what comes of them
//! when they are damaged.

mod captures;
mod damage;
mod odd;

use std::{fs, path::Path};

use super::*;
use crate::telemetry::{GpuState, Limiter, Metric, Reason};

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/nvidia_smi");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// A listing alone.
fn parse(listing: &[u8]) -> Result<Vec<Gpu>, Malformed> {
    listing::reader()(listing, Instant::now())
}

fn parsed(name: &str) -> Vec<Gpu> {
    let gpus = parse(fixture(name).as_bytes()).unwrap();
    check(&gpus);
    gpus
}

/// The help of an nvidia-smi that knows the fields of this heading, and these only.
fn help(heading: &str) -> String {
    let names = heading.split(", ").filter_map(|name| name.split(' ').next());
    names.flat_map(|name| ["\"", name, "\"\n"]).collect()
}

/// Every value that is missing has a reason, and no other value has one.
fn check(gpus: &[Gpu]) {
    for gpu in gpus {
        for metric in Metric::IDENTITY.iter().chain(Metric::MEASURED) {
            assert_ne!(gpu.has(*metric), gpu.unavailable.contains_key(metric), "{metric:?} of {gpu:?}");
        }
        assert!(gpu.processes.is_empty() || gpu.has(Metric::Processes));
        assert_eq!(gpu.state == GpuState::Ok, gpu.state_detail.is_none());
        let json = serde_json::to_value(gpu).unwrap();
        for process in json["processes"].as_array().unwrap() {
            for (name, value) in process.as_object().unwrap().iter().filter(|(name, _)| *name != "type") {
                assert_eq!(
                    value.is_null(),
                    process["unavailable"].get(name).is_some(),
                    "{name} of {process}"
                );
            }
        }
        for share in [
            gpu.utilization,
            gpu.memory_utilization,
            gpu.encoder_utilization,
            gpu.decoder_utilization,
            gpu.jpeg_utilization,
            gpu.ofa_utilization,
        ] {
            assert!(share.is_none_or(|share| share <= 100));
        }
    }
}

#[test]
fn the_oldest_layout() {
    let gpus = parsed("v10.xml");
    assert_eq!(gpus[0].unavailable[&Metric::JpegUtilization], Reason::NotReported);
    assert_eq!(gpus[0].unavailable[&Metric::PowerUsage], Reason::NotSupported);
    insta::assert_json_snapshot!(gpus);
}

#[test]
fn a_gpu_that_is_split() {
    let gpus = parsed("v12-mig.xml");
    assert_eq!(gpus[0].unavailable[&Metric::Utilization], Reason::HiddenByMig);
    assert_eq!(gpus[0].unavailable[&Metric::RemappedRows], Reason::NotSupported);
    assert_eq!((gpus[0].power_limit, gpus[0].ecc_uncorrected), (Some(400.0), Some(2)));
    insta::assert_json_snapshot!(gpus);
}

#[test]
fn the_newest_layout() {
    let gpus = parsed("v13.xml");
    let gpu = &gpus[0];
    assert_eq!((gpu.temperature, gpu.power_usage, gpu.cuda_version), (Some(64), Some(668.6), Some(13_000)));
    assert_eq!(
        (gpu.pcie_tx, gpu.pcie_rx, gpu.ecc_uncorrected),
        (Some(830_000), Some(1_250_439_000), Some(7))
    );
    assert_eq!(gpu.unavailable[&Metric::TemperatureSlowdown], Reason::NotReported);
    assert_eq!(gpu.limiters.as_deref(), Some(&[Limiter::ThermalHardware, Limiter::Other][..]));
    insta::assert_json_snapshot!(gpus);
}

#[test]
fn one_gpu_of_three_is_lost() {
    let gpus = parsed("v13-lost.xml");
    assert_eq!(
        gpus.iter().map(|gpu| gpu.state).collect::<Vec<_>>(),
        [GpuState::Ok, GpuState::Lost, GpuState::Ok]
    );
    assert_eq!(gpus[1].uuid.as_deref(), Some("GPU-13000001-aaaa-4bbb-8ccc-000000000001"));
    assert_eq!(gpus[1].unavailable[&Metric::Temperature], Reason::Lost);
    insta::assert_json_snapshot!(gpus[1]);
}

#[test]
fn a_listing_without_gpus_is_one_and_half_a_listing_is_none() {
    assert_eq!(parse(b"<nvidia_smi_log><attached_gpus>0</attached_gpus></nvidia_smi_log>"), Ok(vec![]));
    let text = fixture("v13.xml");
    for end in [0, 10, 500, text.len() / 2, text.len() - 20] {
        assert!(parse(&text.as_bytes()[..end]).is_err(), "{end}");
    }
    assert!(parse(b"<other/>").is_err());
}

#[test]
fn a_gpu_that_tells_nothing_cannot_be_read() {
    let text = "<nvidia_smi_log><gpu id=\"00000000:01:00.0\"><product_name>X</product_name>\
        <utilization>Unknown Error</utilization></gpu></nvidia_smi_log>";
    let gpus = parse(text.as_bytes()).unwrap();
    check(&gpus);
    assert_eq!((gpus[0].state, gpus[0].name.as_deref()), (GpuState::Unreadable, Some("X")));
    assert_eq!(gpus[0].pci_bus_id.as_deref(), Some("00000000:01:00.0"));
}

#[test]
fn a_gpu_in_the_hosts_memory_shows_the_hosts() {
    let text = fixture("v10.xml").replace("<total>1998 MiB</total>", "<total>N/A</total>");
    let mut gpus = parse(text.as_bytes()).unwrap();
    finish::unify(&mut gpus[0], || Some((4 << 30, 1 << 30)));
    check(&gpus);
    assert!(gpus[0].memory_unified);
    assert_eq!((gpus[0].memory_total, gpus[0].memory_used), (Some(4096.0), Some(3072.0)));
    assert_eq!(gpus[0].unavailable[&Metric::PcieWidth], Reason::NotSupported);
}
