//! Where this copy of the library lies.

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// glibc's `Dl_info`.
#[repr(C)]
struct DlInfo {
    file: *const c_char,
    base: *mut c_void,
    symbol: *const c_char,
    address: *mut c_void,
}

unsafe extern "C" {
    fn dladdr(address: *const c_void, info: *mut DlInfo) -> c_int;
}

/// The folder of the library file, as the loader opened it.
///
/// Symbolic links are left alone: a link in a test's folder reads the scenario of
/// that folder. A relative path is made absolute once, before the process changes
/// its working directory.
pub(crate) fn folder() -> Option<&'static Path> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let file = std::path::absolute(library()?).ok()?;
            file.parent().map(Path::to_path_buf)
        })
        .as_deref()
}

fn library() -> Option<PathBuf> {
    let mut info = DlInfo {
        file: std::ptr::null(),
        base: std::ptr::null_mut(),
        symbol: std::ptr::null(),
        address: std::ptr::null_mut(),
    };
    let here = library as fn() -> Option<PathBuf> as *const c_void;
    // SAFETY: any address may be asked for, and `info` outlives the call.
    let found = unsafe { dladdr(here, &raw mut info) };
    if found == 0 || info.file.is_null() {
        return None;
    }
    // SAFETY: on success the loader hands out a NUL-terminated name that lives as
    // long as the library is mapped, and it is copied at once.
    let name = unsafe { CStr::from_ptr(info.file) };
    Some(PathBuf::from(OsStr::from_bytes(name.to_bytes())))
}
