//! Whole listings, and parts of them.

use crate::scenario::{Scenario, file, give_up};

pub(crate) fn whole(scenario: &Scenario, count: u64) -> String {
    let turn = usize::try_from(count).unwrap_or(0).checked_rem(scenario.listings.len());
    match turn.and_then(|turn| scenario.listings.get(turn)) {
        Some(name) => file(name),
        None => give_up("the scenario has no listings"),
    }
}

/// The listing of the GPU with this index alone.
pub(crate) fn one(whole: &str, index: usize) -> Option<String> {
    let head = &whole[..whole.find("<gpu ")?];
    let (start, _) = whole.match_indices("<gpu ").nth(index)?;
    let end = start + whole[start..].find("</gpu>")? + "</gpu>".len();
    Some(format!("{head}{}\n</nvidia_smi_log>\n", &whole[start..end]))
}

/// As `-L` prints it.
pub(crate) fn names(whole: &str) -> String {
    let text = |gpu: &str, name: &str| {
        let start = gpu.find(&format!("<{name}>"))? + name.len() + 2;
        let end = gpu[start..].find('<')?;
        Some(gpu[start..start + end].to_owned())
    };
    let line = |(index, gpu): (usize, &str)| {
        let (name, uuid) = (text(gpu, "product_name"), text(gpu, "uuid"));
        format!("GPU {index}: {} (UUID: {})\n", name.unwrap_or_default(), uuid.unwrap_or_default())
    };
    whole.split("<gpu ").skip(1).enumerate().map(line).collect()
}
