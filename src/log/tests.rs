use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use super::*;

/// What was written.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl io::Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Paper {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn written(format: LogFormat, terminal: bool, log: impl Fn()) -> String {
    let paper = Paper::default();
    let subscriber = tracing_subscriber::registry().with(layer(format, terminal, paper.clone()));
    tracing::subscriber::with_default(subscriber, log);
    let bytes = paper.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

const EVIL: &str = "GPU\n2026-01-01T00:00:00Z ERROR forged \u{1b}[2J\u{9b}31m\u{202e}\u{2028}\r\u{7}\u{0}";

fn tell_of_evil() {
    tracing::warn!(name = EVIL, shown = %EVIL, debug = ?EVIL, "{EVIL}");
}

#[test]
fn a_line_of_text_is_one_line_without_tricks() {
    let text = written(LogFormat::Text, false, tell_of_evil);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(
        text.trim_end_matches('\n').chars().all(|c| !c.is_control() && c != '\u{202e}' && c != '\u{2028}'),
        "{text:?}"
    );
    assert!(
        text.contains("WARN GPU\\n2026-01-01")
            && text.contains("shown=GPU\\n")
            && text.contains("\\u{1b}[2J"),
        "{text}"
    );
}

#[test]
fn a_line_of_json_is_one_object_without_tricks() {
    let text = written(LogFormat::Json, false, tell_of_evil);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.trim_end_matches('\n').chars().all(|c| !c.is_control() && c != '\u{202e}'), "{text:?}");
    let line: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((line["message"].as_str(), line["shown"].as_str()), (Some(EVIL), Some(EVIL)));
    assert_eq!(line["level"], "WARN");
}

#[test]
fn a_terminal_has_our_colours_and_no_others() {
    let text = written(LogFormat::Text, true, || tracing::warn!("\u{1b}[31mred"));
    assert!(text.contains("\u{1b}[33m WARN") && text.contains("\\u{1b}[31mred"), "{text:?}");
}

#[test]
fn a_fault_that_repeats_is_told_now_and_then() {
    for format in [LogFormat::Text, LogFormat::Json] {
        let text = written(format, false, || {
            for number in 0..10_000 {
                tracing::warn!("the same again");
                tracing::warn!(number, "another each time");
                tracing::debug!("whoever asks for all gets all");
            }
        });
        let count = |words: &str| text.lines().filter(|line| line.contains(words)).count();
        assert_eq!((count("the same again"), count("another each time")), (5, 100));
        assert_eq!(count("gets all"), 10_000);
    }
}

#[test]
fn what_was_left_out_is_told_in_the_formats_own_way() {
    for format in [LogFormat::Text, LogFormat::Json] {
        let mut text = String::new();
        let writer = tracing_subscriber::fmt::format::Writer::new(&mut text);
        Sparing::new((), format).confess(57, tracing::Level::WARN, writer).unwrap();
        assert!(text.contains("57 lines like the next one were left out") && text.ends_with('\n'), "{text}");
        if format == LogFormat::Json {
            assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["left_out"], 57);
        }
    }
}
