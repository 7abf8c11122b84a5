//! What Prometheus reads.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use gpu_observatory::telemetry::{
    Gpu, GpuState, Limiter, LimiterShares, Metric, MigInstance, Process, Reason, RecoveryAction, Timestamp,
};

use crate::script::{Running, Script, next};

/// A GPU of which everything is known, with odd names.
fn full() -> Gpu {
    Gpu {
        name: Some("NVIDIA \"H100\" \\ 80GB\nHBM3".into()),
        uuid: Some("GPU-1".into()),
        pci_bus_id: Some("00000000:1B:00.0".into()),
        driver_version: Some("580.65.06".into()),
        utilization: Some(97),
        memory_used: Some(1024.0),
        memory_total: Some(81_559.0),
        memory_free: Some(79_000.5),
        memory_reserved: Some(551.0),
        memory_utilization: Some(40),
        temperature: Some(64),
        memory_temperature: Some(70),
        temperature_slowdown: Some(87),
        temperature_shutdown: Some(92),
        power_usage: Some(651.25),
        power_limit: Some(700.0),
        power_limit_default: Some(700.0),
        power_limit_max: Some(700.0),
        fan_speed: Some(104),
        encoder_utilization: Some(0),
        decoder_utilization: Some(12),
        jpeg_utilization: Some(1),
        ofa_utilization: Some(2),
        clock_graphics: Some(1980),
        clock_sm: Some(1980),
        clock_memory: Some(2619),
        clock_video: Some(1545),
        clock_graphics_max: Some(1980),
        clock_sm_max: Some(1980),
        clock_memory_max: Some(2619),
        performance_state: Some(0),
        limiters: Some(vec![Limiter::PowerCap]),
        limiter_shares: Some(LimiterShares {
            seconds: 60,
            shares: [(Limiter::PowerCap, 42.5)].into_iter().collect(),
        }),
        energy: Some(123_456.789),
        pcie_generation: Some(5),
        pcie_generation_max: Some(5),
        pcie_width: Some(8),
        pcie_width_max: Some(16),
        pcie_tx: Some(123_000),
        pcie_rx: Some(456_000),
        pcie_replays: Some(3),
        ecc_enabled: Some(true),
        ecc_corrected: Some(2),
        ecc_uncorrected: Some(0),
        remapped_rows: Some(1),
        remapping_pending: Some(false),
        remapping_failed: Some(false),
        recovery_action: Some(RecoveryAction::Reset),
        nvlinks_active: Some(18),
        mig_enabled: Some(true),
        mig_instances: vec![MigInstance {
            index: 2,
            uuid: Some("MIG-1".into()),
            name: Some("1g.18gb".into()),
            gpu_instance: Some(1),
            compute_instance: Some(0),
            memory_used: Some(12.0),
            memory_total: Some(9856.0),
        }],
        processes: vec![Process {
            pid: std::process::id(),
            used_memory: Some(17_278.0),
            sm_utilization: Some(92),
            ..Process::default()
        }],
        ..Gpu::default()
    }
}

/// Lost, after it had reported.
fn lost() -> Gpu {
    let mut gpu = Gpu { id: 1, ..full() };
    gpu.uuid = Some("GPU-2".into());
    gpu.clear(Reason::Lost);
    gpu.state = GpuState::Lost;
    gpu.state_since = Some(Timestamp::from_millis(1000));
    gpu
}

/// The lines of GPUs.
fn of_gpus(body: &str) -> String {
    let gpu = |line: &&str| {
        line.trim_start_matches("# HELP ")
            .trim_start_matches("# TYPE ")
            .trim_start_matches("# UNIT ")
            .starts_with("gpu_")
            && !line.contains("gpu_observatory_")
    };
    body.lines().filter(gpu).collect::<Vec<_>>().join("\n")
}

const OPEN: &str = "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5\r\n";

#[tokio::test]
async fn every_value_has_its_series_in_base_units() {
    let server = Running::start(Script::gpus(vec![full(), lost()]), &["--metrics-processes=true"]).await;
    next(&mut server.connect().await).await;
    let (head, body) = server.ask("/metrics", OPEN).await;
    assert!(head.contains("application/openmetrics-text; version=1.0.0; charset=utf-8"), "{head}");
    assert!(body.ends_with("# EOF\n"));
    let me = std::process::id().to_string();
    let told = the_same_everywhere(&of_gpus(&body), &me);
    insta::assert_snapshot!(told);
}

/// What differs from machine to machine, made the same.
fn the_same_everywhere(text: &str, pid: &str) -> String {
    let of_process = |line: &str| match line.split_once("pid=\"") {
        Some((before, rest)) => {
            assert!(rest.starts_with(&format!("{pid}\",user=\"")), "{line}");
            let value = rest.rsplit(' ').next().unwrap_or_default();
            format!("{before}pid=\"…\",user=\"…\",process=\"…\"}} {value}")
        }
        None => line.to_owned(),
    };
    text.lines().map(of_process).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn processes_are_series_only_where_that_was_asked_for() {
    let server = Running::start(Script::gpus(vec![full()]), &[]).await;
    next(&mut server.connect().await).await;
    let (_, body) = server.get("/metrics").await;
    assert!(body.contains("gpu_processes{") && !body.contains("gpu_process_"), "{body}");
}

#[tokio::test]
async fn what_is_not_known_has_no_series() {
    let mut gpu = Gpu { uuid: Some("GPU-1".into()), ..Gpu::default() };
    gpu.explain(Reason::NoPermission);
    gpu.unavailable.insert(Metric::Processes, Reason::NoPermission);
    let server = Running::start(Script::gpus(vec![gpu]), &[]).await;
    next(&mut server.connect().await).await;
    let (_, body) = server.get("/metrics").await;
    let names: std::collections::BTreeSet<_> = of_gpus(&body)
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('{').next().map(str::to_owned))
        .collect();
    assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), ["gpu_info", "gpu_state"]);
}

#[tokio::test]
async fn while_the_driver_hangs_no_old_value_is_told() {
    let script = Script::gpus(vec![full()]);
    let server = Running::start(script.clone(), &["--poll-interval-ms=100"]).await;
    next(&mut server.connect().await).await;
    assert!(server.get("/metrics").await.1.contains("gpu_utilization_ratio{"));
    script.hang(true);
    server.health_until(|code, _| code == 503).await;
    let (code, body) = server.get("/metrics").await;
    assert_eq!((code, of_gpus(&body).as_str()), (200, ""));
    assert!(body.contains("gpu_observatory_health{status=\"stale\"} 1"), "{body}");
    script.hang(false);
    server.health_until(|code, _| code == 200).await;
    assert!(server.get("/metrics").await.1.contains("gpu_utilization_ratio{"));
}

#[tokio::test]
async fn the_server_counts_what_it_does() {
    let server = Running::start(Script::counting(), &["--poll-interval-ms=100"]).await;
    let mut socket = server.connect().await;
    for _ in 0..3 {
        next(&mut socket).await;
    }
    let (_, body) = server.get("/metrics").await;
    let value = |name: &str| -> f64 {
        let line = body
            .lines()
            .find(|line| line.split([' ', '{']).next() == Some(name))
            .unwrap_or_else(|| panic!("no {name} in {body}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    assert!(value("gpu_observatory_samples_total") >= 3.0);
    assert!(value("gpu_observatory_messages_sent_total") >= 2.0);
    assert!(value("gpu_observatory_sample_duration_seconds") > 0.0);
    assert!(value("gpu_observatory_sample_age_seconds") >= 0.0);
    assert!((value("gpu_observatory_clients") - 1.0).abs() < f64::EPSILON);
}

#[tokio::test]
async fn prometheus_own_checker_has_nothing_to_say() {
    let server = Running::start(Script::gpus(vec![full(), lost()]), &["--metrics-processes=true"]).await;
    next(&mut server.connect().await).await;
    let (head, body) = server.ask("/metrics", "Accept: text/plain\r\n").await;
    assert!(head.contains("text/plain; version=0.0.4; charset=utf-8"), "{head}");
    let mut check = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool is missing: `make test` installs it (Debian: package prometheus)");
    check.stdin.take().unwrap().write_all(body.as_bytes()).unwrap();
    let output = check.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success() && said.is_empty(), "{}\n{body}", String::from_utf8_lossy(&said));
}
