//! Which build of the page this is.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

/// 16 hexadecimal digits, others for other files.
pub(super) fn of(files: impl Iterator<Item: Hash>) -> String {
    let mut hasher = DefaultHasher::new();
    files.for_each(|file| file.hash(&mut hasher));
    format!("{:016x}", hasher.finish())
}

/// The same of the files in a folder.
pub(super) fn of_folder(folder: &Path) -> String {
    let mut files = BTreeMap::new();
    collect(folder, &mut files);
    of(files.iter())
}

/// Reads what the page loads; a folder that cannot be read has no files.
fn collect(folder: &Path, into: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let compressed = path.extension().is_some_and(|ending| ending == "br" || ending == "gz");
        if path.is_dir() {
            collect(&path, into);
        } else if !compressed && let Ok(bytes) = fs::read(&path) {
            into.insert(path.to_string_lossy().into_owned(), bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_another_version() {
        let folder = tempfile::tempdir().unwrap();
        let version = || of_folder(folder.path());
        let empty = version();
        assert_eq!(empty.len(), 16);
        fs::create_dir(folder.path().join("pkg")).unwrap();
        fs::write(folder.path().join("pkg/a.js"), "1").unwrap();
        let one = version();
        assert_eq!(one, version());
        fs::write(folder.path().join("pkg/a.js"), "2").unwrap();
        let two = version();
        assert!(empty != one && one != two);
    }
}
