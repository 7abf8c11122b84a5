//! The token that opens the dashboard, wherever it is written down.

use std::{
    fmt, fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Fewest characters: 16 random ones cannot be guessed over a network.
const SHORTEST: usize = 16;
/// Most characters.
const LONGEST: usize = 512;

/// Where the token is. Neither is shown: not by `Debug`, not in errors.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// In the setting itself.
    Text(String),
    /// In this file, with white space around it.
    File(PathBuf),
    /// In both, which is a mistake: one of them would be ignored.
    Both,
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.place())
    }
}

/// What who wants to see something must present: 16 to 512 visible characters of ASCII.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(not shown)")
    }
}

impl Token {
    /// Its characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TokenSource {
    /// The source that these two settings name.
    pub(super) fn of(text: Option<String>, file: Option<PathBuf>) -> Option<Self> {
        match (text, file) {
            (None, None) => None,
            (Some(text), None) => Some(Self::Text(text)),
            (None, Some(file)) => Some(Self::File(file)),
            (Some(_), Some(_)) => Some(Self::Both),
        }
    }

    /// What `doctor` says of it.
    pub(super) const fn place(&self) -> &'static str {
        match self {
            Self::Text(_) => "(set, not shown)",
            Self::File(_) => "(in a file)",
            Self::Both => "(set twice)",
        }
    }

    /// The token.
    ///
    /// # Errors
    /// One line: the file cannot be read, or what is written there cannot be a token.
    pub fn read(&self) -> Result<Token, String> {
        let (name, text) = match self {
            Self::Text(text) => ("GPU_MONITOR_AUTH_TOKEN".to_owned(), text.clone()),
            Self::File(path) => {
                let name = format!("the token in GPU_MONITOR_AUTH_TOKEN_FILE, {},", path.display());
                let text = contents(path).map_err(|error| {
                    format!("GPU_MONITOR_AUTH_TOKEN_FILE is {}: it cannot be read: {error}", path.display())
                })?;
                (name, text)
            }
            Self::Both => {
                return Err("GPU_MONITOR_AUTH_TOKEN and GPU_MONITOR_AUTH_TOKEN_FILE are both set: \
                            only one of them may be"
                    .to_owned());
            }
        };
        let token = text.trim();
        let count = token.chars().count();
        if (SHORTEST..=LONGEST).contains(&count) && token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Token(token.to_owned()));
        }
        Err(format!(
            "{name} is not shown here and has {count} characters: must be {SHORTEST} to {LONGEST} letters, \
             digits or signs of ASCII without spaces (openssl rand -hex 32 makes one)"
        ))
    }
}

/// As much of the file as a token can be, and a little to see that it is too much.
fn contents(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(2 * LONGEST as u64).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Token, String> {
        TokenSource::Text(text.to_owned()).read()
    }

    #[test]
    fn a_token_is_long_enough_and_plain() {
        assert_eq!(of(" 0123456789abcdef\n").unwrap().as_str(), "0123456789abcdef");
        assert!(of(&"x".repeat(512)).is_ok());
        for text in ["", "0123456789 abcdef", "0123456789abcdeü", &"x".repeat(513)] {
            let error = of(text).unwrap_err();
            assert!(error.contains("16 to 512") && error.contains("GPU_MONITOR_AUTH_TOKEN "), "{error}");
            assert!(text.is_empty() || !error.contains(text), "{error}");
        }
        assert!(of("fifteen-chars-x").unwrap_err().contains("has 15 characters"));
    }

    #[test]
    fn a_file_is_read_and_named_if_it_cannot_be() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        let source = TokenSource::of(None, Some(path.clone())).unwrap();
        assert!(source.read().unwrap_err().contains(path.to_str().unwrap()));
        fs::write(&path, "0123456789abcdef\r\n").unwrap();
        assert_eq!(source.read().unwrap().as_str(), "0123456789abcdef");
        fs::write(&path, "x".repeat(1 << 20)).unwrap();
        assert!(source.read().unwrap_err().contains("16 to 512"));
    }

    #[test]
    fn it_is_named_once_and_never_shown() {
        let both = TokenSource::of(Some("0123456789abcdef".into()), Some("/x".into())).unwrap();
        assert!(both.read().unwrap_err().contains("both set"));
        assert_eq!(TokenSource::of(None, None), None);
        let source = TokenSource::Text("0123456789abcdef".into());
        assert!(!format!("{source:?} {:?}", source.read()).contains("0123"));
    }
}
