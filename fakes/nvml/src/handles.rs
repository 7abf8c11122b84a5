//! Device handles.
//!
//! A handle is a number that looks like a pointer and is never followed. It holds
//! all that identifies a device, so rubbish is told from a handle without a table
//! that would have to be kept alive.

use std::ffi::c_void;
use std::ptr;

use crate::codes::{INVALID_ARGUMENT, Outcome};
use crate::session;

/// A `nvmlDevice_t`.
pub(crate) type Handle = *mut c_void;

/// The two top bytes of each handle.
const MARK: usize = 0x4e56;

/// The device that a handle stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Target {
    pub(crate) gpu: u16,
    /// The index of a MIG device under its GPU.
    pub(crate) mig: Option<u16>,
}

impl Target {
    pub(crate) fn handle(self) -> Handle {
        self.encode(session::generation())
    }

    /// Fails on anything that is not a handle of this generation.
    pub(crate) fn of(handle: Handle) -> Outcome<Self> {
        Self::decode(handle, session::generation())
    }

    fn encode(self, generation: u16) -> Handle {
        let mig = self.mig.map_or(0, |index| usize::from(index) + 1);
        let words = [MARK, usize::from(generation), mig, usize::from(self.gpu) + 1];
        let address = words.into_iter().fold(0, |address, word| (address << 16) | (word & 0xffff));
        ptr::without_provenance_mut(address)
    }

    fn decode(handle: Handle, generation: u16) -> Outcome<Self> {
        let word = |place: u32| u16::try_from((handle.addr() >> (16 * place)) & 0xffff).unwrap_or(0);
        if usize::from(word(3)) != MARK || word(2) != generation {
            return Err(INVALID_ARGUMENT);
        }
        let gpu = word(0).checked_sub(1).ok_or(INVALID_ARGUMENT)?;
        Ok(Self { gpu, mig: word(1).checked_sub(1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_what_it_was_made_of() {
        for target in [Target { gpu: 0, mig: None }, Target { gpu: 71, mig: Some(6) }] {
            assert_eq!(Target::decode(target.encode(3), 3), Ok(target));
        }
    }

    #[test]
    fn rubbish_and_old_handles_are_refused() {
        let old = Target { gpu: 0, mig: None }.encode(1);
        for handle in [ptr::null_mut(), ptr::without_provenance_mut(0x7f00_1234_5678), old] {
            assert_eq!(Target::decode(handle, 2), Err(INVALID_ARGUMENT));
        }
    }
}
