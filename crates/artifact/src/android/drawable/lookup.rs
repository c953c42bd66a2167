//! Files and resources that a drawing needs, within a budget.

use std::sync::Arc;

use crate::android::arsc::{Choice, Config};
use crate::android::drawable::broken_drawable;
use crate::android::drawable::budget::{MAX_DEPTH, MAX_FILES, MAX_LOOKUPS, MAX_PATHS, MAX_XML};
use crate::android::drawable::candidates::Candidate;
use crate::android::drawable::compose::{Composer, no_drawable};
use crate::android::drawable::tree::Tree;
use crate::android::value::Value;
use crate::report::quantity::Size;
use crate::{InspectError, Miss};

impl Composer<'_> {
    /// Counts against the budget.
    pub(super) fn step(&mut self, depth: u32) -> Result<(), InspectError> {
        match self.budget.steps_left.checked_sub(1).filter(|_| depth <= MAX_DEPTH) {
            Some(left) => self.budget.steps_left = left,
            None => {
                return Err(broken_drawable(
                    "expected an icon of moderate size, got too many elements or references",
                ));
            }
        }
        Ok(())
    }

    /// Counts a path of so many bytes against the budget.
    pub(super) fn use_path(&mut self, len: usize) -> Result<(), InspectError> {
        match self.budget.paths_left.checked_sub(len) {
            Some(left) => self.budget.paths_left = left,
            None => {
                return Err(broken_drawable(format!(
                    "expected paths of at most {}, got more",
                    Size(MAX_PATHS as u64)
                )));
            }
        }
        Ok(())
    }

    /// A file of the package.
    pub(super) fn file(&mut self, path: &str, max: u64) -> Result<Arc<[u8]>, InspectError> {
        let Some(left) = self.budget.files_left.checked_sub(1) else {
            return Err(broken_drawable(format!("expected an icon of at most {MAX_FILES} files, got more")));
        };
        self.budget.files_left = left;
        self.resources.file(path, max)
    }

    /// A file's compiled XML, for values that are kept in files of their own.
    pub(super) fn xml(&mut self, path: &str) -> Result<Arc<[u8]>, InspectError> {
        self.file(path, MAX_XML)
    }

    pub(super) fn tree<'b>(&self, path: &str, bytes: &'b [u8]) -> Result<Tree<'b>, InspectError> {
        Tree::read(self.resources.document(bytes)).ok_or_else(|| no_drawable(path))
    }

    /// The files that a value stands for, in no order.
    pub(super) fn candidates(&mut self, value: &Value) -> Result<Vec<Candidate>, Miss> {
        /// References from one resource to another, in all configurations.
        const MAX_REFERENCES: usize = 16;
        if let Some((_, candidates)) = self.found.iter().find(|(known, _)| known == value) {
            return Ok(candidates.clone());
        }
        if self.found.len() == MAX_LOOKUPS {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        let mut choices = vec![Choice { config: Config::default(), value: value.clone() }];
        let mut n_followed = 0;
        while let Some(choice) = choices.pop() {
            match &choice.value {
                Value::Text(_) => found.push(choice),
                Value::Reference(_) | Value::Named(_) if n_followed < MAX_REFERENCES => {
                    n_followed += 1;
                    choices.extend(self.choices(&choice.value)?);
                }
                _ => {}
            }
        }
        let candidates = Candidate::all(&found, self.resources);
        self.found.push((value.clone(), candidates.clone()));
        Ok(candidates)
    }

    /// A resource's values, looked up once.
    pub(super) fn choices(&mut self, reference: &Value) -> Result<Vec<Choice>, Miss> {
        if let Some((_, choices)) = self.known.iter().find(|(known, _)| known == reference) {
            return Ok(choices.clone());
        }
        if self.known.len() == MAX_LOOKUPS {
            return Ok(Vec::new());
        }
        let choices = self.resources.choices(reference)?;
        self.known.push((reference.clone(), choices.clone()));
        Ok(choices)
    }
}
