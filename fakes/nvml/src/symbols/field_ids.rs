//! The numbers of the fields, which differ between drivers.

/// The id that a field had before CUDA 13.0 Update 1, which renumbered 251 to 273:
/// drivers from 580.82 on have 269 to 273 where older ones have 251 to 255, and
/// 251 to 268 where older ones have 256 to 273.
pub(super) fn canonical(id: u32, driver: &str) -> u32 {
    match id {
        251..=268 if is_renumbered(driver) => id + 5,
        269..=273 if is_renumbered(driver) => id - 18,
        _ => id,
    }
}

fn is_renumbered(driver: &str) -> bool {
    let mut parts = driver.split('.').map(|part| part.parse().unwrap_or(0_u32));
    let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    version >= (580, 82)
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn drivers_agree_after_all() {
        assert_eq!(canonical(251, "580.65.06"), 251);
        assert_eq!(canonical(269, "580.82.07"), 251);
        assert_eq!(canonical(251, "590.48.01"), 256);
        assert_eq!(canonical(82, "590.48.01"), 82);
    }
}
