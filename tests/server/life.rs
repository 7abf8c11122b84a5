//! Start, trouble, end.

use std::time::Duration;

use futures::StreamExt;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Message, protocol::frame::coding::CloseCode};

use crate::script::{FOREVER, Running, Script, next};

#[tokio::test]
async fn a_source_that_hangs_makes_data_stale_and_nothing_else() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let mut socket = server.connect().await;
    next(&mut socket).await;
    server.health_until(|code, health| code == 200 && health["status"] == "ok").await;
    server.script.hang(true);
    server.health_until(|code, health| code == 503 && health["status"] == "stale").await;
    // Whoever listens is told why, with the last sample at its old time.
    let told = loop {
        let message = next(&mut socket).await;
        if !message.events.is_empty() {
            break message;
        }
    };
    assert_eq!(told.events[0].text, "NVML does not answer: a call into the driver hangs");
    assert!(told.sources[0].reason.starts_with("It has not answered for"), "{:?}", told.sources);
    let latest = server.get("/api/snapshot").await.1;
    assert!(latest.contains(&told.timestamp.to_string()), "{latest}");
    let reads = server.script.reads();
    // The page, the API and new sockets live on, with the last sample.
    let (code, page) = server.get("/").await;
    assert_eq!(code, 200);
    assert!(page.contains("</html>"));
    assert_eq!(server.get("/api/snapshot").await.0, 200);
    let hello = next(&mut server.connect().await).await;
    assert!(hello.history.is_some());
    assert_eq!(server.script.reads(), reads, "a second read was started beside the one that hangs");
    server.script.hang(false);
    server.health_until(|code, health| code == 200 && health["status"] == "ok").await;
    // The hang is a gap in everybody's history.
    let hello = next(&mut server.connect().await).await;
    let track = &hello.history.unwrap().gpus["GPU-1"];
    assert!(track.utilization.iter().any(Option::is_none));
    assert!(hello.continuous_since.millis() > 0);
    let after = loop {
        let message = next(&mut socket).await;
        if message.continuous_since == hello.continuous_since {
            break message;
        }
    };
    assert!(after.events[1].text.starts_with("NVML answers again after"), "{:?}", after.events);
    assert!(after.sources.is_empty());
}

#[tokio::test]
async fn shutting_down_says_goodbye_and_ends() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let mut socket = server.connect().await;
    next(&mut socket).await;
    let ended = server.shut_down();
    let close = loop {
        let message = timeout(FOREVER, socket.next()).await.unwrap().unwrap().unwrap();
        if let Message::Close(close) = message {
            break close.unwrap();
        }
    };
    assert_eq!(close.code, CloseCode::Away);
    while let Some(Ok(_)) = socket.next().await {}
    timeout(FOREVER, ended).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn shutting_down_does_not_wait_for_a_driver_or_a_silent_client() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let silent = server.connect().await;
    server.script.hang(true);
    let script = server.script.clone();
    let ended = server.shut_down();
    // The promise is three seconds; what is asserted is that it ends at all
    // while both are still in its way.
    timeout(Duration::from_secs(10), ended).await.unwrap().unwrap().unwrap();
    drop(silent);
    script.hang(false);
}
