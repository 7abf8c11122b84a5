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

use super::limiter::{LeftOut, Limiter, Text};

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

    fn admit(&self, event: &Event<'_>) -> Option<LeftOut> {
        // Who asks for all gets all.
        if *event.metadata().level() >= Level::DEBUG {
            return Some(LeftOut::default());
        }
        let mut text = Hashed::default();
        text.place(std::ptr::from_ref(event.metadata()).addr());
        event.record(&mut text);
        let text = Text { whole: text.whole.finish(), bare: text.bare.finish() };
        let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
        limiter.admit(text, Instant::now())
    }

    /// Says how many lines are missing before the next one.
    pub(super) fn confess(&self, left_out: LeftOut, level: Level, mut writer: Writer<'_>) -> fmt::Result {
        let LeftOut { alike, others } = left_out;
        if alike > 0 {
            let words = format_args!("{alike} lines like the next one were left out");
            self.remark(alike, words, level, &mut writer)?;
        }
        if others > 0 {
            let words = format_args!("{others} lines of all sorts were left out: there were too many");
            self.remark(others, words, level, &mut writer)?;
        }
        Ok(())
    }

    fn remark(
        &self,
        left_out: u64,
        words: fmt::Arguments<'_>,
        level: Level,
        writer: &mut Writer<'_>,
    ) -> fmt::Result {
        match self.format {
            LogFormat::Text => {
                SystemTime.format_time(writer)?;
                writeln!(writer, " {level:>5} {words}")
            }
            LogFormat::Json => {
                write!(writer, "{{\"timestamp\":\"")?;
                SystemTime.format_time(writer)?;
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
        self.confess(left_out, *event.metadata().level(), writer.by_ref())?;
        self.lines.format_event(context, writer, event)
    }
}

/// What stands for the text of an event: all of its fields.
#[derive(Default)]
struct Hashed {
    whole: DefaultHasher,
    bare: DefaultHasher,
}

impl Hashed {
    /// Where in the code it comes from.
    fn place(&mut self, place: usize) {
        place.hash(&mut self.whole);
        place.hash(&mut self.bare);
    }
}

impl Visit for Hashed {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        // A hasher takes all that is written.
        let _ = fmt::Write::write_fmt(self, format_args!("{}={value:?} ", field.name()));
    }
}

impl fmt::Write for Hashed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.whole.write(text.as_bytes());
        for part in text.split(|c: char| c.is_ascii_digit()) {
            self.bare.write(part.as_bytes());
        }
        Ok(())
    }
}
