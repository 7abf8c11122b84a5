//! Whatever drivers, users and programs call themselves stays text, in the page, in what the page
//! starts from, and in the metrics.

use gpu_observatory::telemetry::{Gpu, GpuState, MigInstance, Process, Reason, Snapshot};

use crate::{
    markup::{Markup, scripts},
    script::{Running, Script, next},
};

/// All that ends, begins or breaks something somewhere.
const EVIL: &str = "</script><script>alert(1)</script></title><!-- ]]> <img src=x onerror=alert(2)> \" ' ` & &lt; \
    \\ \\\" \\n {x} ${y} \u{2028}\u{2029}\u{202e}\n\r\t# EOF";

/// A name of the sort `what`; two pages differ by `trap` alone.
fn name(what: &str, trap: &str) -> String {
    format!("{what} {trap}.")
}

fn gpus(trap: &str) -> Vec<Gpu> {
    let some = |what: &str| Some(name(what, trap));
    let process = Process {
        // Nobody's, so that the operating system does not know better.
        pid: u32::MAX - 1,
        name: some("process"),
        command: some("command"),
        user: some("user"),
        container: some("container"),
        used_memory: Some(1.0),
        sm_utilization: Some(1),
        ..Process::default()
    };
    let gpu = Gpu {
        name: some("gpu"),
        uuid: some("uuid"),
        pci_bus_id: some("address"),
        driver_version: some("driver"),
        memory_used: Some(1.0),
        memory_total: Some(2.0),
        mig_enabled: Some(true),
        mig_instances: vec![MigInstance {
            index: 0,
            uuid: some("mig"),
            name: some("profile"),
            gpu_instance: None,
            compute_instance: None,
            memory_used: Some(1.0),
            memory_total: Some(2.0),
        }],
        processes: vec![process.clone()],
        ..Gpu::default()
    };
    // The other one has a name on hover and a command as its process.
    let named = Process { command: None, ..process };
    let mut broken = Gpu { id: 2, name: some("broken"), uuid: some("third"), ..Gpu::default() };
    broken.clear(Reason::Lost);
    broken.state = GpuState::Lost;
    broken.state_detail = some("detail");
    let second = Gpu { id: 1, uuid: some("second"), processes: vec![named], ..gpu.clone() };
    vec![gpu, second, broken]
}

async fn serving(trap: &str) -> Running {
    let server = Running::start(Script::gpus(gpus(trap)), &["--metrics-processes=true"]).await;
    next(&mut server.connect().await).await;
    server
}

#[tokio::test]
async fn names_add_nothing_to_the_page() {
    let (_, plain) = serving("trap").await.get("/").await;
    let (_, page) = serving(EVIL).await.get("/").await;
    let (plain, page) = (Markup::of(&plain), Markup::of(&page));
    assert!(page.tags.len() > 100, "{:?}", page.tags);
    assert_eq!(page.tags, plain.tags, "the same elements with the same attributes");
    // Each is read as what it is, and in what a pointer finds.
    for what in ["gpu", "broken", "command", "user", "container", "process", "detail"] {
        // A browser makes one of both ends of a line.
        let wanted = name(what, EVIL).replace('\r', "");
        let found = |text: &String| text.replace('\r', "").contains(&wanted);
        assert!(page.texts.iter().chain(&page.values).any(found), "{what}");
    }
}

/// The text that a literal of JavaScript is, with the escapes that are used.
fn literal(script: &str) -> String {
    let mut chars = script.strip_prefix('"').unwrap().chars();
    let mut text = String::new();
    loop {
        match chars.next().unwrap() {
            '"' => return text,
            '\\' => text.push(match chars.next().unwrap() {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let rest = chars.as_str();
                    let digits =
                        rest.strip_prefix('{').map_or(&rest[..4], |rest| rest.split('}').next().unwrap());
                    let length = digits.len() + if rest.starts_with('{') { 2 } else { 0 };
                    chars = rest[length..].chars();
                    char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap()
                }
                c @ ('"' | '\\' | '\'') => c,
                c => panic!("not known here: \\{c}"),
            }),
            c => text.push(c),
        }
    }
}

#[tokio::test]
async fn what_the_page_starts_from_is_what_the_server_has() {
    let server = serving(EVIL).await;
    let (_, page) = server.get("/").await;
    let all = scripts(&page);
    let of_seed = |script: &&str| Some(script.split_once("__RESOLVED_RESOURCES[0] = ")?.1.to_owned());
    let script = all.iter().find_map(of_seed).expect("the seed is in the page");
    for trick in ["<", "\u{2028}", "\u{2029}"] {
        assert!(!script.contains(trick), "{trick:?} in {script}");
    }
    let seed = Snapshot::read(&literal(&script)).unwrap();
    let told = gpus(EVIL);
    for (read, told) in seed.gpus.iter().zip(&told) {
        assert_eq!(
            (&read.name, &read.uuid, &read.state_detail),
            (&told.name, &told.uuid, &told.state_detail)
        );
        assert_eq!(read.driver_version, told.driver_version);
        for (read, told) in read.processes.iter().zip(&told.processes) {
            assert_eq!((&read.name, &read.command), (&told.name, &told.command));
            assert_eq!((&read.user, &read.container), (&told.user, &told.container));
        }
    }
    assert_eq!(seed.gpus.len(), told.len());
}

/// One series: its name, its labels, and the rest of the line.
fn series(line: &str) -> (String, Vec<(String, String)>, String) {
    let (name, mut rest) = line.split_once('{').unwrap();
    let mut labels = Vec::new();
    while let Some((label, value)) = rest.split_once("=\"") {
        let (mut text, mut chars) = (String::new(), value.char_indices());
        let end = loop {
            match chars.next().unwrap() {
                (at, '"') => break at,
                (_, '\\') => text.push(match chars.next().unwrap().1 {
                    'n' => '\n',
                    c @ ('\\' | '"') => c,
                    c => panic!("no such escape: {c:?}"),
                }),
                (_, c) => text.push(c),
            }
        };
        labels.push((label.trim_start_matches(',').to_owned(), text));
        rest = &value[end + 1..];
        if rest.starts_with('}') {
            break;
        }
    }
    (name.to_owned(), labels, rest.trim_start_matches('}').to_owned())
}

#[tokio::test]
async fn labels_are_read_back_as_they_were() {
    let server = serving(EVIL).await;
    for accept in ["application/openmetrics-text;version=1.0.0", "text/plain"] {
        let (_, body) = server.ask("/metrics", &format!("Accept: {accept}\r\n")).await;
        // Lines end in one way only here; what else there is stands in names.
        let lines: Vec<&str> = body.split('\n').filter(|line| line.contains('{')).collect();
        let all: Vec<_> =
            lines.iter().filter(|line| !line.starts_with('#')).map(|line| series(line)).collect();
        assert!(all.len() > 20);
        for (name, _, value) in &all {
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "{name}");
            assert!(value.trim().parse::<f64>().is_ok(), "{name}: {value:?}");
        }
        for (of, label, what) in [
            ("gpu_info", "name", "gpu"),
            ("gpu_info", "uuid", "uuid"),
            ("gpu_info", "pci_bus_id", "address"),
            ("gpu_info", "driver_version", "driver"),
            ("gpu_process_memory_bytes", "user", "user"),
            ("gpu_process_memory_bytes", "process", "process"),
            ("gpu_mig_memory_used_bytes", "mig_uuid", "mig"),
            ("gpu_mig_memory_used_bytes", "profile", "profile"),
        ] {
            let (_, labels, _) = all.iter().find(|(name, ..)| name == of).unwrap();
            let value = labels.iter().find(|(name, _)| name == label).unwrap();
            assert_eq!(value.1, name(what, EVIL), "{of} {label}");
        }
    }
}
