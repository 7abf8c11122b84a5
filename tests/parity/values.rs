//! Values of GPUs.

use gpu_observatory::telemetry::{Gpu, Metric};
use serde_json::Value;

use crate::{
    Reader,
    machine::machine,
    nvidia_smi, nvml, nvtop,
    table::{Rounding, TABLE, name},
};

fn value(gpu: &Gpu, metric: Metric) -> Value {
    serde_json::to_value(gpu).unwrap()[name(metric)].clone()
}

/// Whether a value is NVML's, as far as its rounding lets it.
fn fits(found: &Value, nvml: &Gpu, metric: Metric, rounding: Rounding) -> bool {
    let wanted = value(nvml, metric);
    if found.is_null() || wanted.is_null() {
        return found.is_null() && wanted.is_null();
    }
    let (Some(figure), Some(true_one)) = (found.as_f64(), wanted.as_f64()) else {
        return rounding == Rounding::Same && *found == wanted;
    };
    // NVML's figures have been rounded too, to hundredths of MiB and tenths of W.
    match rounding {
        Rounding::Same => *found == wanted,
        Rounding::MibUp => figure.fract() == 0.0 && (-0.005..1.005).contains(&(figure - true_one)),
        Rounding::Tenth => (figure - true_one).abs() < 0.11,
        Rounding::WattsDown => figure.fract() == 0.0 && (-0.001..1.051).contains(&(true_one - figure)),
        Rounding::WithReserved => (figure - true_one - nvml.memory_reserved.unwrap()).abs() < 0.016,
        Rounding::AtMost100 => (figure - true_one.min(100.0)).abs() < f64::EPSILON,
        Rounding::OtherTime => true,
    }
}

/// Compares one source with NVML, by the part of the table that is its own.
fn compare(mut reader: Reader, rounding: impl Fn(Metric) -> Option<Rounding>) {
    let truth = nvml::reader(&machine()).read();
    let gpus = reader.read();
    assert_eq!(gpus.len(), truth.len(), "{}", reader.name);
    for (gpu, nvml) in gpus.iter().zip(&truth) {
        assert_eq!((gpu.id, gpu.state), (nvml.id, nvml.state));
        for metric in Metric::IDENTITY.iter().chain(Metric::MEASURED) {
            let found = value(gpu, *metric);
            let served = rounding(*metric);
            if served.is_none() && (found.is_null() || value(nvml, *metric).is_null()) {
                continue;
            }
            // What two sources serve and the table does not know has to be the same.
            assert!(
                fits(&found, nvml, *metric, served.unwrap_or(Rounding::Same)),
                "{} says {found} for {} of GPU {}, NVML {}, and the table {served:?}",
                reader.name,
                name(*metric),
                gpu.id,
                value(nvml, *metric),
            );
        }
    }
}

fn row(metric: Metric) -> Option<(Option<Rounding>, Option<Rounding>)> {
    TABLE.iter().find(|row| row.0 == metric).map(|row| (row.1, row.2))
}

#[test]
fn nvml_serves_all_that_the_table_names() {
    let gpus = nvml::reader(&machine()).read();
    for (metric, ..) in TABLE {
        assert!(gpus[0].has(*metric), "{metric:?}: {:?}", gpus[0].unavailable.get(metric));
    }
    assert!(!gpus[0].memory_used_with_reserved);
}

#[test]
fn whole_listings_of_nvidia_smi_say_the_same() {
    // Its traffic is not compared, and not printed here.
    compare(nvidia_smi::whole(&machine()), |metric| row(metric)?.0.filter(|r| *r != Rounding::OtherTime));
}

#[test]
fn rows_of_nvidia_smi_say_the_same() {
    compare(nvidia_smi::rows(&machine()), |metric| row(metric)?.0.filter(|r| *r != Rounding::OtherTime));
}

#[test]
fn nvtop_says_the_same() {
    compare(nvtop::reader(&machine()), |metric| row(metric)?.1);
    let gpus = nvtop::reader(&machine()).read();
    assert!(gpus.iter().all(|gpu| gpu.memory_used_with_reserved));
}
