//! What a browser's parser makes of a page, as far as it takes to see what it takes for markup.

/// A page, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Markup {
    /// Name and names of attributes of each tag, as `img src alt`; a slash before those that end.
    pub(crate) tags: Vec<String>,
    /// The values of all attributes.
    pub(crate) values: Vec<String>,
    /// What stands between tags.
    pub(crate) texts: Vec<String>,
}

impl Markup {
    pub(crate) fn of(page: &str) -> Self {
        let mut markup = Self::default();
        let mut rest = page;
        while let Some(at) = rest.find('<') {
            markup.texts.push(decoded(&rest[..at]));
            rest = &rest[at..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.split_once("-->").expect("comments end").1;
            } else if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') {
                let name = markup.tag(&mut rest);
                // In these nothing is markup but their own end.
                if ["script", "style", "textarea", "title"].contains(&name.as_str()) {
                    let end = rest.find(&format!("</{name}")).expect("it ends");
                    assert!(name != "script" || !rest[..end].contains("<!--"), "scripts end elsewhere then");
                    markup.texts.push(decoded(&rest[..end]));
                    rest = &rest[end..];
                }
            } else {
                rest = &rest[1..];
            }
        }
        markup
    }

    /// Takes a tag off the front; gives its name.
    fn tag(&mut self, rest: &mut &str) -> String {
        let text = *rest;
        let length = text[1..].find(|c: char| c.is_ascii_whitespace() || c == '>').expect("tags end") + 1;
        let name = text[1..length].trim_end_matches('/').to_ascii_lowercase();
        let mut tag = name.clone();
        let mut at = length;
        loop {
            at += text[at..].len() - text[at..].trim_start_matches([' ', '\n', '\t', '/']).len();
            if text[at..].starts_with('>') {
                break;
            }
            let end = text[at..].find(['=', '>', ' ', '\n', '\t', '/']).expect("names end") + at;
            tag = format!("{tag} {}", &text[at..end]);
            at = end;
            if let Some(value) = text[at..].strip_prefix('=') {
                let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
                let value = value.trim_start_matches(['"', '\'']);
                let start = at + 1 + usize::from(quote.is_some());
                let length = match quote {
                    Some(quote) => text[start..].find(quote),
                    None => value.find([' ', '\n', '\t', '>']),
                };
                let length = length.expect("values end");
                self.values.push(decoded(&text[start..start + length]));
                at = start + length + usize::from(quote.is_some());
            }
        }
        self.tags.push(tag);
        *rest = &text[at + 1..];
        name
    }
}

/// What stands in the scripts of a page.
pub(crate) fn scripts(page: &str) -> Vec<&str> {
    let bodies = page.split("<script").skip(1).filter_map(|rest| rest.split_once('>'));
    bodies.filter_map(|(_, rest)| Some(rest.split_once("</script>")?.0)).collect()
}

fn decoded(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[test]
fn a_page_is_taken_apart_as_browsers_do() {
    let markup =
        Markup::of("<p a=\"<b>\" c>x &lt;i&gt;<!-- <u> --><script>a<b</script></p><img src=x onerror=y>");
    assert_eq!(markup.tags, ["p a c", "script", "/script", "/p", "img src onerror"]);
    assert!(markup.texts.contains(&"x <i>".to_owned()) && markup.values.contains(&"<b>".to_owned()));
}
