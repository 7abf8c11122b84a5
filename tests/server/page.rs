//! The page and its files, as a browser asks for them.

use gpu_observatory::telemetry::Gpu;

use crate::script::{Running, Script, next};

#[tokio::test]
async fn what_is_long_is_compressed_for_those_who_can_read_it() {
    let gpus = (0..8).map(|id| Gpu { id, uuid: Some(format!("GPU-{id}")), ..Gpu::default() }).collect();
    let server = Running::start(Script::gpus(gpus), &[]).await;
    next(&mut server.connect().await).await;
    for path in ["/", "/api/snapshot", "/metrics"] {
        let (head, plain) = server.ask(path, "").await;
        assert!(!head.contains("content-encoding"), "{path}: {head}");
        for encoding in ["br", "gzip"] {
            let (head, body) = server.ask(path, &format!("Accept-Encoding: {encoding}\r\n")).await;
            assert!(head.contains(&format!("content-encoding: {encoding}\r\n")), "{path}: {head}");
            assert!(body.len() < plain.len() / 2, "{path}: {} of {}", body.len(), plain.len());
        }
    }
}

#[tokio::test]
async fn files_are_asked_for_by_version_and_then_kept() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("pkg")).unwrap();
    std::fs::write(folder.path().join("pkg/gpu-observatory.js"), "a()").unwrap();
    std::fs::write(folder.path().join("pkg/gpu-observatory.css"), "a{src:url(../fonts/b)}").unwrap();
    let server = Running::start_with(Script::gpus(Vec::new()), folder.path(), &["--base-path=/gpu"]).await;
    let (head, page) = server.ask("/gpu/", "").await;
    assert!(head.contains("cache-control: no-store\r\n"), "{head}");
    let script = page.split('"').find(|part| part.contains("/pkg/gpu-observatory.js")).unwrap();
    assert!(script.starts_with("/gpu/v/"), "{script}");
    // The style sheet is within the page, and finds its fonts from there.
    let version = script.strip_suffix("pkg/gpu-observatory.js").unwrap();
    assert!(page.contains(&format!("a{{src:url({version}fonts/b)}}</style>")), "{page}");
    let (head, body) = server.ask(script, "").await;
    assert_eq!(body, "a()");
    assert!(head.contains("cache-control: public, max-age=31536000, immutable"), "{head}");
    for other in ["/gpu/pkg/gpu-observatory.js", "/gpu/v/0123456789abcdef/pkg/gpu-observatory.js"] {
        let (head, body) = server.ask(other, "").await;
        assert_eq!(body, "a()", "{other}");
        assert!(head.contains("cache-control: no-cache"), "{head}");
    }
    for nowhere in
        ["/gpu/v/", "/gpu/v/x", "/gpu/pkg/", "/gpu/pkg/../../etc/passwd", "/gpu/v/0/../../../etc/passwd"]
    {
        let (head, _) = server.ask(nowhere, "").await;
        assert!(head.starts_with("http/1.0 404"), "{nowhere}: {head}");
        assert!(!head.contains("immutable"), "{nowhere}: {head}");
    }
}
