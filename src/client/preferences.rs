//! The reader's choices as the browser keeps them: one line of words, with the filter
//! last, since it may hold anything. `public/preferences.js` reads it too. Pure.

use crate::ui::store::{Choices, Sort, SortBy, Theme, View};

const FILTER: &str = " filter=";
const REVERSED: &str = "-reversed";

/// "theme=dark view=auto sort=sm-reversed filter=python train"
pub(super) fn write(choices: &Choices) -> String {
    let view = choices.view.map_or("auto", View::name);
    let reversed = if choices.sort.reversed { REVERSED } else { "" };
    let (theme, sort) = (choices.theme.name(), choices.sort.by.name());
    ["theme=", theme, " view=", view, " sort=", sort, reversed, FILTER, &choices.filter].concat()
}

/// Takes over what can be read of `line`; the rest stays as it is.
pub(super) fn read(line: &str, choices: &mut Choices) {
    let (words, filter) = line.split_once(FILTER).unwrap_or((line, ""));
    filter.clone_into(&mut choices.filter);
    for (name, value) in words.split(' ').filter_map(|word| word.split_once('=')) {
        match name {
            "theme" => {
                if let Some(theme) = Theme::ALL.into_iter().find(|theme| theme.name() == value) {
                    choices.theme = theme;
                }
            }
            "view" => choices.view = View::ALL.into_iter().find(|view| view.name() == value),
            "sort" => {
                let (column, reversed) = value.strip_suffix(REVERSED).map_or((value, false), |by| (by, true));
                if let Some(by) = SortBy::ALL.into_iter().find(|by| by.name() == column) {
                    choices.sort = Sort { by, reversed };
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(line: &str) -> Choices {
        let mut choices = Choices::default();
        read(line, &mut choices);
        choices
    }

    #[test]
    fn what_is_written_is_read() {
        for theme in Theme::ALL {
            for view in [None, Some(View::Cards), Some(View::Rows)] {
                for by in SortBy::ALL {
                    let sort = Sort { by, reversed: by == SortBy::Sm };
                    let filter = "ann  theme=dark filter=x".to_owned();
                    let choices = Choices { theme, view, sort, filter, ..Choices::default() };
                    assert_eq!(read_back(&write(&choices)), choices);
                }
            }
        }
    }

    #[test]
    fn what_is_damaged_is_ignored() {
        for line in
            ["", "{\"theme\":1}", "theme view==", "theme=purple view=3d sort=-reversed", "\u{0}=\u{fffd}"]
        {
            assert_eq!(read_back(line), Choices::default(), "{line}");
        }
        let some = read_back("theme=light sort=colour unheard=of view=rows");
        assert_eq!((some.theme, some.view, some.sort), (Theme::Light, Some(View::Rows), Sort::default()));
    }
}
