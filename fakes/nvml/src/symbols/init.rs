//! Starting and stopping NVML.

use std::ffi::c_char;
use std::thread;
use std::time::Duration;

use crate::codes::{self, Code, Outcome};
use crate::moment::Moment;
use crate::{call, clock, session};

#[unsafe(no_mangle)]
extern "C" fn nvmlInit_v2() -> Code {
    call::guarded("nvmlInit_v2", || open("nvmlInit_v2"))
}

#[unsafe(no_mangle)]
extern "C" fn nvmlInitWithFlags(_flags: u32) -> Code {
    call::guarded("nvmlInitWithFlags", || open("nvmlInitWithFlags"))
}

#[unsafe(no_mangle)]
extern "C" fn nvmlShutdown() -> Code {
    call::guarded("nvmlShutdown", session::close)
}

/// Works without initialising, as it must to explain why that failed.
#[unsafe(no_mangle)]
extern "C" fn nvmlErrorString(code: Code) -> *const c_char {
    codes::text(code).as_ptr()
}

fn open(symbol: &str) -> Outcome<()> {
    clock::start();
    let before = Moment::now();
    let delay = Duration::from_millis(before.scenario.init.delay_ms);
    thread::sleep(delay + before.delay(symbol).unwrap_or_default());
    let now = Moment::now();
    now.scenario.init.check(now.time)?;
    now.fault(symbol)?;
    session::open();
    Ok(())
}
