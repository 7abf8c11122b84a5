//! A dashboard that asks for a token.

use tokio_tungstenite::{connect_async, tungstenite::client::IntoClientRequest};

use crate::{
    script::{Running, Script, next},
    wire::{Answer, closed_with, get, handshake, post, send, upgraded},
};

const TOKEN: &str = "a-token-of-27-characters-xx";

/// A server with the token, and a sample taken.
async fn locked(flags: &[&str]) -> Running {
    let token = format!("--auth-token={TOKEN}");
    let flags: Vec<&str> = [token.as_str()].iter().chain(flags).copied().collect();
    let server = Running::start(Script::counting(), &flags).await;
    server.health_until(|code, _| code == 200).await;
    server
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

/// The cookie that an answer sets, as a browser sends it back.
fn cookie(answer: &str) -> Option<String> {
    let line = answer.lines().find_map(|line| line.strip_prefix("set-cookie: "))?;
    Some(format!("Cookie: {}\r\n", line.split(';').next().unwrap()))
}

/// The answer to the form, its head as it is: cookies are not the same in lower case.
async fn sign_in(server: &Running, headers: &str, token: &str) -> Answer {
    let form = format!("token={token}");
    let text = format!(
        "POST /login HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\nContent-Type: \
         application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let mut stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, text.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut bytes).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let code = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { code, head: head.to_owned(), body: body.to_owned() }
}

#[tokio::test]
async fn nothing_of_the_machine_is_told_without_the_token() {
    let server = locked(&["--demo"]).await;
    for path in ["/api/config", "/api/snapshot", "/metrics", "/ws/gpu"] {
        for headers in [
            String::new(),
            bearer("wrong-token-wrong-token"),
            format!("Authorization: Basic {TOKEN}\r\n"),
            "Cookie: gpu_observatory_5000=1893456000; gpu_observatory_0=1893456000\r\n".to_owned(),
        ] {
            let answer = get(&server, path, &headers).await;
            assert_eq!(answer.code, 401, "{path} {headers}");
            assert!(answer.head.contains("www-authenticate: bearer"), "{path}: {}", answer.head);
        }
    }
    assert_eq!(post(&server, "/demo", "", "scenario=lost").await.code, 401);
    let page = get(&server, "/", "").await;
    assert_eq!((page.code, page.body.as_str()), (303, ""));
    assert!(page.head.contains("location: login\r\n"), "{}", page.head);
    let login = get(&server, "/login", "").await;
    assert_eq!(login.code, 200);
    assert!(login.body.contains("name=\"token\"") && !login.body.contains("GPU-1"), "{}", login.body);
    for path in
        ["/api/health?token=", "/API/config", "/api/config/", "//api/snapshot", "/metrics/", "/ws/gpu/"]
    {
        let body = get(&server, path, "").await.body;
        assert!(!body.contains("GPU-1") && !body.contains("sources"), "{path}: {body}");
    }
}

#[tokio::test]
async fn health_says_whether_it_is_well_and_no_more() {
    let server = locked(&["--poll-interval-ms=100"]).await;
    let (_, brief) = server.health().await;
    let keys: Vec<&String> = brief.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["pollIntervalMs", "provider", "status", "timestamp"]);
    let all = get(&server, "/api/health", &bearer(TOKEN)).await;
    assert!(all.body.contains("\"sources\"") && all.body.contains("\"clients\""), "{}", all.body);
}

#[tokio::test]
async fn the_token_opens_everything() {
    let server = locked(&["--poll-interval-ms=100"]).await;
    for path in ["/", "/api/config", "/api/snapshot", "/metrics"] {
        assert_eq!(get(&server, path, &bearer(TOKEN)).await.code, 200, "{path}");
    }
    let mut request = format!("ws://{}/ws/gpu", server.address).into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {TOKEN}").parse().unwrap());
    let mut socket = connect_async(request).await.unwrap().0;
    next(&mut socket).await;
    // Scripts see no code of a handshake, so that a page is let in and sent away.
    let mut page = upgraded(&server, "Origin: http://localhost\r\n").await;
    assert_eq!(closed_with(&mut page).await, 1008);
    assert_eq!(send(server.address, handshake("").as_bytes()).await.code, 401);
}

#[tokio::test]
async fn a_browser_shows_it_once() {
    let server = locked(&[]).await;
    let answer = sign_in(&server, "", TOKEN).await;
    assert_eq!(answer.code, 303);
    for word in ["location: ./", "HttpOnly", "SameSite=Strict", "Path=/", "Expires="] {
        assert!(answer.head.contains(word), "{word}: {}", answer.head);
    }
    assert!(!answer.head.contains("Secure") && !answer.head.contains(TOKEN), "{}", answer.head);
    let cookie = cookie(&answer.head).unwrap();
    let page = get(&server, "/", &cookie).await;
    assert!(page.code == 200 && page.body.contains("Sign out"), "{}", page.body);
    assert_eq!(get(&server, "/api/snapshot", &cookie).await.code, 200);
    assert_eq!(get(&server, "/login", &cookie).await.code, 303);
    let changed = cookie.replace("\r\n", "x\r\n");
    assert_eq!(get(&server, "/api/snapshot", &changed).await.code, 401);
    let secure = sign_in(&server, "X-Forwarded-Proto: https\r\n", TOKEN).await;
    assert!(secure.head.contains("; Secure"), "{}", secure.head);
    let left = post(&server, "/logout", &cookie, "").await;
    assert!(left.code == 303 && left.head.contains("expires=thu, 01 jan 1970"), "{left:?}");
    let foreign = sign_in(&server, "Origin: http://evil.example\r\n", TOKEN).await;
    assert_eq!(foreign.code, 403);
    // Another server with the same token knows the cookie: it outlives a restart.
    let again = locked(&[]).await;
    assert_eq!(get(&again, "/api/snapshot", &cookie).await.code, 200);
}

#[tokio::test]
async fn tokens_cannot_be_tried_for_long() {
    let server = locked(&["--trusted-proxies=127.0.0.1"]).await;
    let from = |client: u8| format!("X-Forwarded-For: 192.0.2.{client}\r\n");
    for number in 0..10 {
        let answer = post(&server, "/login", &from(1), &format!("token=wrong-{number}")).await;
        assert_eq!(answer.code, 401);
        assert!(answer.body.contains("That is not the token."), "{}", answer.body);
    }
    let answer = post(&server, "/login", &from(1), &format!("token={TOKEN}")).await;
    assert_eq!(answer.code, 429, "the right one is not looked at either");
    assert!(answer.head.contains("retry-after: "), "{}", answer.head);
    assert!(answer.body.contains("Too many wrong tokens"), "{}", answer.body);
    let bearer = [from(1), bearer(TOKEN)].concat();
    assert_eq!(get(&server, "/api/snapshot", &bearer).await.code, 429);
    let elsewhere = sign_in(&server, &from(2), TOKEN).await;
    assert_eq!(elsewhere.code, 303);
    // Who has signed in does not suffer for what is tried from his address.
    let cookie = [from(1), cookie(&elsewhere.head).unwrap()].concat();
    assert_eq!(get(&server, "/api/snapshot", &cookie).await.code, 200);
}

#[tokio::test]
async fn long_and_odd_tokens_are_wrong_and_nothing_else() {
    let server = locked(&[]).await;
    for token in ["", "%00", "%ff", "a%20b", &"x".repeat(3000)] {
        let answer = post(&server, "/login", "", &format!("token={token}")).await;
        assert!(matches!(answer.code, 401 | 400), "{token}: {answer:?}");
    }
    assert_eq!(post(&server, "/login", "", &"x".repeat(5000)).await.code, 413);
    assert_eq!(sign_in(&server, "", TOKEN).await.code, 303);
}

#[tokio::test]
async fn without_a_token_nobody_is_asked() {
    let server = Running::start(Script::counting(), &[]).await;
    assert_eq!(get(&server, "/login", "").await.code, 303);
    let answer = post(&server, "/login", "", "token=x").await;
    assert!(answer.code == 303 && !answer.head.contains("set-cookie"), "{answer:?}");
    assert!(!get(&server, "/", "").await.body.contains("Sign out"));
}
