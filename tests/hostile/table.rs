//! Bad requests, and what each is answered with.

use crate::wire::handshake;

/// What is sent, the code of the answer, and a word of what it says.
pub(crate) type Bad = (&'static str, Vec<u8>, u16, &'static str);

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
pub(crate) fn table() -> Vec<Bad> {
    [smuggling(), sizes(), names(), sites(), forms(), files(), methods(), handshakes()].concat()
}

/// Smuggling: what two readers would cut in two different ways.
fn smuggling() -> Vec<Bad> {
    vec![
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
    ]
}

/// Too much of something.
fn sizes() -> Vec<Bad> {
    let long = |count| "a".repeat(count);
    let length = |count: usize| format!("Content-Length: {count}\r\n");
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xed\xc1\x01\x0d\x00\x00\x00\xc2\xa0\xf7Om\x0e7\xa0";
    vec![
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
    ]
}

/// Names of the server that are not its own.
fn names() -> Vec<Bad> {
    vec![
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
    ]
}

/// Pages of other sites.
fn sites() -> Vec<Bad> {
    let length = |count: usize| format!("Content-Length: {count}\r\n");
    vec![
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
    ]
}

/// Forms.
fn forms() -> Vec<Bad> {
    let length = |count: usize| format!("Content-Length: {count}\r\n");
    vec![
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
    ]
}

/// Files.
fn files() -> Vec<Bad> {
    vec![
        ("dots in a path", plain("/../../../../etc/passwd", ""), 404, "nothing here"),
        ("dots in hexadecimals", plain("/v/0/%2e%2e/%2e%2e/etc/passwd", ""), 404, "nothing here"),
        ("dots with backslashes", plain("/..%5c..%5cetc%5cpasswd", ""), 404, "nothing here"),
        ("dots behind a folder", plain("/pkg/../../Cargo.toml", ""), 404, "nothing here"),
        ("a NUL in a path", plain("/pkg/a%00.js", ""), 404, "nothing here"),
        ("two slashes", plain("//etc/passwd", ""), 404, "nothing here"),
        ("no UTF-8 in a path", plain("/pkg/%ff%fe", ""), 404, "nothing here"),
        ("a list of a folder", plain("/pkg/", ""), 404, "nothing here"),
    ]
}

/// Methods.
fn methods() -> Vec<Bad> {
    vec![
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
    ]
}

/// Handshakes.
fn handshakes() -> Vec<Bad> {
    vec![
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
