//! The scenes of the demo, and who may change them.

use std::{sync::Arc, time::Duration};

use gpu_observatory::{
    collect::{Collector, DemoScenario, DemoSettings},
    telemetry::{EventKind, Provider, Snapshot},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::script::{FOREVER, Running, Script, next};

async fn demo(scene: &str) -> Running {
    let open = Arc::new(|scenario: DemoScenario| {
        let demo = DemoSettings { scenario, gpus: None };
        Collector::open(Some(Provider::Demo), demo, false, Duration::from_millis(100))
    });
    let scene = format!("--demo-scenario={scene}");
    Running::over(Script::default(), open, &["--demo", "--poll-interval-ms=100", &scene]).await
}

/// Posts a form; status code, head and body of the answer.
async fn post(server: &Running, body: &str, headers: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request = format!(
        "POST /demo HTTP/1.0\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n{headers}\r\n{body}",
        server.address,
        body.len(),
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(FOREVER, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_lowercase(), body.to_owned())
}

async fn latest(server: &Running) -> Snapshot {
    serde_json::from_str(&server.get("/api/snapshot").await.1).unwrap()
}

#[tokio::test]
async fn another_scene_is_played_for_all_and_nothing_of_the_one_before_stays() {
    let server = demo("mig").await;
    let mut socket = server.connect().await;
    let first = next(&mut socket).await;
    let told = first.server.unwrap().demo.unwrap();
    assert_eq!((told.scenario.as_str(), told.scenarios.len()), ("mig", DemoScenario::ALL.len()));
    for (scene, gpus, provider) in [
        ("work", 8, Some(Provider::Demo)),
        ("no-gpu", 0, None),
        ("lost", 8, Some(Provider::Demo)),
        ("stand-in", 8, Some(Provider::NvidiaSmi)),
    ] {
        let (code, head, _) = post(&server, &format!("scenario={scene}"), "").await;
        assert_eq!(code, 303, "{head}");
        assert!(head.contains("\r\nlocation: ./"), "under whatever path: {head}");
        // Already in what is loaded next,
        let loaded = latest(&server).await;
        assert_eq!((loaded.gpus.len(), loaded.provider, loaded.simulated), (gpus, provider, true), "{scene}");
        // and whoever is connected is greeted anew.
        let hello = loop {
            let message = next(&mut socket).await;
            if message.server.is_some() {
                break message;
            }
        };
        assert_eq!(hello.server.unwrap().demo.unwrap().scenario, scene);
        assert_eq!((hello.gpus.len(), hello.simulated), (gpus, true), "{scene}");
        // That other GPUs came and went is none of it.
        assert!(hello.events.iter().all(|event| event.kind == EventKind::Xid), "{scene}: {:?}", hello.events);
        let history = hello.history.unwrap();
        assert_eq!((history.times.len(), history.gpus.len()), (1, gpus), "{scene}");
        assert_eq!(hello.continuous_since, hello.timestamp);
    }
    let (_, health) = server.health().await;
    assert_eq!((health["simulated"].as_bool(), health["status"].as_str()), (Some(true), Some("degraded")));
}

#[tokio::test]
async fn without_a_gpu_health_is_as_it_would_be() {
    let server = demo("no-gpu").await;
    server.health_until(|code, health| code == 503 && health["sources"][2]["provider"] == "nvtop").await;
    assert_eq!(server.health().await.1["simulated"], true);
}

#[tokio::test]
async fn an_unknown_scene_is_refused_in_one_line() {
    let server = demo("work").await;
    next(&mut server.connect().await).await;
    let (code, _, body) = post(&server, "scenario=wrok", "").await;
    assert_eq!(code, 400);
    assert!(body.starts_with("unknown demo scenario \"wrok\", expected one of work, "), "{body}");
    assert_eq!(body.lines().count(), 1);
    assert_eq!(post(&server, "", "").await.0, 400);
    assert_eq!(latest(&server).await.gpus.len(), 8);
}

#[tokio::test]
async fn no_other_site_chooses_a_scene() {
    let server = demo("work").await;
    next(&mut server.connect().await).await;
    for foreign in
        ["Sec-Fetch-Site: cross-site\r\n", "Origin: http://elsewhere.example\r\n", "Origin: null\r\n"]
    {
        let (code, _, body) = post(&server, "scenario=no-gpu", foreign).await;
        assert_eq!(code, 403, "{foreign}");
        assert_eq!(body.lines().count(), 1);
    }
    assert_eq!(latest(&server).await.gpus.len(), 8);
    let own = format!("Origin: http://{}\r\n", server.address);
    assert_eq!(post(&server, "scenario=no-gpu", &own).await.0, 303);
    assert_eq!(post(&server, "scenario=work", "Sec-Fetch-Site: same-origin\r\n").await.0, 303);
}

#[tokio::test]
async fn where_the_gpus_are_real_there_are_no_scenes() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let hello = next(&mut server.connect().await).await;
    assert_eq!(hello.server.unwrap().demo, None);
    assert_eq!(post(&server, "scenario=work", "").await.0, 404);
    assert!(!server.get("/").await.1.contains("name=\"scenario\""));
    assert!(server.health().await.1.get("simulated").is_none());
}

#[tokio::test]
async fn a_source_that_hangs_does_not_keep_its_scene() {
    // Its own scene hangs too late to wait for.
    let script = Script::counting();
    script.hang(true);
    let stuck = script.clone();
    let open = Arc::new(move |scenario| {
        if scenario == DemoScenario::Hang {
            return stuck.collector();
        }
        let demo = DemoSettings { scenario, gpus: None };
        Collector::open(Some(Provider::Demo), demo, false, Duration::from_millis(100))
    });
    let server = Running::over(script.clone(), open, &["--demo", "--poll-interval-ms=100"]).await;
    next(&mut server.connect().await).await;
    assert_eq!(post(&server, "scenario=hang", "").await.0, 303, "without a sample that could be waited for");
    server.health_until(|code, _| code == 503).await;
    assert_eq!(post(&server, "scenario=mig", "").await.0, 303);
    assert_eq!(latest(&server).await.gpus.len(), 2);
    server.health_until(|code, _| code == 200).await;
    script.hang(false);
}
