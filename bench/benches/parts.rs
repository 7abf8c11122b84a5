//! What a sample and a message consist of, each by itself, on the machine that everything
//! is measured on: eight GPUs with four processes each.
#![allow(clippy::unwrap_used, reason = "nothing but this measurement ends")]

use std::{
    fs,
    hint::black_box,
    path::Path,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use bench::fake::Machine;
use criterion::{BatchSize, Criterion};
use gpu_observatory::{
    collect::{Choice, Collector, HostReader, NvmlSource, Opener, Processes, Source, parsers},
    server::Feed,
    telemetry::{History, Provider, Snapshot, Timestamp},
};

const FOREVER: Duration = Duration::from_secs(60);
/// As `make bench-parts` builds it.
const LIBRARY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/libfake_nvml.so");

fn main() {
    let machine = Machine::usual(Path::new(LIBRARY)).unwrap();
    let library = machine.folder().join("libnvidia-ml.so.1");
    let mut criterion = Criterion::default().configure_from_args();
    sample(&mut criterion, &library);
    messages(&mut criterion, &library);
    parsers(&mut criterion);
    criterion.final_summary();
}

fn collector(library: &Path, host: Option<HostReader>) -> Collector {
    let library = library.to_owned();
    let open = Arc::new(move || Ok(Box::new(NvmlSource::open(Some(&library))?) as Box<dyn Source>));
    Collector::new(Choice::new(vec![Opener { provider: Provider::Nvml, open }]), host, Processes::new())
}

/// A second later each time, so that what is read less often is in it in proportion.
fn sample(criterion: &mut Criterion, library: &Path) {
    let mut now = Instant::now();
    let mut later = move || {
        now += Duration::from_secs(1);
        now
    };
    let mut whole = collector(library, Some(HostReader::new()));
    criterion.bench_function("sample: all", |bencher| bencher.iter(|| whole.sample(later(), FOREVER)));
    let feed = Feed::new(Duration::from_secs(1), 30, false);
    criterion.bench_function("tick: sample and publish", |bencher| {
        bencher.iter(|| {
            let now = later();
            let mut snapshot = whole.sample(now, FOREVER).unwrap();
            snapshot.timestamp = (SystemTime::now() + now.saturating_duration_since(Instant::now())).into();
            feed.publish(snapshot, now);
        });
    });
    drop(whole);
    let mut source = NvmlSource::open(Some(library)).unwrap();
    criterion.bench_function("sample: NVML", |bencher| bencher.iter(|| source.read(later()).unwrap()));
    let gpus = source.read(later()).unwrap();
    let mut processes = Processes::new();
    criterion.bench_function("sample: processes", |bencher| {
        bencher.iter_batched_ref(
            || gpus.clone(),
            |gpus| processes.fill(gpus, Instant::now()),
            BatchSize::SmallInput,
        );
    });
    let mut host = HostReader::new();
    criterion.bench_function("sample: host", |bencher| bencher.iter(|| host.read()));
}

fn messages(criterion: &mut Criterion, library: &Path) {
    let mut snapshot = collector(library, Some(HostReader::new())).sample(Instant::now(), FOREVER).unwrap();
    let begin = Timestamp::from(SystemTime::now()).millis();
    let mut history = History::default();
    let mut second = 0;
    let mut push = |history: &mut History, snapshot: &mut Snapshot| {
        second += 1;
        snapshot.timestamp = Timestamp::from_millis(begin + 1000 * second);
        history.push(snapshot);
    };
    // A whole minute.
    for _ in 0..61 {
        push(&mut history, &mut snapshot);
    }
    criterion.bench_function("history: push", |bencher| bencher.iter(|| push(&mut history, &mut snapshot)));
    let text = serde_json::to_string(&snapshot).unwrap();
    criterion.bench_function("message: encode", |bencher| {
        bencher.iter(|| serde_json::to_string(black_box(&snapshot)).unwrap());
    });
    criterion.bench_function("message: read", |bencher| {
        bencher.iter(|| Snapshot::read(black_box(&text)).unwrap());
    });
    let other = snapshot.clone();
    criterion.bench_function("message: compare", |bencher| {
        bencher.iter(|| black_box(&snapshot).says_the_same_as(black_box(&other)));
    });
    let first = Snapshot { history: Some(history), ..snapshot };
    criterion.bench_function("first message: encode", |bencher| {
        bencher.iter(|| serde_json::to_string(black_box(&first)).unwrap());
    });
}

/// What the sources without the driver's library read at each sample.
fn parsers(criterion: &mut Criterion) {
    let fixture = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
        fs::read(folder.join(name)).unwrap()
    };
    let mut xml = parsers::nvidia_smi_xml();
    let listing = fixture("nvidia_smi/v13-three.xml");
    assert_eq!(xml(&listing).unwrap().len(), 3);
    criterion.bench_function("parse: nvidia-smi XML, 3 GPUs", |bencher| bencher.iter(|| xml(&listing)));
    let listing = fixture("nvidia_smi/rows.csv");
    let heading = str::from_utf8(&listing).unwrap().lines().next().unwrap();
    let names = heading.split(", ").filter_map(|name| name.split(' ').next());
    let help: String = names.flat_map(|name| ["\"", name, "\"\n"]).collect();
    let rows = parsers::nvidia_smi_rows(&help).unwrap();
    assert_eq!(rows(&listing).unwrap().len(), 2);
    criterion.bench_function("parse: nvidia-smi rows, 2 GPUs", |bencher| bencher.iter(|| rows(&listing)));
    let listing = fixture("nvtop/3.3.2.json");
    assert_eq!(parsers::nvtop(&listing).unwrap().len(), 2);
    criterion
        .bench_function("parse: nvtop JSON, 2 GPUs", |bencher| bencher.iter(|| parsers::nvtop(&listing)));
}
