//! Where the built site lies.

use std::path::{Path, PathBuf};

use leptos_config::LeptosOptions;

/// The server's part of the Leptos settings, embedded when it was built.
const LEPTOS_TOML: &str = include_str!("../../Leptos.toml");

/// Reads the embedded settings; `LEPTOS_*` variables override them.
///
/// # Errors
/// One line, when such a variable does not fit.
pub fn leptos_options() -> Result<LeptosOptions, String> {
    leptos_config::get_config_from_str(LEPTOS_TOML).map_err(|error| {
        format!("a LEPTOS_* variable does not fit: {}", error.to_string().replace('\n', " "))
    })
}

/// The folder with the site: beside the executable (`../site`, `site`), so that
/// it is found from any working folder, else `configured` as it is.
#[must_use]
pub fn find_site(configured: &str, executable: Option<&Path>) -> PathBuf {
    let beside = executable.and_then(Path::parent);
    [beside.map(|dir| dir.join("../site")), beside.map(|dir| dir.join("site"))]
        .into_iter()
        .flatten()
        .find(|dir| dir.join("pkg").is_dir())
        .unwrap_or_else(|| PathBuf::from(configured))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_file_and_the_build_keys_agree() {
        let build: toml::Table = include_str!("../../Cargo.toml").parse().unwrap();
        let build = &build["package"]["metadata"]["leptos"];
        let run: toml::Table = LEPTOS_TOML.parse().unwrap();
        let run = run["package"]["metadata"]["leptos"].as_table().unwrap();
        for (key, value) in run {
            assert_eq!(build.get(key), Some(value), "{key}");
        }
        let options = leptos_options().unwrap();
        assert_eq!(&*options.output_name, build["output-name"].as_str().unwrap());
        assert_eq!(&*options.site_root, build["site-root"].as_str().unwrap());
        assert_eq!(&*options.site_pkg_dir, build["site-pkg-dir"].as_str().unwrap());
        assert_eq!(options.site_addr.to_string(), build["site-addr"].as_str().unwrap());
    }

    #[test]
    fn a_site_beside_the_executable_beats_the_working_folder() {
        let dir = tempfile::tempdir().unwrap();
        let exe = dir.path().join("release/gpu-observatory");
        std::fs::create_dir_all(dir.path().join("site/pkg")).unwrap();
        std::fs::create_dir_all(dir.path().join("release")).unwrap();
        assert_eq!(find_site("target/site", Some(&exe)), dir.path().join("release/../site"));
        assert_eq!(find_site("target/site", None), PathBuf::from("target/site"));
    }
}
