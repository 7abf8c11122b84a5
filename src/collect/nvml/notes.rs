//! What is remembered of a GPU from sample to sample, besides its values.

use super::{memory, mig::Place, processes::Lists, sm::Samples, traffic};
use crate::collect::shares::Tally;

#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) memory: memory::Past,
    pub(super) fans: u32,
    pub(super) sent: traffic::Counter,
    pub(super) received: traffic::Counter,
    /// Where the parts of a split GPU are.
    pub(super) places: Vec<Place>,
    pub(super) tally: Tally,
    pub(super) lists: Lists,
    pub(super) samples: Samples,
}
