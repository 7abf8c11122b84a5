//! What an operator or a reader of the demo asks for.

use std::time::Duration;

use super::words::shown;
use crate::{
    collect::DemoScenario,
    config::{Config, fuzz::settings},
    server::fuzz,
};

/// Most characters of an error that quotes what is wrong, per byte of the file.
const QUOTED: usize = 16;

/// A `.env` file.
pub(super) fn env_file(bytes: &[u8]) {
    match settings(bytes) {
        Ok((config, warnings)) => {
            allowed(&config);
            for warning in warnings {
                shown("a warning", &warning, 128 + bytes.len());
            }
        }
        Err(error) => {
            assert_eq!(error.exit_code(), 2, "{error}");
            shown("an error", &error.to_string(), 512 + QUOTED * bytes.len());
        }
    }
}

fn allowed(config: &Config) {
    let millis = Duration::from_millis;
    assert!((millis(100)..=millis(3_600_000)).contains(&config.poll_interval), "{config:?}");
    assert!((1..=30).contains(&config.max_broadcast_hz), "{config:?}");
    assert!(config.demo_gpus.is_none_or(|gpus| (1..=64).contains(&gpus)), "{config:?}");
    let base = &config.base_path;
    assert!(base.starts_with('/') && base.ends_with('/') && !base.contains("//"), "{config:?}");
    assert!(base.is_ascii() && !base.contains("/../") && !base.contains("/./"), "{config:?}");
    shown("a host", &config.host, usize::MAX);
    assert!(!config.host.contains([' ', '/']), "{config:?}");
}

/// The name of a scene, and the page's form with it.
pub(super) fn wish(bytes: &[u8]) {
    scene(&String::from_utf8_lossy(bytes));
    if let Some(name) = fuzz::wish(bytes) {
        scene(&name);
    }
}

fn scene(name: &str) {
    match name.parse::<DemoScenario>() {
        Ok(scene) => assert!(scene.name().eq_ignore_ascii_case(name), "{name:?} is {scene}"),
        Err(error) => shown("an error", &error.to_string(), 512 + QUOTED * name.len()),
    }
}
