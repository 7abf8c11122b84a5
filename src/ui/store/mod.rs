//! The page's state. [`Store::apply`] is the one place that changes what is shown.

mod card;
mod fleet;
mod ledger;
mod link;

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::telemetry::{Attempt, Gpu, History, Host, Provider, Snapshot, Timestamp};

pub use card::Card;
pub use fleet::{Fleet, Hottest, is_hot};
pub use ledger::{Ledger, Owner as MemoryOwner, Segment};
pub use link::{Link, SILENCE_MS, Verdict, judge};

/// Where the values come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// `None` while no source answers.
    pub provider: Option<Provider>,
    /// Of the first GPU that knows it.
    pub driver_version: Option<String>,
    /// Of the first GPU that knows it, 1000 · major + 10 · minor.
    pub cuda_version: Option<u32>,
}

/// Signals, one per thing that changes on its own. `Copy`: hand it around.
#[derive(Clone, Copy, Debug)]
pub struct Store {
    /// State of the connection.
    pub link: RwSignal<Link>,
    /// Whole seconds since a new sample last came in, rounded up; `None` before the first.
    pub age: RwSignal<Option<u32>>,
    /// Asks the client to connect at once.
    pub retry: RwSignal<()>,
    /// When the values on the page were sampled, by the server's clock.
    pub taken: RwSignal<Timestamp>,
    /// Minutes that UTC is ahead of the reader's zone; `None` until the client tells.
    pub zone: RwSignal<Option<i32>>,
    /// Keys of the GPUs, in the source's order, each once.
    pub order: RwSignal<Vec<String>>,
    /// Sums over all GPUs.
    pub fleet: RwSignal<Fleet>,
    /// The host; `None` where its metrics are switched off.
    pub system: RwSignal<Option<Host>>,
    /// The telemetry source.
    pub origin: RwSignal<Origin>,
    /// Sources that gave nothing.
    pub sources: RwSignal<Vec<Attempt>>,
    /// The GPUs are invented.
    pub simulated: RwSignal<bool>,
    /// Notified when the plots have something new to draw.
    pub drawn: RwSignal<()>,
    /// Notified when the colours of the page changed.
    pub theme: RwSignal<()>,
    history: StoredValue<History>,
    desk: StoredValue<Desk>,
}

/// What the store remembers and nobody watches.
#[derive(Debug)]
struct Desk {
    /// Every GPU that ever was: one that went may come back.
    cards: BTreeMap<String, Card>,
    /// Users in the order in which they were first seen: their place is their colour.
    users: Vec<String>,
    /// Nobody can see the page.
    hidden: bool,
    /// The newest sample that came in meanwhile.
    waiting: Option<Snapshot>,
    /// Cards live as long as the page, not as the task that brought them.
    nursery: Owner,
}

impl Store {
    /// A page that shows `seed`. Must be called where the page's signals may live.
    #[must_use]
    pub fn new(seed: Snapshot) -> Self {
        let store = Self {
            link: RwSignal::new(Link::Connecting),
            age: RwSignal::new(None),
            retry: RwSignal::new(()),
            taken: RwSignal::new(Timestamp::default()),
            zone: RwSignal::new(None),
            order: RwSignal::new(Vec::new()),
            fleet: RwSignal::new(Fleet::default()),
            system: RwSignal::new(None),
            origin: RwSignal::new(Origin::default()),
            sources: RwSignal::new(Vec::new()),
            simulated: RwSignal::new(false),
            drawn: RwSignal::new(()),
            theme: RwSignal::new(()),
            history: StoredValue::new(History::default()),
            desk: StoredValue::new(Desk {
                cards: BTreeMap::new(),
                users: Vec::new(),
                hidden: false,
                waiting: None,
                nursery: Owner::new(),
            }),
        };
        store.show(seed);
        store
    }

    /// Takes a sample in: into the history at once, onto the page unless it is hidden.
    pub fn apply(self, mut snapshot: Snapshot) {
        let whole = snapshot.history.take();
        self.history.update_value(|history| {
            if let Some(whole) = whole {
                *history = whole;
            }
            history.push(&snapshot);
        });
        let visible = self.desk.try_update_value(|desk| {
            if desk.hidden {
                desk.waiting = Some(snapshot);
                None
            } else {
                Some(snapshot)
            }
        });
        if let Some(snapshot) = visible.flatten() {
            self.show(snapshot);
        }
    }

    /// Tells whether anybody can see the page. What came in while nobody could is
    /// shown when somebody can again.
    pub fn set_hidden(self, hidden: bool) {
        let waiting = self.desk.try_update_value(|desk| {
            desk.hidden = hidden;
            if hidden { None } else { desk.waiting.take() }
        });
        if let Some(snapshot) = waiting.flatten() {
            self.show(snapshot);
        }
    }

    /// The card of a GPU in `order`.
    #[must_use]
    pub fn card(self, key: &str) -> Option<Card> {
        self.desk.with_value(|desk| desk.cards.get(key).copied())
    }

    /// Looks at the last minute.
    pub fn with_history<T>(self, look: impl FnOnce(&History) -> T) -> T {
        self.history.with_value(look)
    }

    fn show(self, snapshot: Snapshot) {
        put(self.taken, snapshot.timestamp);
        put(self.fleet, Fleet::of(&snapshot.gpus));
        put(self.origin, origin(&snapshot));
        put(self.system, snapshot.system);
        put(self.sources, snapshot.sources);
        put(self.simulated, snapshot.simulated);
        self.show_gpus(snapshot.gpus);
        self.drawn.notify();
    }

    fn show_gpus(self, gpus: Vec<Gpu>) {
        let mut order = Vec::with_capacity(gpus.len());
        self.desk.update_value(|desk| ledger::enlist(&mut desk.users, &gpus));
        for gpu in gpus {
            let key = gpu.key();
            // A source may list a key twice; the page cannot.
            if order.contains(&key) {
                continue;
            }
            let ledger = self.desk.with_value(|desk| Ledger::of(&gpu, &desk.users));
            match self.card(&key) {
                Some(card) => card.update(gpu, ledger),
                None => self.desk.update_value(|desk| {
                    let card = desk.nursery.with(|| Card::new(gpu, ledger));
                    desk.cards.insert(key.clone(), card);
                }),
            }
            order.push(key);
        }
        put(self.order, order);
    }
}

/// Sets a signal only to something new.
fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

fn origin(snapshot: &Snapshot) -> Origin {
    Origin {
        provider: snapshot.provider,
        driver_version: snapshot.gpus.iter().find_map(|gpu| gpu.driver_version.clone()),
        cuda_version: snapshot.gpus.iter().find_map(|gpu| gpu.cuda_version),
    }
}

#[cfg(test)]
mod tests;
