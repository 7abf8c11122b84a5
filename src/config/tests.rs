use super::*;
use crate::collect::ProcessDetails;

fn resolve(args: &[&str], environment: &[(&str, &str)], dotenv: &str) -> Result<Resolved, ConfigError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(".env");
    if !dotenv.is_empty() {
        std::fs::write(&path, dotenv).unwrap();
    }
    let args = std::iter::once("gpu-observatory").chain(args.iter().copied()).map(OsString::from);
    let environment = layer::known(environment.iter().map(|(name, value)| (name.into(), value.into())));
    Config::resolve(args, &environment, &path)
}

fn error(args: &[&str], environment: &[(&str, &str)], dotenv: &str) -> String {
    let error = resolve(args, environment, dotenv).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(!error.to_string().contains('\n'), "one line: {error}");
    error.to_string()
}

#[test]
fn defaults_are_the_contracts() {
    let config = resolve(&[], &[], "").unwrap().config;
    assert_eq!(config.poll_interval, Duration::from_millis(1000));
    assert_eq!(config.max_broadcast_hz, 5);
    assert_eq!(config.log_level, LogLevel::Info);
    assert!(config.enable_system_metrics);
    assert_eq!(config.provider, None);
    assert_eq!((config.host.as_str(), config.port), ("127.0.0.1", 5000));
}

#[test]
fn flags_beat_the_environment_and_the_environment_beats_the_file() {
    let file = "GPU_MONITOR_PORT=1\nGPU_MONITOR_WS_MAX_RATE_HZ=10\nGPU_MONITOR_LOG_LEVEL=debug\nOTHER=1";
    let environment = [("GPU_MONITOR_PORT", "2"), ("GPU_MONITOR_WS_MAX_RATE_HZ", "20")];
    let config = resolve(&["--port", "3"], &environment, file).unwrap().config;
    assert_eq!((config.port, config.max_broadcast_hz, config.log_level), (3, 20, LogLevel::Debug));
}

#[test]
fn demo_is_a_short_form_and_beats_the_environment() {
    let config = resolve(&["--demo"], &[("GPU_MONITOR_TELEMETRY_PROVIDER", "nvml")], "").unwrap().config;
    assert_eq!(config.provider, Some(Provider::Demo));
    assert!(error(&["--demo", "--telemetry-provider", "nvml"], &[], "").contains("cannot be used with"));
}

#[test]
fn names_may_be_written_as_people_write_them() {
    for (text, provider) in
        [("pynvml", Provider::Nvml), ("NVML", Provider::Nvml), ("nvidia-smi", Provider::NvidiaSmi)]
    {
        let config = resolve(&[], &[("GPU_MONITOR_TELEMETRY_PROVIDER", text)], "").unwrap().config;
        assert_eq!(config.provider, Some(provider), "{text}");
    }
    let config = resolve(&["--enable-system-metrics", "No"], &[], "").unwrap().config;
    assert!(!config.enable_system_metrics);
}

#[test]
fn what_is_told_of_processes_can_be_chosen() {
    let of = |args: &[&str], environment: &[(&str, &str)]| {
        let config = resolve(args, environment, "").unwrap().config;
        let settings = config
            .settings()
            .into_iter()
            .filter(|(name, _)| ["GPU_MONITOR_PROCESS_DETAILS", "GPU_MONITOR_MASK_SECRETS"].contains(name));
        (config.discretion, settings.map(|(_, value)| value).collect::<Vec<_>>().join(" "))
    };
    let (usual, told) = of(&[], &[]);
    assert_eq!((usual, told.as_str()), (Discretion::default(), "full true"));
    assert!(usual.details == ProcessDetails::Full && usual.mask_secrets);
    let (least, told) = of(&["--process-details=None", "--mask-secrets=false"], &[]);
    assert_eq!(
        (least.details, least.mask_secrets, told.as_str()),
        (ProcessDetails::None, false, "none false")
    );
    let (name, _) = of(&[], &[("GPU_MONITOR_PROCESS_DETAILS", "name"), ("GPU_MONITOR_MASK_SECRETS", "no")]);
    assert_eq!((name.details, name.mask_secrets), (ProcessDetails::Name, false));
}

#[test]
fn a_base_path_has_a_slash_at_both_ends() {
    for (text, path) in [("/", "/"), ("/gpu", "/gpu/"), ("/gpu/", "/gpu/"), (" /a/b.c ", "/a/b.c/")] {
        assert_eq!(resolve(&["--base-path", text], &[], "").unwrap().config.base_path, path);
    }
    assert_eq!(resolve(&[], &[], "").unwrap().config.base_path, "/");
}

#[test]
fn a_command_may_stand_before_and_behind_its_flags() {
    for args in [
        &["doctor", "--demo", "--port", "7"][..],
        &["--demo", "doctor", "--port", "7"],
        &["--demo", "--port=7", "doctor"],
    ] {
        let Resolved { config, command, .. } = resolve(args, &[], "").unwrap();
        assert_eq!((command, config.provider, config.port), (Some(Command::Doctor), Some(Provider::Demo), 7));
    }
    assert_eq!(
        resolve(&["completions", "zsh"], &[], "").unwrap().command,
        Some(Command::Completions { shell: Shell::Zsh })
    );
    assert_eq!(resolve(&[], &[], "").unwrap().command, None);
    assert!(error(&["docter"], &[], "").contains("docter"));
    assert!(error(&["completions", "tcsh"], &[], "").contains("tcsh"));
}

#[test]
fn an_empty_variable_is_not_set() {
    let config = resolve(&[], &[("GPU_MONITOR_TELEMETRY_PROVIDER", "")], "").unwrap().config;
    assert_eq!(config.provider, None);
}

#[test]
fn a_bad_value_is_named_with_its_place_and_what_is_allowed() {
    assert_eq!(
        error(&[], &[("GPU_MONITOR_POLL_INTERVAL_MS", "50")], ""),
        "GPU_MONITOR_POLL_INTERVAL_MS is \"50\": must be a whole number of milliseconds, 100 to 3600000 (one hour)"
    );
    assert_eq!(
        error(&[], &[], "GPU_MONITOR_WS_MAX_RATE_HZ=31"),
        "GPU_MONITOR_WS_MAX_RATE_HZ in .env is \"31\": must be a whole number of messages per second, 1 to 30"
    );
    assert_eq!(error(&["--port", "70000"], &[], ""), "--port is \"70000\": must be a port, 0 to 65535");
    for (name, value, allowed) in [
        ("GPU_MONITOR_POLL_INTERVAL_MS", "1s", "whole number"),
        ("GPU_MONITOR_POLL_INTERVAL_MS", "-1", "whole number"),
        ("GPU_MONITOR_POLL_INTERVAL_MS", "\u{1b}[31m", "whole number"),
        ("GPU_MONITOR_WS_MAX_RATE_HZ", "0", "1 to 30"),
        ("GPU_MONITOR_LOG_LEVEL", "loud", "DEBUG, INFO, WARNING or ERROR"),
        ("GPU_MONITOR_LOG_FORMAT", "xml", "text or json"),
        ("GPU_MONITOR_ENABLE_SYSTEM_METRICS", "maybe", "true or false"),
        ("GPU_MONITOR_TELEMETRY_PROVIDER", "rocm", "nvml"),
        ("GPU_MONITOR_HOST", "http://x", "address"),
        ("GPU_MONITOR_HOST", "[]", "address"),
        ("GPU_MONITOR_HOST", "a\u{1b}[31mb", "address"),
        ("GPU_MONITOR_HOST", "a\u{202e}b", "address"),
        ("GPU_MONITOR_DEMO_SCENARIO", "doom", "work"),
        ("GPU_MONITOR_DEMO_GPUS", "65", "1 to 64"),
        ("GPU_MONITOR_BASE_PATH", "gpu", "like /gpu"),
        ("GPU_MONITOR_BASE_PATH", "/a/../b", "like /gpu"),
        ("GPU_MONITOR_BASE_PATH", "/a//b", "like /gpu"),
        ("GPU_MONITOR_BASE_PATH", "/a\"b", "like /gpu"),
        ("GPU_MONITOR_MAX_CLIENTS", "0", "1 to 100000"),
        ("GPU_MONITOR_ALLOWED_HOSTS", "http://a", "gpu.example.com"),
        ("GPU_MONITOR_TRUSTED_PROXIES", "nginx", "10.0.0.0/8"),
        ("GPU_MONITOR_PROCESS_DETAILS", "some", "full, name or none"),
        ("GPU_MONITOR_MASK_SECRETS", "maybe", "true or false"),
        ("GPU_MONITOR_CORS_ORIGINS", "wall.example.com", "https://wall.example.com"),
    ] {
        let text = error(&[], &[(name, value)], "");
        assert!(
            text.starts_with(&format!("{name} is {value:?}: must be ")) && text.contains(allowed),
            "{text}"
        );
    }
}

#[test]
fn an_unknown_flag_is_one_line() {
    assert!(error(&["--prot", "1"], &[], "").contains("--prot"));
}

#[test]
fn a_dotenv_that_cannot_be_read_is_one_line() {
    assert!(error(&[], &[], "GPU_MONITOR_PORT='5").contains(".env cannot be read"));
    let quoted = error(&[], &[], "x y\r\u{1b}\u{202e}z\n");
    assert!(quoted.contains("'x y   z'") && !quoted.contains(char::is_control), "{quoted:?}");
    let dir = tempfile::tempdir().unwrap();
    let folder = Config::resolve([OsString::from("x")], &[], dir.path()).unwrap_err();
    assert!(folder.to_string().contains("cannot be read"), "{folder}");
}

#[test]
fn a_mark_in_front_of_a_dotenv_is_no_part_of_it() {
    let resolved = resolve(&[], &[], "\u{feff}GPU_MONITOR_PORT=7\n").unwrap();
    assert_eq!((resolved.config.port, resolved.warnings.len()), (7, 0));
}

#[test]
fn help_names_every_flag_and_the_rule_for_variables() {
    let help = resolve(&["--help"], &[], "").unwrap_err();
    assert_eq!(help.exit_code(), 0);
    for word in ["--poll-interval-ms", "GPU_MONITOR_POLL_INTERVAL_MS", "--demo-scenario", "5000"] {
        assert!(help.to_string().contains(word), "{word}");
    }
    for name in DemoScenario::NAMES {
        assert!(help.to_string().contains(name), "{name}");
    }
    assert!(resolve(&["--version"], &[], "").unwrap_err().to_string().contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_variable_without_effect_is_told() {
    let environment = [("GPU_MONITOR_POLL_INTERVAL", "5"), ("GPU_MONITOR_PROMETHEUS_URL", "x")];
    let warnings = resolve(&[], &environment, "GPU_MONITOR_PROT=1").unwrap().warnings;
    assert_eq!(warnings.len(), 3);
    assert!(warnings[0].contains("GPU_MONITOR_POLL_INTERVAL (environment) is not a setting"), "{warnings:?}");
    assert!(warnings[1].contains("no effect in this version"), "{warnings:?}");
    assert!(warnings[2].contains(".env"), "{warnings:?}");
}
