//! The files of the page: from a folder, or from within the program.

#[cfg(feature = "embed")]
mod embedded;
mod version;

use std::path::PathBuf;

use axum::{
    extract::{Request, State as Shared},
    http::{HeaderValue, Uri, header, uri::PathAndQuery},
    response::{IntoResponse, Response},
};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use super::{page::missing, state::State};

/// Where the built site is.
#[derive(Clone, Debug)]
pub enum Site {
    /// In a folder, as the build leaves it.
    Folder(PathBuf),
    /// In the program itself.
    #[cfg(feature = "embed")]
    Embedded,
}

/// The site with the version of its files.
#[derive(Clone, Debug)]
pub(super) struct Files {
    site: Site,
    version: String,
    style: Option<String>,
    developed: bool,
}

/// Stands before the version in the paths of files that never change.
const VERSIONED: &str = "v/";

/// A browser asks each time and is told "not modified",
const ASK: HeaderValue = HeaderValue::from_static("no-cache");
/// or need not ask at all, because the name is another one when the file is.
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

impl Site {
    /// A file of it, as text.
    fn text(&self, path: &str) -> Option<String> {
        match self {
            Self::Folder(folder) => std::fs::read_to_string(folder.join(path)).ok(),
            #[cfg(feature = "embed")]
            Self::Embedded => embedded::text(path),
        }
    }
}

impl Files {
    pub(super) fn new(site: Site) -> Self {
        let version = match &site {
            Site::Folder(folder) => version::of_folder(folder),
            #[cfg(feature = "embed")]
            Site::Embedded => version::of(embedded::hashes()),
        };
        // Who develops changes it while the server runs.
        let developed = std::env::var_os("LEPTOS_WATCH").is_some();
        let style = if developed { None } else { site.text("pkg/gpu-observatory.css") };
        Self { site, version, style, developed }
    }

    /// The page's style sheet; `None` where the page has to load it.
    pub(super) fn style(&self) -> Option<&str> {
        self.style.as_deref()
    }

    /// Whether somebody works on it, and the page is loaded again at each build.
    pub(super) const fn is_developed(&self) -> bool {
        self.developed
    }

    /// Where the page's files are, from the page's own path: "v/0123456789abcdef/".
    pub(super) fn prefix(&self) -> String {
        [VERSIONED, &self.version, "/"].concat()
    }
}

/// Answers with a file of the site; its path may begin with a version.
pub(super) async fn file(Shared(state): Shared<State>, mut request: Request) -> Response {
    let files = &state.files;
    let path = request.uri().path().trim_start_matches('/');
    let versioned = path.strip_prefix(VERSIONED).and_then(|rest| rest.split_once('/'));
    let (path, cache) = match versioned {
        // Of an older version: a page that was open while the server was replaced.
        Some((version, rest)) => (rest, if version == files.version { KEEP } else { ASK }),
        None => (path, ASK),
    };
    let path = ["/", path].concat();
    let mut response = match &files.site {
        Site::Folder(folder) => {
            let Ok(rewritten) = path.parse::<PathAndQuery>() else { return missing(Shared(state)).await };
            *request.uri_mut() = Uri::from(rewritten);
            let folder = ServeDir::new(folder)
                .precompressed_br()
                .precompressed_gzip()
                .append_index_html_on_directories(false);
            match folder.oneshot(request).await {
                Ok(response) => response.into_response(),
                Err(never) => match never {},
            }
        }
        #[cfg(feature = "embed")]
        Site::Embedded => embedded::answer(&path[1..], &request),
    };
    if response.status().is_client_error() {
        return missing(Shared(state)).await;
    }
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}
