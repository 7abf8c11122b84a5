//! The process: settings, log, listener, signals. What it runs is in the library.

mod command;
mod log;
mod service;

use std::{
    io::{self, Write},
    net::SocketAddr,
    process::ExitCode,
};

use gpu_observatory::{
    collect,
    config::{self, Config, Resolved, TokenSource},
    server::{self, Server, Site},
};
use leptos_config::LeptosOptions;
use tokio::net::{TcpListener, TcpSocket, lookup_host};

/// How many connections may wait to be accepted, where the kernel allows as many: after a
/// restart all pages come back at once, and one that is turned away tries again a second later.
const BACKLOG: u32 = 4096;

fn main() -> ExitCode {
    let Resolved { config, command, warnings } = match Config::from_process() {
        Ok(resolved) => resolved,
        Err(error) if error.exit_code() == 0 => {
            // Nobody may be listening any more; that is no failure.
            let _ = writeln!(io::stdout(), "{error}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "gpu-observatory: {error}");
            return ExitCode::from(error.exit_code());
        }
    };
    if let Some(command) = command {
        return command::run(command, &config, &warnings);
    }
    let _ = raise_descriptors(config.max_clients);
    log::start(&config);
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "gpu-observatory: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Each viewer takes a descriptor, and another one while he comes. Many systems allow a process 1024
/// at first and far more where it asks.
fn raise_descriptors(viewers: usize) -> Result<(), rustix::io::Errno> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    const USUAL: u64 = 65_536;
    let enough = USUAL.max(u64::try_from(viewers).unwrap_or(USUAL).saturating_mul(2) + 1024);
    let limit = getrlimit(Resource::Nofile);
    let asked = limit.maximum.map_or(enough, |most| most.min(enough));
    if limit.current.is_none_or(|current| current >= asked) {
        return Ok(());
    }
    setrlimit(Resource::Nofile, Rlimit { current: Some(asked), ..limit })
}

/// Serves until a signal ends it.
///
/// # Errors
/// One line for the user.
fn run(config: Config) -> Result<(), String> {
    // Two threads carry thousands of sockets; the samples have their own.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_io()
        .enable_time()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    // Fails only where one was set before: there is no other in this process.
    let _ = any_spawner::Executor::init_tokio();
    let result = runtime.block_on(listen_and_serve(config));
    // A thread that hangs in a driver must not keep the process.
    runtime.shutdown_background();
    result
}

async fn listen_and_serve(config: Config) -> Result<(), String> {
    let options = config::leptos_options()?;
    let token = config.token.as_ref().map(TokenSource::read).transpose()?;
    let site = site(&options);
    let listener = listen(&config).await.map_err(|error| cannot_listen(&config, &error))?;
    let address = listener.local_addr().map_err(|error| cannot_listen(&config, &error))?;
    let shutdown = signals().map_err(|error| format!("cannot watch for signals: {error}"))?;
    announce(address);
    if token.is_none() && !address.ip().to_canonical().is_loopback() {
        tracing::warn!(
            %address,
            "everybody who can reach this machine sees its GPUs, users and processes: set \
             GPU_MONITOR_AUTH_TOKEN_FILE, or listen on 127.0.0.1"
        );
    }
    service::ready();
    let (provider, gpus) = (config.provider, config.demo_gpus);
    if let Some(provider) = provider {
        tracing::info!(source = provider.id(), "the telemetry source is set: no other one is tried");
    }
    let (host, interval, discretion) =
        (config.enable_system_metrics, config.poll_interval, config.discretion);
    let server = Server { config, token, options, site };
    server::serve(
        server,
        listener,
        move |scenario| {
            let demo = collect::DemoSettings { scenario, gpus };
            collect::Collector::open(provider, demo, host, interval).telling(discretion)
        },
        shutdown,
    )
    .await
    .map_err(|error| error.to_string())
}

#[cfg(feature = "embed")]
const fn site(_: &LeptosOptions) -> Site {
    Site::Embedded
}

/// The folder that the build left.
#[cfg(not(feature = "embed"))]
fn site(options: &LeptosOptions) -> Site {
    let site = config::find_site(&options.site_root, std::env::current_exe().ok().as_deref());
    if !site.join(&*options.site_pkg_dir).is_dir() {
        tracing::warn!(
            "no built site in {}: the page will not come alive. Build it with: make build",
            site.display()
        );
    }
    Site::Folder(site)
}

/// The one line on standard output: where the dashboard is. The log goes to
/// standard error.
fn announce(address: SocketAddr) {
    let host = match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => format!("127.0.0.1:{}", v4.port()),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => format!("[::1]:{}", v6.port()),
        other => other.to_string(),
    };
    let mut stdout = io::stdout();
    let _ = writeln!(stdout, "Listening on http://{host}/").and_then(|()| stdout.flush());
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "listening");
}

/// Listens at the first address of the host that can be had.
async fn listen(config: &Config) -> io::Result<TcpListener> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in lookup_host((config.host.as_str(), config.port)).await? {
        let listen = || {
            let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            socket.listen(BACKLOG)
        };
        match listen() {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn cannot_listen(config: &Config, error: &io::Error) -> String {
    let hint = match error.kind() {
        io::ErrorKind::AddrInUse => ": the port is taken; choose another with --port or GPU_MONITOR_PORT",
        io::ErrorKind::PermissionDenied => ": no permission; ports below 1024 need privileges",
        io::ErrorKind::AddrNotAvailable => ": this machine does not have that address",
        _ => "",
    };
    let detail = if hint.is_empty() { format!(": {error}") } else { hint.to_owned() };
    format!("cannot listen on {}:{}{detail}", config.host, config.port)
}

/// Completes at the first SIGINT or SIGTERM.
fn signals() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        let name = tokio::select! {
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
        };
        tracing::info!("{name}: shutting down");
        service::stopping();
    })
}
