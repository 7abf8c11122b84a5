//! What clients get.

use flate2::Decompress;
use tungstenite::protocol::frame::FrameHeader;

use super::{deflater::tests::inflate, *};
use crate::{
    collect::DemoScenario,
    telemetry::{Gpu, Provider, Timestamp},
};

/// A client that takes in what it gets as a browser does.
struct Client {
    listener: Listener,
    inflater: Decompress,
}

impl Client {
    fn new(deflate: Deflate) -> Self {
        Self { listener: Listener::new(deflate), inflater: Decompress::new(false) }
    }

    /// The text of the next message, its size, and how many were skipped.
    fn next(&mut self, feed: &Feed) -> Option<(String, usize, u64)> {
        let Delivery { bytes, skipped } = feed.next(&mut self.listener)?;
        let mut cursor = std::io::Cursor::new(&bytes);
        let (header, length) = FrameHeader::parse(&mut cursor).unwrap().unwrap();
        let payload = &bytes[usize::try_from(cursor.position()).unwrap()..];
        assert_eq!(payload.len() as u64, length);
        assert_eq!(header.rsv1, self.listener.deflate != Deflate::No);
        let text = if header.rsv1 {
            if self.listener.deflate == Deflate::Whole {
                self.inflater.reset(false);
            }
            inflate(&mut self.inflater, payload)
        } else {
            payload.to_vec()
        };
        Some((String::from_utf8(text).unwrap(), bytes.len(), skipped))
    }

    fn snapshot(&mut self, feed: &Feed) -> Snapshot {
        serde_json::from_str(&self.next(feed).unwrap().0).unwrap()
    }
}

fn sample(millis: u64, utilization: u32) -> Snapshot {
    Snapshot {
        timestamp: Timestamp::from_millis(millis),
        provider: Some(Provider::Nvml),
        gpus: vec![Gpu { utilization: Some(utilization), ..Gpu::default() }],
        ..Snapshot::default()
    }
}

#[test]
fn what_says_nothing_new_is_not_sent_but_is_the_latest() {
    let feed = Feed::new(Duration::from_secs(1), 5, false);
    let mut sent = feed.subscribe();
    let start = Instant::now();
    for (second, utilization, news) in [(0, 7, true), (1, 7, false), (2, 8, true), (3, 8, false)] {
        feed.publish(sample(second * 1000, utilization), start + Duration::from_secs(second));
        assert_eq!(sent.has_changed().unwrap(), news, "{second}");
        sent.mark_unchanged();
        assert_eq!(feed.latest().unwrap().snapshot.timestamp.millis(), second * 1000);
    }
}

#[test]
fn a_change_that_the_rate_held_back_is_sent_with_the_next_sample() {
    let feed = Feed::new(Duration::from_millis(100), 1, false);
    let mut sent = feed.subscribe();
    let start = Instant::now();
    feed.publish(sample(0, 1), start);
    sent.mark_unchanged();
    feed.publish(sample(100, 2), start + Duration::from_millis(100));
    assert!(!sent.has_changed().unwrap());
    feed.publish(sample(1000, 2), start + Duration::from_millis(1000));
    assert!(sent.has_changed().unwrap());
}

#[test]
fn a_sample_is_encoded_once_for_all() {
    let feed = Feed::new(Duration::from_secs(1), 5, false);
    feed.publish(sample(0, 1), Instant::now());
    let (one, two) = (feed.latest().unwrap().text(), feed.latest().unwrap().text());
    assert_eq!(one.as_ptr(), two.as_ptr());
    let kinds = [Deflate::No, Deflate::Whole, Deflate::Changes];
    let mut clients = kinds.map(|deflate| [Listener::new(deflate), Listener::new(deflate)]);
    for second in 1..4_u32 {
        for pair in &mut clients {
            let [one, two] = pair.each_mut().map(|listener| feed.next(listener).unwrap().bytes.as_ptr());
            assert_eq!(one, two, "{pair:?}");
        }
        let later = Instant::now() + Duration::from_secs(second.into());
        feed.publish(sample(u64::from(second) * 1000, second + 1), later);
    }
}

#[test]
fn the_first_message_is_a_sample_with_the_last_minute() {
    let feed = Feed::new(Duration::from_millis(250), 5, true);
    let (mut client, start) = (Client::new(Deflate::No), Instant::now());
    assert!(client.next(&feed).is_none());
    feed.publish(sample(0, 1), start);
    feed.publish(sample(1000, 1), start + Duration::from_secs(1));
    let hello = client.snapshot(&feed);
    assert!(client.next(&feed).is_none(), "nothing comes twice");
    feed.publish(sample(2000, 2), start + Duration::from_secs(2));
    assert_eq!(client.next(&feed).unwrap().0, str::from_utf8(&feed.latest().unwrap().text()).unwrap());
    assert_eq!(hello.timestamp.millis(), 1000);
    assert_eq!(hello.history.unwrap().times, [0, 1000]);
    assert_eq!(hello.server.unwrap().poll_interval_ms, 250);
    assert!(feed.info().forced);
    assert!(feed.latest().unwrap().snapshot.history.is_none());
}

#[test]
fn another_scene_begins_with_nothing_and_greets_anew() {
    let feed = Feed::new(Duration::from_millis(100), 1, false);
    let (mut sent, mut client, start) = (feed.subscribe(), Client::new(Deflate::Changes), Instant::now());
    feed.publish(sample(0, 1), start);
    client.next(&feed).unwrap();
    sent.mark_unchanged();
    let scene = Scene { scenario: DemoScenario::NoGpu, since: start };
    let empty = Snapshot { provider: None, ..sample(100, 2) };
    feed.open_scene(scene, empty, start + Duration::from_millis(100));
    assert!(sent.has_changed().unwrap(), "however fast it came");
    assert_eq!(feed.answered(), None, "what the scene before said counts no more");
    let hello = client.snapshot(&feed);
    assert_eq!(hello.history.unwrap().times, [100]);
    assert_eq!(hello.server.unwrap().demo.unwrap().scenario, "no-gpu");
    assert_eq!(feed.seed().server.unwrap().demo.unwrap().scenarios.len(), DemoScenario::ALL.len());
    assert!(client.next(&feed).is_none());
    feed.publish(sample(3000, 3), start + Duration::from_secs(3));
    assert!(client.snapshot(&feed).history.is_none());
}

#[test]
fn every_client_reads_the_same_however_it_is_compressed() {
    let feed = Feed::new(Duration::from_secs(1), 5, false);
    let start = Instant::now();
    let gpus: Vec<_> = (0..8).map(|id| Gpu { id, name: Some("GPU".into()), ..Gpu::default() }).collect();
    // A plain one, one without context, a steady one, one that now and then is too slow, and
    // one that comes later.
    let mut clients = [
        (Client::new(Deflate::No), 0, 1),
        (Client::new(Deflate::Whole), 0, 1),
        (Client::new(Deflate::Changes), 0, 1),
        (Client::new(Deflate::Changes), 0, 3),
        (Client::new(Deflate::Changes), 7, 1),
    ];
    let (mut whole, mut changes) = (0, 0);
    for second in 0..20 {
        let gpus = gpus.iter().map(|gpu| Gpu { utilization: Some(gpu.id + second), ..gpu.clone() }).collect();
        let snapshot = Snapshot { gpus, ..sample(u64::from(second) * 1000, 0) };
        feed.publish(snapshot, start + Duration::from_secs(second.into()));
        let text = feed.latest().unwrap().text();
        for (place, (client, from, every)) in clients.iter_mut().enumerate() {
            if second < *from || second % *every != 0 {
                continue;
            }
            let (got, size, skipped) = client.next(&feed).unwrap();
            if second == *from {
                assert!(got.contains("history"));
                continue;
            }
            assert_eq!(got.as_bytes(), text, "client {place}, {second} s");
            assert_eq!(skipped, u64::from(*every) - 1);
            match place {
                1 => whole = size,
                2 if second > 2 => changes = size,
                _ => {}
            }
        }
    }
    assert!(changes * 3 < whole, "{changes} of {whole} bytes");
}

#[test]
fn the_latest_sample_is_sent_again_where_nothing_is_new() {
    let feed = Feed::new(Duration::from_secs(1), 5, false);
    let (start, quiet) = (Instant::now(), Duration::from_secs(4));
    let mut client = Client::new(Deflate::Changes);
    assert_eq!(feed.keep_alive(start, quiet), quiet, "there is nothing to send");
    feed.publish(sample(0, 7), start);
    client.next(&feed).unwrap();
    feed.publish(sample(1000, 7), start + Duration::from_secs(1));
    assert_eq!(feed.keep_alive(start + Duration::from_secs(3), quiet), Duration::from_secs(1));
    assert!(client.next(&feed).is_none());
    assert_eq!(feed.keep_alive(start + quiet, quiet), quiet);
    assert_eq!(client.snapshot(&feed).timestamp.millis(), 1000);
    assert_eq!(feed.keep_alive(start + 2 * quiet, quiet), quiet);
    assert_eq!(client.snapshot(&feed).timestamp.millis(), 1000, "even the same one");
}
