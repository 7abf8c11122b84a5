//! The reader's choices as the browser keeps them: one line of words, with the filter
//! last, since it may hold anything. `ui/shell/preferences.js` reads it too. Pure.

use crate::ui::store::{Choices, Sort, SortBy, Theme, View};

const FILTER: &str = " filter=";
const REVERSED: &str = "-reversed";

/// Most characters of a GPU's key; those of drivers have 40.
const MOST: usize = 80;

/// "theme=dark view=auto sort=sm-reversed fold=GPU-1,GPU-2 filter=python train"
pub(super) fn write(choices: &Choices) -> String {
    let view = choices.view.map_or("auto", View::name);
    let reversed = if choices.sort.reversed { REVERSED } else { "" };
    let (theme, sort) = (choices.theme.name(), choices.sort.by.name());
    let mut folded = String::new();
    for key in choices.folded.iter().filter(|key| is_plain(key)) {
        folded.push_str(if folded.is_empty() { " fold=" } else { "," });
        folded.push_str(key);
    }
    ["theme=", theme, " view=", view, " sort=", sort, reversed, &folded, FILTER, &choices.filter].concat()
}

/// Whether a key can stand in the line, and in a selector of `ui/shell/preferences.js`.
fn is_plain(key: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'#');
    (1..=MOST).contains(&key.len()) && key.bytes().all(plain)
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
            "fold" => {
                choices.folded.clear();
                for key in value.split(',').filter(|key| is_plain(key)).take(Choices::MOST_FOLDED) {
                    if !choices.folded.iter().any(|folded| folded == key) {
                        choices.folded.push(key.to_owned());
                    }
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
                    let folded = vec!["GPU-02cc7978-aaaa".to_owned(), "#3".to_owned()];
                    let choices = Choices { theme, view, sort, filter, folded, ..Choices::default() };
                    assert_eq!(read_back(&write(&choices)), choices);
                }
            }
        }
    }

    #[test]
    fn folded_cards_stay_within_bounds() {
        let of = |line: &str| read_back(line).folded;
        assert_eq!(of("fold=A,,A,B\"]{},<i>,C filter= fold=D"), ["A", "C"]);
        let many: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
        assert_eq!(of(&["fold=", &many.join(",")].concat()).len(), Choices::MOST_FOLDED);
        assert!(of(&["fold=", &"A".repeat(MOST + 1)].concat()).is_empty());
        let odd = Choices { folded: vec!["a b".into(), "c,d".into()], ..Choices::default() };
        assert_eq!(write(&odd), write(&Choices::default()));
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
