//! Pieces as the server writes them.

use html_escape::{encode_double_quoted_attribute_to_string, encode_text_to_string};

use super::Piece;

/// What HTML has no end tag for; of those the page uses none within a piece.
const VOID: [&str; 4] = ["br", "img", "input", "hr"];

impl Piece {
    /// Writes it behind what is there.
    pub(super) fn write(&self, html: &mut String) {
        debug_assert!(!VOID.contains(&self.tag), "{} has no end", self.tag);
        html.push('<');
        html.push_str(self.tag);
        for (name, value) in &self.attributes {
            html.push(' ');
            html.push_str(name);
            if !value.is_empty() {
                html.push_str("=\"");
                encode_double_quoted_attribute_to_string(value, html);
                html.push('"');
            }
        }
        html.push('>');
        encode_text_to_string(&self.text, html);
        for part in &self.parts {
            part.write(html);
        }
        html.push_str("</");
        html.push_str(self.tag);
        html.push('>');
    }
}
