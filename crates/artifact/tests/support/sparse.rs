//! Files of many GiB that are nearly all zeros, without a disk.

use std::collections::BTreeMap;

/// A file: what is in no piece is 0.
#[derive(Default)]
pub(crate) struct Sparse {
    pub(crate) len: u64,
    pieces: BTreeMap<u64, Vec<u8>>,
}

impl Sparse {
    /// Appends bytes and returns where.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> u64 {
        let at = self.len;
        self.pieces.insert(at, bytes.to_vec());
        self.len += bytes.len() as u64;
        at
    }

    /// Appends zeros.
    pub(crate) fn put_hole(&mut self, len: u64) {
        self.len += len;
    }

    pub(crate) fn read(&self, offset: u64, len: usize) -> Vec<u8> {
        let mut read = vec![0; len];
        let before = self.pieces.range(..offset).next_back();
        for (&at, piece) in before.into_iter().chain(self.pieces.range(offset..offset + len as u64)) {
            let (from, to) = (at.max(offset), (at + piece.len() as u64).min(offset + len as u64));
            if from < to {
                let source = &piece[(from - at) as usize..(to - at) as usize];
                read[(from - offset) as usize..(to - offset) as usize].copy_from_slice(source);
            }
        }
        read
    }
}

/// A zip64 archive under construction: all its numbers are in the long form (APPNOTE 4.5.3).
#[derive(Default)]
pub(crate) struct Zip64 {
    file: Sparse,
    directory: Vec<u8>,
    n_entries: u64,
}

impl Zip64 {
    /// Appends a stored entry.
    pub(crate) fn put(&mut self, name: &str, data: &[u8]) {
        self.put_header(name, data.len() as u64);
        self.file.put(data);
    }

    /// Appends a stored entry of zeros.
    pub(crate) fn put_hole(&mut self, name: &str, len: u64) {
        self.put_header(name, len);
        self.file.put_hole(len);
    }

    fn put_header(&mut self, name: &str, len: u64) {
        let name_len = (name.len() as u16).to_le_bytes();
        let mut local = b"PK\x03\x04\x2d\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
        local.extend([0xff; 8]);
        local.extend(name_len);
        local.extend([20, 0]);
        local.extend(name.as_bytes());
        local.extend([1, 0, 16, 0]);
        local.extend([len, len].map(u64::to_le_bytes).concat());
        let at = self.file.put(&local);
        self.directory.extend(b"PK\x01\x02\x2d\0\x2d\0\0\0\0\0\0\0\0\0\0\0\0\0");
        self.directory.extend([0xff; 8]);
        self.directory.extend(name_len);
        self.directory.extend([28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        self.directory.extend([0xff; 4]);
        self.directory.extend(name.as_bytes());
        self.directory.extend([1, 0, 24, 0]);
        self.directory.extend([len, len, at].map(u64::to_le_bytes).concat());
        self.n_entries += 1;
    }

    /// The archive, and how long its directory is.
    pub(crate) fn finish(mut self) -> (Sparse, u64) {
        let len = self.directory.len() as u64;
        let directory = self.file.put(&self.directory);
        let mut end = b"PK\x06\x06".to_vec();
        end.extend(44_u64.to_le_bytes());
        end.extend([0x2d, 0, 0x2d, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        end.extend([self.n_entries, self.n_entries, len, directory].map(u64::to_le_bytes).concat());
        let end_at = self.file.put(&end);
        let mut locator = b"PK\x06\x07\0\0\0\0".to_vec();
        locator.extend(end_at.to_le_bytes());
        locator.extend([1, 0, 0, 0]);
        self.file.put(&locator);
        self.file.put(&[&b"PK\x05\x06\0\0\0\0"[..], &[0xff; 12], &[0, 0]].concat());
        (self.file, len)
    }
}
