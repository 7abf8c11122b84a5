//! The two text formats that Prometheus reads.

use std::{fmt, fmt::Write};

use axum::http::{HeaderMap, header};
use prometheus_client::{encoding::text, registry::Registry};

/// How a scrape is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `OpenMetrics` 1.0.
    OpenMetrics,
    /// Prometheus' own format, version 0.0.4.
    Plain,
}

impl Format {
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Plain => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// The format that the scraper likes best; a browser gets what it can show.
pub(super) fn wanted(headers: &HeaderMap) -> Format {
    let accepted = || headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let weight = |kind: &str| {
        let of = |part: &str| {
            let (name, parameters) = part.split_once(';').unwrap_or((part, ""));
            let known = name.trim().eq_ignore_ascii_case(kind);
            let quality = parameters.split(';').find_map(|one| one.trim().strip_prefix("q="));
            known.then(|| quality.map_or(1.0, |quality| quality.trim().parse().unwrap_or(0.0)))
        };
        accepted().flat_map(|value| value.split(',')).filter_map(of).fold(0.0, f64::max)
    };
    let (open, plain) = (weight("application/openmetrics-text"), weight("text/plain"));
    if open > 0.0 && open >= plain { Format::OpenMetrics } else { Format::Plain }
}

/// Writes all that is registered.
pub(super) fn encode(registry: &Registry, format: Format) -> Result<String, fmt::Error> {
    let mut open = String::new();
    text::encode(&mut open, registry)?;
    match format {
        Format::OpenMetrics => Ok(open),
        Format::Plain => plain(&open),
    }
}

/// The same in Prometheus' own format. There a counter is called by the name of its
/// series, an info is a gauge, and there are no units and no end mark.
/// Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>
fn plain(open: &str) -> Result<String, fmt::Error> {
    let mut text = String::with_capacity(open.len());
    let mut help = "";
    for line in open.lines() {
        if line.starts_with("# HELP ") {
            // Its name depends on the type, which comes next.
            help = line;
        } else if let Some(of) = line.strip_prefix("# TYPE ") {
            let (name, kind) = of.split_once(' ').ok_or(fmt::Error)?;
            let (suffix, kind) = match kind {
                "counter" => ("_total", kind),
                "info" => ("_info", "gauge"),
                _ => ("", kind),
            };
            let words =
                help.strip_prefix("# HELP ").and_then(|help| help.strip_prefix(name)).unwrap_or_default();
            writeln!(text, "# HELP {name}{suffix}{words}\n# TYPE {name}{suffix} {kind}")?;
        } else if !line.starts_with('#') {
            writeln!(text, "{line}")?;
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(accept: &str) -> Format {
        wanted(&HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]))
    }

    #[test]
    fn the_scraper_chooses_the_format() {
        // What Prometheus 2.42 and 3.0 send.
        for accept in [
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
             text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.2",
        ] {
            assert_eq!(wants(accept), Format::OpenMetrics, "{accept}");
        }
        for accept in
            ["text/plain", "*/*", "text/html,*/*;q=0.8", "application/openmetrics-text;q=0.1,text/plain", ""]
        {
            assert_eq!(wants(accept), Format::Plain, "{accept}");
        }
        assert_eq!(wanted(&HeaderMap::new()), Format::Plain);
    }

    #[test]
    fn the_plain_format_calls_things_by_the_names_of_their_series() {
        let open = "# HELP x_joules J.\n# TYPE x_joules counter\n# UNIT x_joules joules\nx_joules_total{a=\"#\"} 1\n\
                    # HELP b B b.\n# TYPE b info\nb_info{v=\"1\"} 1\n# HELP g G.\n# TYPE g gauge\ng 2.5\n# EOF\n";
        let wanted = "# HELP x_joules_total J.\n# TYPE x_joules_total counter\nx_joules_total{a=\"#\"} 1\n\
                      # HELP b_info B b.\n# TYPE b_info gauge\nb_info{v=\"1\"} 1\n# HELP g G.\n# TYPE g gauge\ng 2.5\n";
        assert_eq!(plain(open).unwrap(), wanted);
    }
}
