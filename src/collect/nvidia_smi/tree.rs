//! XML as a tree that is looked up by direct children only: the same names occur
//! at several depths with different meanings.

use std::borrow::Cow;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{Malformed, text};
use crate::{collect::source::Reading, telemetry::Reason};

/// Most levels of a listing; nvidia-smi has eight.
const DEEPEST: usize = 16;

/// Long, and nothing of it is shown.
const LEFT_OUT: [&str; 2] = ["supported_clocks", "accounted_processes"];

#[derive(Debug, Default)]
pub(super) struct Element {
    name: String,
    /// Its `id` attribute.
    pub(super) id: Option<String>,
    text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The root element of a document.
    pub(super) fn root(xml: &str) -> Result<Self, Malformed> {
        let xml = mended(xml);
        let mut reader = Reader::from_str(&xml);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        // The lowest stands for the document itself.
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().map_err(|_| Malformed("is not XML"))? {
                Event::Start(start) if LEFT_OUT.contains(&start.name().0) => {
                    let end = start.to_end().into_owned();
                    reader.read_to_end(end.name()).map_err(|_| Malformed("ends too early"))?;
                    append(&mut open, " ");
                }
                Event::Start(start) if open.len() <= DEEPEST => open.push(Self::new(&start)),
                Event::Start(_) => return Err(Malformed("is nested too deep")),
                Event::End(end) => close(&mut open, end.name().0)?,
                Event::Text(text) => append(&mut open, &text),
                Event::CData(text) => append(&mut open, &text),
                Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                    Ok(Some(c)) => append(&mut open, c.encode_utf8(&mut [0; 4])),
                    _ => append(&mut open, entity(&reference).as_ref()),
                },
                Event::Eof => break,
                // What stands around a comment or its like is not one word.
                _ => append(&mut open, " "),
            }
        }
        if open.len() > 1 {
            return Err(Malformed("ends too early"));
        }
        let document = open.pop().unwrap_or_default();
        document.children.into_iter().next().ok_or(Malformed("is empty"))
    }

    fn new(start: &BytesStart<'_>) -> Self {
        let id = start.try_get_attribute("id").ok().flatten().map(|id| id.value.into_owned());
        Self { name: start.name().0.to_owned(), id, ..Self::default() }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Without the text of its children.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.is(name))
    }

    /// The element at the end of a path of direct children. Where a text stands
    /// in place of one on the way, it says why the rest is missing.
    pub(super) fn element(&self, path: &str) -> Reading<&Self> {
        let mut element = self;
        for name in path.split('/') {
            element = element.child(name).ok_or_else(|| element.why_empty())?;
        }
        Ok(element)
    }

    /// The text at the end of a path. An element with others in it is no value.
    pub(super) fn at(&self, path: &str) -> Reading<&str> {
        let element = self.element(path)?;
        if element.children.is_empty() { Ok(element.text()) } else { Err(Reason::NotReported) }
    }

    /// The first of these paths that leads to a value; otherwise why the first that
    /// leads anywhere has none.
    pub(super) fn first(&self, paths: &[&str]) -> Reading<&str> {
        let mut reason = Reason::NotReported;
        for path in paths {
            match self.at(path).and_then(text::value) {
                Ok(text) => return Ok(text),
                Err(other) if reason == Reason::NotReported => reason = other,
                Err(_) => {}
            }
        }
        Err(reason)
    }

    fn why_empty(&self) -> Reason {
        if self.children.is_empty() {
            text::value(self.text()).err().unwrap_or(Reason::NotReported)
        } else {
            Reason::NotReported
        }
    }
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// Ends the innermost element. An end of another one means that something is
/// missing, or that a process has a name that looks like a tag: then all that is
/// open within the element of this name ends with it.
fn close(open: &mut Vec<Element>, name: &str) -> Result<(), Malformed> {
    let torn = !open.last().is_some_and(|element| element.is(name));
    if torn && !open.iter().any(|element| element.is("process_info")) {
        return Err(Malformed("is not whole"));
    }
    if !open.iter().skip(1).any(|element| element.is(name)) {
        return Ok(());
    }
    while open.len() > 1 {
        let Some(element) = open.pop() else { break };
        let done = element.is(name);
        if let Some(parent) = open.last_mut() {
            parent.children.push(element);
        }
        if done {
            break;
        }
    }
    Ok(())
}

fn entity(name: &str) -> Cow<'static, str> {
    match name {
        "amp" => "&".into(),
        "lt" => "<".into(),
        "gt" => ">".into(),
        "quot" => "\"".into(),
        "apos" => "'".into(),
        other => format!("&{other};").into(),
    }
}

const NAME_START: &str = "<process_name>";
const NAME_END: &str = "</process_name>";

/// Names of processes are anybody's to choose, and not every version escapes them.
fn mended(xml: &str) -> Cow<'_, str> {
    if !xml.lines().any(|line| unescaped_name(line).is_some()) {
        return xml.into();
    }
    let mend = |line: &str| match unescaped_name(line) {
        Some(name) => {
            format!("{NAME_START}{}{NAME_END}\n", name.replace('<', "&lt;").replace('>', "&gt;"))
        }
        None => format!("{line}\n"),
    };
    xml.lines().map(mend).collect::<String>().into()
}

fn unescaped_name(line: &str) -> Option<&str> {
    let name = line.trim().strip_prefix(NAME_START)?.strip_suffix(NAME_END)?;
    let escaped = name.starts_with("<![CDATA[") && name.find("]]>") == Some(name.len() - 3);
    (name.contains(['<', '>']) && !escaped).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_at_direct_children_only() {
        let root = Element::root("<r><a><x>1</x></a><b><a><x>2</x></a></b></r>").unwrap();
        assert_eq!(root.at("a/x"), Ok("1"));
        assert_eq!(root.at("b/a/x"), Ok("2"));
        assert_eq!(root.at("x"), Err(Reason::NotReported));
        assert_eq!(root.at("a"), Err(Reason::NotReported));
    }

    #[test]
    fn a_text_in_place_of_a_container_is_the_reason() {
        let root = Element::root("<r><a>N/A</a><b>GPU is lost</b><c/><d>words</d></r>").unwrap();
        assert_eq!(root.at("a/x/y"), Err(Reason::NotSupported));
        assert_eq!(root.at("b/x"), Err(Reason::Lost));
        assert_eq!(root.at("c/x"), Err(Reason::NotReported));
        assert_eq!(root.at("d/x"), Err(Reason::NotReported));
        assert_eq!(root.first(&["c/x", "a/x", "b/x"]), Err(Reason::NotSupported));
    }

    #[test]
    fn comments_entities_and_what_is_long_are_no_trouble() {
        let xml = "<?xml version=\"1.0\" ?><!DOCTYPE r SYSTEM \"r.dtd\"><r id='7'><!-- <a>0</a> -->\
            <supported_clocks><a>3</a></supported_clocks><a>x &amp; &lt;y&gt; &#65; & &odd;</a></r>";
        let root = Element::root(xml).unwrap();
        assert_eq!(root.id.as_deref(), Some("7"));
        assert_eq!(root.at("a"), Ok("x & <y> A & &odd;"));
        assert_eq!(root.children.len(), 1);
        assert_eq!(Element::root("<r><a>6<!-- -->4</a></r>").unwrap().at("a"), Ok("6 4"));
    }

    #[test]
    fn a_process_may_be_called_anything() {
        let root = Element::root("<r>\n<process_name>a <b> </c & d</process_name>\n<x>1</x></r>").unwrap();
        assert_eq!(root.at("process_name"), Ok("a <b> </c & d"));
        assert_eq!(root.at("x"), Ok("1"));
        for (name, shown) in [("<![CDATA[a <b> & c]]>", "a <b> & c"), ("<![CDATA[]]>]]>", "<![CDATA[]]>]]>")]
        {
            let root = Element::root(&format!("<r>\n<process_name>{name}</process_name>\n</r>")).unwrap();
            assert_eq!(root.at("process_name"), Ok(shown));
        }
    }

    #[test]
    fn a_name_in_several_lines_costs_its_process_only() {
        let list = "<processes><process_info><process_name>a\n<b>\n</process_name><x>1</x></process_info>\
            <process_info><x>2</x></process_info></processes>";
        let root = Element::root(&format!("<r>{list}<y>3</y></r>")).unwrap();
        let processes = root.child("processes").unwrap();
        assert_eq!(processes.children.len(), 2);
        assert_eq!((processes.children[1].at("x"), root.at("y")), (Ok("2"), Ok("3")));
    }

    #[test]
    fn broken_documents_are_refused() {
        for xml in ["", "text", "<r><a>", "<r", "<r><a></r>", "<r></a></r>", &"<a>".repeat(100)] {
            assert!(Element::root(xml).is_err(), "{xml}");
        }
    }
}
