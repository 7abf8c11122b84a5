//! Which container, virtual machine or batch job a process runs in, by the name of
//! its control group: `/proc/PID/cgroup` of both versions.

use super::text::printable;

/// How much of an id its engine shows, and takes for the whole.
const SHORT: usize = 12;
/// The same of `crictl`.
const SHORT_OF_CRICTL: usize = 13;
/// Most characters of a name.
const LONGEST: usize = 64;

/// Where it runs, as `docker 0123456789ab`; `None` where in nothing that is known.
pub(in crate::collect) fn container(cgroup: &str) -> Option<String> {
    // `number:controllers:path`, in version 2 a single line.
    let paths = cgroup.lines().filter_map(|line| line.splitn(3, ':').nth(2));
    paths.into_iter().find_map(innermost)
}

/// One engine may run within another: what is asked for is the inner one's id.
fn innermost(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    (0..parts.len()).rev().find_map(|at| named(parts[at], &parts[..at]))
}

/// What one part of a path stands for, behind those above it.
fn named(part: &str, above: &[&str]) -> Option<String> {
    let unit = part.strip_suffix(".scope").or_else(|| part.strip_suffix(".service")).unwrap_or(part);
    let parent = above.last().copied().unwrap_or_default();
    if let Some(job) = unit.strip_prefix("job_")
        && above.iter().any(|part| part.contains("slurm"))
        && is_number(job)
    {
        return Some(format!("slurm job {job}"));
    }
    if let Some(name) = unit.strip_prefix("lxc.payload.") {
        return labelled("lxc", name);
    }
    if matches!(parent, "lxc" | "lxc.payload") {
        return labelled("lxc", unit);
    }
    if let Some(name) = unit.strip_prefix("systemd-nspawn@") {
        return labelled("machine", name);
    }
    if parent == "machine.slice"
        && let Some(name) = unit.strip_prefix("machine-")
    {
        return labelled("machine", name);
    }
    engine(unit, parent, above).or_else(|| pod(part))
}

/// `docker-ID`, `cri-containerd-ID`, `….slice:cri-containerd:ID`, or the id alone.
fn engine(unit: &str, parent: &str, above: &[&str]) -> Option<String> {
    let id = unit.rsplit(['-', ':']).next().filter(|id| is_id(id))?;
    let head = unit.strip_suffix(id)?.trim_end_matches(['-', ':']);
    let engine = if head.is_empty() { parent } else { head.rsplit(':').next().unwrap_or(head) };
    if engine.contains("conmon") {
        // It looks after the container, from outside.
        return None;
    }
    if unit.contains("kubepods") || above.iter().any(|part| part.contains("kubepods")) {
        return Some(format!("kubernetes {}", &id[..SHORT_OF_CRICTL]));
    }
    let engine = match engine {
        "docker" | "buildkit" => "docker",
        "libpod" | "libpod_parent" => "podman",
        "crio" => "cri-o",
        "nerdctl" | "cri-containerd" | "containerd" => "containerd",
        _ => "container",
    };
    Some(format!("{engine} {}", &id[..SHORT]))
}

/// A pod's own group: `podUID`, or `kubepods-besteffort-podUID.slice` with underscores.
fn pod(part: &str) -> Option<String> {
    let name = part.strip_suffix(".slice").unwrap_or(part);
    let uid = name.strip_prefix("pod").or_else(|| {
        let (head, uid) = name.rsplit_once("-pod")?;
        head.starts_with("kubepods").then_some(uid)
    })?;
    let is_uid = uid.len() >= 32 && uid.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, '-' | '_'));
    let start = uid.split(['-', '_']).next()?;
    is_uid.then(|| format!("kubernetes pod {}", &start[..start.len().min(8)]))
}

fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn labelled(kind: &str, name: &str) -> Option<String> {
    let name: String = printable(&unescaped(name)).trim().chars().take(LONGEST).collect();
    (!name.is_empty()).then(|| format!("{kind} {name}"))
}

/// systemd writes `\x2d` for a dash within a name.
fn unescaped(name: &str) -> String {
    let mut parts = name.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => bytes.extend_from_slice(format!("\\x{part}").as_bytes()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const UID: &str = "1f2e3d4c-5b6a-4788-9900-aabbccddeeff";

    fn of(path: &str) -> Option<String> {
        let path = path.replace("ID", ID).replace("PU", &UID.replace('-', "_")).replace("POD", UID);
        let second = container(&format!("0::{path}\n"));
        let first = format!("12:pids:/\n11:cpu,cpuacct:{path}\n1:name=systemd:{path}\n0::/\n");
        assert_eq!(container(&first), second, "{path}");
        second
    }

    #[test]
    fn every_engine_is_known_by_its_groups() {
        for (path, shown) in [
            ("/docker/ID", "docker 0123456789ab"),
            ("/system.slice/docker-ID.scope", "docker 0123456789ab"),
            ("/system.slice/system.slice:docker:ID", "docker 0123456789ab"),
            (
                "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-ID.scope/init",
                "docker 0123456789ab",
            ),
            ("/../../docker-ID.scope", "docker 0123456789ab"),
            ("/machine.slice/libpod-ID.scope/container", "podman 0123456789ab"),
            ("/libpod_parent/libpod-ID", "podman 0123456789ab"),
            ("/system.slice/nerdctl-ID.scope", "containerd 0123456789ab"),
            ("/system.slice/crio-ID.scope", "cri-o 0123456789ab"),
            ("/default/ID", "container 0123456789ab"),
            ("/kubepods/besteffort/podPOD/ID", "kubernetes 0123456789abc"),
            (
                "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podPU.slice/cri-containerd-ID.scope",
                "kubernetes 0123456789abc",
            ),
            (
                "/system.slice/containerd.service/kubepods-podPU.slice:cri-containerd:ID",
                "kubernetes 0123456789abc",
            ),
            ("/docker/ID/kubelet/kubepods/podPOD/ID", "kubernetes 0123456789abc"),
            ("/kubepods/burstable/podPOD", "kubernetes pod 1f2e3d4c"),
            ("/kubepods.slice/kubepods-podPU.slice/crio-conmon-ID.scope", "kubernetes pod 1f2e3d4c"),
            ("/lxc/web/init.scope", "lxc web"),
            ("/lxc.payload.my-box/system.slice/cron.service", "lxc my-box"),
            ("/lxc.payload/box", "lxc box"),
            ("/machine.slice/systemd-nspawn@build\\x2dbox.service/payload", "machine build-box"),
            ("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator", "machine qemu-1-vm"),
            ("/slurm/uid_1000/job_42/step_0/task_0", "slurm job 42"),
            ("/system.slice/slurmstepd.scope/job_42/step_batch/user/task_0", "slurm job 42"),
            ("/system.slice/node1_slurmstepd.scope/job_42/step_0/user/task_0", "slurm job 42"),
        ] {
            assert_eq!(of(path).as_deref(), Some(shown), "{path}");
        }
    }

    #[test]
    fn most_processes_are_in_none() {
        for path in [
            "/",
            "",
            "/init.scope",
            "/user.slice/user-1000.slice/session-2.scope",
            "/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.x.Y-123.scope",
            "/system.slice/docker.service",
            "/system.slice/containerd.service",
            "/machine.slice/libpod-conmon-ID.scope",
            "/lxc.monitor.box",
            "/system.slice/podman.service",
            "/x/job_42",
            "/docker/0123",
            "/podinfo",
        ] {
            assert_eq!(of(path), None, "{path}");
        }
        for text in ["", "0", "0:", "nonsense\n\n", "::", ":::"] {
            assert_eq!(container(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_there_is_harmless(
            start in prop::sample::select(vec!["", "/lxc/", "/docker/", "/machine.slice/machine-", "/kubepods/pod"]),
            text in "(?s).{0,100}",
        ) {
            if let Some(name) = container(&format!("0::{start}{text}")) {
                prop_assert!(!name.chars().any(char::is_control) && name.chars().count() <= LONGEST + 20, "{name}");
            }
        }
    }

    #[test]
    fn a_name_is_one_short_word_without_tricks() {
        assert_eq!(of("/lxc.payload.a\u{1b}[31mb\\x0ac\\x9").as_deref(), Some("lxc a [31mb c\\x9"));
        assert_eq!(of("/lxc.payload.\u{202e}"), None);
        assert_eq!(
            of(&format!("/lxc/{}", "é".repeat(500))).map(|name| name.chars().count()),
            Some(4 + LONGEST)
        );
        assert_eq!(of("/lxc/a\\xé").as_deref(), Some("lxc a\\xé"));
    }
}
