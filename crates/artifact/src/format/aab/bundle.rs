//! A bundle's tables and files.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::android::arsc::{Choice, Config};
use crate::android::axml::Document;
use crate::android::drawable::{self, DrawableSource};
use crate::android::value::Value;
use crate::container::zip::{Archive, Packing, RawEntry, ZipError};
use crate::format::aab::table;
use crate::limits::{MAX_LABEL, MAX_REFERENCES, MAX_RESOURCES};
use crate::{InspectError, Miss, Source};

/// Modules whose tables are looked into: the base, and those that it may refer to.
const MAX_TABLES: usize = 4;

/// A bundle under inspection.
pub(super) struct OpenBundle<'a> {
    archive: &'a Archive,
    source: &'a mut dyn Source,
    /// The names of modules whose tables were not looked into yet, the next one last.
    modules: Vec<String>,
    tables: Vec<(String, Arc<[u8]>)>,
    steps_left: u32,
    /// Why a table was not read.
    pub(super) unreadable: Option<String>,
}

impl<'a> OpenBundle<'a> {
    /// The bundle with these modules. No table is read yet; the base's will be the first.
    pub(super) fn new(archive: &'a Archive, source: &'a mut dyn Source, modules: &[String]) -> Self {
        let others = modules.iter().filter(|module| *module != super::BASE).take(MAX_TABLES - 1);
        let modules = others.cloned().chain([super::BASE.to_owned()]).collect();
        Self { archive, source, modules, tables: Vec::new(), steps_left: table::MAX_STEPS, unreadable: None }
    }

    /// Follows references until a value is found, in the default configuration.
    pub(super) fn resolve(&mut self, value: &Value) -> Result<Option<Value>, Miss> {
        let mut value = value.clone();
        for _ in 0..MAX_REFERENCES {
            if !matches!(value, Value::Reference(_) | Value::Named(_)) {
                return Ok(Some(value));
            }
            let choices = self.choices(&value)?;
            let is_better =
                |choice: &Choice| (choice.config != Config::default(), choice.config.locale.is_some());
            let Some(best) = choices.into_iter().min_by_key(is_better) else { return Ok(None) };
            value = best.value;
        }
        Ok(None)
    }

    /// A text by BCP 47 tag, without the default.
    pub(super) fn labels(&mut self, reference: &Value) -> Result<BTreeMap<String, String>, Miss> {
        let mut reference = reference.clone();
        for _ in 0..MAX_REFERENCES {
            let choices = self.choices(&reference)?;
            let default = choices.iter().find(|choice| choice.config == Config::default());
            match default.map(|choice| &choice.value) {
                Some(next @ (Value::Reference(_) | Value::Named(_))) => reference = next.clone(),
                _ => {
                    let mut labels = BTreeMap::new();
                    // One by one: collecting would sort first, and make the module larger for nothing.
                    choices.into_iter().for_each(|choice| add_label(choice, &mut labels));
                    return Ok(labels);
                }
            }
        }
        Ok(BTreeMap::new())
    }

    /// Reads the next module's table, if there is one.
    fn next_table(&mut self) -> Result<bool, Miss> {
        let Some(module) = self.modules.pop() else { return Ok(false) };
        let name = format!("{module}/resources.pb");
        if let Some(raw) = self.archive.find(&name) {
            // Together they have no more memory than a package's table.
            let used = self.tables.iter().map(|(_, bytes)| bytes.len() as u64).sum();
            match self.unpack(&raw, MAX_RESOURCES.saturating_sub(used)) {
                Ok(bytes) => self.tables.push((module, bytes)),
                Err(ZipError::Miss(miss)) => return Err(miss),
                Err(error) => self.unreadable = Some(error.to_string()),
            }
        }
        Ok(true)
    }

    fn unpack(&mut self, raw: &RawEntry<'_>, max: u64) -> Result<Arc<[u8]>, ZipError> {
        match raw.packing()? {
            Packing::Deflated => {
                raw.entry.inflate_cached(&raw.text(), self.source, &self.archive.directory, max)
            }
            Packing::Stored => self.archive.read(raw, self.source, max).map(Arc::from),
        }
    }
}

fn add_label(choice: Choice, labels: &mut BTreeMap<String, String>) {
    let is_only_locale = choice.config.is_only_locale();
    if let (Value::Text(text), Some(locale), true) = (choice.value, choice.config.locale, is_only_locale)
        && !text.trim().is_empty()
        && text.len() <= MAX_LABEL
    {
        labels.insert(locale, text);
    }
}

impl DrawableSource for OpenBundle<'_> {
    /// Modules are looked into in turn, because the base may refer to what only a feature has.
    fn choices(&mut self, reference: &Value) -> Result<Vec<Choice>, Miss> {
        let mut n_asked = 0;
        loop {
            for (module, bytes) in self.tables.iter().skip(n_asked) {
                let choices = table::choices(bytes, module, reference, &mut self.steps_left);
                if !choices.is_empty() {
                    return Ok(choices);
                }
            }
            n_asked = self.tables.len();
            if is_of_framework(reference) || !self.next_table()? {
                return Ok(Vec::new());
            }
        }
    }

    fn sizes(&self, paths: &[&str]) -> Vec<Option<u64>> {
        self.archive.sizes(paths)
    }

    fn file(&mut self, path: &str, max: u64) -> Result<Arc<[u8]>, InspectError> {
        let raw = self.archive.find(path);
        let raw = raw
            .ok_or_else(|| drawable::broken_drawable(format!("expected `{path}` in the bundle, got none")))?;
        Ok(self.unpack(&raw, max)?)
    }

    fn document<'b>(&self, bytes: &'b [u8]) -> Document<'b> {
        Document::proto(bytes)
    }
}

/// Whether a resource is the system's: no module has it.
fn is_of_framework(reference: &Value) -> bool {
    match reference {
        Value::Reference(id) => id >> 24 == 1,
        Value::Named(name) => name.starts_with("android:"),
        _ => false,
    }
}
