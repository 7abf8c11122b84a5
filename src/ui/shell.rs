//! The HTML document around the page.

use leptos::{config::LeptosOptions, prelude::*};

use super::{
    App, Seed,
    format::time_of_day,
    store::{Link, Machine},
    title, worst,
};

/// The whole document. `base` is the path that the page is served under, `files` that
/// of the files which it loads; both with a slash at both ends.
pub fn shell(options: LeptosOptions, base: String, files: &str) -> impl IntoView + use<> {
    let seed = use_context::<Seed>();
    let machine =
        seed.map(|seed| Machine::of(seed.0.as_ref().clone(), &Machine::default()).0).unwrap_or_default();
    let title = title(Link::Connecting, &machine);
    let taken = time_of_day(machine.taken.millis(), None);
    let (level, _) = worst(Link::Connecting, &machine);
    let paths =
        ["preferences.js", "pkg/gpu-observatory.css", "fonts/inter.woff2", "fonts/space-grotesk.woff2"];
    let [preferences, style, inter, grotesk] = paths.map(|path| [files, path].concat());
    let root = files.trim_end_matches('/').to_owned();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-base=base>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="dark light"/>
                <meta name="theme-color" content="#0a0e1a" media="(prefers-color-scheme: dark)"/>
                <meta name="theme-color" content="#f4f6ff" media="(prefers-color-scheme: light)"/>
                <meta
                    name="description"
                    content="Every GPU of this machine, live: what it does, who uses it, and what holds it back."
                />
                <title>{title}</title>
                <link rel="icon" type="image/svg+xml" href=level.icon()/>
                // Before the style sheet, so that the first paint has the reader's colours.
                <script src=preferences></script>
                <link rel="stylesheet" href=style/>
                <link
                    rel="preload"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin=""
                    href=inter
                />
                <link
                    rel="preload"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin=""
                    href=grotesk
                />
                <AutoReload options=options.clone()/>
                <HydrationScripts options root/>
            </head>
            <body>
                <App/>
                // Behind the app, which the client looks for at the beginning.
                <noscript>
                    <p class="banner" data-testid="noscript">
                        "Values of "{taken}". They stay as they are: this page needs JavaScript to go on."
                    </p>
                </noscript>
            </body>
        </html>
    }
}
