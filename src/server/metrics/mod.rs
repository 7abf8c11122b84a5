//! `/metrics`: the latest sample for Prometheus.
//!
//! Names and units follow Prometheus' conventions: base units, ratios from 0 to 1,
//! counters that end in `_total`. A value that is not known has no series, and where
//! there is no fresh sample there is none of any GPU: Prometheus marks them as stale.

mod gpu;
mod host;
mod own;
mod process;
mod text;
mod units;
mod xids;

use std::{
    fmt,
    sync::Arc,
    time::{Instant, SystemTime},
};

use axum::{
    extract::State as Shared,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
    registry::{Registry, Unit},
};

pub(super) use xids::{Key as XidKey, Xids};

use super::{Health, Status, feed::Frame, state::State};

/// What a scrape is made of.
#[derive(Debug)]
struct Scrape {
    health: Health,
    /// The latest sample, while it is fresh.
    frame: Option<Arc<Frame>>,
    /// Seconds since a source last told about GPUs.
    age: Option<f64>,
    samples: super::feed::Counts,
    xids: Vec<(XidKey, u64)>,
    turned_away: u64,
    processes: bool,
}

impl Collector for Scrape {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let mut out = Out { encoder: &mut encoder };
        own::write(&mut out, self)?;
        let Some(frame) = &self.frame else { return Ok(()) };
        let snapshot = &frame.snapshot;
        gpu::write(&mut out, &snapshot.gpus, snapshot.timestamp, snapshot.simulated)?;
        xids::write(&mut out, &self.xids)?;
        if self.processes {
            process::write(&mut out, &snapshot.gpus)?;
        }
        snapshot.system.as_ref().map_or(Ok(()), |host| host::write(&mut out, host))
    }
}

/// A label and its value.
type Label<'a> = (&'static str, &'a str);

/// Where families of metrics are written to.
struct Out<'a, 'b> {
    encoder: &'a mut DescriptorEncoder<'b>,
}

impl Out<'_, '_> {
    /// Writes a gauge with a series for each of `series`; nothing where there is none.
    fn gauge<'l>(
        &mut self,
        name: &str,
        help: &str,
        unit: Option<&Unit>,
        series: impl IntoIterator<Item = (Vec<Label<'l>>, f64)>,
    ) -> fmt::Result {
        self.family(MetricType::Gauge, name, help, unit, series)
    }

    /// The same for a counter, whose name is without `_total`.
    fn counter<'l>(
        &mut self,
        name: &str,
        help: &str,
        unit: Option<&Unit>,
        series: impl IntoIterator<Item = (Vec<Label<'l>>, f64)>,
    ) -> fmt::Result {
        self.family(MetricType::Counter, name, help, unit, series)
    }

    fn family<'l>(
        &mut self,
        kind: MetricType,
        name: &str,
        help: &str,
        unit: Option<&Unit>,
        series: impl IntoIterator<Item = (Vec<Label<'l>>, f64)>,
    ) -> fmt::Result {
        let mut series = series.into_iter().peekable();
        if series.peek().is_none() {
            return Ok(());
        }
        let mut family = self.encoder.encode_descriptor(name, help, unit, kind)?;
        for (labels, value) in series {
            let one = family.encode_family(&labels)?;
            match kind {
                MetricType::Counter => ConstCounter::new(value).encode(one)?,
                _ => ConstGauge::new(value).encode(one)?,
            }
        }
        Ok(())
    }
}

/// Answers a scrape, in `OpenMetrics` where the scraper prefers that.
pub(super) async fn scrape(Shared(state): Shared<State>, headers: HeaderMap) -> Response {
    let health = Health::of(&state.feed, Instant::now(), SystemTime::now().into());
    let fresh = health.status != Status::Stale;
    let scrape = Scrape {
        age: state.feed.answered().map(|answered| answered.elapsed().as_secs_f64()),
        frame: state.feed.latest().filter(|_| fresh),
        samples: state.feed.counts(),
        xids: state.feed.xids(),
        turned_away: state.crowd.turned_away(),
        processes: state.config.metrics_processes,
        health,
    };
    let mut registry = Registry::default();
    registry.register_collector(Box::new(scrape));
    let format = text::wanted(&headers);
    match text::encode(&registry, format) {
        Ok(body) => {
            ([(header::CONTENT_TYPE, format.content_type()), (header::CACHE_CONTROL, "no-store")], body)
                .into_response()
        }
        Err(fmt::Error) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
