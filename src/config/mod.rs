//! Settings: flags first, then the environment, then a `.env` file, then defaults.

mod authority;
mod error;
mod flags;
#[cfg(any(feature = "fuzz", test))]
pub(crate) mod fuzz;
mod layer;
mod names;
mod site;
mod token;
mod value;

use std::{ffi::OsString, path::Path, time::Duration};

pub(crate) use authority::{Authority, Origin};
pub use error::ConfigError;
pub use flags::{Command, Flags, Shell};
use ipnet::IpNet;
pub use names::{HostPattern, Origins};
pub use site::{find_site, leptos_options};
pub use token::{Token, TokenSource};
pub use value::{LogFormat, LogLevel};

use crate::{
    collect::{DemoScenario, Discretion},
    telemetry::Provider,
};

/// Everything that can be set, with its default filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Time from one sample to the next, at least 100 ms.
    pub poll_interval: Duration,
    /// Most messages per second to a client, 1 to 30.
    pub max_broadcast_hz: u32,
    /// The least severe level that is logged.
    pub log_level: LogLevel,
    /// How log lines look; `None`: text on a terminal, else JSON.
    pub log_format: Option<LogFormat>,
    /// Whether the host's metrics are sent.
    pub enable_system_metrics: bool,
    /// The one source to use; `None` chooses the best that works.
    pub provider: Option<Provider>,
    /// Name or address to listen on.
    pub host: String,
    /// Port to listen on; 0 takes any free one.
    pub port: u16,
    /// What the demo source shows.
    pub demo_scenario: DemoScenario,
    /// The path under which all is served, with a slash at both ends: `/` or `/gpu/`.
    pub base_path: String,
    /// Most clients on the socket at once.
    pub max_clients: usize,
    /// The token that is asked for; `None`: nobody is asked.
    pub token: Option<TokenSource>,
    /// Names that requests may call this server by; `None`: those of this machine.
    pub allowed_hosts: Option<Vec<HostPattern>>,
    /// Proxies that are believed about whom they ask for.
    pub trusted_proxies: Vec<IpNet>,
    /// Whose pages may read the API.
    pub cors_origins: Origins,
    /// What is not told of processes.
    pub discretion: Discretion,
    /// Whether `/metrics` has series for each process.
    pub metrics_processes: bool,
    /// How many GPUs the demo source shows; `None`: as many as the scenario has.
    pub demo_gpus: Option<u32>,
}

/// Settings and what is odd about them.
#[derive(Debug)]
pub struct Resolved {
    /// The settings.
    pub config: Config,
    /// What to do instead of serving.
    pub command: Option<Command>,
    /// One line each for the log: variables that are set and do nothing.
    pub warnings: Vec<String>,
}

impl Config {
    /// Resolves the process's own arguments and environment, and `.env` in the
    /// current folder.
    ///
    /// # Errors
    /// For `--help` and `--version` too: [`ConfigError::exit_code`] tells.
    pub fn from_process() -> Result<Resolved, ConfigError> {
        let environment = layer::known(std::env::vars_os());
        Self::resolve(std::env::args_os(), &environment, Path::new(".env"))
    }

    /// Resolves `args` (with the program's name), `environment` and the file at
    /// `dotenv`, where there is one.
    ///
    /// # Errors
    /// On the first value that is not allowed, naming where it stands.
    pub fn resolve(
        args: impl IntoIterator<Item = OsString>,
        environment: &[(String, String)],
        dotenv: &Path,
    ) -> Result<Resolved, ConfigError> {
        let flags = Flags::from_args(args)?;
        let file = layer::read_dotenv(dotenv)?;
        let mut warnings = layer::warnings(environment, "environment");
        warnings.extend(layer::warnings(&file, ".env"));
        let environment = Flags::from_variables(environment, "")?;
        let file = Flags::from_variables(&file, " in .env")?;
        let command = flags.command();
        Ok(Resolved { config: flags.or(environment).or(file).with_defaults(), command, warnings })
    }
}

impl Config {
    /// Each setting by the name of its variable, with its value.
    #[must_use]
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let or = |value: Option<String>, none: &str| value.unwrap_or_else(|| none.to_owned());
        vec![
            ("GPU_MONITOR_POLL_INTERVAL_MS", self.poll_interval.as_millis().to_string()),
            ("GPU_MONITOR_WS_MAX_RATE_HZ", self.max_broadcast_hz.to_string()),
            ("GPU_MONITOR_LOG_LEVEL", format!("{:?}", self.log_level).to_uppercase()),
            (
                "GPU_MONITOR_LOG_FORMAT",
                or(
                    self.log_format.map(|format| format!("{format:?}").to_lowercase()),
                    "(text on a terminal, else json)",
                ),
            ),
            ("GPU_MONITOR_ENABLE_SYSTEM_METRICS", self.enable_system_metrics.to_string()),
            (
                "GPU_MONITOR_TELEMETRY_PROVIDER",
                or(self.provider.map(|provider| provider.id().to_owned()), "(the best that works)"),
            ),
            ("GPU_MONITOR_HOST", self.host.clone()),
            ("GPU_MONITOR_PORT", self.port.to_string()),
            ("GPU_MONITOR_BASE_PATH", self.base_path.clone()),
            ("GPU_MONITOR_MAX_CLIENTS", self.max_clients.to_string()),
            (
                "GPU_MONITOR_AUTH_TOKEN",
                self.token.as_ref().map_or("(none: nobody is asked)", TokenSource::place).to_owned(),
            ),
            (
                "GPU_MONITOR_ALLOWED_HOSTS",
                or(self.allowed_hosts.as_deref().map(joined), "(the names of this machine)"),
            ),
            ("GPU_MONITOR_TRUSTED_PROXIES", or_none(joined(&self.trusted_proxies))),
            ("GPU_MONITOR_CORS_ORIGINS", self.cors_origins.to_string()),
            ("GPU_MONITOR_PROCESS_DETAILS", format!("{:?}", self.discretion.details).to_lowercase()),
            ("GPU_MONITOR_MASK_SECRETS", self.discretion.mask_secrets.to_string()),
            ("GPU_MONITOR_METRICS_PROCESSES", self.metrics_processes.to_string()),
        ]
    }
}

fn joined(items: &[impl ToString]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn or_none(text: String) -> String {
    if text.is_empty() { "(none)".to_owned() } else { text }
}

#[cfg(test)]
mod tests;
