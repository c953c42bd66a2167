//! The file that was chosen last, and its name for the rest of the portal.

use std::cell::{Cell, RefCell};

use leptos::web_sys::{File, FileList, HtmlInputElement};

use crate::wizard::PickedFile;

thread_local! {
    static LAST: RefCell<Option<(u32, File)>> = const { RefCell::new(None) };
    static N_PICKED: Cell<u32> = const { Cell::new(0) };
}

/// The file in a file input. Empties the input, so that the same file can be chosen again.
pub(crate) fn picked_by(input: &HtmlInputElement) -> Option<PickedFile> {
    let picked = first_of(input.files());
    input.set_value("");
    picked
}

/// Keeps the first of `files`: one release has one package.
pub(super) fn first_of(files: Option<FileList>) -> Option<PickedFile> {
    let file = files?.item(0)?;
    let id = N_PICKED.get().wrapping_add(1);
    N_PICKED.set(id);
    let picked = PickedFile { id, name: file.name(), size: file.size() as u64 };
    LAST.replace(Some((id, file)));
    Some(picked)
}

/// The handle behind `picked`, unless another file was chosen since.
pub(super) fn handle(picked: &PickedFile) -> Option<File> {
    LAST.with_borrow(|last| last.as_ref().filter(|(id, _)| *id == picked.id).map(|(_, file)| file.clone()))
}
