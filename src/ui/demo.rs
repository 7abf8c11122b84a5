//! That all is invented, and which scene of it is played. A plain form: it works without
//! scripts, and the client has next to no code for it.

use leptos::prelude::*;

use super::store::{Machine, Store};

/// Empty where the GPUs are real.
#[component]
pub(crate) fn DemoBanner(store: Store) -> impl IntoView {
    let banner = super::live::text(move || banner(&store.machine.read()));
    // The address is relative: the page may be served under a path.
    view! { <form class="banner demo" method="post" action="demo" inner_html=banner></form> }
}

/// As markup, which is less code for the client to carry than so many elements. Of what
/// comes from elsewhere it has the scenes' names, which are words.
fn banner(machine: &Machine) -> String {
    if !machine.simulated && machine.demo.is_none() {
        return String::new();
    }
    let mut html =
        "<p role=\"note\" data-testid=\"demo-banner\">Simulated data: GPUs, sources and events are \
                    invented to show the page.</p><p class=\"scenes\" data-testid=\"scenes\">Scene:"
            .to_owned();
    if let Some(demo) = &machine.demo {
        for name in demo.scenarios.iter().filter(|name| is_word(name)) {
            let current = if *name == demo.scenario { " aria-current=\"true\"" } else { "" };
            for part in ["<button name=\"scenario\" value=\"", name, "\"", current, ">", name, "</button>"] {
                html.push_str(part);
            }
        }
    }
    html.push_str("</p>");
    html
}

fn is_word(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Demo;

    #[test]
    fn the_scene_that_is_played_is_marked_and_names_are_no_markup() {
        assert_eq!(banner(&Machine::default()), "");
        let scenarios = vec!["work".into(), "idle-hog".into(), "<b>".into(), "a\"b".into()];
        let demo = Some(Demo { scenario: "idle-hog".into(), scenarios });
        let html = banner(&Machine { demo, ..Machine::default() });
        assert!(html.contains("value=\"work\">work<"), "{html}");
        assert!(html.contains("value=\"idle-hog\" aria-current=\"true\">idle-hog<"), "{html}");
        assert_eq!(html.matches("<button").count(), 2, "{html}");
    }

    #[test]
    fn what_is_simulated_says_so_whatever_the_server_tells() {
        assert!(banner(&Machine { simulated: true, ..Machine::default() }).contains("Simulated data"));
    }
}
