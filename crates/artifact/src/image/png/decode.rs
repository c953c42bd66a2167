//! The pixels of a picture for iPhones.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

use crate::image::png::{Header, PngError, chunks};

/// A pass over a picture: where it starts and how far apart its pixels are, across and down.
struct Pass {
    x: usize,
    y: usize,
    dx: usize,
    dy: usize,
}

const WHOLE: [Pass; 1] = [Pass { x: 0, y: 0, dx: 1, dy: 1 }];

/// Adam7 (PNG specification, 8.2).
const ADAM7: [Pass; 7] = [
    Pass { x: 0, y: 0, dx: 8, dy: 8 },
    Pass { x: 4, y: 0, dx: 8, dy: 8 },
    Pass { x: 0, y: 4, dx: 4, dy: 8 },
    Pass { x: 2, y: 0, dx: 4, dy: 4 },
    Pass { x: 0, y: 2, dx: 2, dy: 4 },
    Pass { x: 1, y: 0, dx: 2, dy: 2 },
    Pass { x: 0, y: 1, dx: 1, dy: 2 },
];

/// Four bytes a pixel, red first, colours not multiplied by alpha.
pub(super) fn rgba(bytes: &[u8], header: Header) -> Result<Vec<u8>, PngError> {
    let channels = match (header.color, header.depth) {
        (2, 8) => 3,
        (6, 8) => 4,
        (color, depth) => return Err(PngError::Colors { color, depth }),
    };
    let (width, height) = (header.width as usize, header.height as usize);
    let passes: &[Pass] = if header.is_interlaced { &ADAM7 } else { &WHOLE };
    let sizes = passes.iter().map(|pass| (count(width, pass.x, pass.dx), count(height, pass.y, pass.dy)));
    let lens = sizes
        .clone()
        .filter(|&(columns, _)| columns > 0)
        .map(|(columns, rows)| (1 + columns * channels) * rows);
    let mut filtered = inflate(bytes, lens.sum())?;
    let mut pixels = vec![[0; 4]; width * height];
    let mut rest = filtered.as_mut_slice();
    for (pass, (columns, rows)) in passes.iter().zip(sizes) {
        if columns == 0 {
            continue;
        }
        let (mine, others) =
            rest.split_at_mut_checked((1 + columns * channels) * rows).ok_or(PngError::Damaged)?;
        rest = others;
        unfilter(mine, columns, channels)?;
        for (row, line) in mine.chunks_exact(1 + columns * channels).enumerate() {
            let line = line.get(1..).unwrap_or_default();
            let first = (pass.y + row * pass.dy) * width + pass.x;
            let places = pixels.get_mut(first..).unwrap_or_default().iter_mut().step_by(pass.dx);
            for (pixel, place) in line.chunks_exact(channels).zip(places) {
                *place = straight_alpha(pixel);
            }
        }
    }
    Ok(pixels.into_flattened())
}

/// How many of `size` pixels a pass has that starts at `start`, every `step`.
fn count(size: usize, start: usize, step: usize) -> usize {
    size.saturating_sub(start).div_ceil(step)
}

fn inflate(bytes: &[u8], expected: usize) -> Result<Vec<u8>, PngError> {
    let data: Vec<&[u8]> = chunks(bytes).filter(|(kind, _)| *kind == b"IDAT").map(|(_, data)| data).collect();
    let packed = data.concat();
    let inflated = decompress_to_vec_with_limit(&packed, expected);
    let mut filtered = match inflated {
        Ok(filtered) => filtered,
        // More data than needed does no harm; less is found below.
        Err(failure) => failure.output,
    };
    if filtered.len() < expected {
        return Err(PngError::Damaged);
    }
    filtered.truncate(expected);
    Ok(filtered)
}

/// Takes the filters off (PNG specification, 9.2). Each line begins with the number of its filter.
fn unfilter(lines: &mut [u8], columns: usize, channels: usize) -> Result<(), PngError> {
    let len = columns * channels;
    let zeros = vec![0; len];
    let mut above = zeros.as_slice();
    for line in lines.chunks_exact_mut(1 + len) {
        let Some((&mut filter, line)) = line.split_first_mut() else { continue };
        // The filter is chosen once a line, not once a byte.
        match filter {
            0 => {}
            1 => predict(line, above, channels, |left, _, _| left),
            2 => predict(line, above, channels, |_, up, _| up),
            3 => predict(line, above, channels, |left, up, _| u16::midpoint(left.into(), up.into()) as u8),
            4 => predict(line, above, channels, paeth),
            _ => return Err(PngError::Damaged),
        }
        above = line;
    }
    Ok(())
}

/// Adds to each byte what is predicted of the one left of it, the one above, and the one above that one's left.
fn predict(line: &mut [u8], above: &[u8], channels: usize, predicted: impl Fn(u8, u8, u8) -> u8) {
    let (mut left, mut diagonal) = ([0; 4], [0; 4]);
    for (pixel, above) in line.chunks_exact_mut(channels).zip(above.chunks_exact(channels)) {
        let bytes = pixel.iter_mut().zip(above).zip(left.iter_mut().zip(&mut diagonal));
        for ((byte, &up), (left, diagonal)) in bytes {
            *byte = byte.wrapping_add(predicted(*left, up, *diagonal));
            (*left, *diagonal) = (*byte, up);
        }
    }
}

fn paeth(left: u8, up: u8, diagonal: u8) -> u8 {
    let [a, b, c] = [left, up, diagonal].map(i16::from);
    let estimate = a + b - c;
    let [to_a, to_b, to_c] = [a, b, c].map(|value| (estimate - value).abs());
    if to_a <= to_b && to_a <= to_c {
        left
    } else if to_b <= to_c {
        up
    } else {
        diagonal
    }
}

/// A pixel with blue first and colours multiplied by alpha, the usual way round.
fn straight_alpha(pixel: &[u8]) -> [u8; 4] {
    let divided = |color: u8, alpha: u8| {
        let (color, alpha) = (u16::from(color), u16::from(alpha));
        // An alpha of 0 leaves black.
        (color * 255 + alpha / 2).checked_div(alpha).unwrap_or(0).min(255) as u8
    };
    match *pixel {
        [blue, green, red] | [blue, green, red, 255] => [red, green, blue, 255],
        [blue, green, red, alpha] => {
            let [red, green, blue] = [red, green, blue].map(|color| divided(color, alpha));
            [red, green, blue, alpha]
        }
        _ => [0; 4],
    }
}
