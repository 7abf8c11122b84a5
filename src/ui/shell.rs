//! The HTML document around the page.

use leptos::{
    config::LeptosOptions,
    either::Either,
    nonce::{Nonce, use_nonce},
    prelude::*,
};

use super::{
    App, Seed,
    format::time_of_day,
    store::{Link, Machine},
    title, worst,
};

/// Runs before the first paint.
pub(super) const PREFERENCES: &str = include_str!("shell/preferences.js");
/// Fetches and starts the client, whose path stands before it.
const START: &str = include_str!("shell/start.js");

/// The whole document. `base` is the path that the page is served under, `files` that
/// of the files which it loads; both with a slash at both ends. The style sheet is within
/// the page, so that the first paint waits for nothing else; where it is `None`, the page
/// loads it. `leaves`: whether the reader has signed in, and so may sign out.
pub fn shell(
    options: LeptosOptions,
    base: String,
    files: &str,
    style: Option<&str>,
    leaves: bool,
) -> impl IntoView + use<> {
    let seed = use_context::<Seed>();
    let machine =
        seed.map(|seed| Machine::of(seed.0.as_ref().clone(), &Machine::default()).0).unwrap_or_default();
    let title = title(Link::Connecting, &machine);
    let taken = time_of_day(machine.taken.millis(), None);
    let (level, _) = worst(Link::Connecting, &machine);
    let paths = ["fonts/inter.woff2", "fonts/space-grotesk.woff2", "pkg/gpu-observatory"];
    let [inter, grotesk, client] = paths.map(|path| [files, path].concat());
    let [script, wasm] = [".js", ".wasm"].map(|ending| [&client, ending].concat());
    let start = ["const path = \"", &client, "\";\n", START].concat();
    let style = self::style(style, files, use_nonce());
    // A plain form, as in the page that was signed in by.
    let leave = leaves.then(|| {
        view! {
            <form class="controls leave" method="post" action="logout">
                <button type="submit">"Sign out"</button>
            </form>
        }
    });
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
                <script nonce=use_nonce()>{PREFERENCES}</script>
                {style}
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
                // A part of the page would be painted first otherwise, and then move.
                <link rel="expect" blocking="render" href="#said"/>
                <AutoReload options/>
                <link rel="modulepreload" crossorigin="" href=script/>
                <link
                    rel="preload"
                    r#as="fetch"
                    r#type="application/wasm"
                    crossorigin=""
                    fetchpriority="low"
                    href=wasm
                />
                <script type="module" nonce=use_nonce()>
                    {start}
                </script>
            </head>
            <body>
                <App/>
                // Behind the app, which the client looks for at the beginning.
                {leave}
                <noscript>
                    <p class="banner" data-testid="noscript">
                        "Values of "{taken}". They stay as they are: this page needs JavaScript to go on."
                    </p>
                </noscript>
            </body>
        </html>
    }
}

/// The style sheet in the page, or a link to it.
pub(super) fn style(style: Option<&str>, files: &str, nonce: Option<Nonce>) -> impl IntoView + use<> {
    if let Some(style) = style {
        // Its paths are relative to where it would have been loaded from.
        return Either::Left(view! { <style nonce=nonce>{style.replace("../", files)}</style> });
    }
    let sheet = [files, "pkg/gpu-observatory.css"].concat();
    Either::Right(view! { <link rel="stylesheet" href=sheet nonce=nonce/> })
}

#[cfg(test)]
mod tests;
