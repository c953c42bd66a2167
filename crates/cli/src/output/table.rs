//! Tables for people.

use super::text;

/// Rows below a head, each column as wide as its widest cell.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let plain: Vec<[String; N]> =
        rows.iter().map(|row| std::array::from_fn(|i| text::one_line(&row[i]))).collect();
    let width = |i: usize| {
        let cells = plain.iter().map(|row| row[i].chars().count());
        cells.chain([head[i].chars().count()]).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |cells: [&str; N]| {
        let padded: Vec<_> = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let rows = plain.iter().map(|row| line(std::array::from_fn(|i| row[i].as_str())));
    std::iter::once(line(head)).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["ann/one".to_owned(), "Android".to_owned()], ["b/2".to_owned(), "iOS\u{1b}".to_owned()]];
        let expected = "APP      OS\nann/one  Android\nb/2      iOS\\u{1b}\n";
        assert_eq!(table(["APP", "OS"], &rows), expected);
    }
}
