use proptest::prelude::*;

use super::*;

const TYPE: &str = "multipart/form-data; boundary=X";

/// Name, file name and bytes of a part.
type Part = (String, Option<String>, Vec<u8>);

/// Takes a form apart that comes in pieces of `step` bytes.
fn parts(content_type: &str, form: &[u8], step: usize) -> Result<Vec<Part>, FormError> {
    let mut reader = FormParser::new(content_type)?;
    let mut parts = Vec::new();
    let mut ended = 0;
    for piece in form.chunks(step) {
        for piece in reader.push(piece)? {
            match piece {
                FormEvent::Begin { name, file_name } => parts.push((name, file_name, Vec::new())),
                FormEvent::Bytes(bytes) => parts.last_mut().unwrap().2.extend(bytes),
                FormEvent::End => ended += 1,
            }
        }
    }
    reader.finish()?;
    assert_eq!(ended, parts.len());
    Ok(parts)
}

fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut form = Vec::new();
    for (disposition, bytes) in parts {
        form.extend(format!("--X\r\nContent-Disposition: form-data; {disposition}\r\n\r\n").bytes());
        form.extend(*bytes);
        form.extend(b"\r\n");
    }
    form.extend(b"--X--\r\n");
    form
}

#[test]
fn a_file_among_fields_comes_out_whole() {
    let form =
        form(&[("name=\"upload_id\"", b"7"), ("name=\"ipa\"; filename=\"a b.apk\"", b"\r\n--Y\0\xff\r\n-")]);
    for step in [1, 2, 3, 7, 64, form.len()] {
        let parts = parts(TYPE, &form, step).unwrap();
        assert_eq!(parts[0], ("upload_id".to_owned(), None, b"7".to_vec()), "{step}");
        let file = ("ipa".to_owned(), Some("a b.apk".to_owned()), b"\r\n--Y\0\xff\r\n-".to_vec());
        assert_eq!(parts[1], file, "{step}");
    }
}

#[test]
fn headers_are_read_as_clients_write_them() {
    let bare =
        b"preamble\r\n--X  \r\nContent-Type: application/octet-stream\r\ncontent-disposition: form-data; \
                 filename=app.ipa; name=ipa\r\n\r\nbytes\r\n--X--epilogue";
    let read = parts("Multipart/Form-Data; charset=utf-8; boundary=\"X\"", bare, 5).unwrap();
    assert_eq!(read, [("ipa".to_owned(), Some("app.ipa".to_owned()), b"bytes".to_vec())]);
    let quoted = form(&[("name=\"ipa\"; filename=\"a\\\"b\\\\c;d.apk\"", b"")]);
    assert_eq!(parts(TYPE, &quoted, 9).unwrap()[0].1.as_deref(), Some("a\"b\\c;d.apk"));
}

#[test]
fn an_empty_file_is_a_part_without_bytes() {
    let form = form(&[("name=\"ipa\"; filename=\"a\"", b"")]);
    assert_eq!(parts(TYPE, &form, 1).unwrap()[0].2, b"");
}

#[test]
fn what_is_no_form_is_refused() {
    assert_eq!(parts("application/json", b"{}", 9), Err(FormError::NoBoundary));
    assert_eq!(parts("multipart/form-data", b"", 9), Err(FormError::NoBoundary));
    assert_eq!(parts(TYPE, b"no boundary anywhere", 9), Err(FormError::NoParts));
    assert_eq!(parts(TYPE, &[b'a'; 9000], 4096), Err(FormError::NoParts));
    assert_eq!(parts(TYPE, b"--X\r\nContent-Type: a/b\r\n\r\nx\r\n--X--", 9), Err(FormError::Headers));
    let long = format!("--X\r\n{}", "a: b\r\n".repeat(2000));
    assert_eq!(parts(TYPE, long.as_bytes(), 4096), Err(FormError::Headers));
    let many = form(&[("name=a", b"".as_slice()); 65]);
    assert_eq!(parts(TYPE, &many, 4096), Err(FormError::TooManyParts));
}

#[test]
fn a_form_that_is_cut_off_anywhere_is_no_form() {
    let form = form(&[("name=\"ipa\"; filename=\"a\"", b"0123456789")]);
    let end = form.len() - b"--\r\n".len();
    for n in 0..end {
        assert!(parts(TYPE, &form[..n], 4).is_err(), "{n}");
    }
}

proptest! {
    #[test]
    fn no_bytes_are_lost_or_added(
        files in prop::collection::vec(prop::collection::vec(prop::sample::select(b"\r\n-X-abc\0".to_vec()), 0..60), 1..5),
        step in 1_usize..40,
    ) {
        // A boundary inside a file would end it: senders choose one that is not.
        prop_assume!(files.iter().all(|file| memchr::memmem::find(&[b"\r\n", file.as_slice()].concat(), b"\r\n--X").is_none()));
        let named: Vec<_> = files.iter().map(|file| ("name=ipa; filename=a", file.as_slice())).collect();
        let read = parts(TYPE, &form(&named), step).unwrap();
        prop_assert_eq!(read.into_iter().map(|part| part.2).collect::<Vec<_>>(), files);
    }

    #[test]
    fn nothing_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), step in 1_usize..40) {
        let _ = parts(TYPE, &[b"--X\r\n".as_slice(), &bytes].concat(), step);
    }
}
