//! Writes a line, unless it was written often enough.

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use gpu_observatory::config::LogFormat;
use tracing::{Event, Level, Subscriber, field::Visit};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::Writer,
        time::{FormatTime, SystemTime},
    },
    registry::LookupSpan,
};

use super::limiter::Limiter;

/// Another format's lines, but not all of them.
#[derive(Debug)]
pub(super) struct Sparing<F> {
    lines: F,
    format: LogFormat,
    limiter: Mutex<Limiter>,
}

impl<F> Sparing<F> {
    pub(super) fn new(lines: F, format: LogFormat) -> Self {
        Self { lines, format, limiter: Mutex::default() }
    }

    fn admit(&self, event: &Event<'_>) -> Option<u64> {
        // Who asks for all gets all.
        if *event.metadata().level() >= Level::DEBUG {
            return Some(0);
        }
        let kind = std::ptr::from_ref(event.metadata()).addr();
        let mut text = Text(DefaultHasher::new());
        kind.hash(&mut text.0);
        event.record(&mut text);
        let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
        limiter.admit(kind, text.0.finish(), Instant::now())
    }

    /// Says how many lines like the next one are missing.
    pub(super) fn confess(&self, left_out: u64, level: Level, mut writer: Writer<'_>) -> fmt::Result {
        let words = format_args!("{left_out} lines like the next one were left out");
        match self.format {
            LogFormat::Text => {
                SystemTime.format_time(&mut writer)?;
                writeln!(writer, " {level:>5} {words}")
            }
            LogFormat::Json => {
                write!(writer, "{{\"timestamp\":\"")?;
                SystemTime.format_time(&mut writer)?;
                let target = module_path!();
                writeln!(
                    writer,
                    "\",\"level\":\"{level}\",\"message\":\"{words}\",\"left_out\":{left_out},\"target\":\"{target}\"}}"
                )
            }
        }
    }
}

impl<S, N, F> FormatEvent<S, N> for Sparing<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Some(left_out) = self.admit(event) else { return Ok(()) };
        if left_out > 0 {
            self.confess(left_out, *event.metadata().level(), writer.by_ref())?;
        }
        self.lines.format_event(context, writer, event)
    }
}

/// What stands for the text of an event: all of its fields.
struct Text(DefaultHasher);

impl Visit for Text {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        field.name().hash(&mut self.0);
        // A hasher takes all that is written.
        let _ = fmt::Write::write_fmt(self, format_args!("{value:?}"));
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}
