//! Many at once, and those who never finish.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};

use crate::{
    script::{FOREVER, Running, Script, next},
    wire::{answer, get, handshake, is_unharmed},
};

/// Open descriptors of this process, which is the server's too.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[tokio::test]
async fn who_does_not_finish_a_request_is_let_go_of() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let mut kept = Vec::new();
    for bytes in
        ["", "G", "GET / HTTP/1.1\r\nHost: localhost\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"]
    {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        kept.push(stream);
    }
    let mut body = TcpStream::connect(server.address).await.unwrap();
    let half = "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nContent-Type: \
                application/x-www-form-urlencoded\r\nConnection: close\r\n\r\ntoken=";
    body.write_all(half.as_bytes()).await.unwrap();
    is_unharmed(&server).await;
    for mut stream in kept {
        let mut rest = Vec::new();
        timeout(FOREVER, stream.read_to_end(&mut rest)).await.expect("it is closed").unwrap();
    }
    assert_eq!(answer(&mut body).await.code, 408);
    is_unharmed(&server).await;
}

#[tokio::test]
async fn who_drips_is_let_go_of() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let mut drips = JoinSet::new();
    for _ in 0..50 {
        let address = server.address;
        drips.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let mut count = 0;
            // A header a second, and never the last: until nobody listens.
            while stream
                .write_all(format!("X-{count}: 1\r\n").replace("X-0: 1", "GET / HTTP/1.1").as_bytes())
                .await
                .is_ok()
            {
                count += 1;
                assert!(count < 100, "nobody lets go of it");
                let mut byte = [0];
                if let Ok(read) = timeout(Duration::from_secs(1), stream.read(&mut byte)).await {
                    assert!(!matches!(read, Ok(1)), "there is nothing to answer");
                    return;
                }
            }
        });
    }
    is_unharmed(&server).await;
    while let Some(drip) = drips.join_next().await {
        drip.unwrap();
    }
}

#[tokio::test]
async fn thousands_of_connections_leave_nothing_behind() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let mut witness = server.connect().await;
    next(&mut witness).await;
    let before = descriptors();
    for round in 0..20 {
        let mut tasks = JoinSet::new();
        for number in 0..150 {
            let address = server.address;
            tasks.spawn(async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                let bytes = match number % 5 {
                    0 => String::new(),
                    1 => {
                        "GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_owned()
                    }
                    2 => handshake(""),
                    3 => "nonsense\r\n\r\n".to_owned(),
                    _ => "GET / HTTP/1.1\r\nHost: localhost\r\n".to_owned(),
                };
                let _ = stream.write_all(bytes.as_bytes()).await;
                if number % 2 == 0 {
                    let mut some = [0; 64];
                    let _ = timeout(Duration::from_millis(20), stream.read(&mut some)).await;
                }
                if number % 7 == 0 {
                    // Goes with a reset instead of a goodbye.
                    let _ = stream.set_zero_linger();
                }
            });
        }
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
        next(&mut witness).await;
        if round % 10 == 0 {
            assert_eq!(server.health().await.0, 200);
        }
    }
    server.health_until(|_, health| health["clients"] == 1).await;
    let gone = async {
        while descriptors() > before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(FOREVER, gone).await.expect("all descriptors come back");
    is_unharmed(&server).await;
}

#[tokio::test]
async fn one_address_does_not_take_all_connections() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100", "--max-clients=1"]).await;
    // Half of 512, and none of them says anything.
    let mut silent = Vec::new();
    for _ in 0..256 {
        silent.push(TcpStream::connect(server.address).await.unwrap());
    }
    let told = timeout(FOREVER, async {
        loop {
            let answer = get(&server, "/api/health", "").await;
            if answer.code == 429 {
                return answer;
            }
        }
    });
    let told = told.await.expect("it is refused as soon as all were accepted");
    assert!(told.head.contains("connection: close") && told.body.contains("from this address"), "{told:?}");
    // Beyond those who are told there is a limit for that, too.
    for _ in 0..100 {
        silent.push(TcpStream::connect(server.address).await.unwrap());
    }
    drop(silent);
    let free = async {
        while get(&server, "/api/health", "").await.code != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(FOREVER, free).await.expect("there is room again");
}

#[tokio::test]
async fn shutting_down_waits_for_nobody() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let mut there = Vec::new();
    for number in 0..60 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let bytes = match number % 3 {
            0 => handshake(""),
            1 => "GET / HTTP/1.1\r\n".to_owned(),
            _ => String::new(),
        };
        stream.write_all(bytes.as_bytes()).await.unwrap();
        there.push(stream);
    }
    server.health_until(|_, health| health["clients"] == 20).await;
    timeout(Duration::from_secs(10), server.shut_down()).await.expect("it ends").unwrap().unwrap();
}
