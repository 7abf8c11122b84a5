//! The log, on standard error.

use std::io::{self, IsTerminal};

use gpu_observatory::config::{Config, LogFormat, LogLevel};
use tracing_subscriber::{filter::LevelFilter, fmt, prelude::*};

/// Starts logging as `config` says. Levels of other crates follow ours, but not
/// below warnings: their inner life is no news about the GPUs.
pub(crate) fn start(config: &Config) {
    let level = match config.log_level {
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Warning => LevelFilter::WARN,
        LogLevel::Error => LevelFilter::ERROR,
    };
    let filter = tracing_subscriber::filter::Targets::new()
        .with_target("gpu_observatory", level)
        .with_default(level.min(LevelFilter::WARN));
    let terminal = io::stderr().is_terminal();
    let format = config.log_format.unwrap_or(if terminal { LogFormat::Text } else { LogFormat::Json });
    let layer = fmt::layer().with_writer(io::stderr);
    let layer = match format {
        LogFormat::Text => layer.with_ansi(terminal).with_target(false).boxed(),
        LogFormat::Json => {
            layer.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
        }
    };
    tracing_subscriber::registry().with(layer.with_filter(filter)).init();
}
