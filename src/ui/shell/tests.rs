use std::sync::Arc;

use super::*;
use crate::telemetry::{Attempt, Event, EventKind, Gpu, Host, Provider, Snapshot, Timestamp};

/// All that ends or begins something in a page.
const EVIL: &str = "</title></script><script>alert(1)</script><!-- ]]> <img src=x onerror=alert(2)>\"'&lt;";

/// What the server draws of a machine with this name and these words of others.
fn drawn(words: &str) -> String {
    let host = Host { hostname: Some(words.into()), cpu_usage: Some(1.0), ..Host::default() };
    let at = Timestamp::from_millis(1_767_225_600_000);
    let event = |kind| Event { time: at, gpu: None, kind, xid: None, text: words.into() };
    let snapshot = Snapshot {
        timestamp: at,
        provider: Some(Provider::NvidiaSmi),
        gpus: vec![Gpu { name: Some(words.into()), uuid: Some("GPU-1".into()), ..Gpu::default() }],
        system: Some(host),
        events: vec![event(EventKind::Xid), event(EventKind::Source)],
        sources: vec![Attempt {
            provider: Provider::Nvml,
            reason: words.into(),
            hint: words.into(),
            absent: false,
        }],
        ..Snapshot::default()
    };
    Owner::new().with(|| {
        provide_context(Seed(Arc::new(snapshot)));
        shell(LeptosOptions::builder().output_name("x").build(), "/".into(), "/v/", None, false).to_html()
    })
}

/// The names of all elements, in order, and how many attributes of handlers there are.
fn elements(html: &str) -> Vec<&str> {
    let name = |rest: &'_ str| rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    html.split('<').skip(1).map(|rest| &rest[..name(rest)]).filter(|name| !name.is_empty()).collect()
}

#[test]
fn a_hosts_name_an_event_and_a_reason_are_text() {
    let (plain, html) = (drawn("trap"), drawn(EVIL));
    assert!(elements(&html).len() > 50);
    assert_eq!(elements(&html), elements(&plain));
    let text = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    // In the tab, beside the page's name, at the GPU, in both events and in the banner.
    let (found, wanted) = (text.matches(EVIL).count(), plain.matches("trap").count());
    assert!(wanted >= 5 && found == wanted, "{found} of {wanted}");
}
