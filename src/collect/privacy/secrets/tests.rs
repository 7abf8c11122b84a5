use proptest::prelude::*;

use super::*;

fn line(text: &str) -> String {
    masked(text).unwrap_or_else(|| text.to_owned())
}

fn arguments(all: &[&str]) -> String {
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    masked_arguments(&all).join(" ")
}

#[test]
fn secrets_are_masked_and_their_names_stay() {
    for (text, shown) in [
        ("train --token=abc --lr 1", "train --token=*** --lr 1"),
        ("train --token abc --lr 1", "train --token *** --lr 1"),
        ("x --api-key 'a b c' y", "x --api-key *** y"),
        ("x --password=\"a b\" y", "x --password=*** y"),
        (
            "env HF_TOKEN=abc OPENAI_API_KEY=def python x.py",
            "env HF_TOKEN=*** OPENAI_API_KEY=*** python x.py",
        ),
        ("git clone https://ada:hunter2@example.com/x", "git clone https://ada:***@example.com/x"),
        ("curl -u ada:hunter2 http://x", "curl -u ada:*** http://x"),
        ("curl http://x/y?a=1&token=abc&b=2", "curl http://x/y?a=1&token=***&b=2"),
        ("curl -H Authorization: Basic YTpi x", "curl -H Authorization: Basic *** x"),
        ("curl -H Authorization: abc x", "curl -H Authorization: *** x"),
        ("x --json {\"api_key\":\"abc\",\"n\":1}", "x --json {\"api_key\":***,\"n\":1}"),
        ("x {\"password\": \"abc\"}", "x {\"password\": ***"),
        ("x hf_aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567", "x ***"),
        ("psql postgresql://u:p@h/db?password=q", "psql postgresql://u:***@h/db?password=***"),
        ("x -Dhttp.password=abc", "x -Dhttp.password=***"),
        ("x --token", "x --token"),
        ("x --token --verbose", "x --token --verbose"),
    ] {
        assert_eq!(line(text), shown, "{text}");
    }
}

#[test]
fn what_is_no_secret_stays_as_it_is() {
    for text in [
        "",
        "  ",
        "python train.py --tokenizer gpt2 --max-tokens 512 --num_tokens=1",
        "x --token-file /run/secrets/token --no-auth --author ada --key-size 4096 tokens=512",
        "x --auth none --auth=basic --pad_token=<pad> --eos-token 2",
        "docker run --user 1000:1000 x",
        "ssh://git@example.com/x.git http://[::1]:5000/a:b",
        "java -Xmx4g -cp a:b:c Main",
        "don't --know what 'this is",
        "/usr/bin/keyboard monkey=1 compass:2",
    ] {
        assert_eq!(masked(text), None, "{text}");
    }
}

#[test]
fn an_argument_is_a_secret_with_all_its_spaces() {
    assert_eq!(arguments(&["x", "--password", "a b c", "y"]), "x --password *** y");
    assert_eq!(
        arguments(&["bash", "-c", "HF_TOKEN=abc python x.py --token def"]),
        "bash -c HF_TOKEN=*** python x.py --token ***"
    );
    assert_eq!(
        arguments(&["curl", "-H", "Authorization: Bearer abc", "y"]),
        "curl -H Authorization: Bearer *** y"
    );
    assert_eq!(arguments(&["x", "-----BEGIN RSA PRIVATE KEY-----\nabc"]), "x ***");
    assert_eq!(arguments(&["x", "--token", "--y", "z"]), "x --token --y z");
}

proptest! {
    #[test]
    fn nothing_panics_and_what_is_masked_stays_so(text in "\\PC{0,80}") {
        let once = line(&text);
        prop_assert!(once.len() <= text.len() * 4 + 3);
        prop_assert_eq!(line(&once), once);
    }

    #[test]
    fn a_planted_secret_never_survives(
        front in "[a-z -]{0,20}",
        name in "(--token|--api-key|--password|HF_TOKEN|DB_PASSWORD)",
        secret in "[a-zA-Z0-9]{12,30}",
        back in "[a-z -]{0,20}",
    ) {
        let text = format!("{front} {name}={secret} {back}");
        prop_assert!(!line(&text).contains(&secret), "{}", line(&text));
        let words = [front.as_str(), &format!("{name}={secret}"), &back];
        prop_assert!(!arguments(&words).contains(&secret));
    }
}
