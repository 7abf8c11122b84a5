//! The macros that turn one line into one exported symbol.

/// Exports functions that hand out one to four values.
///
/// `on_gpu nvmlName(gpu, argument: u32 => first: u32, second: u32) expression` becomes
/// the C function `nvmlName(device, argument, *first, *second)`. The expression gives
/// the value, or the tuple of values, as an [`Outcome`](crate::codes::Outcome). The first
/// word is the function of [`crate::call`] that the call goes through.
macro_rules! getters {
    ($($scope:ident $name:ident(
        $gpu:ident $(, $argument:ident: $kind:ty)* => $($out:ident: $value:ty),+
    ) $body:expr;)+) => {$(
        #[allow(unused_parens, clippy::unnecessary_wraps, reason = "some have one value, some cannot fail")]
        const _: () = {
            // A function of its own, so that the expression does not see the places.
            fn values($gpu: &$crate::gpu::Gpu $(, $argument: $kind)*) -> $crate::codes::Outcome<($($value),+)> {
                $body
            }

            #[unsafe(no_mangle)]
            unsafe extern "C" fn $name(
                device: $crate::handles::Handle $(, $argument: $kind)*, $($out: *mut $value),+
            ) -> $crate::codes::Code {
                $crate::call::$scope(stringify!($name), device, |gpu| {
                    $($crate::out::check($out)?;)+
                    let values = values(gpu $(, $argument)*)?;
                    // SAFETY: by NVML's contract each is NULL, which was refused, or valid
                    // for writing one value.
                    unsafe { $crate::out::Places::fill(($($out),+), values) };
                    Ok(())
                })
            }
        };
    )+};
}

/// Exports functions that write a string into the caller's buffer.
macro_rules! texts {
    ($($scope:ident $name:ident($gpu:ident) $body:expr;)+) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(
            device: $crate::handles::Handle, buffer: *mut std::ffi::c_char, length: u32,
        ) -> $crate::codes::Code {
            $crate::call::$scope(stringify!($name), device, |$gpu| {
                let text = $body?;
                // SAFETY: by NVML's contract the buffer is NULL, which is refused, or
                // holds `length` bytes.
                unsafe { $crate::out::text(buffer, length, text.as_ref()) }
            })
        }
    )+};
}
