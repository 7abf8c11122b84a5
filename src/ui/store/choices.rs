//! What the reader chose about the page. Pure.

/// The reader's choices. The client remembers them in the browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// The colours.
    pub theme: Theme,
    /// What "like the system" means now: light colours. Not a choice, but what the next
    /// one depends on.
    pub system_light: bool,
    /// Cards or rows; `None` while the number of GPUs decides.
    pub view: Option<View>,
    /// The order of all process tables.
    pub sort: Sort,
    /// Words that a process must have to be listed.
    pub filter: String,
    /// Keys of the GPUs whose cards are folded to their heads, the latest last.
    pub folded: Vec<String>,
}

impl Choices {
    /// The most cards that are remembered as folded: machines come and go.
    pub const MOST_FOLDED: usize = 64;

    /// Folds a card, or unfolds it.
    pub fn fold(&mut self, key: &str) {
        let before = self.folded.len();
        self.folded.retain(|folded| folded != key);
        if self.folded.len() == before {
            self.folded.push(key.to_owned());
        }
        let surplus = self.folded.len().saturating_sub(Self::MOST_FOLDED);
        self.folded.drain(..surplus);
    }
}

/// Colours of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Those of the system.
    #[default]
    System,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::System, Self::Dark, Self::Light];

    /// The name under which it is remembered.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    /// The one after this: first what the system is not, then what it is, then the
    /// system again. So the first change is one that can be seen.
    #[must_use]
    pub const fn next(self, system_light: bool) -> Self {
        match (self, system_light) {
            (Self::System, false) | (Self::Dark, true) => Self::Light,
            (Self::System, true) | (Self::Light, false) => Self::Dark,
            (Self::Dark, false) | (Self::Light, true) => Self::System,
        }
    }
}

/// How GPUs are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// A card each.
    Cards,
    /// A row each.
    Rows,
}

impl View {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Cards, Self::Rows];

    /// The name under which it is remembered.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cards => "cards",
            Self::Rows => "rows",
        }
    }

    /// What so many GPUs are shown as while the reader chose nothing.
    #[must_use]
    pub const fn of(gpus: usize) -> Self {
        /// As many cards as still fit a few screens.
        const MOST_CARDS: usize = 16;
        if gpus > MOST_CARDS { Self::Rows } else { Self::Cards }
    }
}

/// A column of the process tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// Its owner.
    User,
    /// What it runs.
    Command,
    /// Share of the multiprocessors.
    Sm,
    /// GPU memory.
    #[default]
    Memory,
}

/// The order of the process tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub by: SortBy,
    /// Against what one expects of it: texts start with A, figures with the largest.
    pub reversed: bool,
}

impl SortBy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::User, Self::Command, Self::Sm, Self::Memory];

    /// The name under which it is remembered.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Command => "command",
            Self::Sm => "sm",
            Self::Memory => "memory",
        }
    }

    const fn is_text(self) -> bool {
        matches!(self, Self::User | Self::Command)
    }
}

impl Sort {
    /// After a click on the head of this column: by it, or the other way round.
    #[must_use]
    pub fn pressed(self, by: SortBy) -> Self {
        Self { by, reversed: self.by == by && !self.reversed }
    }

    /// Whether the values rise from row to row.
    #[must_use]
    pub const fn rises(self) -> bool {
        self.by.is_text() != self.reversed
    }

    /// What the head of this column says to a screen reader.
    #[must_use]
    pub fn aria(self, by: SortBy) -> &'static str {
        match self.rises() {
            _ if self.by != by => "none",
            true => "ascending",
            false => "descending",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_change_of_theme_can_be_seen_and_the_third_is_the_systems() {
        for (light, other) in [(false, Theme::Light), (true, Theme::Dark)] {
            let first = Theme::System.next(light);
            assert_eq!(first, other);
            let second = first.next(light);
            assert!(second != first && second != Theme::System);
            assert_eq!(second.next(light), Theme::System);
        }
    }

    #[test]
    fn a_card_is_folded_and_unfolded_and_only_the_latest_are_remembered() {
        let mut choices = Choices::default();
        for key in ["A", "B", "A"] {
            choices.fold(key);
        }
        assert_eq!(choices.folded, ["B"]);
        for number in 0..Choices::MOST_FOLDED {
            choices.fold(&number.to_string());
        }
        assert_eq!((choices.folded.len(), choices.folded[0].as_str()), (Choices::MOST_FOLDED, "0"));
    }

    #[test]
    fn many_gpus_are_rows() {
        assert_eq!((View::of(16), View::of(17)), (View::Cards, View::Rows));
    }

    #[test]
    fn a_second_click_turns_the_order_round() {
        let memory = Sort::default();
        assert_eq!((memory.aria(SortBy::Memory), memory.aria(SortBy::User)), ("descending", "none"));
        assert_eq!(memory.pressed(SortBy::Memory).aria(SortBy::Memory), "ascending");
        let user = memory.pressed(SortBy::Memory).pressed(SortBy::User);
        assert_eq!(user.aria(SortBy::User), "ascending");
        assert_eq!(user.pressed(SortBy::User).aria(SortBy::User), "descending");
    }
}
