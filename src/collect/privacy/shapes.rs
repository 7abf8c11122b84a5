//! Secrets that are known by how they look, wherever they stand.

use std::ops::Range;

/// How one begins, and so many letters and digits in a row that are behind that. Words and file
/// names have shorter rows: `hf_finetune_llama3_8b.py`.
struct Shape(&'static str, usize);

/// What services give out: Hugging Face, `OpenAI` and its like, GitHub, `GitLab`, Slack, AWS, Google,
/// npm, `PyPI`, Docker, NVIDIA, Weights & Biases.
const SHAPES: [Shape; 20] = [
    Shape("hf_", 30),
    Shape("sk-", 16),
    Shape("ghp_", 30),
    Shape("gho_", 30),
    Shape("ghu_", 30),
    Shape("ghs_", 30),
    Shape("ghr_", 30),
    Shape("github_pat_", 20),
    Shape("glpat-", 6),
    Shape("xapp-", 6),
    Shape("AKIA", 16),
    Shape("ASIA", 16),
    Shape("AIza", 6),
    Shape("ya29.", 6),
    Shape("npm_", 30),
    Shape("pypi-", 16),
    Shape("dckr_pat_", 6),
    Shape("nvapi-", 6),
    Shape("wandb_v1_", 6),
    Shape("xox", 10),
];
/// Fewest characters behind the beginning.
const FEWEST: usize = 16;

/// The first of them as a range of bytes, from `from` on.
pub(super) fn find(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let starts = |at: &usize| is_word(bytes[*at]) && (*at == 0 || !is_word(bytes[at - 1]));
    (from..bytes.len()).filter(starts).find_map(|at| {
        let end = at + bytes[at..].iter().take_while(|byte| is_part(**byte)).count();
        // All bytes between are ASCII.
        is_secret(&text[at..end]).then_some(at..end)
    })
}

fn is_secret(word: &str) -> bool {
    if word.starts_with("eyJ") {
        // A token of JSON (RFC 7519): its parts are JSON in another alphabet.
        return word.len() >= FEWEST && (word.contains(".eyJ") || word.matches('.').count() >= 2);
    }
    SHAPES.iter().any(|Shape(beginning, row)| {
        word.strip_prefix(beginning)
            // Slack's have a letter that tells the kind.
            .filter(|tail| *beginning != "xox" || tail.as_bytes().get(1) == Some(&b'-'))
            .is_some_and(|tail| tail.len() >= FEWEST && longest(tail) >= *row && is_random(tail))
    })
}

/// What was drawn by lot has digits or capitals in it; few names that are as long have.
fn is_random(tail: &str) -> bool {
    tail.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

fn longest(tail: &str) -> usize {
    let rows = tail.split(|c: char| !c.is_ascii_alphanumeric());
    rows.map(str::len).max().unwrap_or_default()
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

const fn is_part(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'-' | b'.' | b'+' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        find(text, 0).map(|range| &text[range])
    }

    #[test]
    fn secrets_are_found_within_other_words() {
        for secret in [
            "hf_aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567",
            // Many have no digits.
            "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",
            "sk-proj-abcdefghijklmnop1234",
            "sk-ant-api03-abcdefghijklmnopqrstuvwx",
            "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
            "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz",
            "glpat-abcDEF-ghi_jkl01234",
            "xoxb-123456789012-abcdefGHIJ",
            "AKIAIOSFODNNSEXAMPLE",
            "AIzaSyA-bcdefghijklmnopqrstuvwxyz012345",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-123_x",
        ] {
            assert_eq!(found(&format!("x=({secret}) y")), Some(secret));
            assert_eq!(found(secret), Some(secret));
        }
    }

    #[test]
    fn names_are_none() {
        for text in [
            "",
            "hf_home",
            "hf_finetune_llama3_8b.py",
            "hf_transfer_is_a_library_of_its_own",
            "my-sk-learn-pipeline-v2-final-build",
            "task-0123456789abcdefghij",
            "npm_config_node_gyp_v10_directory",
            "pypi-mirror-of-2026-january",
            "xoxo-hugs-and-kisses-2026",
            "AKIA",
            "eyJ",
            "eyJ0aGlzIjoib25lIHBhcnQi",
            "ü hf_ü",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
