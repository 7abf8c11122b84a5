//! `gpu-observatory doctor`: what works here, what does not, and what to do about it.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use gpu_observatory::{
    collect::{self, DemoSettings, Finding},
    config::Config,
    telemetry::{GpuState, Provider},
};
use rustix::fs::{Access, access};

/// Writes the report. Success means that GPUs can be read.
pub(super) fn report(out: &mut impl Write, config: &Config, warnings: &[String]) -> io::Result<ExitCode> {
    writeln!(out, "GPU Observatory {}\n\nSettings", env!("CARGO_PKG_VERSION"))?;
    for (name, value) in config.settings() {
        writeln!(out, "  {name}={value}")?;
    }
    for warning in warnings {
        writeln!(out, "  ! {warning}")?;
    }
    writeln!(out, "\nSurroundings")?;
    for line in devices() {
        writeln!(out, "  {line}")?;
    }
    for hint in collect::surroundings() {
        writeln!(out, "  {hint}")?;
    }
    writeln!(out, "\nTelemetry sources, the best first")?;
    let demo = DemoSettings { scenario: config.demo_scenario, gpus: config.demo_gpus };
    let findings = collect::probe(config.provider, demo, config.poll_interval);
    for finding in &findings {
        source(out, finding)?;
    }
    let works = findings.iter().find(|finding| finding.gpus.as_ref().is_ok_and(|gpus| !gpus.is_empty()));
    if let Some(finding) = works {
        let simulated = if finding.provider == Provider::Demo { ", which is simulated" } else { "" };
        writeln!(out, "\nThe dashboard reads {}{simulated}.", finding.provider.label())?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "\nNo GPU can be read. The dashboard says so, too. Just looking? Run with --demo.")?;
    Ok(ExitCode::FAILURE)
}

fn source(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let name = finding.provider.id();
    match &finding.gpus {
        Ok(gpus) => {
            writeln!(
                out,
                "  {name}: works, lists {} GPU{}",
                gpus.len(),
                if gpus.len() == 1 { "" } else { "s" }
            )?;
            for gpu in gpus {
                let state = match gpu.state {
                    GpuState::Ok => String::new(),
                    _ => format!(": {}", gpu.state_detail.as_deref().unwrap_or("cannot be read")),
                };
                let name = gpu.name.as_deref().unwrap_or("(no name)").escape_debug().to_string();
                let uuid = gpu.uuid.as_deref().unwrap_or("(no UUID)").escape_debug();
                writeln!(out, "    {} {name} {uuid}{}", gpu.id, plain(&state))?;
            }
            Ok(())
        }
        Err(error) => {
            let word = if error.absent { "not there" } else { "fails" };
            let reason = error.reason.trim_end_matches('.');
            writeln!(out, "  {name}: {word}: {}. {}", plain(reason), error.hint)
        }
    }
}

/// What a driver or a program said, without what a terminal would obey.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// The driver's device files, and whether this user may use them.
fn devices() -> Vec<String> {
    let entries = fs::read_dir("/dev").into_iter().flatten().flatten().map(|entry| entry.path());
    let ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = name.strip_prefix("nvidia").unwrap_or("-");
        name == "nvidiactl" || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut paths: Vec<PathBuf> = entries.filter(ours).collect();
    paths.sort();
    if paths.is_empty() {
        return vec![
            "There is no /dev/nvidia0: no NVIDIA driver is loaded, or a container is not given it."
                .to_owned(),
        ];
    }
    let line = |path: PathBuf| match access(&path, Access::READ_OK | Access::WRITE_OK) {
        Ok(()) => format!("{} can be used", path.display()),
        Err(error) => format!("{} cannot be used by this user: {error}", path.display()),
    };
    paths.into_iter().map(line).collect()
}
