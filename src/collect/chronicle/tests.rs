use super::*;

const NVML: Option<Provider> = Some(Provider::Nvml);
const SMI: Option<Provider> = Some(Provider::NvidiaSmi);

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1000 * seconds)
}

fn gpu(id: u32) -> Gpu {
    Gpu { id, name: Some("H200".into()), uuid: Some(format!("GPU-{id}")), ..Gpu::default() }
}

fn lost(id: u32) -> Gpu {
    Gpu {
        state: GpuState::Lost,
        state_detail: Some("Off the bus.".into()),
        state_since: Some(at(10)),
        ..gpu(id)
    }
}

fn split_into(parts: usize) -> Gpu {
    let part = |index: u32| crate::telemetry::MigInstance {
        index,
        uuid: Some(format!("MIG-{index}")),
        name: None,
        gpu_instance: None,
        compute_instance: None,
        memory_used: None,
        memory_total: None,
    };
    Gpu { mig_enabled: Some(true), mig_instances: (0..).take(parts).map(part).collect(), ..gpu(0) }
}

fn whole() -> Gpu {
    Gpu { mig_enabled: Some(false), ..gpu(0) }
}

fn attempt(reason: &str) -> Attempt {
    Attempt { provider: Provider::Nvml, reason: reason.into(), hint: String::new(), absent: false }
}

#[derive(Default)]
struct Bench {
    chronicle: Chronicle,
    told: usize,
}

impl Bench {
    /// Tells one outcome, and returns the GPUs and the new events' kinds and texts.
    fn tell(
        &mut self,
        seconds: u64,
        provider: Option<Provider>,
        gpus: Vec<Gpu>,
        attempts: Vec<Attempt>,
    ) -> (Vec<Gpu>, Vec<(EventKind, String)>) {
        let mut outcome = Outcome { provider, gpus, attempts, events: Vec::new() };
        self.chronicle.tell(&mut outcome, at(seconds));
        let events = self.chronicle.events(at(seconds));
        let new = events[self.told..].iter().map(|event| (event.kind, event.text.clone())).collect();
        self.told = events.len();
        (outcome.gpus, new)
    }

    fn events(&mut self, seconds: u64, gpus: Vec<Gpu>) -> Vec<(EventKind, String)> {
        self.tell(seconds, NVML, gpus, vec![]).1
    }
}

fn one(kind: EventKind, text: &str) -> Vec<(EventKind, String)> {
    vec![(kind, text.to_owned())]
}

#[test]
fn what_was_there_at_the_beginning_is_no_event() {
    let mut bench = Bench::default();
    assert_eq!(bench.events(0, vec![gpu(0), lost(1)]), []);
    assert_eq!(bench.events(1, vec![gpu(0), lost(1)]), []);
}

#[test]
fn gpus_come_and_go() {
    let mut bench = Bench::default();
    bench.events(0, vec![gpu(0)]);
    assert_eq!(bench.events(1, vec![gpu(0), gpu(1)]), one(EventKind::Added, "GPU 1 (H200) was added"));
    assert_eq!(bench.events(2, vec![gpu(1)]), one(EventKind::Removed, "GPU 0 (H200) is no longer listed"));
    // The same one at another index.
    assert_eq!(bench.events(3, vec![Gpu { id: 0, ..gpu(1) }]), []);
}

#[test]
fn gpus_are_lost_and_found_again() {
    let mut bench = Bench::default();
    bench.events(9, vec![gpu(0), gpu(1)]);
    assert_eq!(
        bench.events(10, vec![gpu(0), lost(1)]),
        one(EventKind::Lost, "GPU 1 (H200) is lost: Off the bus")
    );
    assert_eq!(bench.events(11, vec![gpu(0), lost(1)]), []);
    assert_eq!(
        bench.events(200, vec![gpu(0), gpu(1)]),
        one(EventKind::Recovered, "GPU 1 (H200) answers again after 3 min")
    );
}

#[test]
fn a_gpu_that_says_who_it_is_only_later_is_the_same() {
    let mut bench = Bench::default();
    bench.events(0, vec![Gpu { uuid: None, name: None, ..lost(0) }]);
    assert_eq!(
        bench.events(20, vec![gpu(0)]),
        one(EventKind::Recovered, "GPU 0 (H200) answers again after 10 s")
    );
}

#[test]
fn a_gpu_that_cannot_say_who_it_is_any_more_is_the_same() {
    let mut bench = Bench::default();
    bench.events(0, vec![gpu(0), gpu(1)]);
    let (gpus, _) = bench.tell(1, NVML, vec![gpu(0), Gpu { uuid: None, name: None, ..lost(1) }], vec![]);
    assert_eq!((gpus[1].key().as_str(), gpus[1].name.as_deref()), ("GPU-1", Some("H200")));
}

#[test]
fn mig_is_told_by_one_source_only() {
    let mut bench = Bench::default();
    bench.events(0, vec![whole()]);
    assert_eq!(
        bench.events(1, vec![split_into(2)]),
        one(EventKind::Mig, "GPU 0 (H200) was split: MIG is on, 2 MIG instances")
    );
    assert_eq!(
        bench.events(2, vec![split_into(1)]),
        one(EventKind::Mig, "GPU 0 (H200) was split anew: 1 MIG instance instead of 2")
    );
    let (_, events) = bench.tell(3, SMI, vec![split_into(0)], vec![attempt("gone")]);
    assert_eq!(events, one(EventKind::Source, "nvidia-smi stands in for NVML: gone"));
    assert_eq!(bench.tell(4, SMI, vec![whole()], vec![]).1[0].1, "GPU 0 (H200) is whole again: MIG is off");
}

#[test]
fn without_a_source_the_gpus_are_those_that_were() {
    let mut bench = Bench::default();
    bench.events(0, vec![gpu(0), gpu(1)]);
    let (gpus, events) = bench.tell(5, None, vec![], vec![attempt("The driver is not loaded")]);
    assert_eq!(events, one(EventKind::Source, "NVML stopped answering: The driver is not loaded"));
    let keys: Vec<_> = gpus.iter().map(Gpu::key).collect();
    assert_eq!(keys, ["GPU-0", "GPU-1"]);
    assert_eq!((gpus[0].state, gpus[0].state_since), (GpuState::Unreadable, Some(at(5))));
    assert_eq!(gpus[0].state_detail.as_deref(), Some("The driver is not loaded."));
    assert_eq!(bench.tell(6, None, vec![], vec![attempt("Another reason")]).1, []);
    let (_, events) = bench.tell(17, NVML, vec![gpu(0), gpu(1)], vec![]);
    assert_eq!(events, one(EventKind::Source, "NVML answers again after 12 s"));
}

#[test]
fn sources_stand_in_and_take_over_without_a_word_about_the_gpus() {
    let mut bench = Bench::default();
    bench.events(0, vec![gpu(0)]);
    let (_, events) = bench.tell(1, SMI, vec![gpu(0)], vec![attempt("It hangs.")]);
    assert_eq!(events, one(EventKind::Source, "nvidia-smi stands in for NVML: It hangs"));
    let (_, events) = bench.tell(2, NVML, vec![gpu(0)], vec![]);
    assert_eq!(events, one(EventKind::Source, "NVML takes over from nvidia-smi"));
}

#[test]
fn the_first_answer_after_none_is_told_once() {
    let mut bench = Bench::default();
    assert_eq!(bench.tell(0, None, vec![], vec![attempt("no library")]), (vec![], vec![]));
    let (_, events) = bench.tell(9, NVML, vec![gpu(0)], vec![]);
    assert_eq!(events, one(EventKind::Source, "NVML answers and lists 1 GPU"));
}

const NVTOP: Option<Provider> = Some(Provider::Nvtop);

fn named(id: u32, name: &str) -> Gpu {
    Gpu { id, name: Some(name.into()), ..Gpu::default() }
}

fn keys(gpus: &[Gpu]) -> Vec<String> {
    gpus.iter().map(Gpu::key).collect()
}

#[test]
fn names_alone_are_recognised_where_they_are_the_same() {
    let mut bench = Bench::default();
    bench.events(0, vec![gpu(0), gpu(1)]);
    let there = || vec![named(0, "Radeon"), named(1, "H200"), named(2, "H200")];
    let (gpus, events) = bench.tell(1, NVTOP, there(), vec![attempt("gone")]);
    assert_eq!(keys(&gpus), ["#0", "GPU-0", "GPU-1"]);
    // The other one did not come, it only was not looked at.
    assert_eq!(events, one(EventKind::Source, "nvtop stands in for NVML: gone"));
    assert_eq!(bench.tell(2, NVTOP, there(), vec![attempt("gone")]).1, []);
    let (_, events) = bench.tell(3, NVML, vec![gpu(0), gpu(1)], vec![]);
    assert_eq!(events, one(EventKind::Source, "NVML takes over from nvtop"));
}

#[test]
fn of_one_of_two_nobody_says_which_it_is_nor_what_became_of_the_other() {
    let mut bench = Bench::default();
    bench.events(0, vec![lost(0), gpu(1)]);
    let (gpus, events) = bench.tell(1, NVTOP, vec![named(0, "H200")], vec![attempt("gone")]);
    assert_eq!(keys(&gpus), ["#0"]);
    assert_eq!(events, one(EventKind::Source, "nvtop stands in for NVML: gone"));
    let (_, events) = bench.tell(2, NVML, vec![lost(0), gpu(1)], vec![]);
    assert_eq!(events, one(EventKind::Source, "NVML takes over from nvtop"));
}

#[test]
fn what_nvtop_does_not_list_is_not_gone() {
    let mut bench = Bench::default();
    bench.events(0, vec![gpu(0)]);
    let unloaded = || vec![attempt("The driver is not loaded")];
    let (gpus, events) = bench.tell(1, NVTOP, vec![named(0, "Intel")], unloaded());
    assert_eq!((keys(&gpus), gpus[1].id), (vec!["#0".to_owned(), "GPU-0".to_owned()], 1));
    assert_eq!((gpus[1].state, gpus[1].state_since), (GpuState::Unreadable, Some(at(1))));
    assert_eq!(gpus[1].state_detail.as_deref(), Some("The driver is not loaded."));
    let kinds: Vec<_> = events.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [EventKind::Source, EventKind::Lost]);
    let (gpus, events) = bench.tell(2, NVTOP, vec![named(0, "Intel")], unloaded());
    assert_eq!((gpus[1].state_since, events), (Some(at(1)), vec![]));
    let (_, events) = bench.tell(9, NVML, vec![gpu(0)], vec![]);
    assert_eq!(events[1].1, "GPU 0 (H200) answers again after 8 s");
}

#[test]
fn an_nvtop_that_lists_nothing_does_not_tell_of_gpus() {
    let mut bench = Bench::default();
    bench.events(0, vec![gpu(0), gpu(1)]);
    let unloaded = || vec![attempt("The driver is not loaded")];
    let (gpus, events) = bench.tell(1, NVTOP, vec![], unloaded());
    assert_eq!(keys(&gpus), ["GPU-0", "GPU-1"]);
    assert_eq!(gpus[0].state_detail.as_deref(), Some("The driver is not loaded."));
    assert_eq!(events, one(EventKind::Source, "NVML stopped answering: The driver is not loaded"));
    assert_eq!(bench.tell(2, NVTOP, vec![], unloaded()).1, []);
    let (_, events) = bench.tell(9, NVML, vec![gpu(0), gpu(1)], vec![]);
    assert_eq!(events, one(EventKind::Source, "NVML answers again after 8 s"));
}

#[test]
fn a_gpu_that_is_gone_while_another_source_stands_in_is_told() {
    let mut bench = Bench::default();
    bench.events(0, vec![gpu(0), gpu(1)]);
    let (_, events) = bench.tell(1, SMI, vec![gpu(1)], vec![attempt("gone")]);
    assert_eq!(events[1], (EventKind::Removed, "GPU 0 (H200) is no longer listed".to_owned()));
}

#[test]
fn a_lost_gpu_is_lost_since_then_whoever_says_it() {
    let mut bench = Bench::default();
    bench.events(10, vec![gpu(0), lost(1)]);
    let later = || Gpu { state_since: Some(at(3000)), ..lost(1) };
    let (gpus, _) = bench.tell(3000, SMI, vec![gpu(0), later()], vec![attempt("gone")]);
    assert_eq!(gpus[1].state_since, Some(at(10)));
    let (gpus, _) = bench.tell(3001, SMI, vec![gpu(0), later()], vec![attempt("gone")]);
    assert_eq!(gpus[1].state_since, Some(at(10)));
    let (_, events) = bench.tell(3610, NVML, vec![gpu(0), gpu(1)], vec![]);
    assert_eq!(events[1].1, "GPU 1 (H200) answers again after 60 min");
}

#[test]
fn a_gpu_in_trouble_is_not_taken_for_one_that_went() {
    let nobody = |id| Gpu { uuid: None, name: None, ..lost(id) };
    let mut bench = Bench::default();
    bench.events(0, vec![gpu(0), gpu(1), gpu(2)]);
    // The first went, so that the second is the first now.
    let (gpus, _) = bench.tell(1, NVML, vec![nobody(0), Gpu { id: 1, ..gpu(2) }], vec![]);
    assert_eq!(keys(&gpus), ["#0", "GPU-2"]);
    // The place is that of one that says it is elsewhere.
    let mut bench = Bench::default();
    bench.events(0, vec![gpu(0), gpu(1)]);
    let (gpus, _) = bench.tell(1, NVML, vec![nobody(0), Gpu { id: 1, ..gpu(0) }], vec![]);
    assert_eq!(keys(&gpus), ["#0", "GPU-0"]);
}

#[test]
fn two_gpus_that_claim_to_be_the_same_stay_as_they_are() {
    let mut bench = Bench::default();
    let twins = || vec![gpu(0), Gpu { uuid: gpu(0).uuid, ..lost(1) }];
    bench.events(0, twins());
    for second in 1..5 {
        assert_eq!(bench.events(second, twins()), []);
    }
}

#[test]
fn a_call_that_hangs_is_told_while_it_hangs_and_when_it_ends() {
    let mut bench = Bench::default();
    bench.events(0, vec![gpu(0)]);
    let attempt = bench.chronicle.stall(Provider::Nvml, at(1), at(4));
    assert_eq!(attempt.reason, "It has not answered for 3 s: a call into the driver hangs");
    bench.chronicle.stall(Provider::Nvml, at(1), at(7));
    assert_eq!(
        bench.events(61, vec![gpu(0)]),
        [
            (EventKind::Source, "NVML does not answer: a call into the driver hangs".to_owned()),
            (EventKind::Source, "NVML answers again after 60 s".to_owned()),
        ]
    );
}

fn asleep() -> Gpu {
    let pci_bus_id = Some("00000000:01:00.0".to_owned());
    Gpu { id: 0, pci_bus_id, state: GpuState::Asleep, ..Gpu::default() }
}

fn awake() -> Gpu {
    Gpu { pci_bus_id: asleep().pci_bus_id, ..gpu(0) }
}

impl Bench {
    /// Tells of a GPU that is left alone.
    fn sleep(&mut self, seconds: u64, fell: bool) -> (Gpu, Vec<(EventKind, String)>) {
        let mut gpus = [asleep()];
        self.chronicle.asleep(&mut gpus, fell, at(seconds));
        let events = self.chronicle.events(at(seconds));
        let new = events[self.told..].iter().map(|event| (event.kind, event.text.clone())).collect();
        self.told = events.len();
        let [gpu] = gpus;
        (gpu, new)
    }
}

#[test]
fn sleep_is_told_and_keeps_the_gpu_known() {
    let mut bench = Bench::default();
    bench.events(0, vec![awake()]);
    let (gpu, events) = bench.sleep(1, true);
    assert_eq!((gpu.key(), gpu.state), ("GPU-0".to_owned(), GpuState::Asleep));
    assert_eq!(events, one(EventKind::Asleep, "GPU 0 (H200) fell asleep"));
    let (gpu, events) = bench.sleep(2, true);
    assert_eq!((gpu.state_since, events), (Some(at(1)), vec![]));
    assert_eq!(bench.events(3, vec![awake()]), one(EventKind::Awake, "GPU 0 (H200) woke up"));
}

#[test]
fn a_gpu_that_does_not_fall_asleep_has_not_slept() {
    let mut bench = Bench::default();
    bench.events(0, vec![awake()]);
    let (gpu, events) = bench.sleep(1, false);
    assert_eq!((gpu.key(), gpu.state_since, events), ("GPU-0".to_owned(), Some(at(1)), vec![]));
    assert_eq!(bench.sleep(5, false).0.state_since, Some(at(1)));
    assert_eq!(bench.events(21, vec![awake()]), []);
    bench.sleep(100, false);
    assert_eq!(bench.sleep(105, true).1, one(EventKind::Asleep, "GPU 0 (H200) fell asleep"));
}

#[test]
fn sleep_says_nothing_of_sources() {
    let mut bench = Bench::default();
    bench.tell(0, SMI, vec![awake()], vec![attempt("gone")]);
    assert_eq!(bench.sleep(1, true).1, one(EventKind::Asleep, "GPU 0 (H200) fell asleep"));
    assert_eq!(bench.chronicle.provider(), SMI);
    let woke = one(EventKind::Awake, "GPU 0 (H200) woke up");
    assert_eq!(bench.tell(2, SMI, vec![awake()], vec![attempt("gone")]).1, woke);
    bench.tell(3, None, vec![], vec![attempt("gone")]);
    assert_eq!(bench.sleep(4, true).1, one(EventKind::Asleep, "GPU 0 (H200) fell asleep"));
}

#[test]
fn events_are_few_and_fade() {
    let mut bench = Bench::default();
    bench.events(0, vec![gpu(0), gpu(1)]);
    bench.events(1, vec![gpu(0)]);
    for second in (2..200).step_by(2) {
        let mut outcome = Outcome { provider: NVML, gpus: vec![lost(0)], ..Outcome::default() };
        bench.chronicle.tell(&mut outcome, at(second));
        let mut outcome = Outcome { provider: NVML, gpus: vec![gpu(0)], ..Outcome::default() };
        bench.chronicle.tell(&mut outcome, at(second + 1));
    }
    let events = bench.chronicle.events(at(200));
    assert_eq!(events.len(), 1 + 2 * MOST_ALIKE);
    assert_eq!(events[0].kind, EventKind::Removed, "not pushed out by what flickers");
    assert_eq!(bench.chronicle.events(at(3 * 24 * 3600)), []);
}

#[test]
fn a_storm_on_all_gpus_leaves_room_for_the_rest_and_the_log_in_peace() {
    let mut bench = Bench::default();
    let all = || (0..8).map(gpu).collect::<Vec<_>>();
    bench.events(0, all());
    bench.events(1, (0..8).map(|id| if id == 3 { lost(3) } else { gpu(id) }).collect());
    for second in 2..500 {
        for id in 0..8 {
            let text = "XID 13".to_owned();
            let (time, gpu) = (at(second), Some(gpu(id).key()));
            bench.chronicle.push(Event { time, gpu, kind: EventKind::Xid, xid: Some(13), text });
        }
    }
    let events = bench.chronicle.events(at(500));
    assert_eq!((events.len(), events[0].kind), (MOST, EventKind::Lost));
    assert_eq!(bench.chronicle.logged.len(), 1 + 8 * MOST_ALIKE);
    bench.chronicle.tell(&mut Outcome { provider: NVML, gpus: all(), ..Outcome::default() }, at(2000));
    assert_eq!(bench.chronicle.logged.len(), 1, "and forgotten");
}
