//! Names of fields and words, in the code and on the wire.

/// A name in the code, and with it the one on the wire.
#[derive(Debug)]
pub(crate) enum Name {
    /// `memory_used` and `MemoryUsed` are `memoryUsed`, as serde's `camelCase` has it.
    Camel(&'static str),
    /// Written just so.
    Exact(&'static str),
}

impl Name {
    /// Whether `word` is this name on the wire.
    pub(crate) fn is(&self, word: &str) -> bool {
        match self {
            Self::Camel(name) => is_camel(word, name),
            Self::Exact(name) => word == *name,
        }
    }
}

/// Compared letter by letter: neither side is worth a text of its own.
fn is_camel(word: &str, name: &str) -> bool {
    let mut letters = word.bytes();
    let (mut first, mut hump) = (true, false);
    for letter in name.bytes() {
        if letter == b'_' {
            hump = true;
            continue;
        }
        let expected = match (first, hump) {
            (true, _) => letter.to_ascii_lowercase(),
            (_, true) => letter.to_ascii_uppercase(),
            _ => letter,
        };
        (first, hump) = (false, false);
        if letters.next() != Some(expected) {
            return false;
        }
    }
    letters.next().is_none()
}

/// The name of a field or a variant, or the one that is given instead.
macro_rules! name {
    ($name:ident) => {
        $crate::telemetry::wire::Name::Camel(stringify!($name))
    };
    ($name:ident $exact:literal) => {
        $crate::telemetry::wire::Name::Exact($exact)
    };
}
pub(crate) use name;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_on_the_wire_is_one_word() {
        for (word, name) in
            [("id", "id"), ("pcieTx", "pcie_tx"), ("pcieTx", "PcieTx"), ("drainP2p", "DrainP2p")]
        {
            assert!(Name::Camel(name).is(word), "{name}");
        }
        for word in ["", "pcie", "pcie_tx", "pcietx", "PcieTx", "pcieTxMax"] {
            assert!(!Name::Camel("pcie_tx").is(word), "{word}");
        }
        assert!(Name::Exact("nvidia_smi").is("nvidia_smi") && !Name::Exact("nvidia_smi").is("nvidiaSmi"));
    }
}
