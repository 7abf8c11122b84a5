//! A real Prometheus in a folder that goes with it.

use std::{
    fmt::Write,
    fs, io,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use bench::meter::{Meter, spent};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::arguments::Arguments;

/// How long it may take to start.
const START: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) struct Prometheus {
    folder: TempDir,
    child: Child,
    address: SocketAddr,
}

/// What it has cost so far.
#[derive(Debug)]
pub(crate) struct Cost {
    at: Instant,
    cpu: bench::meter::Threads,
    /// KiB.
    pub(crate) memory: u64,
    /// Samples taken in since the start.
    pub(crate) samples: f64,
}

impl Prometheus {
    /// Scrapes so many nodes at `address`.
    ///
    /// # Errors
    /// When there is no Prometheus, or it does not start.
    pub(crate) fn start(arguments: &Arguments, address: SocketAddr) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let nodes: Vec<Value> = (0..arguments.nodes)
            .map(|node| {
                let path = format!("/{node}/metrics");
                let labels = json!({"__metrics_path__": path, "node": format!("node-{node}"), "instance": format!("node-{node}:5000")});
                json!({"targets": [address.to_string()], "labels": labels})
            })
            .collect();
        fs::write(folder.path().join("nodes.json"), Value::from(nodes).to_string())?;
        let rules = std::path::absolute("deploy/prometheus/recording-rules.yml")?;
        let config = format!(
            "global:\n  scrape_interval: {0}s\n  evaluation_interval: {0}s\nrule_files: [{1}]\nscrape_configs:\n  \
             - job_name: gpu-observatory\n    file_sd_configs: [{{files: [nodes.json]}}]\n",
            arguments.interval,
            rules.display()
        );
        fs::write(folder.path().join("prometheus.yml"), config)?;
        let listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", folder.path().join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .arg(format!("--web.listen-address={listen}"))
            .arg("--web.enable-admin-api")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let prometheus = Self { folder, child, address: listen };
        let start = Instant::now();
        while prometheus.ask("GET", "/-/ready").is_err() {
            if start.elapsed() > START {
                return Err(io::Error::other("Prometheus does not start"));
            }
            thread::sleep(Duration::from_millis(200));
        }
        Ok(prometheus)
    }

    /// # Errors
    /// When it does not answer.
    pub(crate) fn cost(&self) -> io::Result<Cost> {
        let own = self.ask("GET", "/metrics")?;
        let meter = Meter::new(self.child.id());
        let memory = meter.memory()?.rss;
        let value = |name: &str| -> f64 {
            let lines = own.lines().filter(|line| line.starts_with(name) && !line.starts_with('#'));
            lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
        };
        let samples = value("prometheus_tsdb_head_samples_appended_total");
        Ok(Cost { at: Instant::now(), cpu: meter.cpu()?, memory, samples })
    }

    /// The value of a query, and how long the answer took.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn query(&self, query: &str) -> io::Result<(f64, Duration, usize)> {
        let mut path = "/api/v1/query?query=".to_owned();
        for byte in query.bytes() {
            // A string takes all that is written.
            let _ = write!(path, "%{byte:02x}");
        }
        let start = Instant::now();
        let answer = self.ask("GET", &path)?;
        let took = start.elapsed();
        let parsed: Value = serde_json::from_str(&answer).map_err(io::Error::other)?;
        let result = &parsed["data"]["result"];
        let first = result[0]["value"][1].as_str().and_then(|value| value.parse().ok());
        Ok((first.unwrap_or_default(), took, answer.len()))
    }

    /// Bytes on disk of all that it has, written as it would be kept.
    ///
    /// # Errors
    /// When it does not write it.
    pub(crate) fn written(&self) -> io::Result<u64> {
        self.ask("POST", "/api/v1/admin/tsdb/snapshot")?;
        size(&self.folder.path().join("data/snapshots"))
    }

    fn ask(&self, method: &str, path: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(self.address)?;
        io::Write::write_fmt(
            &mut stream,
            format_args!("{method} {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.address),
        )?;
        let mut answer = String::new();
        io::Read::read_to_string(&mut stream, &mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        let well = head.split(' ').nth(1).is_some_and(|code| code == "200");
        if well { Ok(body.to_owned()) } else { Err(io::Error::other(format!("{path}: {head}"))) }
    }
}

impl Cost {
    /// Seconds of processor time since `before`, and seconds that passed.
    pub(crate) fn since(&self, before: &Self) -> (f64, f64) {
        let spent = Duration::from_nanos(spent(&before.cpu, &self.cpu));
        (spent.as_secs_f64(), self.at.duration_since(before.at).as_secs_f64())
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() { size(&entry.path())? } else { meta.len() };
    }
    Ok(bytes)
}
