use miniz_oxide::deflate::compress_to_vec;

use super::*;

/// A picture for iPhones with these filtered lines.
fn for_iphone(width: u32, height: u32, color: u8, interlace: u8, lines: &[u8]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, color, 0, 0, interlace]].concat();
    let packed = compress_to_vec(lines, 6);
    let (first, second) = packed.split_at(packed.len() / 2);
    let mut png = SIGNATURE.to_vec();
    for (kind, data) in
        [(b"CgBI", &[0; 4][..]), (b"IHDR", &header), (b"IDAT", first), (b"IDAT", second), (b"IEND", &[])]
    {
        png.extend((data.len() as u32).to_be_bytes());
        png.extend(kind);
        png.extend(data);
        png.extend([0; 4]);
    }
    png
}

/// What an independent reader makes of a picture.
fn decoded(png: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut decoder = ::png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(::png::Transformations::ALPHA);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (::png::ColorType::Rgba, ::png::BitDepth::Eight));
    (info.width, info.height, pixels)
}

#[test]
fn a_picture_for_iphones_becomes_an_ordinary_one() {
    // Half transparent red, opaque blue; nothing, opaque green, from what is above.
    let lines = [1, 0, 0, 128, 128, 255, 0, 128, 127, 2, 0, 0, 128, 128, 1, 255, 0, 0];
    let icon = icon(for_iphone(2, 2, 6, 0, &lines)).unwrap();
    assert_eq!((icon.media_type.as_str(), icon.width, icon.height), ("image/png", Some(2), Some(2)));
    let (width, height, pixels) = decoded(&icon.bytes);
    assert_eq!((width, height), (2, 2));
    assert_eq!(pixels[..8], [255, 0, 0, 128, 0, 0, 255, 255]);
    assert_eq!(pixels[8..], [0, 0, 0, 0, 0, 255, 0, 255]);
}

#[test]
fn a_picture_without_alpha_is_opaque() {
    let icon = icon(for_iphone(1, 2, 2, 0, &[0, 1, 2, 3, 4, 1, 1, 1])).unwrap();
    assert_eq!(decoded(&icon.bytes).2, [3, 2, 1, 255, 4, 3, 2, 255]);
}

#[test]
fn all_filters_and_passes_agree_with_another_encoder() {
    let (width, height) = (13_u32, 11_u32);
    let pixels: Vec<u8> =
        (0..width * height).flat_map(|n| [(n * 7) as u8, (n * n) as u8, (n ^ 0x55) as u8, 255]).collect();
    let bgra: Vec<u8> = pixels.chunks_exact(4).flat_map(|p| [p[2], p[1], p[0], p[3]]).collect();
    for filter in [::png::Filter::Sub, ::png::Filter::Up, ::png::Filter::Avg, ::png::Filter::Paeth] {
        let mut bytes = Vec::new();
        let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(::png::ColorType::Rgba);
        encoder.set_filter(filter);
        encoder.write_header().unwrap().write_image_data(&bgra).unwrap();
        let packed: Vec<u8> =
            chunks(&bytes).filter(|(kind, _)| *kind == b"IDAT").flat_map(|(_, data)| data).copied().collect();
        let lines = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).unwrap();
        let icon = icon(for_iphone(width, height, 6, 0, &lines)).unwrap();
        assert!(decoded(&icon.bytes).2 == pixels, "{filter:?}");
    }
    // Interlaced: lines without filters, pass by pass.
    let mut lines = Vec::new();
    for [x, y, dx, dy] in
        [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]]
    {
        for row in (y..height as usize).step_by(dy) {
            lines.push(0);
            for column in (x..width as usize).step_by(dx) {
                let at = (row * width as usize + column) * 4;
                lines.extend(&bgra[at..at + 4]);
            }
        }
    }
    let icon = icon(for_iphone(width, height, 6, 1, &lines)).unwrap();
    assert!(decoded(&icon.bytes).2 == pixels);
}

#[test]
fn an_ordinary_picture_stays_as_it_is() {
    let bytes = encode(3, 2, &[7; 24]);
    let icon = icon(bytes.clone()).unwrap();
    assert_eq!((icon.width, icon.height), (Some(3), Some(2)));
    assert!(icon.bytes == bytes);
    assert_eq!(decoded(&bytes).2, [7; 24]);
}

#[test]
fn a_picture_cut_changed_or_too_large_is_refused() {
    let whole = for_iphone(2, 2, 6, 0, &[0; 18]);
    for len in 0..whole.len() - 16 {
        assert!(icon(whole[..len].to_vec()).is_err(), "{len}");
    }
    for at in 0..whole.len() {
        for byte in [0, 1, 0x7f, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[at] = byte;
            let _ = icon(changed);
        }
    }
    let huge = for_iphone(4000, 1, 6, 0, &[]);
    assert_eq!(icon(huge), Err(PngError::TooLarge { width: 4000, height: 1 }));
    assert_eq!(icon(for_iphone(2, 2, 3, 0, &[0; 18])), Err(PngError::Colors { color: 3, depth: 8 }));
    assert_eq!(icon(for_iphone(2, 2, 6, 0, &[9; 18])), Err(PngError::Damaged));
    assert_eq!(icon(b"GIF89a".to_vec()), Err(PngError::NoPng));
}
