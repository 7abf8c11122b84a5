//! GPUs that are split into instances.

use super::{text, tree::Element};
use crate::{collect::source::Reading, telemetry::MigInstance};

/// nvidia-smi's XML tells neither UUID nor profile of an instance.
pub(super) fn instances(gpu: &Element) -> Vec<MigInstance> {
    let Ok(list) = gpu.element("mig_devices") else { return Vec::new() };
    list.children.iter().filter(|child| child.is("mig_device")).filter_map(instance).collect()
}

fn instance(device: &Element) -> Option<MigInstance> {
    let memory = |part| device.at(part).and_then(text::mib).ok();
    let total = memory("fb_memory_usage/total");
    let used = memory("fb_memory_usage/used").filter(|used| total.is_none_or(|total| *used <= total));
    Some(MigInstance {
        index: number(device.at("index")).ok()?,
        uuid: None,
        name: None,
        gpu_instance: number(device.at("gpu_instance_id")).ok(),
        compute_instance: number(device.at("compute_instance_id")).ok(),
        memory_used: used,
        memory_total: total,
    })
}

pub(super) fn number(text: Reading<&str>) -> Reading<u32> {
    let number = text.and_then(|text| text::whole(text, text::NONE))?;
    u32::try_from(number).map_err(|_| crate::telemetry::Reason::Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_have_ids_and_memory_of_their_own() {
        let gpu = Element::root(
            "<gpu><fb_memory_usage><used>9 MiB</used></fb_memory_usage><mig_devices><mig_device><index>2</index>\
             <gpu_instance_id>3</gpu_instance_id><compute_instance_id>0</compute_instance_id>\
             <fb_memory_usage><total>19968 MiB</total><used>12 MiB</used></fb_memory_usage></mig_device>\
             <mig_device><index>N/A</index></mig_device></mig_devices></gpu>",
        );
        let all = instances(&gpu.unwrap());
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].index, all[0].gpu_instance, all[0].compute_instance), (2, Some(3), Some(0)));
        assert_eq!((all[0].memory_used, all[0].memory_total), (Some(12.0), Some(19968.0)));
        let huge = "<gpu><mig_devices><mig_device><index>0</index><fb_memory_usage><total>1048577 GiB</total>\
            <used>1 MiB</used></fb_memory_usage></mig_device></mig_devices></gpu>";
        assert_eq!(instances(&Element::root(huge).unwrap())[0].memory_total, None, "no GPU has so much");
        assert!(instances(&Element::root("<gpu><mig_devices>None</mig_devices></gpu>").unwrap()).is_empty());
    }
}
