//! Lists that change as a whole: one kind of item, one kind of note and one kind of
//! bar for all of them, because each further one is code that the client must carry.

use leptos::prelude::*;

/// An item of a list: up to four texts, and a bar or a swatch before the third.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Item {
    pub(super) class: &'static str,
    pub(super) testid: &'static str,
    pub(super) title: Option<String>,
    pub(super) key: String,
    pub(super) name: String,
    /// Class and SVG length of what is full; `None` where there is no bar.
    pub(super) bar: Option<(&'static str, String)>,
    pub(super) figure: String,
    pub(super) more: String,
}

/// The items that `read` gives, each time something that it reads has changed.
pub(super) fn items(read: impl Fn() -> Vec<Item> + Send + 'static) -> impl IntoView {
    items_of(Box::new(read))
}

// Not a part of the above, of which the client carries one for each `read`.
fn items_of(read: Box<dyn Fn() -> Vec<Item> + Send>) -> impl IntoView {
    move || read().into_iter().map(item).collect_view()
}

fn item(item: Item) -> impl IntoView {
    let shape = if item.bar.is_some() { "bar" } else { "bar nothing" };
    // What is empty takes no room.
    let class = |class: &'static str, text: &str| if text.is_empty() { "nothing" } else { class };
    let [key, name] = [class("key", &item.key), class("name", &item.name)];
    let [figure, more] = [class("figure", &item.figure), class("more", &item.more)];
    let (full, length) = item.bar.unwrap_or(("", "0".to_owned()));
    view! {
        <li class=item.class data-testid=item.testid title=item.title>
            <span class=key>{item.key}</span>
            <span class=name>{item.name}</span>
            <svg class=shape aria-hidden="true">
                <rect class=full width=length height="100%" fill="url(#paint-memory)"/>
            </svg>
            <span class=figure>{item.figure}</span>
            <span class=more>{item.more}</span>
        </li>
    }
}

/// A sentence or two; what stands between backticks is set as code.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Note {
    pub(super) class: &'static str,
    pub(super) role: &'static str,
    pub(super) testid: &'static str,
    pub(super) words: String,
}

/// The notes that `read` gives, each time something that it reads has changed.
pub(super) fn notes(read: impl Fn() -> Vec<Note> + Send + 'static) -> impl IntoView {
    notes_of(Box::new(read))
}

fn notes_of(read: Box<dyn Fn() -> Vec<Note> + Send>) -> impl IntoView {
    move || read().iter().map(note).collect_view()
}

fn note(note: &Note) -> impl IntoView + use<> {
    let parts = note.words.split('`').enumerate().map(|(n, part)| {
        let class = if n % 2 == 0 { "" } else { "code" };
        view! { <span class=class>{part.to_owned()}</span> }
    });
    view! {
        <p class=note.class role=note.role data-testid=note.testid>
            {parts.collect_view()}
        </p>
    }
}

/// A rectangle of a chart; places and sizes are SVG lengths.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) class: &'static str,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    /// Overruled by a colour of the class.
    pub(super) fill: &'static str,
    pub(super) title: String,
}

/// The bars that `read` gives, each time something that it reads has changed.
pub(super) fn bars(read: impl Fn() -> Vec<Bar> + Send + 'static) -> impl IntoView {
    bars_of(Box::new(read))
}

fn bars_of(read: Box<dyn Fn() -> Vec<Bar> + Send>) -> impl IntoView {
    move || read().into_iter().map(bar).collect_view()
}

fn bar(bar: Bar) -> impl IntoView {
    view! {
        <rect class=bar.class x=bar.x y=bar.y width=bar.width height=bar.height fill=bar.fill>
            <title>{bar.title}</title>
        </rect>
    }
}
