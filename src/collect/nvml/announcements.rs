//! The driver's announcements of XID errors, looked for on a thread of its own: a call that
//! hangs holds up that thread and nothing else.
//!
//! One set for all GPUs that announce anything, and one thread. Where no GPU does there is
//! no thread. It ends at once when the source is dropped, so that NVML is shut down when
//! that is gone. A driver that hangs does not keep it: the thread holds NVML too, and shuts
//! it down when it comes back.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use nvml_wrapper::{
    EventSet, Nvml, enums::event::XidError, error::NvmlError, struct_wrappers::event::EventData,
};

use super::{
    heard::Heard,
    raw::{self, Handle},
    reason::{Stop, settle},
};
use crate::telemetry::{Event, Gpu, Reason};

/// How often it is looked for announcements, which the driver keeps. To wait in the driver would
/// tell them sooner, and cost a wake-up each time that the end of the wait is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long the end of the thread is awaited, should a call take its time.
const LEAVE: Duration = Duration::from_millis(300);
/// After a set that failed: a GPU that is lost fails the wait for all of them.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// So many announcements without a moment's rest are a storm.
const STORM: u32 = 1000;
const BREATH: Duration = Duration::from_millis(100);

#[derive(Debug, Default)]
pub(super) struct Announcements {
    /// The GPUs that were there when it was last looked, by handle and key.
    known: Vec<(Handle, String)>,
    thread: Option<Thread>,
    heard: Arc<Mutex<Heard>>,
}

/// The thread that waits.
#[derive(Debug)]
struct Thread {
    orders: Sender<Watched>,
    /// Closed by its end.
    ended: Receiver<()>,
}

impl Drop for Announcements {
    fn drop(&mut self) {
        if let Some(Thread { orders, ended }) = self.thread.take() {
            drop(orders);
            let _ = ended.recv_timeout(LEAVE);
        }
    }
}

/// The GPUs to wait for: those of a machine that announce anything.
type Watched = Vec<(Handle, String)>;

impl Announcements {
    /// Waits for what is announced of these GPUs, from now on.
    pub(super) fn of<'a>(&mut self, nvml: &Arc<Nvml>, gpus: impl Iterator<Item = (Handle, &'a Gpu)> + Clone) {
        let same = |(handle, gpu): (Handle, &Gpu), (known, key): &(Handle, String)| {
            handle == *known && gpu.uuid.as_ref().is_none_or(|uuid| uuid == key)
        };
        if gpus.clone().count() == self.known.len()
            && gpus.clone().zip(&self.known).all(|(gpu, known)| same(gpu, known))
        {
            return;
        }
        self.known = gpus.map(|(handle, gpu)| (handle, gpu.key())).collect();
        let announces = |(handle, _): &&(Handle, String)| raw::announces_errors(&handle.device(nvml));
        let watched: Watched = self.known.iter().filter(announces).cloned().collect();
        if watched.is_empty() {
            self.thread = None;
            return;
        }
        let unsent = match &self.thread {
            Some(thread) => thread.orders.send(watched).err().map(|unsent| unsent.0),
            None => Some(watched),
        };
        if let Some(watched) = unsent {
            self.thread = start(Arc::clone(nvml), watched, Arc::clone(&self.heard));
        }
    }

    /// What was announced since the last call, oldest first.
    pub(super) fn take(&self, now: Instant) -> Vec<Event> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).take(now)
    }
}

fn start(nvml: Arc<Nvml>, watched: Watched, heard: Arc<Mutex<Heard>>) -> Option<Thread> {
    let (sender, orders) = channel();
    let (running, ended) = channel();
    let listener = Listener { watched, orders, heard };
    let thread = thread::Builder::new().name("xid".into()).spawn(move || {
        listener.run(&nvml);
        drop(nvml);
        drop(running);
    });
    // Without a thread there are no announcements, and everything else goes on.
    thread.is_ok().then_some(Thread { orders: sender, ended })
}

struct Listener {
    watched: Watched,
    orders: Receiver<Watched>,
    heard: Arc<Mutex<Heard>>,
}

/// Why a set is not waited for any more.
enum End {
    /// The source is gone, or the driver, or it announces nothing.
    Over,
    /// Other GPUs are to be waited for.
    Others(Watched),
    /// It failed, perhaps for the sake of one GPU.
    Failed,
}

impl Listener {
    fn run(mut self, nvml: &Nvml) {
        let mut pause = PAUSE;
        loop {
            let start = Instant::now();
            let mut end = self.listen(nvml);
            if let End::Failed = end {
                pause = if start.elapsed() > LONGEST_PAUSE { PAUSE } else { pause };
                end = self.rest(pause);
                pause = (2 * pause).min(LONGEST_PAUSE);
            }
            match end {
                End::Over => return,
                End::Others(watched) => self.watched = watched,
                End::Failed => {}
            }
        }
    }

    fn listen(&mut self, nvml: &Nvml) -> End {
        let set = match settle(nvml.create_event_set()) {
            Ok(Ok(set)) => set,
            Ok(Err(Reason::NotSupported | Reason::NoPermission)) | Err(Stop::Source(_)) => return End::Over,
            Ok(Err(_)) | Err(Stop::Gpu(_)) => return End::Failed,
        };
        if !register(nvml, &self.watched, &set) {
            return End::Failed;
        }
        let mut unbroken = 0;
        loop {
            match set.wait(0) {
                Ok(event) => {
                    self.note(&event);
                    unbroken += 1;
                }
                Err(NvmlError::Timeout) => unbroken = 0,
                Err(error) => {
                    return if let Err(Stop::Source(_)) = settle::<()>(Err(error)) {
                        End::Over
                    } else {
                        End::Failed
                    };
                }
            }
            let end = if unbroken == 0 {
                self.rest(LOOK_EVERY)
            } else if unbroken % STORM == 0 {
                self.rest(BREATH)
            } else {
                self.rest(Duration::ZERO)
            };
            match end {
                End::Failed => {}
                End::Others(watched) if self.watched.iter().all(|gpu| watched.contains(gpu)) => {
                    // In the same set, since a new one would miss what happens meanwhile.
                    let added: Vec<_> =
                        watched.iter().filter(|gpu| !self.watched.contains(gpu)).cloned().collect();
                    register(nvml, &added, &set);
                    self.watched = watched;
                }
                end => {
                    // What came meanwhile would be lost with the set.
                    for event in (0..STORM).map_while(|_| set.wait(0).ok()) {
                        self.note(&event);
                    }
                    return end;
                }
            }
        }
    }

    /// Waits for an order; [`End::Failed`] where none comes.
    fn rest(&self, time: Duration) -> End {
        let order = if time.is_zero() {
            self.orders.try_recv().map_err(|error| error == TryRecvError::Disconnected)
        } else {
            self.orders.recv_timeout(time).map_err(|error| error == RecvTimeoutError::Disconnected)
        };
        match order {
            Ok(watched) => End::Others(watched),
            Err(true) => End::Over,
            Err(false) => End::Failed,
        }
    }

    fn note(&self, event: &EventData<'_>) {
        let number = match event.event_data {
            Some(XidError::Value(number)) => u32::try_from(number).unwrap_or(u32::MAX),
            // The wrapper's word for 999.
            Some(XidError::Unknown) => 999,
            None => return,
        };
        let handle = Handle::of(&event.device);
        let key = self.watched.iter().find(|(known, _)| *known == handle).map(|(_, key)| key.clone());
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.add(key, number, SystemTime::now());
    }
}

/// Whether any of these can be waited for.
fn register(nvml: &Nvml, gpus: &Watched, set: &EventSet<'_>) -> bool {
    let mut any = false;
    for (handle, _) in gpus {
        any |= raw::register(&handle.device(nvml), set).is_ok();
    }
    any
}
