//! A driver's library for one test, answering from the test's scenario.
#![allow(dead_code, reason = "each test crate uses a part of it")]
#![expect(unsafe_code, reason = "it loads a library in C's manner")]

use std::{
    ffi::{CString, c_char},
    fs,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use libloading::os::unix::{Library, RTLD_LAZY, RTLD_LOCAL};
use serde_json::Value;
use tempfile::TempDir;

use crate::built::built;

/// `dlopen` only what is loaded already.
const RTLD_NOLOAD: i32 = 4;

/// A folder with the fake library and its scenario, see `fakes/nvml/README.md`.
pub(crate) struct FakeNvml {
    folder: TempDir,
}

impl FakeNvml {
    /// A copy of its own, so that neither scenario nor state is shared.
    pub(crate) fn new(scenario: &Value) -> Self {
        let fake = Self { folder: tempfile::tempdir().unwrap() };
        fs::copy(library(), fake.path()).unwrap();
        fake.write(scenario);
        fake
    }

    /// The library.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder().join("libnvidia-ml.so.1")
    }

    /// The folder, for `LD_LIBRARY_PATH`.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Replaces the scenario. Where this process has the library loaded, it is in
    /// force on return.
    pub(crate) fn set(&self, scenario: &Value) {
        let version = self.write(scenario);
        // SAFETY: nothing is loaded that is not loaded already.
        let loaded = unsafe { Library::open(Some(self.path()), RTLD_LAZY | RTLD_NOLOAD) };
        if let Ok(library) = loaded {
            await_version(&library, &version);
        }
    }

    /// Calls of one function so far, or of all.
    pub(crate) fn calls(&self, symbol: Option<&str>) -> u64 {
        // SAFETY: the fake runs no code when it is loaded, and is loaded already as a rule.
        let library = unsafe { Library::open(Some(self.path()), RTLD_LAZY | RTLD_LOCAL) }.unwrap();
        // SAFETY: the signature is that of the fake's source.
        let calls = unsafe { library.get::<unsafe extern "C" fn(*const c_char) -> u64>(b"fake_nvml_calls") };
        let symbol = symbol.map(|symbol| CString::new(symbol).unwrap());
        // SAFETY: NULL, or a string that outlives the call.
        unsafe { calls.unwrap()(symbol.as_ref().map_or(std::ptr::null(), |symbol| symbol.as_ptr())) }
    }

    /// Writes the scenario under a version of its own, by which it is known again.
    fn write(&self, scenario: &Value) -> String {
        static SERIAL: AtomicU32 = AtomicU32::new(0);
        let version = format!("13.{}", SERIAL.fetch_add(1, Ordering::Relaxed));
        let mut scenario = scenario.clone();
        scenario["nvmlVersion"] = version.clone().into();
        let new = self.folder().join("scenario.new");
        fs::write(&new, scenario.to_string()).unwrap();
        fs::rename(new, self.folder().join("scenario.json")).unwrap();
        version
    }
}

fn await_version(library: &Library, version: &str) {
    type Plain = unsafe extern "C" fn() -> u32;
    type Text = unsafe extern "C" fn(*mut c_char, u32) -> u32;
    let start = Instant::now();
    // SAFETY: the signatures are those of nvml.h, and the buffer is as long as said.
    unsafe {
        let init = library.get::<Plain>(b"nvmlInit_v2").unwrap();
        let shut_down = library.get::<Plain>(b"nvmlShutdown").unwrap();
        let ask = library.get::<Text>(b"nvmlSystemGetNVMLVersion").unwrap();
        assert_eq!(init(), 0);
        loop {
            let mut buffer = [0_u8; 80];
            assert_eq!(ask(buffer.as_mut_ptr().cast(), 80), 0);
            if buffer.starts_with(format!("{version}\0").as_bytes()) {
                break;
            }
            assert!(
                start.elapsed() < Duration::from_secs(10),
                "the scenario is not read: is there a mistake?"
            );
            thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(shut_down(), 0);
    }
}

/// The library as cargo built it, in the folder that the tests themselves are in.
fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| built("fake-nvml", "libfake_nvml.so"))
}
