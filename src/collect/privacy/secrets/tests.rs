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
        ("python -u x.py --token abc", "python -u x.py --token ***"),
        ("env -u HOME HF_TOKEN=abc x", "env -u HOME HF_TOKEN=*** x"),
        ("curl http://x/y?a=1&token=abc&b=2", "curl http://x/y?a=1&token=***&b=2"),
        ("curl -H Authorization: Basic YTpi x", "curl -H Authorization: Basic *** x"),
        ("curl -H Authorization: abc x", "curl -H Authorization: *** x"),
        ("x --json {\"api_key\":\"abc\",\"n\":1}", "x --json {\"api_key\":***,\"n\":1}"),
        ("x {\"password\": \"abc\"}", "x {\"password\": ***"),
        ("x hf_aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567", "x ***"),
        ("psql postgresql://u:p@h/db?password=q", "psql postgresql://u:***@h/db?password=***"),
        ("x -Dhttp.password=abc", "x -Dhttp.password=***"),
        ("x 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", "x ***"),
        ("env PGPASSWORD=abc psql", "env PGPASSWORD=*** psql"),
        ("curl -H Proxy-Authorization: Basic YTpi x", "curl -H Proxy-Authorization: Basic *** x"),
        ("curl --header=Authorization: Basic YTpi x", "curl --header=Authorization: Basic *** x"),
        ("curl -H 'Authorization: Bearer abc' x", "curl -H 'Authorization: Bearer *** x"),
        ("curl -H X-Api-Key:abc x", "curl -H X-Api-Key:*** x"),
        ("x --password=a&b;c y", "x --password=*** y"),
        ("x --new-password abc", "x --new-password ***"),
        ("x --token 'abc", "x --token ***"),
        ("x 'tis --token abc y", "x 'tis --token *** y"),
        ("bash -c 'python x.py --token abc y'", "bash -c 'python x.py --token *** y'"),
        ("x --user=ada:hunter2", "x --user=ada:***"),
        ("x --key -----BEGIN EC KEY----- abc -----END EC KEY----- y", "x --key *** y"),
        ("x -----BEGIN EC KEY----- abc", "x ***"),
        ("git clone https://ada:hun/t@er2@h/x", "git clone https://ada:***@h/x"),
        ("x redis://:abc@h:6379/0", "x redis://:***@h:6379/0"),
        ("jupyter --NotebookApp.token=abc", "jupyter --NotebookApp.token=***"),
        ("x s3:secret=abc {\\\"api_key\\\":\\\"abc\\\",1}", "x s3:secret=*** {\\\"api_key\\\":***,1}"),
        ("openssl -passin pass:abc", "openssl -passin pass:***"),
        ("x --private-key abc --ssh-key MII", "x --private-key *** --ssh-key ***"),
        ("x Server=h;Password=abc;Port=1", "x Server=h;Password=***;Port=1"),
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
        "docker run --user 1000:1000 --user=1000:100 x",
        "python hf_finetune_llama3_8b.py",
        "Xorg :0 -auth /run/lightdm/root/:0 -nolisten tcp",
        "apptainer exec --nv --pwd /workspace x --private-key /etc/ssl/key.pem",
        "uvicorn app.auth:app auth:app ghcr.io/x/token-service:1.2 -v secret:/run/secret",
        "SSH_AUTH_SOCK=/tmp/x PWD=/home/ada",
        "x --disable-auth train.py --render-pass depth",
        "http://h:8080/a@b",
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
    assert_eq!(arguments(&["env", "HF_TOKEN=a b c", "x"]), "env HF_TOKEN=*** x");
    assert_eq!(arguments(&["x", "--password=a b c", "y"]), "x --password=*** y");
    assert_eq!(arguments(&["x", "--proxy-user", "ada:b c", "y"]), "x --proxy-user ada:*** y");
    assert_eq!(
        arguments(&["curl", "-H", "Authorization: Digest username=\"a\", response=\"b\"", "y"]),
        "curl -H Authorization: Digest *** y"
    );
    assert_eq!(arguments(&["curl", "-H", "Authorization: a b", "y"]), "curl -H Authorization: *** y");
    assert_eq!(
        arguments(&["x", "--private-key", "-----BEGIN KEY-----\na\n-----END KEY-----", "y"]),
        "x --private-key *** y"
    );
    assert_eq!(arguments(&["x", "a=1 b", "--n=1 2"]), "x a=1 b --n=1 2");
}

/// What command lines are made of, so that the parts meet in all ways.
const PARTS: [&str; 36] = [
    "--token",
    "--user",
    "-u",
    "-c",
    "HF_TOKEN",
    "Authorization",
    "Bearer",
    "Basic",
    "auth",
    "password",
    "=",
    ":",
    " ",
    "  ",
    "\"",
    "'",
    "\\",
    "&",
    "?",
    ";",
    ",",
    "{",
    "}",
    "://",
    "@",
    "/",
    "***",
    "none",
    "12",
    "abc",
    "ü",
    "\n",
    "-----BEGIN ",
    "-----END ",
    "-----",
    "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",
];

fn mixed() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PARTS[..]), 0..24).prop_map(|parts| parts.concat())
}

fn is_sound(text: &str) -> Result<(), TestCaseError> {
    let once = line(text);
    // A secret of one letter is three longer.
    prop_assert!(once.len() <= text.len() * 3);
    prop_assert_eq!(&line(&once), &once, "{}", text);
    let all = [text.to_owned()];
    let once = masked_arguments(&all)[0].clone().into_owned();
    prop_assert!(once.len() <= text.len() * 3);
    let again = [once.clone()];
    prop_assert_eq!(&masked_arguments(&again)[0], &once, "{}", text);
    Ok(())
}

/// Neither its beginning nor its end may be left.
fn survives(text: &str, secret: &str) -> bool {
    text.contains(&secret[..7]) || text.contains(&secret[secret.len() - 7..])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_bounded_and_stays_masked(text in "\\PC{0,80}") {
        is_sound(&text)?;
    }

    #[test]
    fn any_mixture_is_bounded_and_stays_masked(text in mixed()) {
        is_sound(&text)?;
    }

    #[test]
    fn a_known_shape_never_survives(front in mixed(), back in mixed()) {
        let secret = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
        let text = format!("{front} {secret} {back}");
        prop_assert!(!line(&text).contains(secret), "{}", text);
    }

    /// Whatever stands around it, and whatever is in it.
    #[test]
    fn a_planted_secret_never_survives(
        front in "[a-z'. -]{0,20}",
        name in "(--token|--api-key|--password|--hf_token|--client-secret)",
        variable in "(HF_TOKEN|DB_PASSWORD|PGPASSWORD|AWS_SECRET_ACCESS_KEY)",
        secret in "[A-Z0-9]{7}[a-zA-Z0-9&;,=:@?/+.#]{6,24}[A-Z0-9]{7}",
        back in "[a-z'. -]{0,20}",
    ) {
        for text in [
            format!("{front} {name}={secret} {back}"),
            format!("{front} {name} {secret} {back}"),
            format!("{front} {variable}={secret} {back}"),
            format!("{front} {name}='{secret}' {back}"),
            format!("{front} Authorization: Bearer {secret} {back}"),
            format!("{front} X-Api-Key: {secret} {back}"),
        ] {
            prop_assert!(!survives(&line(&text), &secret), "{} of {}", line(&text), text);
        }
        // A line for a shell ends a value where its words end.
        prop_assume!(!runs_next(&front));
        let spaced = format!("{secret} {secret}");
        for words in [
            vec![&*front, &*name, &*spaced, &*back],
            vec![&*front, &*format!("{name}={spaced}"), &*back],
            vec![&*front, &*format!("{variable}={spaced}"), &*back],
            vec![&*front, "-H", &*format!("Authorization: Bearer {spaced}"), &*back],
        ] {
            let shown = arguments(&words);
            prop_assert!(!survives(&shown, &secret), "{} of {:?}", shown, words);
        }
    }
}
