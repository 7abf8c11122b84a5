//! What the program does instead of serving.

mod doctor;
mod health;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap_complete::aot::{Shell as Generator, generate};
use gpu_observatory::config::{Command, Config, Flags, Shell};

const NAME: &str = "gpu-observatory";

/// Does it, writing to standard output.
pub(super) fn run(command: Command, config: &Config, warnings: &[String]) -> ExitCode {
    let mut out = Vec::new();
    let result = match command {
        Command::Doctor => doctor::report(&mut out, config, warnings),
        Command::Health => health::ask(&mut out, config),
        Command::Completions { shell } => {
            generate(generator(shell), &mut Flags::describe(), NAME, &mut out);
            Ok(ExitCode::SUCCESS)
        }
        Command::Man => clap_mangen::Man::new(Flags::describe()).render(&mut out).map(|()| ExitCode::SUCCESS),
    };
    // Nobody may be listening any more; that is no failure.
    let _ = io::stdout().write_all(&out);
    result.unwrap_or(ExitCode::FAILURE)
}

const fn generator(shell: Shell) -> Generator {
    match shell {
        Shell::Bash => Generator::Bash,
        Shell::Elvish => Generator::Elvish,
        Shell::Fish => Generator::Fish,
        Shell::Powershell => Generator::PowerShell,
        Shell::Zsh => Generator::Zsh,
    }
}
