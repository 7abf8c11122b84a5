//! Requests over plain HTTP.

use crate::{
    script::{Running, Script},
    table::table,
    wire::{get, is_unharmed, post, send},
};

fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("pkg")).unwrap();
    std::fs::write(folder.path().join("pkg/gpu-observatory.js"), "1").unwrap();
    folder
}

#[tokio::test]
async fn each_bad_request_has_its_refusal_and_harms_nobody() {
    let site = site();
    let flags = ["--poll-interval-ms=100", "--demo"];
    let server = Running::start_with(Script::counting(), site.path(), &flags).await;
    let mut wrong = Vec::new();
    let table = table();
    println!("| what is sent | answer |\n|---|---|");
    for (what, bytes, code, words) in &table {
        let answer = send(server.address, bytes).await;
        println!("| {what} | {} |", answer.head.lines().next().unwrap_or_default());
        if answer.code != *code || !answer.body.contains(words) {
            wrong.push(format!("{what}: {code} was expected, not {answer:?}"));
        }
        assert!(!answer.body.contains("root:"), "{what}: {}", answer.body);
        if answer.code >= 400 && answer.head.contains("content-type") {
            assert!(answer.head.contains("x-content-type-options: nosniff"), "{what}: {}", answer.head);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(table.len() >= 50);
    is_unharmed(&server).await;
    assert!(server.get("/api/snapshot").await.1.contains("\"utilization\""));
}

#[tokio::test]
async fn what_is_refused_is_not_repeated_as_markup() {
    let server = Running::start(Script::counting(), &["--demo"]).await;
    let script = "<script>alert(1)</script>";
    for answer in [
        get(&server, &format!("/{script}"), "").await,
        get(&server, "/", &format!("Host: {script}\r\n")).await,
        post(&server, "/demo", "", &format!("scenario={script}")).await,
        post(&server, "/login", "", &format!("token={script}")).await,
    ] {
        let kind = answer.head.lines().find(|line| line.starts_with("content-type:"));
        let text = kind.is_none_or(|kind| kind.starts_with("content-type: text/plain"));
        assert!(text || !answer.body.contains(script), "{answer:?}");
        // What is no HTTP is refused without a word.
        let policy = answer.head.contains("content-security-policy: default-src 'none'");
        assert!(policy || answer.code == 400 && answer.body.is_empty(), "{answer:?}");
    }
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_strict() {
    let site = site();
    let server = Running::start_with(Script::counting(), site.path(), &[]).await;
    for path in ["/", "/api/health", "/api/snapshot", "/metrics", "/pkg/gpu-observatory.js", "/nothing"] {
        let head = get(&server, path, "").await.head;
        for line in [
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "referrer-policy: same-origin",
            "cross-origin-resource-policy: same-origin",
            "permissions-policy: ",
            "content-security-policy: default-src 'none'; ",
            "frame-ancestors 'none'",
        ] {
            assert!(head.contains(line), "{path}: {line}: {head}");
        }
        assert!(!head.contains("access-control-allow-origin"), "{path}: {head}");
        assert!(!head.contains("server:") && !head.contains("x-powered-by"), "{path}: {head}");
    }
}

#[tokio::test]
async fn the_page_runs_only_what_has_its_nonce() {
    let server = Running::start(Script::counting(), &[]).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = get(&server, "/", "").await;
        let policy =
            page.head.lines().find(|line| line.starts_with("content-security-policy")).unwrap().to_owned();
        // In lower case, as all of the head is.
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(nonce.len() >= 22, "128 bits: {nonce}");
        let body = page.body.to_ascii_lowercase();
        for tag in ["<script", "<style"] {
            for rest in body.split(tag).skip(1) {
                let attributes = rest.split('>').next().unwrap();
                let data = attributes.contains("application/json");
                assert!(data || attributes.contains(&format!("nonce=\"{nonce}\"")), "{tag} {attributes}");
            }
        }
        for inline in [" style=\"", " onclick", " onload", " onerror", "javascript:", "http://", "https://"] {
            let at = body.find(inline).filter(|at| !body[*at..].starts_with("http://www.w3.org/"));
            assert!(at.is_none(), "{inline}: {}", &body[at.unwrap()..][..80]);
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        seen.push(nonce);
    }
    seen.dedup();
    assert_eq!(seen.len(), 3, "each page has another one");
}

#[tokio::test]
async fn other_sites_read_nothing_unless_they_are_invited() {
    let origin = "Origin: https://wall.example\r\n";
    let open = Running::start(Script::counting(), &[]).await;
    let head = get(&open, "/api/snapshot", origin).await.head;
    assert!(!head.contains("access-control"), "{head}");
    let inviting =
        Running::start(Script::counting(), &["--cors-origins=https://wall.example,https://b.example"]).await;
    let head = get(&inviting, "/api/snapshot", origin).await.head;
    assert!(head.contains("access-control-allow-origin: https://wall.example\r\n"), "{head}");
    assert!(!head.contains("access-control-allow-credentials"), "{head}");
    let head = get(&inviting, "/api/snapshot", "Origin: https://evil.example\r\n").await.head;
    assert!(!head.contains("access-control-allow-origin"), "{head}");
    let asks = format!(
        "{origin}Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: authorization\r\n"
    );
    let preflight = crate::wire::request(&inviting, "OPTIONS", "/api/snapshot", &asks, "").await;
    assert_eq!(preflight.code, 200);
    assert!(preflight.head.contains("access-control-allow-headers: authorization"), "{}", preflight.head);
    let asks = "Host: evil.example\r\nOrigin: https://wall.example\r\n";
    assert_eq!(get(&inviting, "/api/snapshot", asks).await.code, 421, "names hold all the same");
}

#[tokio::test]
async fn a_proxys_name_can_be_allowed() {
    let server = Running::start(Script::counting(), &["--allowed-hosts=gpu.example,*.lab.example"]).await;
    for (host, code) in
        [("gpu.example", 200), ("a.lab.example:81", 200), ("lab.example", 421), ("localhost", 200)]
    {
        assert_eq!(get(&server, "/api/config", &format!("Host: {host}\r\n")).await.code, code, "{host}");
    }
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let own = format!("Host: {name}\r\n");
    assert_eq!(get(&server, "/api/config", &own).await.code, 421, "others are named instead of it");
    let server = Running::start(Script::counting(), &[]).await;
    assert_eq!(get(&server, "/api/config", &own).await.code, 200);
}
