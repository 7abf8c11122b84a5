//! The HTML document around the page.

use leptos::{config::LeptosOptions, prelude::*};

use super::{App, Seed, store::Link, title};

/// The whole document. `base` is the path that the site is served under, with a
/// slash at both ends.
pub fn shell(options: LeptosOptions, base: String) -> impl IntoView {
    let seed = use_context::<Seed>();
    let snapshot = seed.as_ref().map(|seed| seed.0.as_ref());
    let host = snapshot.and_then(|snapshot| snapshot.system.as_ref()?.hostname.as_deref());
    let title = title(Link::Connecting, host, snapshot.is_some_and(|snapshot| snapshot.simulated));
    let [icon, style, inter, grotesk] =
        ["favicon.svg", "pkg/gpu-observatory.css", "fonts/inter.woff2", "fonts/space-grotesk.woff2"]
            .map(|path| [base.as_str(), path].concat());
    let root = base.trim_end_matches('/').to_owned();
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
                <link rel="icon" type="image/svg+xml" href=icon/>
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
            </body>
        </html>
    }
}
