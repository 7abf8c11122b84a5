//! The command line, which is also the list of variables: every flag
//! `--some-name` has its `GPU_MONITOR_SOME_NAME`.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;

use super::{
    Config, ConfigError, HostPattern, LogFormat, LogLevel, Origins, TokenSource,
    names::{allowed_hosts, networks, origins},
    value::{
        base_path, demo_gpus, host, log_format, log_level, max_clients, on_off, poll_interval, port,
        process_details, provider, rate, scenario,
    },
};
use crate::{
    collect::{DemoScenario, Discretion, ProcessDetails},
    telemetry::Provider,
};

/// What each variable's name starts with.
pub(super) const PREFIX: &str = "GPU_MONITOR_";

/// The command line; every field is `None` where nothing was given.
#[derive(Clone, Debug, Default, Parser)]
#[command(
    name = "gpu-observatory",
    version,
    disable_help_subcommand = true,
    max_term_width = 100,
    about = "Every GPU of this machine, live in the browser.",
    after_help = "Each option can also be set by an environment variable or a line of a .env file in the current \
                  folder: --poll-interval-ms is GPU_MONITOR_POLL_INTERVAL_MS. An option beats the environment, \
                  the environment beats .env."
)]
pub struct Flags {
    /// Milliseconds between two samples, at least 100 [default: 1000]
    #[arg(long, value_name = "MS", value_parser = poll_interval)]
    poll_interval_ms: Option<u64>,

    /// Most messages per second to a browser, 1 to 30 [default: 5]
    #[arg(long, value_name = "HZ", value_parser = rate)]
    ws_max_rate_hz: Option<u32>,

    /// DEBUG, INFO, WARNING or ERROR [default: INFO]
    #[arg(long, value_name = "LEVEL", value_parser = log_level)]
    log_level: Option<LogLevel>,

    /// text or json [default: text on a terminal, else json]
    #[arg(long, value_name = "FORMAT", value_parser = log_format)]
    log_format: Option<LogFormat>,

    /// Whether the host's CPU, memory, load and disk are shown: true or false [default: true]
    #[arg(long, value_name = "BOOL", value_parser = on_off)]
    enable_system_metrics: Option<bool>,

    #[arg(
        long,
        value_name = "SOURCE",
        value_parser = provider,
        help = "Use this source only: nvml (or pynvml), nvidia_smi, nvtop or demo [default: the best that works]"
    )]
    telemetry_provider: Option<Provider>,

    /// Address or name to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "HOST", value_parser = host)]
    host: Option<String>,

    /// Port to listen on, 0 for any free one [default: 5000]
    #[arg(long, value_name = "PORT", value_parser = port)]
    port: Option<u16>,

    /// Path under which everything is served, behind a proxy: /gpu [default: /]
    #[arg(long, value_name = "PATH", value_parser = base_path)]
    base_path: Option<String>,

    /// Most browsers and others on the socket at once, 1 to 100000; an address has at most a
    /// quarter of it [default: 1024]
    #[arg(long, value_name = "COUNT", value_parser = max_clients)]
    max_clients: Option<usize>,

    /// Token that page, API, socket and metrics ask for; other users of this machine can see it
    /// on the command line, so use the variable or the file [default: nobody is asked]
    #[arg(long, value_name = "TOKEN")]
    auth_token: Option<String>,

    /// File with that token in it [default: unset]
    #[arg(long, value_name = "PATH")]
    auth_token_file: Option<PathBuf>,

    // Named by its path, or else clap would take it for one name per option.
    /// Names, with commas, that a browser may reach this server by, beside loopback and addresses:
    /// gpu.example.com [default: the names of this machine]
    #[arg(long, value_name = "NAMES", value_parser = allowed_hosts)]
    allowed_hosts: Option<std::vec::Vec<HostPattern>>,

    /// Addresses or networks, with commas, of proxies that are believed about whom they ask for
    /// [default: none]
    #[arg(long, value_name = "ADDRESSES", value_parser = networks)]
    trusted_proxies: Option<std::vec::Vec<IpNet>>,

    #[arg(
        long,
        value_name = "ORIGINS",
        value_parser = origins,
        help = "Origins, with commas, whose pages may read the API: https://wall.example.com [default: none]"
    )]
    cors_origins: Option<Origins>,

    /// How much is told of processes: full, name (no command lines, users and containers) or none
    /// [default: full]
    #[arg(long, value_name = "HOW", value_parser = process_details)]
    process_details: Option<ProcessDetails>,

    /// Whether passwords, tokens and keys in command lines are masked: true or false
    /// [default: true]
    #[arg(long, value_name = "BOOL", value_parser = on_off)]
    mask_secrets: Option<bool>,

    /// Whether /metrics has series for each process: true or false [default: false]
    #[arg(long, value_name = "BOOL", value_parser = on_off)]
    metrics_processes: Option<bool>,

    /// What the demo shows: work, throttle, idle-hog, mig, lost, unified, asleep, faulty, no-gpu,
    /// stand-in, hang, restart or no-host [default: work]
    #[arg(long, value_name = "SCENARIO", value_parser = scenario)]
    demo_scenario: Option<DemoScenario>,

    /// How many GPUs the demo shows, 1 to 64 [default: as the scenario has]
    #[arg(long, value_name = "COUNT", value_parser = demo_gpus)]
    demo_gpus: Option<u32>,

    /// Show simulated GPUs: the same as --telemetry-provider demo
    #[arg(long, action = ArgAction::SetTrue, conflicts_with = "telemetry_provider")]
    demo: bool,

    #[command(subcommand)]
    command: Option<Command>,
}

/// What to do instead of serving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Try every telemetry source and say what works, what does not, and what to do about it
    Doctor,
    /// Ask the server that runs with the same settings whether it is well; 0 if it is
    Health,
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

/// A shell that can be taught the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

impl Flags {
    /// Parses a command line, program name first.
    pub(super) fn from_args(args: impl IntoIterator<Item = OsString>) -> Result<Self, ConfigError> {
        let parse = || {
            let matches = Self::describe().try_get_matches_from(args)?;
            let flags = Self::from_arg_matches(&matches)?;
            // Behind a command stand all flags, those before it included.
            match matches.subcommand() {
                Some((_, behind)) => Ok(Self { command: flags.command, ..Self::from_arg_matches(behind)? }),
                None => Ok(flags),
            }
        };
        parse().map_err(|error| ConfigError::from_flag(&error))
    }

    /// Parses variables, one by one so that an error names the variable.
    /// `place` follows its name in that error.
    pub(super) fn from_variables(variables: &[(String, String)], place: &str) -> Result<Self, ConfigError> {
        let mut all = Self::default();
        for (name, value) in variables {
            let Some(flag) = flag_of(name) else { continue };
            let arg = format!("--{flag}={value}");
            let one = Self::try_parse_from(["", &arg])
                .map_err(|error| ConfigError::from_variable(&format!("{name}{place}"), value, &error))?;
            all = all.or(one);
        }
        Ok(all)
    }

    /// Fills what is not set from `other`.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            poll_interval_ms: self.poll_interval_ms.or(other.poll_interval_ms),
            ws_max_rate_hz: self.ws_max_rate_hz.or(other.ws_max_rate_hz),
            log_level: self.log_level.or(other.log_level),
            log_format: self.log_format.or(other.log_format),
            enable_system_metrics: self.enable_system_metrics.or(other.enable_system_metrics),
            telemetry_provider: self.forced().or(other.forced()),
            host: self.host.or(other.host),
            port: self.port.or(other.port),
            base_path: self.base_path.or(other.base_path),
            max_clients: self.max_clients.or(other.max_clients),
            auth_token: self.auth_token.or(other.auth_token),
            auth_token_file: self.auth_token_file.or(other.auth_token_file),
            allowed_hosts: self.allowed_hosts.or(other.allowed_hosts),
            trusted_proxies: self.trusted_proxies.or(other.trusted_proxies),
            cors_origins: self.cors_origins.or(other.cors_origins),
            process_details: self.process_details.or(other.process_details),
            mask_secrets: self.mask_secrets.or(other.mask_secrets),
            metrics_processes: self.metrics_processes.or(other.metrics_processes),
            demo_scenario: self.demo_scenario.or(other.demo_scenario),
            demo_gpus: self.demo_gpus.or(other.demo_gpus),
            demo: false,
            command: self.command.or(other.command),
        }
    }

    /// What to do instead of serving.
    pub(super) const fn command(&self) -> Option<Command> {
        self.command
    }

    /// The command line, for its manual and its completions.
    #[must_use]
    pub fn describe() -> clap::Command {
        <Self as CommandFactory>::command().mut_args(|arg| arg.global(true))
    }

    fn forced(&self) -> Option<Provider> {
        if self.demo { Some(Provider::Demo) } else { self.telemetry_provider }
    }

    pub(super) fn with_defaults(self) -> Config {
        Config {
            provider: self.forced(),
            poll_interval: Duration::from_millis(self.poll_interval_ms.unwrap_or(1000)),
            max_broadcast_hz: self.ws_max_rate_hz.unwrap_or(5),
            log_level: self.log_level.unwrap_or(LogLevel::Info),
            log_format: self.log_format,
            enable_system_metrics: self.enable_system_metrics.unwrap_or(true),
            host: self.host.unwrap_or_else(|| "127.0.0.1".to_owned()),
            port: self.port.unwrap_or(5000),
            base_path: self.base_path.unwrap_or_else(|| "/".to_owned()),
            max_clients: self.max_clients.unwrap_or(1024),
            token: TokenSource::of(self.auth_token, self.auth_token_file),
            allowed_hosts: self.allowed_hosts,
            trusted_proxies: self.trusted_proxies.unwrap_or_default(),
            cors_origins: self.cors_origins.unwrap_or_default(),
            discretion: Discretion {
                details: self.process_details.unwrap_or_default(),
                mask_secrets: self.mask_secrets.unwrap_or(true),
            },
            metrics_processes: self.metrics_processes.unwrap_or(false),
            demo_scenario: self.demo_scenario.unwrap_or_default(),
            demo_gpus: self.demo_gpus,
        }
    }
}

/// The flag, without dashes, that this variable sets; `None` for others.
pub(super) fn flag_of(variable: &str) -> Option<String> {
    let flag = variable.strip_prefix(PREFIX)?.to_ascii_lowercase().replace('_', "-");
    let known = Flags::describe()
        .get_arguments()
        .any(|arg| arg.get_long() == Some(&flag) && matches!(arg.get_action(), ArgAction::Set));
    known.then_some(flag)
}
