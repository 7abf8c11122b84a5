//! Everything under a path, for a proxy that serves other things as well.

use gpu_observatory::telemetry::Gpu;
use tokio_tungstenite::connect_async;

use crate::script::{Running, Script, next};

#[tokio::test]
async fn everything_is_under_the_path_and_nothing_beside_it() {
    let server = Running::start(Script::gpus(vec![Gpu::default()]), &["--base-path=/lab/gpu"]).await;
    let url = format!("ws://{}/lab/gpu/ws/gpu", server.address);
    next(&mut connect_async(url).await.unwrap().0).await;
    for path in [
        "/lab/gpu/",
        "/lab/gpu/api/health",
        "/lab/gpu/api/config",
        "/lab/gpu/api/snapshot",
        "/lab/gpu/metrics",
    ] {
        assert_eq!(server.get(path).await.0, 200, "{path}");
    }
    let (head, _) = server.ask("/lab/gpu", "").await;
    assert!(head.contains(" 307 ") && head.contains("location: /lab/gpu/\r\n"), "{head}");
    for path in ["/", "/api/health", "/lab/", "/lab/gpus/", "/lab/gpu/nothing"] {
        let (code, body) = server.get(path).await;
        assert_eq!(code, 404, "{path}");
        assert!(body.contains("The dashboard is at /lab/gpu/\n"), "{path}: {body}");
    }
    let (_, page) = server.get("/lab/gpu/").await;
    assert!(page.contains("data-base=\"/lab/gpu/\""), "the client finds the socket by it");
    let links = [" href=\"", " src=\"", "import(\"", "module_or_path: \"", "module_or_path:\""]
        .into_iter()
        .flat_map(|mark| page.split(mark).skip(1).filter_map(|rest| rest.split('"').next()));
    let local: Vec<&str> = links.filter(|link| link.starts_with('/')).collect();
    assert!(local.len() >= 5, "{local:?}");
    for link in local {
        assert!(link.starts_with("/lab/gpu/"), "{link}");
    }
}
