//! An nvtop without a GPU; see README.md.

mod scenario;

use std::{env, fs, io::Write, process, thread, time::Duration};

use scenario::{Scenario, give_up, hang, home, print};

const SNAPSHOT: [u32; 3] = [3, 2, 0];
const LOOP: [u32; 3] = [3, 3, 2];

fn main() {
    note_start();
    let scenario = Scenario::load();
    let (mut forever, mut every) = (None, Duration::from_millis(100));
    let mut rest = env::args().skip(1);
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "-v" if scenario.hang_version => hang(),
            "-v" => {
                print(format!("{}\n", scenario.version()).as_bytes());
                return;
            }
            "-s" if scenario.is_from(SNAPSHOT) => forever = Some(false),
            "-l" if scenario.is_from(LOOP) => forever = Some(true),
            "-d" => {
                let tenths: Option<u64> = rest.next().and_then(|text| text.parse().ok());
                let tenths = tenths.filter(|tenths| (1..=999).contains(tenths));
                every = Duration::from_millis(100 * tenths.unwrap_or_else(|| give_up("odd delay")));
            }
            _ => {
                eprintln!("Unhandled error in getopt missing argument");
                process::exit(1);
            }
        }
    }
    let Some(forever) = forever else { give_up("it would draw on the terminal now") };
    for count in 0.. {
        let scenario = Scenario::load();
        scenario.play_before(count);
        scenario.play(count);
        if !forever || scenario.once {
            return;
        }
        thread::sleep(every);
    }
}

fn note_start() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let log = fs::OpenOptions::new().append(true).create(true).open(home().join("starts.log"));
    if let Ok(mut log) = log {
        let _ = log.write_all(format!("{} {}\n", process::id(), arguments.join(" ")).as_bytes());
    }
}
