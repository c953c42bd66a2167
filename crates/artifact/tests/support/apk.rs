//! Small Android packages built in memory, into which tests put a defect.

/// A zip under construction. Entries are stored.
#[derive(Clone, Default)]
pub(crate) struct Zip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    n_entries: u16,
}

impl Zip {
    pub(crate) fn with(mut self, name: &str, data: &[u8]) -> Self {
        let local = self.bytes.len() as u32;
        let size = data.len() as u32;
        let lens = name.len() as u32;
        self.bytes.extend_from_slice(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
        self.push_numbers(&[size, size, lens]);
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(data);
        self.directory.extend_from_slice(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
        for number in [size, size, lens, 0, 0, 0] {
            self.directory.extend_from_slice(&number.to_le_bytes());
        }
        let local_at = self.directory.len() - 2;
        self.directory.truncate(local_at);
        self.directory.extend_from_slice(&local.to_le_bytes());
        self.directory.extend_from_slice(name.as_bytes());
        self.n_entries = self.n_entries.wrapping_add(1);
        self
    }

    fn push_numbers(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.bytes.extend_from_slice(&number.to_le_bytes());
        }
    }

    /// The archive, with the directory and its end record.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let offset = self.bytes.len() as u32;
        let size = self.directory.len() as u32;
        self.bytes.append(&mut self.directory.clone());
        self.bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend_from_slice(&self.n_entries.to_le_bytes());
        self.bytes.extend_from_slice(&self.n_entries.to_le_bytes());
        self.push_numbers(&[size, offset]);
        self.bytes.extend_from_slice(&[0, 0]);
        self.bytes
    }
}

/// A typed attribute: the index of its name, the kind of its value and the value.
pub(crate) type Attribute = (u32, u8, u32);

/// A binary manifest: a pool of UTF-8 strings, then what is pushed.
#[derive(Clone)]
pub(crate) struct Axml(Vec<u8>);

impl Axml {
    pub(crate) fn new(strings: &[&str]) -> Self {
        Self(string_pool(strings))
    }

    pub(crate) fn map(mut self, ids: &[u32]) -> Self {
        let body: Vec<u8> = ids.iter().flat_map(|id| id.to_le_bytes()).collect();
        push_chunk(&mut self.0, 0x0180, &[], &body);
        self
    }

    pub(crate) fn start(mut self, name: u32, attributes: &[Attribute]) -> Self {
        let mut body = [u32::MAX, name].map(u32::to_le_bytes).concat();
        for number in [20, 20, attributes.len() as u16, 0, 0, 0] {
            body.extend_from_slice(&number.to_le_bytes());
        }
        for &(name, kind, data) in attributes {
            let raw = if kind == 3 { data } else { u32::MAX };
            body.extend([u32::MAX, name, raw].map(u32::to_le_bytes).concat());
            body.extend([8, 0, 0, kind]);
            body.extend(data.to_le_bytes());
        }
        push_chunk(&mut self.0, 0x0102, &[0; 8], &body);
        self
    }

    pub(crate) fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        let mut document = Vec::new();
        push_chunk(&mut document, 0x0003, &[], &self.0);
        document
    }
}

/// A chunk: its type, the rest of its header, its body.
pub(crate) fn push_chunk(out: &mut Vec<u8>, kind: u16, header: &[u8], body: &[u8]) {
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&(8 + header.len() as u16).to_le_bytes());
    out.extend_from_slice(&(8 + (header.len() + body.len()) as u32).to_le_bytes());
    out.extend_from_slice(header);
    out.extend_from_slice(body);
}

/// A pool of UTF-8 strings of less than 32,768 bytes each.
pub(crate) fn string_pool(strings: &[&str]) -> Vec<u8> {
    let (mut offsets, mut bytes) = (Vec::new(), Vec::new());
    for text in strings {
        offsets.extend((bytes.len() as u32).to_le_bytes());
        for len in [text.encode_utf16().count(), text.len()] {
            if len > 0x7f {
                bytes.push(0x80 | (len >> 8) as u8);
            }
            bytes.push(len as u8);
        }
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(0);
    }
    let starts = 28 + offsets.len() as u32;
    let header = [strings.len() as u32, 0, 0x100, starts, 0].map(u32::to_le_bytes).concat();
    let mut pool = Vec::new();
    push_chunk(&mut pool, 0x0001, &header, &[offsets, bytes].concat());
    pool
}

/// The manifest of `org.example` 1.0 (7), whose label is the given value.
pub(crate) fn manifest(label: (u8, u32)) -> Vec<u8> {
    let strings =
        ["versionCode", "versionName", "label", "manifest", "application", "package", "org.example", "1.0"];
    Axml::new(&strings)
        .map(&[0x0101_021b, 0x0101_021c, 0x0101_0001])
        .start(3, &[(0, 0x10, 7), (1, 3, 7), (5, 3, 6)])
        .start(4, &[(2, label.0, label.1)])
        .finish()
}

/// A label whose text is in the manifest: the name of the package.
pub(crate) const PLAIN_LABEL: (u8, u32) = (3, 6);
