use std::{
    env, fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use super::*;

const PLENTY: Duration = Duration::from_secs(30);

/// Lines, each a listing.
fn lines(buffer: &mut Vec<u8>) -> Option<Vec<u8>> {
    let end = buffer.iter().position(|byte| *byte == b'\n')?;
    Some(buffer.drain(..=end).collect())
}

fn shell(script: &str, framing: impl Framing) -> Child {
    Child::start(Path::new("/bin/sh"), &["-c", script], framing).unwrap()
}

fn until<T>(mut wanted: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = wanted() {
            return found;
        }
        assert!(start.elapsed() < PLENTY, "never came true");
        thread::sleep(Duration::from_millis(2));
    }
}

fn is_there(pid: u32) -> bool {
    // A zombie is no process any more.
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

#[test]
fn the_newest_listing_wins_and_is_given_once() {
    let child = shell("echo one; echo two; read _ || sleep 60", lines);
    let last = until(|| child.newest().filter(|frame| frame.bytes == b"two\n"));
    assert!(last.at <= Instant::now());
    assert!(child.newest().is_none());
    assert!(child.wait(Duration::from_millis(1)).is_none());
}

#[test]
fn an_end_has_a_status_and_last_words() {
    let mut child = shell("echo one.; printf rest; echo sorry >&2; exit 9", |buffer: &mut Vec<u8>| {
        let end = buffer.windows(2).position(|end| end == b".\n")?;
        Some(buffer.drain(..end + 2).collect())
    });
    let exit = until(|| child.exit());
    assert_eq!(exit.status.code(), Some(9));
    assert_eq!(exit.out, b"rest");
    assert_eq!(exit.said().lines().collect::<Vec<_>>(), ["rest", "sorry"]);
    assert_eq!(child.newest().unwrap().bytes, b"one.\n", "what it printed before counts");
}

#[test]
fn the_last_line_needs_no_end() {
    let mut child = shell("echo one; printf two", lines);
    assert!(until(|| child.exit()).out.is_empty());
    assert_eq!(child.newest().unwrap().bytes, b"two\n");
}

#[test]
fn nobody_waits_for_a_child_that_never_comes_to_an_end() {
    let child = shell("yes", until_the_end);
    assert!(child.wait(PLENTY * 100).is_none());
    assert!(child.is_too_long());
}

#[test]
fn what_is_too_long_is_said_to_be() {
    let mut child = shell("head -c 9000000 /dev/zero | tr '\\0' x; echo; echo last", until_the_end);
    let exit = until(|| child.exit());
    assert!(exit.too_long && child.is_too_long());
    assert_eq!(exit.said().lines().collect::<Vec<_>>(), ["last"], "and not the half of a line");
    let mut child = shell("head -c 9000000 /dev/zero | tr '\\0' x; echo; echo last", lines);
    assert!(!until(|| child.exit()).too_long, "what came after it is a listing");
}

#[test]
fn nobody_waits_for_a_child_that_has_ended() {
    let mut child = shell("exit 0", lines);
    assert!(child.wait(PLENTY * 100).is_none());
    assert!(until(|| child.exit()).status.success());
}

#[test]
fn a_child_that_hangs_is_killed_with_all_that_it_started() {
    let child = shell("sleep 600 & echo $!; echo $$; wait", |buffer| {
        let both = buffer.split(|byte| *byte == b'\n').count() == 3;
        both.then(|| std::mem::take(buffer))
    });
    let frame = child.wait(PLENTY).unwrap();
    let pids: Vec<u32> =
        String::from_utf8(frame.bytes).unwrap().lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(child.pid(), Some(pids[1]), "the program itself, not one that waits for it");
    assert!(pids.iter().all(|pid| is_there(*pid)));
    drop(child);
    for pid in pids {
        until(|| (!is_there(pid)).then_some(()));
    }
}

#[test]
fn output_without_end_is_bounded() {
    let child = shell("yes | tr -d '\\n' | head -c 20000000; echo; echo good; sleep 60", |buffer| {
        buffer.ends_with(b"\ngood\n").then(|| std::mem::take(buffer))
    });
    let frame = until(|| child.newest());
    assert!(frame.bytes.len() <= output::LONGEST + (64 << 10), "{}", frame.bytes.len());
}

#[test]
fn complaints_without_end_are_bounded_and_the_last_ones_stay() {
    let mut child = shell("yes | tr -d '\\n' | head -c 3000000 >&2; echo >&2; echo last >&2", lines);
    let exit = until(|| child.exit());
    assert!(exit.err.len() <= output::COMPLAINTS + (64 << 10), "{}", exit.err.len());
    assert_eq!(exit.said().lines().collect::<Vec<_>>(), ["last"]);
    assert!(!exit.too_long, "they are no listing");
}

#[test]
fn complaints_of_a_living_child_can_be_read() {
    let child = shell("echo odd; echo bad >&2; sleep 60", until_the_end);
    let said = until(|| Some(child.said()).filter(|said| said.lines().count() == 2));
    assert_eq!(said.lines().collect::<Vec<_>>(), ["odd", "bad"]);
}

#[test]
fn what_cannot_be_started_says_why() {
    let start = |path: &str| Child::start(Path::new(path), &[], lines).map_err(|error| error.kind());
    assert_eq!(start("/nowhere/nothing").unwrap_err(), io::ErrorKind::NotFound);
    assert_eq!(start("/etc/passwd").unwrap_err(), io::ErrorKind::PermissionDenied);
}

#[test]
fn a_child_that_does_not_die_is_remembered_until_it_does() {
    let program = Path::new("/nowhere/stuck");
    let mut stuck = Command::new("/bin/sleep").arg("600").spawn().unwrap();
    lingering::refuse(program).unwrap();
    let pid = stuck.id();
    assert!(matches!(stuck.try_wait(), Ok(None)));
    lingering::leave(program.to_owned(), stuck, Instant::now());
    let error = until(|| lingering::refuse(program).err());
    assert!(error.to_string().contains(&pid.to_string()), "{error}");
    Command::new("/bin/kill").args(["-KILL", &pid.to_string()]).status().unwrap();
    until(|| lingering::refuse(program).ok());
}

const AS_SERVER: &str = "GPU_OBSERVATORY_TEST_CHILD";

/// Not a test of its own: the server of the next one.
#[test]
fn a_server_with_a_child() {
    if env::var_os(AS_SERVER).is_some() {
        let child = shell("echo up; sleep 600", lines);
        // A server that dies before its child has begun leaves it to the pipe.
        child.wait(PLENTY).unwrap();
        println!("pid={}", child.pid().unwrap());
        thread::sleep(PLENTY * 10);
    }
}

#[test]
fn a_child_dies_with_a_server_that_is_killed() {
    let mut server = Command::new(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "collect::child::tests::a_server_with_a_child"])
        .env(AS_SERVER, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let line = BufReader::new(server.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap)
        .find(|line| line.contains("pid="))
        .unwrap();
    let pid: u32 = line.split_once("pid=").unwrap().1.parse().unwrap();
    assert!(is_there(pid));
    server.kill().unwrap();
    server.wait().unwrap();
    until(|| (!is_there(pid)).then_some(()));
}
