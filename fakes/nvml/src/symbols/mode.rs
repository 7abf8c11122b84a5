//! How a GPU is set up.

getters! {
    on_gpu nvmlDeviceGetPersistenceMode(gpu => mode: u32) gpu.spec().persistence.u32(gpu.time());
    on_gpu nvmlDeviceGetComputeMode(gpu => mode: u32) gpu.spec().compute_mode.u32(gpu.time());
}
