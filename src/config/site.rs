//! Where the built site lies.

use std::path::{Path, PathBuf};

use leptos_config::LeptosOptions;

/// The Leptos settings: those of the build, unless `LEPTOS_*` variables override them, as
/// `cargo leptos` does. Leptos could read them from a file as well; what it takes to do that
/// is a tenth of the program.
///
/// # Errors
/// One line, when such a variable does not fit.
pub fn leptos_options() -> Result<LeptosOptions, String> {
    let settings = leptos_config::get_config_from_env().map_err(|error| {
        format!("a LEPTOS_* variable does not fit: {}", error.to_string().replace('\n', " "))
    })?;
    Ok(settings.leptos_options)
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
    fn the_settings_are_those_of_the_build() {
        let build: toml::Table = include_str!("../../Cargo.toml").parse().unwrap();
        let build = &build["package"]["metadata"]["leptos"];
        let options = leptos_options().unwrap();
        assert_eq!(&*options.output_name, build["output-name"].as_str().unwrap());
        assert_eq!(&*options.site_root, build["site-root"].as_str().unwrap());
        assert_eq!(&*options.site_pkg_dir, build["site-pkg-dir"].as_str().unwrap());
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
