//! Secrets that are known by how they look, wherever they stand.

// Those of Hugging Face, OpenAI and its like, GitHub, GitLab, Slack, AWS, Google, npm, PyPI,
// Docker, NVIDIA, and tokens of JSON (RFC 7519).
/// How those begin that services give out.
const BEGINNINGS: [&str; 24] = [
    "hf_",
    "sk-",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxa-",
    "xoxb-",
    "xoxp-",
    "xoxr-",
    "xoxs-",
    "AKIA",
    "ASIA",
    "AIza",
    "ya29.",
    "npm_",
    "pypi-",
    "dckr_pat_",
    "nvapi-",
    "wandb_v1_",
    "eyJ",
];
/// Fewest characters behind the beginning.
const FEWEST: usize = 16;

/// The first of them as a range of bytes, from `from` on.
pub(super) fn find(text: &str, from: usize) -> Option<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let starts =
        |at: usize| BEGINNINGS.iter().find(|beginning| bytes[at..].starts_with(beginning.as_bytes()));
    (from..bytes.len()).filter(|at| *at == 0 || !word(bytes[at - 1])).find_map(|at| {
        let tail = at + starts(at)?.len();
        let is_part = |byte: &u8| word(*byte) || matches!(byte, b'-' | b'.' | b'+' | b'=');
        let end = tail + bytes[tail..].iter().take_while(|byte| is_part(byte)).count();
        let digits = bytes[tail..end].iter().any(u8::is_ascii_digit);
        (end - tail >= FEWEST && digits).then_some(at..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_within_other_words() {
        let found = |text: &str| find(text, 0).map(|range| text[range].to_owned());
        for secret in [
            "hf_aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567",
            "sk-proj-abcdefghijklmnop1234",
            "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
            "AKIAIOSFODNN7EXAMPLE0",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-123_x",
        ] {
            assert_eq!(found(&format!("x=({secret}) y")), Some(secret.to_owned()));
            // Within a token of JSON there is another beginning.
            assert!(found(&format!("x{secret}")).is_none_or(|found| found.len() < secret.len()));
        }
        for text in
            ["", "hf_home", "sk-learn-pipelines-and-more", "hf_transfer_is_a_library", "eyJ", "ü hf_ü"]
        {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
