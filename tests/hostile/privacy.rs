//! What is not to be told, by any way.

use std::{process::Command, sync::Arc};

use gpu_observatory::{
    collect::{Discretion, ProcessDetails},
    telemetry::{Gpu, Process},
};

use crate::{
    script::{Running, Script, next_text},
    wire::get,
};

/// All that the server says of a process with such a command line.
async fn told(discretion: Discretion) -> String {
    let arguments = ["-c", "read wait", "secretive-name", "--token", "hunter2", "HF_TOKEN=hunter3"];
    let mut child = Command::new("sh").args(arguments).stdin(std::process::Stdio::piped()).spawn().unwrap();
    // The kernel goes on before it has written the command line.
    while !std::fs::read_to_string(format!("/proc/{}/cmdline", child.id())).unwrap().contains("hunter3") {
        std::thread::yield_now();
    }
    let process = Process { pid: child.id(), used_memory: Some(512.0), ..Process::default() };
    let script =
        Script::gpus(vec![Gpu { uuid: Some("GPU-1".into()), processes: vec![process], ..Gpu::default() }]);
    let source = script.clone();
    let open = Arc::new(move |_| source.collector().telling(discretion));
    let flags = ["--poll-interval-ms=100", "--metrics-processes=true"];
    let server = Running::over(script, open, &flags).await;
    server.health_until(|code, _| code == 200).await;
    let mut said = next_text(&mut server.connect().await).await;
    for path in ["/", "/api/snapshot", "/metrics", "/api/health"] {
        said.push_str(&get(&server, path, "").await.body);
    }
    drop(child.stdin.take());
    child.wait().unwrap();
    assert!(said.contains("512"), "the process is listed");
    said
}

#[tokio::test]
async fn what_is_hidden_is_nowhere() {
    let user = format!("\"user\":\"{}\"", uzers::get_current_username().unwrap().to_string_lossy());
    let all = told(Discretion { details: ProcessDetails::Full, mask_secrets: false }).await;
    for word in ["secretive-name", "hunter2", "hunter3", &user, "\"name\":\"sh\""] {
        assert!(all.contains(word), "{word}: this test looks for the wrong thing: {all}");
    }
    let masked = told(Discretion::default()).await;
    assert!(masked.contains("secretive-name --token *** HF_TOKEN=***"), "{masked}");
    assert!(!masked.contains("hunter"));
    let name = told(Discretion { details: ProcessDetails::Name, mask_secrets: true }).await;
    assert!(name.contains("\"name\":\"sh\""));
    let none = told(Discretion { details: ProcessDetails::None, mask_secrets: true }).await;
    assert!(none.contains("hidden by whoever runs this dashboard") && !none.contains("\"name\":\"sh\""));
    for said in [name, none] {
        assert!(
            !said.contains("hunter") && !said.contains("secretive-name") && !said.contains(&user),
            "{said}"
        );
    }
}
