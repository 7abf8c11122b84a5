//! Whether an option or a variable holds a secret, by its name.

/// Words of which one is enough.
const SECRET: [&str; 22] = [
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
    "authkey",
    "bearer",
    "cookie",
    "masterauth",
    "requirepass",
    "secretkey",
    "accesskey",
    "privatekey",
    "sshpass",
];
/// Ends of words that say the same: `PGPASSWORD`, `--authtoken`.
const ENDS: [&str; 9] = [
    "password",
    "passwd",
    "apikey",
    "authtoken",
    "accesstoken",
    "apitoken",
    "hftoken",
    "clientsecret",
    "authorization",
];
/// Words that with "key" behind them are one.
const KEYS: [&str; 13] = [
    "api",
    "access",
    "private",
    "secret",
    "auth",
    "signing",
    "encryption",
    "account",
    "license",
    "ssh",
    "storage",
    "master",
    "subscription",
];
/// Last words that say that it is something about a secret.
const ABOUT: [&str; 32] = [
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
    "sock",
    "socket",
];
/// First words of switches, which have no value.
const SWITCH: [&str; 7] = ["no", "disable", "without", "skip", "enable", "require", "allow"];
/// Words before "token" that make it one of a text, or a number of them.
const OF_TEXT: [&str; 17] = [
    "pad", "eos", "bos", "unk", "mask", "sep", "cls", "special", "image", "audio", "stop", "max", "min",
    "num", "new", "no", "per",
];
/// Words before "pass" that make it one of several rounds.
const OF_ROUNDS: [&str; 5] = ["render", "num", "max", "multi", "view"];
/// Words whose value is as often a file: `Xorg -auth`, `apptainer --pwd`, `--private-key`.
const OR_PATH: [&str; 5] = ["auth", "pwd", "private", "ssh", "signing"];
/// Values that say that there is none, or which kind.
const NO_SECRET: [&str; 12] =
    ["", "none", "null", "true", "false", "yes", "no", "on", "off", "basic", "digest", "auto"];

/// What the value of such a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Secret,
    /// A secret, unless it is a path.
    SecretOrPath,
}

/// What the value of a name is: `--hf-token`, `AWS_SECRET_ACCESS_KEY`, `apiKey`; `None` where it is
/// no secret. Asks for no memory: it is called for each word of each command line.
pub(super) fn holds(name: &str) -> Option<Holds> {
    let first = words(name).next()?;
    if is(first, &SWITCH) || is(words(name).last()?, &ABOUT) {
        return None;
    }
    let mut before = "";
    let mut found = None;
    for word in words(name) {
        let one = if word.eq_ignore_ascii_case("token") {
            !words(name).any(|other| is(other, &OF_TEXT))
        } else if word.eq_ignore_ascii_case("pass") {
            !words(name).any(|other| is(other, &OF_ROUNDS))
        } else {
            is(word, &SECRET) || ENDS.iter().any(|end| ends(word, end))
        };
        let key = word.eq_ignore_ascii_case("key") && is(before, &KEYS);
        // Another word beside it says more: `auth_token` is no file.
        let path = one && is(word, &OR_PATH) || key && is(before, &OR_PATH);
        if one || key {
            found = match found {
                Some(Holds::Secret) => found,
                _ if path => Some(Holds::SecretOrPath),
                _ => Some(Holds::Secret),
            };
        }
        before = word;
    }
    found
}

/// Whether such a value may be shown: `--auth=none` tells nothing, nor does a number of few
/// digits.
pub(super) fn is_told(holds: Holds, value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    let number = value.len() < 4 && value.bytes().all(|byte| byte.is_ascii_digit());
    let path = ["/", "./", "../", "~/"].iter().any(|start| value.starts_with(start));
    number
        || NO_SECRET.iter().any(|word| value.eq_ignore_ascii_case(word))
        || holds == Holds::SecretOrPath && path
}

fn is(word: &str, list: &[&str]) -> bool {
    list.iter().any(|one| word.eq_ignore_ascii_case(one))
}

fn ends(word: &str, end: &str) -> bool {
    let start = word.len().checked_sub(end.len());
    start.is_some_and(|start| word[start..].eq_ignore_ascii_case(end))
}

/// The words of a name, however they are put together.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).flat_map(humps).filter(|word| !word.is_empty())
}

/// `api` and `Key` of `apiKey`.
fn humps(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let bytes = rest.as_bytes();
        let hump =
            bytes.windows(2).position(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase());
        let (word, tail) = rest.split_at(hump.map_or(rest.len(), |at| at + 1));
        rest = tail;
        (!word.is_empty()).then_some(word)
    })
}

#[cfg(test)]
mod tests;
