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
        "--new-password",
        "--db.password",
        "--secret",
        "--client-secret",
        "--access-key",
        "--authtoken",
        "--requirepass",
        "HF_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "OPENAI_API_KEY",
        "WANDB_API_KEY",
        "PGPASSWORD",
        "SSHPASS",
        "DB_PASS",
        "X-Api-Key",
        "authToken",
        "--token_value",
        "Proxy-Authorization",
        "IMAGE_PULL_SECRET",
        "ACCESS_TOKEN",
    ] {
        assert_eq!(holds(name), Some(Holds::Secret), "{name}");
    }
    for name in ["--auth", "-auth", "--pwd", "MYSQL_PWD", "http.proxyAuth", "--private-key", "--ssh-key"] {
        assert_eq!(holds(name), Some(Holds::SecretOrPath), "{name}");
    }
}

#[test]
fn names_of_other_things_are_not() {
    for name in [
        "",
        "--",
        "--tokenizer",
        "--tokens",
        "--max-tokens",
        "--max-token",
        "--num_tokens",
        "--token-file",
        "--password-file",
        "--no-auth",
        "--disable-auth",
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
        "--render-pass",
        "tokens",
        "PATH",
        "--auth-url",
        "SSH_AUTH_SOCK",
        "--monkey",
        "AWS_ACCESS_KEY_ID",
        "--new-token-embedding",
        "ü",
    ] {
        assert_eq!(holds(name), None, "{name}");
    }
}

#[test]
fn values_that_tell_nothing_are_told() {
    let told = |value| is_told(Holds::Secret, value);
    assert!(told("none") && told("\"True\"") && told("") && told("2"));
    assert!(!told("hunter2") && !told("123456") && !told("nonexistent") && !told("/run/x"));
    let path = |value| is_told(Holds::SecretOrPath, value);
    assert!(path("/run/x") && path("~/.ssh/id") && !path("abc"));
}
