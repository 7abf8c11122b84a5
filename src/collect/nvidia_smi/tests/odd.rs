//! Listings that are odd and yet sound: of other systems, of newer drivers, of GPUs
//! that tell little.

use std::time::{Duration, Instant};

use super::{check, columns::Columns, fixture, framing, help, listing, parse, parsed};
use crate::telemetry::{
    Gpu, GpuState, Limiter, LimiterShares, Metric, ProcessKind, ProcessMetric, Reason, RecoveryAction,
};

const ALL: [&str; 5] = ["v10.xml", "v12-mig.xml", "v13.xml", "v13-lost.xml", "v13-three.xml"];

/// As it comes through the pipe.
fn framed(text: &str) -> Vec<Vec<Gpu>> {
    let (mut framing, mut reader) = (framing::xml(), listing::reader());
    let (mut buffer, mut read) = (text.as_bytes().to_vec(), Vec::new());
    while let Some(listing) = framing(&mut buffer) {
        read.push(reader(&listing, Instant::now()).unwrap());
    }
    for gpus in &read {
        check(gpus);
    }
    read
}

#[test]
fn line_ends_marks_and_comments_change_nothing() {
    for name in ALL {
        let (text, plain) = (fixture(name), parsed(name));
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        let commented = text.replace("<gpu id", "<!-- of the driver's own -->\n<gpu id");
        let one_line = text.replace(['\n', '\t'], "");
        for odd in [&windows, &commented, &one_line] {
            assert_eq!(parse(odd.as_bytes()).unwrap(), plain, "{name}");
        }
        for odd in [&windows, &commented] {
            assert_eq!(framed(odd), std::slice::from_ref(&plain), "{name}");
        }
    }
}

#[test]
fn several_listings_in_a_row_are_several() {
    let text = fixture("v10.xml");
    let noise = "WARNING: infoROM is corrupted at gpu 0000:19:00.0\r\n";
    assert_eq!(framed(&format!("{text}{noise}{text}\n{text}")).len(), 3);
    assert_eq!(parse(text.repeat(2).as_bytes()).unwrap(), parsed("v10.xml"));
}

#[test]
fn a_table_is_no_listing() {
    let table = "+-------------------------+\n| NVIDIA-SMI 595.80       |\n|   0  NVIDIA L40S    Off |\n\
        |  N/A  28C  P8  32W / 350W |  0MiB / 46068MiB | 0% Default |\n+-------------------------+\n";
    assert!(parse(table.as_bytes()).is_err());
    assert_eq!(framed(&table.repeat(50)), Vec::<Vec<Gpu>>::new());
    assert!(Columns::of_help(table).is_none());
}

fn gpu(inside: &str) -> Gpu {
    let gpus = parse(
        format!(
            "<nvidia_smi_log><kmd_version>615.10</kmd_version><cuda_umd_version>14.0</cuda_umd_version>\
             <novelty><gpu>no</gpu></novelty><gpu id=\"00000000:01:00.0\"><product_name>X</product_name>\
             <uuid>GPU-1</uuid><novelty kind=\"a\"><uuid>GPU-2</uuid></novelty>{inside}</gpu></nvidia_smi_log>"
        )
        .as_bytes(),
    )
    .unwrap();
    check(&gpus);
    assert_eq!(gpus.len(), 1);
    gpus.into_iter().next().unwrap()
}

#[test]
fn what_a_newer_driver_adds_is_passed_over() {
    let gpu = gpu("<temperature><gpu_temp>40 C</gpu_temp><novelty>9 C</novelty></temperature>");
    assert_eq!((gpu.uuid.as_deref(), gpu.driver_version.as_deref()), (Some("GPU-1"), Some("615.10")));
    assert_eq!((gpu.cuda_version, gpu.temperature, gpu.state), (Some(14_000), Some(40), GpuState::Ok));
}

#[test]
fn a_gpu_on_a_board_tells_little_and_that_is_all() {
    let gpu = gpu("<fb_memory_usage><total>N/A</total><used>N/A</used><free>N/A</free></fb_memory_usage>\
         <utilization><gpu_util>N/A</gpu_util><memory_util>N/A</memory_util></utilization>\
         <temperature><gpu_temp>N/A</gpu_temp></temperature><fan_speed>N/A</fan_speed>\
         <power_readings><power_draw>N/A</power_draw></power_readings><processes>N/A</processes>\
         <clocks><graphics_clock>306 MHz</graphics_clock><sm_clock>N/A</sm_clock></clocks>\
         <clocks_event_reasons>N/A</clocks_event_reasons><mig_mode><current_mig>N/A</current_mig></mig_mode>");
    assert_eq!((gpu.state, gpu.clock_graphics), (GpuState::Ok, Some(306)));
    for metric in [Metric::Utilization, Metric::MemoryTotal, Metric::Temperature, Metric::PowerUsage] {
        assert_eq!(gpu.unavailable[&metric], Reason::NotSupported, "{metric:?}");
    }
    assert_eq!(gpu.unavailable[&Metric::Processes], Reason::NotSupported);
}

#[test]
fn a_figure_that_can_be_read_in_two_ways_is_not_read() {
    for text in ["1,234 C", "1.234.567 C", "1 234 C", "4O C", "ERR!", "0x28", "40 F", "++4", "1e2 C"] {
        let gpu =
            gpu(&format!("<temperature><gpu_temp>{text}</gpu_temp></temperature><fan_speed>3 %</fan_speed>"));
        assert_eq!((gpu.temperature, gpu.unavailable[&Metric::Temperature]), (None, Reason::Error), "{text}");
    }
}

#[test]
fn what_windows_prints_is_read() {
    let gpu = gpu(
        "<driver_model><current_dm>WDDM</current_dm></driver_model><fan_speed>30 %</fan_speed><processes>\r\n\
         <process_info>\r\n<gpu_instance_id>N/A</gpu_instance_id><compute_instance_id>N/A</compute_instance_id>\
         <pid>5512</pid>\r\n<type>C+G</type><process_name>C:\\Program Files\\A &amp; B\\b&#39;s.exe</process_name>\
         <used_memory>N/A</used_memory></process_info><process_info><pid>4</pid><type>C+G</type>\
         <process_name>Insufficient Permissions</process_name><used_memory>N/A</used_memory></process_info>\r\n</processes>",
    );
    let [system, app] = &gpu.processes[..] else { panic!("{:?}", gpu.processes) };
    assert_eq!((app.pid, app.name.as_deref(), app.kind), (5512, Some("b's.exe"), Some(ProcessKind::Both)));
    assert_eq!(app.unavailable[&ProcessMetric::UsedMemory], Reason::NotSupported);
    assert_eq!((system.pid, system.unavailable[&ProcessMetric::Name]), (4, Reason::NoPermission));
}

#[test]
fn a_very_long_list_of_processes_is_read() {
    let info = |pid: u32| {
        format!(
            "<process_info><gpu_instance_id>7</gpu_instance_id><compute_instance_id>1</compute_instance_id>\
             <pid>{pid}</pid><type>C</type><process_name>p</process_name>\
             <used_memory>{pid} MiB</used_memory></process_info>"
        )
    };
    let list: String = (1..=5000).chain(1..=5000).map(info).collect();
    let gpu = gpu(&format!("<fan_speed>3 %</fan_speed><processes>{list}</processes>"));
    assert_eq!((gpu.processes.len(), gpu.processes[0].pid), (5000, 5000));
    assert_eq!((gpu.processes[0].gpu_instance, gpu.processes[0].compute_instance), (Some(7), Some(1)));
}

#[test]
fn the_drivers_advice_is_read() {
    for (text, advice) in [
        ("None", Ok(RecoveryAction::None)),
        ("Reset", Ok(RecoveryAction::Reset)),
        ("Reboot", Ok(RecoveryAction::Reboot)),
        ("Drain P2P", Ok(RecoveryAction::DrainP2p)),
        ("Drain and Reset", Ok(RecoveryAction::DrainAndReset)),
        ("Dance", Ok(RecoveryAction::Other)),
        ("N/A", Err(Reason::NotSupported)),
        ("Unknown Error", Err(Reason::Error)),
    ] {
        let gpu =
            gpu(&format!("<fan_speed>3 %</fan_speed><gpu_recovery_action>{text}</gpu_recovery_action>"));
        let read = gpu.recovery_action.ok_or_else(|| gpu.unavailable[&Metric::RecoveryAction]);
        assert_eq!(read, advice, "{text}");
    }
}

#[test]
fn shares_take_two_listings() {
    let (mut reader, start) = (listing::reader(), Instant::now());
    let mut read = |text: &str, seconds: u64| {
        let gpus = reader(text.as_bytes(), start + Duration::from_secs(seconds)).unwrap();
        check(&gpus);
        gpus
    };
    let text = fixture("v13-three.xml");
    assert_eq!(read(&text, 0)[1].unavailable[&Metric::LimiterShares], Reason::Pending);
    let later = text.replace(">4251825415 us", ">4253825415 us");
    let shares = read(&later, 10)[1].limiter_shares.clone();
    assert_eq!(
        shares,
        Some(LimiterShares { seconds: 10, shares: [(Limiter::PowerCap, 20.0)].into_iter().collect() })
    );
    let lost = read(&fixture("v13-lost.xml"), 11);
    assert_eq!(lost[1].unavailable[&Metric::LimiterShares], Reason::Lost);
    assert_eq!(parsed("v10.xml")[0].unavailable[&Metric::LimiterShares], Reason::NotReported);
}

#[test]
fn rows_may_have_other_line_ends_and_words_for_nothing() {
    let columns =
        Columns::of_help(&help("index, count, uuid, temperature.gpu, gpu_recovery_action, pstate")).unwrap();
    let cells = |temperature: &str, action: &str, state: &str| {
        let cells =
            columns.query().replace("temperature.gpu", temperature).replace("gpu_recovery_action", action);
        let cells = cells.replace("pstate", state).replace("index", "0").replace("count", "1");
        cells.replace("uuid", "GPU-1").replace(',', ", ")
    };
    let read = |line: &str| {
        let rows = columns.rows(line.as_bytes()).unwrap();
        let mut gpu = Gpu::default();
        columns.read(&rows[0], &mut gpu);
        gpu
    };
    let gpu = read(&format!("\u{feff}{}\r\n", cells("41", "Drain P2P", "P0")));
    assert_eq!((gpu.temperature, gpu.recovery_action), (Some(41), Some(RecoveryAction::DrainP2p)));
    let gpu = read(&cells("ERR!", "[Requested functionality has been deprecated]", "P8"));
    assert_eq!(gpu.unavailable[&Metric::Temperature], Reason::Error);
    assert_eq!(gpu.unavailable[&Metric::RecoveryAction], Reason::NotSupported);
    let gpu = read(&cells("[GPU requires reset]", "Reset", "P8"));
    assert_eq!((gpu.state, gpu.recovery_action), (GpuState::Lost, None));
}

#[test]
fn no_part_of_a_memory_is_larger_than_the_whole() {
    let gpu = gpu("<fb_memory_usage><total>46068 MiB</total><reserved>608 MiB</reserved>\
         <used>4294967295 MiB</used><free>46069 MiB</free></fb_memory_usage>");
    assert_eq!((gpu.memory_total, gpu.memory_reserved), (Some(46068.0), Some(608.0)));
    assert_eq!((gpu.memory_used, gpu.memory_free), (None, None));
    assert_eq!(gpu.unavailable[&Metric::MemoryUsed], Reason::Error);
    assert_eq!(gpu.unavailable[&Metric::MemoryFree], Reason::Error);
}

#[test]
fn what_no_gpu_comes_near_to_is_not_believed() {
    let gpu =
        gpu("<fan_speed>0 %</fan_speed><fb_memory_usage><total>4294967295 MiB</total></fb_memory_usage>\
         <gpu_power_readings><power_draw>4294967295 W</power_draw></gpu_power_readings>\
         <pci><tx_util>4294967295 KB/s</tx_util><pci_gpu_link_info><link_widths>\
         <current_link_width>4294967295x</current_link_width></link_widths></pci_gpu_link_info></pci>");
    for metric in [Metric::MemoryTotal, Metric::PowerUsage, Metric::PcieTx, Metric::PcieWidth] {
        assert_eq!(gpu.unavailable[&metric], Reason::Error, "{metric:?}");
    }
}

#[test]
fn a_gpu_that_tells_nothing_says_why() {
    let gpu = gpu("<fan_speed>Insufficient Permissions</fan_speed><mig_mode>N/A</mig_mode>");
    assert_eq!(gpu.state, GpuState::Unreadable);
    assert_eq!(gpu.unavailable[&Metric::FanSpeed], Reason::NoPermission);
    assert_eq!(gpu.unavailable[&Metric::MigEnabled], Reason::NotSupported);
    assert_eq!(gpu.unavailable[&Metric::Utilization], Reason::NotReported);
}

#[test]
fn there_are_only_so_many_gpus() {
    let many = |count| format!("<nvidia_smi_log>{}</nvidia_smi_log>", "<gpu/>".repeat(count));
    assert_eq!(parse(many(1024).as_bytes()).map(|gpus| gpus.len()), Ok(1024));
    assert!(parse(many(1025).as_bytes()).is_err());
}
