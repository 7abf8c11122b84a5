//! The log, on standard error. Whatever a line tells of, it stays one line without tricks, and
//! what happens again and again is told now and then.

mod limiter;
mod plain;
mod sparing;

use std::io::{self, IsTerminal};

use gpu_observatory::config::{Config, LogFormat, LogLevel};
use tracing_subscriber::{
    Layer, Registry,
    filter::LevelFilter,
    fmt::{
        self, MakeWriter,
        format::{Format, JsonFields},
    },
    prelude::*,
};

use self::{plain::Escaping, sparing::Sparing};

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
    let layer = layer(format, terminal, io::stderr);
    tracing_subscriber::registry().with(layer.with_filter(filter)).init();
}

/// What writes the lines.
fn layer<W>(format: LogFormat, terminal: bool, writer: W) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    match format {
        LogFormat::Text => {
            let lines = Format::default().with_target(false);
            let layer = fmt::layer().fmt_fields(plain::fields()).with_ansi(terminal).with_writer(writer);
            layer.event_format(Sparing::new(lines, format)).boxed()
        }
        LogFormat::Json => {
            let lines =
                Format::default().json().flatten_event(true).with_current_span(true).with_span_list(false);
            let layer = fmt::layer().fmt_fields(JsonFields::new()).with_writer(Escaping::over(writer));
            layer.event_format(Sparing::new(lines, format)).boxed()
        }
    }
}

#[cfg(test)]
mod tests;
