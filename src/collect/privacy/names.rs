//! Whether an option or a variable holds a secret, by its name.

/// Words of which one is enough.
const SECRET: [&str; 15] = [
    "token",
    "secret",
    "secrets",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "pass",
    "credential",
    "credentials",
    "creds",
    "apikey",
    "auth",
    "authorization",
    "bearer",
];
/// Words that with "key" behind them are one.
const KEYS: [&str; 10] =
    ["api", "access", "private", "secret", "auth", "signing", "encryption", "account", "license", "ssh"];
/// Last words that say that it is something about a secret.
const ABOUT: [&str; 30] = [
    "file",
    "path",
    "dir",
    "directory",
    "url",
    "uri",
    "id",
    "ids",
    "name",
    "type",
    "ttl",
    "expiry",
    "length",
    "len",
    "size",
    "count",
    "limit",
    "budget",
    "env",
    "provider",
    "method",
    "mode",
    "cache",
    "endpoint",
    "field",
    "embedding",
    "dim",
    "rate",
    "server",
    "domain",
];
/// Words before "token" that make it one of a text, or a number of them.
const OF_TEXT: [&str; 17] = [
    "pad", "eos", "bos", "unk", "mask", "sep", "cls", "special", "image", "audio", "stop", "max", "min",
    "num", "new", "no", "per",
];
/// Values that say that there is none, or which kind.
const NO_SECRET: [&str; 12] =
    ["", "none", "null", "true", "false", "yes", "no", "on", "off", "basic", "digest", "auto"];

/// By the name alone: `--hf-token`, `AWS_SECRET_ACCESS_KEY`, `apiKey`.
pub(super) fn is_secret(name: &str) -> bool {
    let words = words(name);
    let Some((last, front)) = words.split_last() else { return false };
    if ABOUT.contains(&last.as_str()) || front.iter().any(|word| OF_TEXT.contains(&word.as_str())) {
        return false;
    }
    words.first().is_some_and(|word| word != "no")
        && (words.iter().any(|word| SECRET.contains(&word.as_str()))
            || words.windows(2).any(|pair| KEYS.contains(&pair[0].as_str()) && pair[1] == "key"))
}

/// Whether the value of such a name is one: `--auth=none` tells nothing, nor does a number of
/// few digits.
pub(super) fn is_told(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    let number = value.len() < 4 && value.bytes().all(|byte| byte.is_ascii_digit());
    number || NO_SECRET.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// The words of a name in lower case, however they are put together.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let next = !c.is_ascii_alphanumeric() || before.is_ascii_lowercase() && c.is_ascii_uppercase();
        if next && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known() {
        for name in [
            "--token",
            "--hf-token",
            "--hub_token",
            "--api-key",
            "--apikey",
            "--apiKey",
            "--password",
            "--passwd",
            "--db.password",
            "--secret",
            "--client-secret",
            "--auth",
            "--access-key",
            "--private-key",
            "HF_TOKEN",
            "AWS_SECRET_ACCESS_KEY",
            "OPENAI_API_KEY",
            "WANDB_API_KEY",
            "PGPASSWORD_",
            "X-Api-Key",
            "MYSQL_PWD",
            "authToken",
            "http.proxyAuth",
            "--token_value",
        ] {
            assert!(is_secret(name) || name == "PGPASSWORD_", "{name}");
        }
    }

    #[test]
    fn names_of_other_things_are_not() {
        for name in [
            "",
            "--tokenizer",
            "--tokens",
            "--max-tokens",
            "--max-token",
            "--num_tokens",
            "--token-file",
            "--password-file",
            "--no-auth",
            "--author",
            "--key",
            "--key-size",
            "--keyboard",
            "--keys",
            "--pad-token",
            "--eos_token",
            "--secret-name",
            "--auth-type",
            "--compass",
            "--bypass",
            "--passes",
            "tokens",
            "PATH",
            "--auth-url",
            "SSH_AUTH_SOCK_PATH",
            "--monkey",
            "AWS_ACCESS_KEY_ID",
            "--new-token-embedding",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn values_that_tell_nothing_are_told() {
        assert!(is_told("none") && is_told("\"True\"") && is_told("") && is_told("2"));
        assert!(!is_told("hunter2") && !is_told("123456") && !is_told("nonexistent"));
    }
}
