//! The page's state. [`Store::apply`] is the one place that changes what is shown.

mod card;
mod choices;
mod field;
mod fleet;
mod ledger;
mod link;
mod lookout;
mod machine;
mod time;

use leptos::prelude::*;

use super::{format::time_of_day, pick::matches};
use crate::telemetry::{Gpu, History, Snapshot, Timestamp};

pub use card::{Card, Face};
pub use choices::{Choices, Sort, SortBy, Theme, View};
pub use field::Field;
pub use fleet::{Column, Fleet, Hottest, is_hot};
pub use ledger::{Ledger, Owner as MemoryOwner, Segment};
pub use link::{Link, SILENCE_MS, Verdict, judge};
pub use lookout::{Lookout, Tiding, Watch, Watched};
pub(crate) use lookout::{free_for, unknown};
pub use machine::{Machine, Origin};
pub use time::{Moment, Paused};
pub(crate) use time::{Tape, is_gap, read};

/// Fields, one per thing that changes on its own. `Copy`: hand it around.
#[derive(Clone, Copy, Debug)]
pub struct Store {
    /// State of the connection.
    pub link: Field<Link>,
    /// Everything but the single GPUs.
    pub machine: Field<Machine>,
    /// Keys of the GPUs, in the source's order, each once.
    pub order: Field<Vec<String>>,
    /// What the reader chose.
    pub choices: Field<Choices>,
    /// The GPUs are shown as rows, not as cards.
    pub rows: Field<bool>,
    /// Minutes that UTC is ahead of the reader's zone; `None` until the client tells.
    pub zone: Field<Option<i32>>,
    /// Asks the client to connect at once.
    pub retry: Trigger,
    /// Notified when the plots have something new to draw.
    pub drawn: Trigger,
    /// Notified when the colours of the page changed.
    pub theme: Trigger,
    /// What instant the page is about.
    pub moment: Field<Moment>,
    /// What the reader asked to be told of.
    pub lookout: Field<Lookout>,
    history: StoredValue<History>,
    desk: StoredValue<Desk>,
}

/// What the store remembers and nobody watches.
#[derive(Debug)]
struct Desk {
    /// Every GPU that ever was: one that went may come back.
    cards: Vec<(String, Card)>,
    /// Users in the order in which they were first seen: their place is their colour.
    users: Vec<String>,
    /// Nobody can see the page.
    hidden: bool,
    /// The newest sample that came in meanwhile.
    waiting: Option<Snapshot>,
    /// The time of the newest sample that was looked through for the reader's watches.
    heeded: Timestamp,
    /// The messages of the last minute.
    tape: Tape,
    /// Where one can go while the page stands still.
    stops: Vec<u64>,
    /// What comes in while the page stands still.
    behind: Option<time::Behind>,
    /// Cards live as long as the page, not as the task that brought them.
    nursery: Owner,
}

impl Desk {
    /// The newest message, also while the page stands still.
    fn newest(&self) -> Option<Snapshot> {
        let behind = self.behind.as_ref().and_then(|behind| behind.tape.newest());
        behind.or_else(|| self.tape.newest())
    }
}

impl Store {
    /// A page that shows `seed`. Must be called where the page's signals may live.
    #[must_use]
    pub fn new(seed: Snapshot) -> Self {
        let store = Self {
            link: Field::new(Link::Connecting),
            machine: Field::new(Machine::default()),
            order: Field::new(Vec::new()),
            choices: Field::new(Choices::default()),
            rows: Field::new(false),
            zone: Field::new(None),
            retry: Trigger::new(),
            drawn: Trigger::new(),
            theme: Trigger::new(),
            moment: Field::new(Moment::default()),
            lookout: Field::new(Lookout::default()),
            history: StoredValue::new(History::default()),
            desk: StoredValue::new(Desk {
                cards: Vec::new(),
                users: Vec::new(),
                hidden: false,
                waiting: None,
                heeded: seed.timestamp,
                tape: Tape::default(),
                stops: Vec::new(),
                behind: None,
                nursery: Owner::new(),
            }),
        };
        store.show(seed);
        store
    }

    /// Takes a sample in: into the history and before the reader's watches at once, onto
    /// the page unless that is hidden or stands still.
    pub fn apply(self, mut snapshot: Snapshot) {
        let whole = snapshot.history.take();
        let other_scene =
            snapshot.server.as_ref().is_some_and(|server| self.machine.read_untracked().demo != server.demo);
        self.heed(&snapshot);
        let mut desk = self.desk.write_value();
        if other_scene {
            // It has nothing to do with the one before, to which nobody is to go back.
            desk.tape = Tape::default();
        }
        match &mut desk.behind {
            Some(behind) => extend(&mut behind.history, whole, &snapshot),
            None => extend(&mut self.history.write_value(), whole, &snapshot),
        }
        if desk.hidden || desk.behind.is_some() {
            desk.waiting = Some(snapshot);
        } else {
            drop(desk);
            self.show(snapshot);
        }
    }

    /// Takes a choice of the reader.
    pub fn choose(self, choice: impl FnOnce(&mut Choices)) {
        let mut choices = self.choices.get_untracked();
        choice(&mut choices);
        self.choices.set(choices);
        self.settle();
    }

    /// Tells the state of the connection.
    pub fn tell(self, link: Link) {
        put(self.link, link);
    }

    /// Tells whether anybody can see the page. What came in while nobody could is
    /// shown when somebody can again.
    pub fn set_hidden(self, hidden: bool) {
        if !hidden {
            self.seen();
        }
        let mut desk = self.desk.write_value();
        desk.hidden = hidden;
        let waiting = if hidden || desk.behind.is_some() { None } else { desk.waiting.take() };
        drop(desk);
        if let Some(snapshot) = waiting {
            self.show(snapshot);
        }
    }

    /// The card of a GPU in `order`.
    #[must_use]
    pub fn card(self, key: &str) -> Option<Card> {
        let desk = self.desk.read_value();
        desk.cards.iter().find(|(known, _)| known == key).map(|(_, card)| *card)
    }

    /// The time of day at which the values on the page were sampled.
    #[must_use]
    pub fn taken(self) -> String {
        let taken = self.machine.read().taken;
        time_of_day(taken.millis(), self.zone.get())
    }

    /// Whether a filter leaves nothing of this GPU.
    #[must_use]
    pub fn hides(self, card: Card) -> bool {
        let filter = &self.choices.read().filter;
        !filter.is_empty()
            && !card.gpu.read().known().processes.iter().any(|process| matches(process, filter))
    }

    /// Whether the client runs, rather than the page being as the server drew it.
    #[must_use]
    pub fn alive(self) -> bool {
        self.zone.get().is_some()
    }

    /// Looks at the last minute.
    pub fn with_history<T>(self, look: impl FnOnce(&History) -> T) -> T {
        look(&self.history.read_value())
    }

    fn show(self, snapshot: Snapshot) {
        self.put_on(snapshot);
        self.drawn.notify();
    }

    /// Shows the sample everywhere but in the plots.
    fn put_on(self, snapshot: Snapshot) {
        let (machine, gpus) = Machine::of(snapshot, &self.machine.read_untracked());
        self.machine.set(machine);
        self.show_gpus(gpus);
    }

    fn show_gpus(self, gpus: Vec<Gpu>) {
        let mut order = Vec::with_capacity(gpus.len());
        ledger::enlist(&mut self.desk.write_value().users, &gpus);
        for gpu in gpus {
            let key = gpu.key();
            // A source may list a key twice; the page cannot.
            if order.contains(&key) {
                continue;
            }
            let ledger = Ledger::of(gpu.known(), &self.desk.read_value().users);
            if let Some(card) = self.card(&key) {
                card.update(gpu, ledger);
            } else {
                let mut desk = self.desk.write_value();
                let card = desk.nursery.with(|| Card::new(gpu, ledger));
                desk.cards.push((key.clone(), card));
            }
            order.push(key);
        }
        put(self.order, order);
        self.settle();
    }

    /// Which view it is.
    fn settle(self) {
        let gpus = self.order.read_untracked().len();
        let view = self.choices.read_untracked().view.unwrap_or_else(|| View::of(gpus));
        put(self.rows, view == View::Rows);
    }
}

/// Adds a sample, and before it the last minute where that came with it.
fn extend(history: &mut History, whole: Option<History>, snapshot: &Snapshot) {
    if let Some(whole) = whole {
        *history = whole;
    }
    history.push(snapshot);
}

/// Sets a field only to something new.
fn put<T: PartialEq + Send + Sync + 'static>(field: Field<T>, value: T) {
    let is_new = *field.read_untracked() != value;
    if is_new {
        field.set(value);
    }
}

#[cfg(test)]
mod tests;
