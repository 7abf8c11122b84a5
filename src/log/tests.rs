use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use super::{limiter::LeftOut, *};

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

const EVIL: &str = "GPU\n2026-01-01T00:00:00Z ERROR forged \u{1b}[2J\u{9b}31m\u{202e}\u{2028}\u{61c}\u{2066}\u{e0041}\r\u{7}\u{0}";

fn tell_of_evil() {
    tracing::warn!(name = EVIL, shown = %EVIL, debug = ?EVIL, "{EVIL}");
}

#[test]
fn a_line_of_text_is_one_line_without_tricks() {
    let text = written(LogFormat::Text, false, tell_of_evil);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.trim_end_matches('\n').chars().all(|c| matches!(c, ' '..='~')), "{text:?}");
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
    assert!(text.trim_end_matches('\n').chars().all(|c| matches!(c, ' '..='~')), "{text:?}");
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
        let left_out = LeftOut { alike: 57, others: 4 };
        Sparing::new((), format).confess(left_out, tracing::Level::WARN, writer).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].contains("57 lines like the next one were left out"), "{text}");
        assert!(lines[1].contains("4 lines of all sorts were left out"), "{text}");
        if format == LogFormat::Json {
            let left_out =
                |line| serde_json::from_str::<serde_json::Value>(line).unwrap()["left_out"].clone();
            assert_eq!((left_out(lines[0]), left_out(lines[1])), (57.into(), 4.into()));
        }
    }
}

#[test]
fn a_flood_of_different_lines_is_bounded() {
    let text = written(LogFormat::Text, false, || {
        // Words, so that they are not alike.
        for number in 0..2000_u32 {
            let word: String = number.to_string().bytes().map(|digit| char::from(digit + 49)).collect();
            tracing::warn!("{word}");
        }
    });
    assert!((600..700).contains(&text.lines().count()), "{}", text.lines().count());
}
