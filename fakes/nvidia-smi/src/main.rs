//! An nvidia-smi without a GPU; see README.md.
#![allow(clippy::print_stdout)]

mod rows;
mod scenario;
mod xml;

use std::{env, fs, io::Write, process, thread, time::Duration};

use scenario::{Last, Scenario, end, home, print};

/// What was asked for.
#[derive(Default)]
struct Arguments {
    help: bool,
    list: bool,
    query: Option<String>,
    format: String,
    index: Option<usize>,
    every: Option<Duration>,
}

fn main() {
    note_start();
    let arguments = parse();
    let mut count = 0;
    loop {
        let scenario = Scenario::load();
        scenario.play_before(count);
        if arguments.help && scenario.helpless {
            end(&Last { say: "Invalid combination of input arguments.".to_owned(), code: 2 });
        }
        if arguments.help {
            print(&rows::help(&scenario));
            return;
        }
        scenario.print(&listing(&arguments, &scenario, count));
        count += 1;
        match arguments.every {
            Some(every) if !scenario.once => thread::sleep(every),
            _ => process::exit(scenario.code.filter(|_| scenario.end_after.is_none()).unwrap_or(0)),
        }
    }
}

fn parse() -> Arguments {
    let mut arguments = Arguments::default();
    let mut rest = env::args().skip(1);
    let figure = |text: Option<String>| {
        text.and_then(|text| text.parse().ok()).unwrap_or_else(|| scenario::give_up("a number is missing"))
    };
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--help-query-gpu" => arguments.help = true,
            "-L" => arguments.list = true,
            "-q" | "-x" => {}
            "-i" => arguments.index = usize::try_from(figure(rest.next())).ok(),
            "-l" => arguments.every = Some(Duration::from_secs(figure(rest.next()))),
            "-lms" => arguments.every = Some(Duration::from_millis(figure(rest.next()))),
            other => match other.split_once('=') {
                Some(("--query-gpu", fields)) => arguments.query = Some(fields.to_owned()),
                Some(("--format", format)) => format.clone_into(&mut arguments.format),
                _ => end(&Last { say: "Invalid combination of input arguments.".to_owned(), code: 2 }),
            },
        }
    }
    arguments
}

fn listing(arguments: &Arguments, scenario: &Scenario, count: u64) -> String {
    match arguments.index {
        Some(index) => {
            if let Some(bad) = scenario.bad.get(&index) {
                end(bad);
            }
        }
        None => {
            if let Some(bad) = scenario.bad.values().next() {
                end(bad);
            }
        }
    }
    if let Some(fields) = &arguments.query {
        return rows::project(scenario, fields, &arguments.format);
    }
    let whole = xml::whole(scenario, count);
    if arguments.list {
        return xml::names(&whole);
    }
    match arguments.index {
        None => whole,
        Some(index) => xml::one(&whole, index)
            .unwrap_or_else(|| end(&Last { say: "No devices were found".to_owned(), code: 6 })),
    }
}

fn note_start() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let log = fs::OpenOptions::new().append(true).create(true).open(home().join("starts.log"));
    if let Ok(mut log) = log {
        let _ = log.write_all(format!("{} {}\n", process::id(), arguments.join(" ")).as_bytes());
    }
}
