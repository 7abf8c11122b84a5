//! Viewers from the beginning to the end.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use gpu_observatory::telemetry::Timestamp;
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

use crate::{
    messages::Messages,
    server::FOREVER,
    tally::{Tally, count},
    viewer::{Said, Viewer},
};

pub(crate) struct Steady {
    seen: Vec<Arc<Mutex<Messages>>>,
    tasks: Vec<JoinHandle<u16>>,
}

impl Steady {
    /// Half of them compressed.
    pub(crate) async fn arrive(address: SocketAddr, many: usize, tally: &Arc<Tally>) -> Self {
        let mut steady = Self { seen: Vec::new(), tasks: Vec::new() };
        for place in 0..many {
            let mut viewer = Viewer::arrive(address, place % 2 == 0, tally).await.unwrap();
            let (seen, tally) = (Arc::<Mutex<Messages>>::default(), Arc::clone(tally));
            steady.seen.push(Arc::clone(&seen));
            steady.tasks.push(tokio::spawn(async move {
                loop {
                    match viewer.next().await.unwrap() {
                        Said::Goodbye(code) => return code,
                        Said::Text(text) => seen.lock().unwrap().take(&text),
                    }
                    count(&tally.messages);
                }
            }));
        }
        steady
    }

    /// Waits until each of them has a sample that is newer than this time.
    pub(crate) async fn until_newer_than(&self, time: String) {
        let time: Timestamp = serde_json::from_value(time.into()).unwrap();
        let start = Instant::now();
        while self.seen.iter().any(|seen| seen.lock().unwrap().latest <= time) {
            assert!(start.elapsed() < FOREVER, "a viewer is left behind");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// So often samples began anew, by the one who saw it most often.
    pub(crate) fn gaps(&self) -> usize {
        self.seen.iter().map(|seen| seen.lock().unwrap().gaps).max().unwrap()
    }

    /// The codes with which they were let go.
    pub(crate) async fn goodbyes(self) -> Vec<u16> {
        let mut codes = Vec::new();
        for task in self.tasks {
            codes.push(task.await.unwrap());
        }
        codes
    }
}
