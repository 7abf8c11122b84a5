//! Requests over plain HTTP.

use crate::{
    script::{Running, Script},
    wire::{get, handshake, is_unharmed, post, send},
};

/// What is sent, the code of the answer, and a word of what it says. `{}` stands for nothing.
type Bad = (&'static str, Vec<u8>, u16, &'static str);

fn text(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn plain(path: &str, headers: &str) -> Vec<u8> {
    text(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n"))
}

fn form(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = text(&format!(
        "POST /demo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: \
         application/x-www-form-urlencoded\r\n{headers}\r\n"
    ));
    bytes.extend(body);
    bytes
}

fn host(lines: &str) -> Vec<u8> {
    text(&format!("GET /api/snapshot HTTP/1.1\r\n{lines}Connection: close\r\n\r\n"))
}

/// All of it, but what is said on a socket that is open.
fn table() -> Vec<Bad> {
    let long = |count| "a".repeat(count);
    let length = |count: usize| format!("Content-Length: {count}\r\n");
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xed\xc1\x01\x0d\x00\x00\x00\xc2\xa0\xf7Om\x0e7\xa0";
    vec![
        // Smuggling: what two readers would cut in two different ways.
        (
            "length and chunks at once",
            form("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"),
            400,
            "",
        ),
        ("two lengths", form("Content-Length: 4\r\nContent-Length: 5\r\n", b"abcde"), 400, ""),
        ("a length with a sign", form("Content-Length: +4\r\n", b"abcd"), 400, ""),
        ("a length that is none", form("Content-Length: 0x4\r\n", b"abcd"), 400, ""),
        ("a length beyond all numbers", form("Content-Length: 99999999999999999999\r\n", b""), 400, ""),
        ("an unknown encoding", form("Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"), 400, ""),
        ("chunks that are none", form("Transfer-Encoding: chunked\r\n", b"zz\r\nabc\r\n"), 400, ""),
        ("a space before the colon", plain("/", "X-Y : 1\r\n"), 400, ""),
        ("a folded line", plain("/", "X-Y: 1\r\n 2\r\n"), 400, ""),
        ("a bare CR in a header", plain("/", "X-Y: 1\r2\r\n"), 400, ""),
        ("a NUL in a header", plain("/", "X-Y: 1\x002\r\n"), 400, ""),
        ("no HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), 400, ""),
        ("a version that is none", text("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n"), 400, ""),
        // Too much of something.
        ("a head of 100 kB", plain("/", &format!("X-Y: {}\r\n", long(100_000))), 431, ""),
        ("200 headers", plain("/", &"X-Y: 1\r\n".repeat(200)), 431, ""),
        ("a path of 100 kB", plain(&format!("/{}", long(100_000)), ""), 431, ""),
        ("a body of 1 MB", form(&length(1 << 20), &long(1 << 20).into_bytes()), 413, ""),
        (
            "a body of 1 MB in chunks",
            {
                let mut chunk = text("100000\r\n");
                chunk.extend(long(1 << 20).bytes());
                chunk.extend(b"\r\n0\r\n\r\n");
                form("Transfer-Encoding: chunked\r\n", &chunk)
            },
            413,
            "",
        ),
        (
            "a compressed bomb",
            form(&format!("Content-Encoding: gzip\r\n{}", length(gzip.len())), gzip),
            400,
            "",
        ),
        // Names of the server that are not its own.
        ("no Host", host(""), 400, "no Host"),
        ("two Hosts", host("Host: localhost\r\nHost: evil.example\r\n"), 400, "more than one Host"),
        ("a Host with a path", host("Host: localhost/evil\r\n"), 400, "neither a name nor an address"),
        ("a Host with a user", host("Host: evil@localhost\r\n"), 400, "neither a name nor an address"),
        (
            "a Host of bytes",
            b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\nConnection: close\r\n\r\n".to_vec(),
            400,
            "neither",
        ),
        ("a rebound name", host("Host: rebound.evil.example:5000\r\n"), 421, "GPU_MONITOR_ALLOWED_HOSTS"),
        ("a name like loopback", host("Host: 127.0.0.1.evil.example\r\n"), 421, "does not answer to"),
        ("a name like localhost", host("Host: localhost.evil.example\r\n"), 421, "does not answer to"),
        (
            "another name in the first line",
            text(
                "GET http://evil.example/api/snapshot HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            ),
            421,
            "does not answer to",
        ),
        (
            "a rebound name for the socket",
            text(&handshake("Host: evil.example\r\n")),
            421,
            "does not answer to",
        ),
        // Pages of other sites.
        (
            "a foreign page's form",
            form(&format!("Origin: http://evil.example\r\n{}", length(13)), b"scenario=lost"),
            403,
            "another site",
        ),
        (
            "a form without an origin",
            form(&format!("Origin: null\r\n{}", length(13)), b"scenario=lost"),
            403,
            "another site",
        ),
        (
            "another port's form",
            form(&format!("Origin: http://localhost:8888\r\n{}", length(13)), b"scenario=lost"),
            403,
            "another site",
        ),
        (
            "a form across sites",
            form(&format!("Sec-Fetch-Site: cross-site\r\n{}", length(13)), b"scenario=lost"),
            403,
            "another site",
        ),
        ("a foreign page's socket", text(&handshake("Origin: http://evil.example\r\n")), 403, "another site"),
        (
            "a socket of two origins",
            text(&handshake("Origin: http://localhost\r\nOrigin: http://evil.example\r\n")),
            403,
            "another site",
        ),
        ("a socket of a file", text(&handshake("Origin: file://\r\n")), 403, "another site"),
        // Forms.
        (
            "a form that is JSON",
            {
                let body = b"{\"scenario\":";
                let mut bytes = text(&format!(
                    "POST /demo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n{}\r\n",
                    length(body.len())
                ));
                bytes.extend(body);
                bytes
            },
            415,
            "",
        ),
        ("a scene that is not there", form(&length(22), b"scenario=%3Cscript%3E1"), 400, ""),
        ("a scene in no UTF-8", form(&length(14), b"scenario=%ff%f"), 400, ""),
        ("a form with two scenes", form(&length(27), b"scenario=work&scenario=lost"), 422, ""),
        // Files.
        ("dots in a path", plain("/../../../../etc/passwd", ""), 404, "nothing here"),
        ("dots in hexadecimals", plain("/v/0/%2e%2e/%2e%2e/etc/passwd", ""), 404, "nothing here"),
        ("dots with backslashes", plain("/..%5c..%5cetc%5cpasswd", ""), 404, "nothing here"),
        ("dots behind a folder", plain("/pkg/../../Cargo.toml", ""), 404, "nothing here"),
        ("a NUL in a path", plain("/pkg/a%00.js", ""), 404, "nothing here"),
        ("two slashes", plain("//etc/passwd", ""), 404, "nothing here"),
        ("no UTF-8 in a path", plain("/pkg/%ff%fe", ""), 404, "nothing here"),
        ("a list of a folder", plain("/pkg/", ""), 404, "nothing here"),
        // Methods.
        ("TRACE", text("TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), 405, ""),
        (
            "CONNECT",
            text("CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n"),
            421,
            "",
        ),
        (
            "DELETE of the API",
            text("DELETE /api/config HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
            405,
            "",
        ),
        // Handshakes.
        ("a socket without asking", plain("/ws/gpu", ""), 426, "did not ask for one"),
        (
            "a socket of an old version",
            text(
                "GET /ws/gpu HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            ),
            426,
            "Sec-WebSocket-Version: 13",
        ),
        (
            "a socket without a key",
            text(
                "GET /ws/gpu HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n",
            ),
            426,
            "Sec-WebSocket-Key",
        ),
    ]
}

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
