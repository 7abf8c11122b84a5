//! A piece that stands on the page.

use leptos::tachys::{
    renderer::{
        CastFrom, Rndr,
        types::{Element, Node, Text},
    },
    view::Mountable,
};

use super::Piece;

/// Where the elements of drawings belong.
const SVG: &str = "http://www.w3.org/2000/svg";

/// An element of the page, and what was written into it.
pub(in crate::ui) struct Standing {
    element: Element,
    text: Option<Text>,
    /// Without its parts, which stand below.
    piece: Piece,
    parts: Vec<Standing>,
}

impl Standing {
    /// A new element.
    pub(super) fn build(mut piece: Piece) -> Self {
        let element = Rndr::create_element(piece.tag, piece.drawn.then_some(SVG));
        for (name, value) in &piece.attributes {
            Rndr::set_attribute(&element, name, value);
        }
        let parts = std::mem::take(&mut piece.parts);
        let mut standing = Self { element, text: None, piece, parts: Vec::with_capacity(parts.len()) };
        standing.say();
        standing.more(parts);
        standing
    }

    /// The element that the server wrote for this piece; a new one where it did not.
    pub(super) fn adopt(mut piece: Piece, node: Node) -> Self {
        let Some(element) = Element::cast_from(node) else { return Self::build(piece) };
        let parts = std::mem::take(&mut piece.parts);
        let mut next = Rndr::first_child(&element);
        let mut text = None;
        if !piece.text.is_empty()
            && let Some(node) = next.take()
        {
            next = Rndr::next_sibling(&node);
            text = Text::cast_from(node);
        }
        let mut standing = Self { element, text, piece, parts: Vec::with_capacity(parts.len()) };
        for part in parts {
            match next.take() {
                Some(node) => {
                    next = Rndr::next_sibling(&node);
                    standing.parts.push(Self::adopt(part, node));
                }
                None => standing.more([part]),
            }
        }
        standing
    }

    /// Changes what differs.
    pub(super) fn turn_into(&mut self, mut piece: Piece) {
        if piece.tag != self.piece.tag {
            let mut new = Self::build(piece);
            self.insert_before_this(&mut new);
            self.unmount();
            *self = new;
            return;
        }
        self.carry(&piece);
        let parts = std::mem::take(&mut piece.parts);
        let before = std::mem::replace(&mut self.piece, piece);
        if self.piece.text != before.text {
            self.say();
        }
        for gone in self.parts.drain(parts.len().min(self.parts.len())..) {
            Rndr::remove(&gone.element);
        }
        let mut parts = parts.into_iter();
        for (standing, part) in self.parts.iter_mut().zip(&mut parts) {
            standing.turn_into(part);
        }
        self.more(parts);
    }

    /// Takes on the attributes of `piece`. The same kind of piece has most of them in the
    /// same order.
    fn carry(&self, piece: &Piece) {
        let before = &self.piece.attributes;
        if *before == piece.attributes {
            return;
        }
        for attribute in &piece.attributes {
            if !before.contains(attribute) {
                Rndr::set_attribute(&self.element, attribute.0, &attribute.1);
            }
        }
        for (name, _) in before {
            if !piece.attributes.iter().any(|(kept, _)| kept == name) {
                Rndr::remove_attribute(&self.element, name);
            }
        }
    }

    /// Says what its piece says.
    fn say(&mut self) {
        let words = &self.piece.text;
        match &self.text {
            Some(text) => Rndr::set_text(text, words),
            None if words.is_empty() => {}
            None => {
                let text = Rndr::create_text_node(words);
                Rndr::insert_node(&self.element, &text, Rndr::first_child(&self.element).as_ref());
                self.text = Some(text);
            }
        }
    }

    /// Adds what it holds more than before.
    fn more(&mut self, parts: impl IntoIterator<Item = Piece>) {
        for part in parts {
            let part = Self::build(part);
            Rndr::insert_node(&self.element, &part.element, None);
            self.parts.push(part);
        }
    }
}

impl Mountable for Standing {
    fn unmount(&mut self) {
        Rndr::remove(&self.element);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        Rndr::insert_node(parent, &self.element, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.element.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element.clone()]
    }
}
