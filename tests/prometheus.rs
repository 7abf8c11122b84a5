//! A real Prometheus over the real program: it scrapes, its rules hold, and every query
//! of the Grafana dashboard finds something.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// Nothing here takes this long unless it is broken.
const FOREVER: Duration = Duration::from_secs(60);
const MISSING: &str = "Prometheus is missing: `make test` gets it (Debian: package prometheus)";

fn deploy(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name)
}

/// What promtool says, where it is content.
fn promtool(arguments: &[&str]) -> String {
    let output = Command::new("promtool").args(arguments).output().expect(MISSING);
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "promtool {arguments:?}: {said}");
    said
}

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The demo on a free port, and where it is.
fn dashboard(folder: &Path) -> (Running, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gpu-observatory"))
        .args(["--demo", "--port", "0", "--metrics-processes", "true"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("Listening on http://").unwrap().trim_end_matches('/').to_owned();
    (Running(child), address)
}

/// A Prometheus with the configuration that we ship, made to scrape `target` every second.
fn prometheus(folder: &Path, target: &str) -> (Running, String) {
    let config = fs::read_to_string(deploy("prometheus/prometheus.yml")).unwrap();
    for wanted in ["localhost:5000", "scrape_interval: 15s", "evaluation_interval: 15s"] {
        assert!(config.contains(wanted), "{wanted}");
    }
    let config = config.replace("localhost:5000", target).replace("15s", "1s");
    fs::write(folder.join("prometheus.yml"), config).unwrap();
    for rules in ["recording-rules.yml", "alert-rules.yml"] {
        fs::copy(deploy("prometheus").join(rules), folder.join(rules)).unwrap();
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let child = Command::new("prometheus")
        .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
        .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect(MISSING);
    (Running(child), format!("http://127.0.0.1:{port}"))
}

/// The answer to a query, once there is one.
fn answer(server: &str, query: &str) -> Vec<Value> {
    let start = Instant::now();
    loop {
        let arguments = ["query", "instant", "--format=json", server, query];
        let output = Command::new("promtool").args(arguments).output().expect(MISSING);
        let answer: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap_or_default();
        if output.status.success() && !answer.is_empty() {
            return answer;
        }
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(start.elapsed() < FOREVER, "nothing for {query}: {said}");
        thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn what_we_ship_is_sound() {
    for config in ["prometheus.yml", "discovery/file.yml", "discovery/http.yml"] {
        promtool(&["check", "config", deploy("prometheus").join(config).to_str().unwrap()]);
    }
    // Debian's Prometheus is built without Kubernetes, which is all that it does not take of this.
    let config = fs::read_to_string(deploy("prometheus/discovery/kubernetes.yml")).unwrap();
    let (before, rest) = config.split_once("    kubernetes_sd_configs:\n").unwrap();
    let (discovery, after) = rest.split_once("    relabel_configs:\n").unwrap();
    let keys: Vec<_> = discovery.lines().map(|line| line.split(':').next().unwrap().trim()).collect();
    assert_eq!(keys, ["- role", "namespaces", "names", "selectors", "- role", "label"]);
    let folder = tempfile::tempdir().unwrap();
    let without = folder.path().join("kubernetes.yml");
    fs::write(&without, [before, "    relabel_configs:\n", after].concat()).unwrap();
    promtool(&["check", "config", without.to_str().unwrap()]);
    promtool(&["test", "rules", deploy("prometheus/rules.test.yml").to_str().unwrap()]);
}

/// Every alert has a test that it fires and one that it does not.
#[test]
fn every_alert_is_tested() {
    let rules = fs::read_to_string(deploy("prometheus/alert-rules.yml")).unwrap();
    let tests = fs::read_to_string(deploy("prometheus/rules.test.yml")).unwrap();
    let names: Vec<_> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(names.len() >= 10);
    for name in names {
        for case in ["fires", "does not fire"] {
            assert!(tests.contains(&format!("- name: {name} {case}\n")), "{name} {case}");
        }
    }
}

#[test]
fn prometheus_scrapes_and_every_query_finds_something() {
    let folder = tempfile::tempdir().unwrap();
    let (_dashboard, target) = dashboard(folder.path());
    let (_prometheus, server) = prometheus(folder.path(), &target);

    assert_eq!(answer(&server, "up == 1")[0]["metric"]["job"], "gpu-observatory");
    assert_eq!(answer(&server, r#"gpu_info{simulated="true"}"#).len(), 8);
    answer(&server, "gpu_observatory_simulated == 1");
    assert!(answer(&server, "gpu_process_memory_bytes").len() > 8);
    for rule in fs::read_to_string(deploy("prometheus/recording-rules.yml")).unwrap().lines() {
        if let Some(name) = rule.trim().strip_prefix("- record: ") {
            answer(&server, name);
        }
    }
    // A GPU of the demo is close to its slowdown from the beginning.
    answer(&server, r#"ALERTS{alertname="GpuHot"}"#);

    let grafana: Value =
        serde_json::from_str(&fs::read_to_string(deploy("grafana/gpu-observatory.json")).unwrap()).unwrap();
    let panels = grafana["panels"].as_array().unwrap();
    let queries = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    let queries: Vec<_> = queries.map(|target| target["expr"].as_str().unwrap()).collect();
    assert!(queries.len() >= 20);
    for query in queries {
        let query = query.replace("$job", "gpu-observatory").replace("$instance", ".*").replace("$gpu", ".*");
        assert!(!query.contains('$'), "{query}");
        answer(&server, &query);
    }
}
