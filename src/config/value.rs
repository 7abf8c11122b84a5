//! What each setting may be. An error is the end of the sentence "must be …".

use crate::{collect::DemoScenario, telemetry::Provider};

/// The least severe level that is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// Everything.
    Debug,
    /// What happens.
    Info,
    /// What is odd.
    Warning,
    /// What fails.
    Error,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For collectors: one object a line.
    Json,
}

pub(super) fn poll_interval(text: &str) -> Result<u64, String> {
    within(text, 100, 3_600_000)
        .ok_or_else(|| "a whole number of milliseconds, 100 to 3600000 (one hour)".to_owned())
}

pub(super) fn rate(text: &str) -> Result<u32, String> {
    small(text, 1, 30).ok_or_else(|| "a whole number of messages per second, 1 to 30".to_owned())
}

pub(super) fn demo_gpus(text: &str) -> Result<u32, String> {
    small(text, 1, 64).ok_or_else(|| "a whole number, 1 to 64".to_owned())
}

pub(super) fn port(text: &str) -> Result<u16, String> {
    text.trim().parse().map_err(|_| "a port, 0 to 65535".to_owned())
}

pub(super) fn host(text: &str) -> Result<String, String> {
    // Brackets are how URLs write IPv6 addresses.
    let host = text.trim().trim_start_matches('[').trim_end_matches(']');
    if host.is_empty()
        || !host.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | ':' | '_' | '%'))
    {
        return Err("an address (127.0.0.1, ::1, 0.0.0.0) or a host name".to_owned());
    }
    Ok(host.to_owned())
}

/// A path with a slash at both ends.
pub(super) fn base_path(text: &str) -> Result<String, String> {
    let inner = text.trim().trim_matches('/');
    let plain = |part: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
        !part.is_empty() && part.chars().all(allowed) && part.chars().any(|c| c != '.')
    };
    if inner.is_empty() && text.trim().starts_with('/') {
        return Ok("/".to_owned());
    }
    if text.trim().starts_with('/') && inner.split('/').all(plain) {
        return Ok(["/", inner, "/"].concat());
    }
    Err("a path that starts with / and has letters, digits, - . _ ~ between its slashes, like /gpu"
        .to_owned())
}

pub(super) fn log_level(text: &str) -> Result<LogLevel, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "debug" => Ok(LogLevel::Debug),
        "info" => Ok(LogLevel::Info),
        "warning" | "warn" => Ok(LogLevel::Warning),
        "error" => Ok(LogLevel::Error),
        _ => Err("DEBUG, INFO, WARNING or ERROR".to_owned()),
    }
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("text or json".to_owned()),
    }
}

pub(super) fn on_off(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("true or false".to_owned()),
    }
}

pub(super) fn provider(text: &str) -> Result<Provider, String> {
    match text.trim().to_ascii_lowercase().replace('-', "_").as_str() {
        "nvml" | "pynvml" => Ok(Provider::Nvml),
        "nvidia_smi" => Ok(Provider::NvidiaSmi),
        "nvtop" => Ok(Provider::Nvtop),
        "demo" => Ok(Provider::Demo),
        _ => Err("nvml (or pynvml), nvidia_smi, nvtop or demo".to_owned()),
    }
}

pub(super) fn scenario(text: &str) -> Result<DemoScenario, String> {
    text.trim().parse().map_err(|_| format!("one of {}", DemoScenario::NAMES.join(", ")))
}

fn within(text: &str, least: u64, most: u64) -> Option<u64> {
    text.trim().parse().ok().filter(|value| (least..=most).contains(value))
}

fn small(text: &str, least: u32, most: u32) -> Option<u32> {
    text.trim().parse().ok().filter(|value| (least..=most).contains(value))
}
