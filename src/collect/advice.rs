//! What is said of a GPU that does not answer, whichever source finds it out.

/// It is gone from the bus, or hangs.
pub(super) const LOST: &str = "The GPU has fallen off the bus or stopped answering. Reset it (`nvidia-smi --gpu-reset`) or reboot the machine.";
/// The driver waits for a reset.
pub(super) const NEEDS_RESET: &str =
    "The GPU must be reset before it can be used again: `nvidia-smi --gpu-reset`, or reboot the machine.";
