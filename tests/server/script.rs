//! A source that does what a test tells it, and the real server around it.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures::StreamExt;
use gpu_observatory::{
    collect::{Choice, Collector, DemoScenario, Opener, Processes, Source, SourceError},
    config::{Config, leptos_options},
    server::{Server, Site, serve},
    telemetry::{Gpu, Provider, Snapshot},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Makes a collector for a scene of the demo.
pub(crate) type Open = Arc<dyn Fn(DemoScenario) -> Collector + Send + Sync>;

/// Nothing in these tests takes this long unless it is broken.
pub(crate) const FOREVER: Duration = Duration::from_secs(30);

/// What the source gives, changed by the test while the server runs.
#[derive(Clone, Default)]
pub(crate) struct Script {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    reads: AtomicUsize,
    state: Mutex<State>,
    released: Condvar,
}

#[derive(Default)]
struct State {
    gpus: Vec<Gpu>,
    /// Each read adds one to the first GPU's utilization, modulo 100.
    counting: bool,
    hangs: bool,
}

impl Script {
    pub(crate) fn gpus(gpus: Vec<Gpu>) -> Self {
        let script = Self::default();
        script.shared.state.lock().unwrap().gpus = gpus;
        script
    }

    /// One GPU whose utilization changes with every sample.
    pub(crate) fn counting() -> Self {
        let gpu = Gpu { uuid: Some("GPU-1".into()), utilization: Some(0), ..Gpu::default() };
        Self::counting_over(vec![gpu])
    }

    /// These GPUs, the first of which counts.
    pub(crate) fn counting_over(gpus: Vec<Gpu>) -> Self {
        let script = Self::gpus(gpus);
        script.shared.state.lock().unwrap().counting = true;
        script
    }

    pub(crate) fn hang(&self, hangs: bool) {
        self.shared.state.lock().unwrap().hangs = hangs;
        self.shared.released.notify_all();
    }

    pub(crate) fn reads(&self) -> usize {
        self.shared.reads.load(Ordering::SeqCst)
    }
}

impl Script {
    /// What reads this and nothing else.
    pub(crate) fn collector(&self) -> Collector {
        let source = self.clone();
        let open = Arc::new(move || Ok(Box::new(source.clone()) as Box<dyn Source>));
        Collector::new(Choice::new(vec![Opener { provider: Provider::Nvml, open }]), None, Processes::new())
    }
}

impl Source for Script {
    fn provider(&self) -> Provider {
        Provider::Nvml
    }

    fn read(&mut self, _now: Instant) -> Result<Vec<Gpu>, SourceError> {
        self.shared.reads.fetch_add(1, Ordering::SeqCst);
        let mut state =
            self.shared.released.wait_while(self.shared.state.lock().unwrap(), |s| s.hangs).unwrap();
        if state.counting {
            let next = state.gpus[0].utilization.map(|value| (value + 1) % 100);
            state.gpus[0].utilization = next;
        }
        Ok(state.gpus.clone())
    }
}

/// The real server on a free port of loopback.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) script: Script,
    shutdown: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Starts with flags on top of `--enable-system-metrics=false`, so that only
    /// the script changes what is sent.
    pub(crate) async fn start(script: Script, flags: &[&str]) -> Self {
        let source = script.clone();
        Self::over(script, Arc::new(move |_| source.collector()), flags).await
    }

    /// The same with the collectors that `open` makes.
    pub(crate) async fn over(script: Script, open: Open, flags: &[&str]) -> Self {
        Self::serving(script, open, Path::new("/nonexistent"), flags).await
    }

    /// With the built site in this folder.
    pub(crate) async fn start_with(script: Script, site: &Path, flags: &[&str]) -> Self {
        let source = script.clone();
        Self::serving(script, Arc::new(move |_| source.collector()), site, flags).await
    }

    async fn serving(script: Script, open: Open, site: &Path, flags: &[&str]) -> Self {
        let args = ["gpu-observatory", "--enable-system-metrics=false"].iter().chain(flags);
        let nowhere = std::path::Path::new("/nonexistent/.env");
        let config = Config::resolve(args.map(Into::into), &[], nowhere).unwrap().config;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (shutdown, asked) = oneshot::channel::<()>();
        let token = config.token.as_ref().map(|token| token.read().unwrap());
        let server =
            Server { config, token, options: leptos_options().unwrap(), site: Site::Folder(site.to_owned()) };
        let _ = any_spawner::Executor::init_tokio();
        let task = tokio::spawn(serve(server, listener, move |scenario| open(scenario), async {
            let _ = asked.await;
        }));
        Self { address, script, shutdown, task }
    }

    pub(crate) async fn connect(&self) -> Socket {
        let url = format!("ws://{}/ws/gpu", self.address);
        timeout(FOREVER, connect_async(url)).await.unwrap().unwrap().0
    }

    /// Status code and body.
    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        let (head, body) = self.ask(path, "").await;
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body)
    }

    /// Head and body of the answer to a request with these header lines.
    pub(crate) async fn ask(&self, path: &str, headers: &str) -> (String, String) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.0\r\nHost: {}\r\n{headers}\r\n", self.address);
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        timeout(FOREVER, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_ascii_lowercase(), body.to_owned())
    }

    pub(crate) async fn health(&self) -> (u16, serde_json::Value) {
        let (code, body) = self.get("/api/health").await;
        (code, serde_json::from_str(&body).unwrap())
    }

    /// Asks until `wanted` is true of the health.
    pub(crate) async fn health_until(&self, wanted: impl Fn(u16, &serde_json::Value) -> bool) {
        let asking = async {
            loop {
                let (code, health) = self.health().await;
                if wanted(code, &health) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(FOREVER, asking).await.unwrap();
    }

    /// Asks the server to end.
    pub(crate) fn shut_down(self) -> JoinHandle<std::io::Result<()>> {
        self.shutdown.send(()).unwrap();
        self.task
    }
}

/// The next message as the text that came.
pub(crate) async fn next_text(socket: &mut Socket) -> String {
    loop {
        match timeout(FOREVER, socket.next()).await.unwrap().unwrap().unwrap() {
            Message::Text(text) => return text.to_string(),
            Message::Ping(_) | Message::Pong(_) => {}
            other => panic!("no text but {other:?}"),
        }
    }
}

pub(crate) async fn next(socket: &mut Socket) -> Snapshot {
    serde_json::from_str(&next_text(socket).await).unwrap()
}
