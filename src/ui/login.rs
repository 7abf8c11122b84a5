//! The page that asks for the token. It has a form and no client.

use leptos::{nonce::Nonce, prelude::*};

use super::{
    header::Mark,
    shell::{self, PREFERENCES},
    title::Level,
};

const STYLE: &str = include_str!("login/login.css");

/// The document as HTML. `base` is the path that the dashboard is under, `files` that of its
/// files, both with a slash at both ends; `style` is its style sheet, or `None` where the page
/// loads it. `refused`: what was wrong with the last answer.
#[must_use]
pub fn login(base: &str, files: &str, style: Option<&str>, nonce: &Nonce, refused: Option<&str>) -> String {
    let style = shell::style(style, files, Some(nonce.clone()));
    let refused = refused.map(|words| {
        view! { <p class="refused" role="alert" data-testid="refused">{words.to_owned()}</p> }
    });
    let action = [base, "login"].concat();
    let page = view! {
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="dark light"/>
                <meta name="robots" content="noindex"/>
                <title>"Sign in · GPU Observatory"</title>
                <link rel="icon" type="image/svg+xml" href=Level::Ok.icon()/>
                <script nonce=nonce.clone()>{PREFERENCES}</script>
                {style}
                <style nonce=nonce.clone()>{STYLE}</style>
            </head>
            <body>
                <main class="login">
                    <form method="post" action=action data-testid="login">
                        <div class="brand">
                            <Mark/>
                            <h1>"GPU Observatory"</h1>
                        </div>
                        // For password managers, which save nothing without a name.
                        <input type="text" name="user" autocomplete="username" value="gpu-observatory" readonly hidden/>
                        <label>
                            "Token"
                            <input
                                type="password"
                                name="token"
                                autocomplete="current-password"
                                required
                                autofocus
                            />
                        </label>
                        {refused}
                        <button type="submit">"Sign in"</button>
                        <p class="hint">"Whoever runs this dashboard has the token. It is asked for once in 30 days."</p>
                    </form>
                </main>
            </body>
        </html>
    };
    ["<!DOCTYPE html>", &page.to_html()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_wrong_is_text_and_all_styles_and_scripts_have_the_nonce() {
        let nonce = Nonce::from_value("abc");
        let html = login("/gpu/", "/gpu/v/0/", Some("a{}"), &nonce, Some("<b>no</b>"));
        assert!(html.contains("&lt;b>no&lt;/b>") || html.contains("&lt;b&gt;no&lt;/b&gt;"), "{html}");
        assert!(html.contains("action=\"/gpu/login\""), "{html}");
        let all = |tag: &str| html.matches(tag).count();
        assert_eq!(all("<script"), all("<script nonce=\"abc\""));
        assert_eq!((all("<style"), all("<style nonce=\"abc\"")), (2, 2));
        assert!(!html.contains("style=\"") && !html.contains(" onclick"), "{html}");
    }
}
