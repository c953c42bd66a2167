//! Android's compiled resource table, `resources.arsc` (`ResTable` in AOSP's `ResourceTypes.h`).
//!
//! A table has several MiB, and a lookup needs some KiB of it: chunks are stepped over by their headers. All lookups
//! share one budget of steps ([`MAX_CHUNKS`](crate::limits::MAX_CHUNKS)).

mod chunks;
mod config;
mod labels;
mod type_chunk;

pub(crate) use config::Config;
pub(crate) use labels::SearchRange;

use chunks::{Chunk, Chunks};
use config::Suitability;
use type_chunk::TypeChunk;

use crate::android::string_pool::StringPool;
use crate::android::value::{Scalar, Value};
use crate::encoding::bytes::u32_at;
use crate::limits::{MAX_CONFIGURATIONS, MAX_REFERENCES, MAX_STRING};
use crate::{Miss, Source};

const STRING_POOL: u16 = 0x0001;
const PACKAGE: u16 = 0x0200;
const TYPE: u16 = 0x0201;
const TYPE_SPEC: u16 = 0x0202;

/// A table, and how many more of its chunks may be stepped over.
pub(crate) struct Table<'a> {
    source: &'a mut dyn Source,
    steps_left: u32,
}

/// A value, and the devices it is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Choice {
    pub(crate) config: Config,
    pub(crate) value: Value,
}

/// Values by configuration, and the pool of their texts.
type Scalars = (Option<StringPool>, Vec<(Config, Scalar)>);

/// A value and how well its configuration suits.
struct RankedValue {
    scalar: Scalar,
    rank: Suitability,
}

impl<'a> Table<'a> {
    /// The table that `source` is, of which so many chunks may be stepped over. Nothing is read yet.
    pub(crate) fn new(source: &'a mut dyn Source, steps_left: u32) -> Self {
        Self { source, steps_left }
    }

    /// How many more chunks may be stepped over.
    pub(crate) fn steps_left(&self) -> u32 {
        self.steps_left
    }

    /// Follows references until a value is found, in the default configuration.
    ///
    /// `None` if the chain leads nowhere: to another package, such as the framework's, or round in a loop.
    pub(crate) fn resolve(&mut self, value: Value) -> Result<Option<Value>, Miss> {
        let mut value = value;
        for _ in 0..MAX_REFERENCES {
            let Value::Reference(id) = value else {
                return Ok(Some(value));
            };
            match self.lookup(id)? {
                Some(next) => value = next,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The value of one resource, whose id is `0xPPTTEEEE`: package, type, entry.
    fn lookup(&mut self, id: u32) -> Result<Option<Value>, Miss> {
        let mut chunks = Chunks::inside(self.source, 0)?;
        let mut pool = None;
        let mut best = None;
        while let Some(chunk) = self.step(&mut chunks)? {
            match chunk.kind {
                STRING_POOL if pool.is_none() => pool = StringPool::open(self.source, chunk.at)?,
                PACKAGE => best = better(best, self.in_package(&chunk, id)?),
                _ => {}
            }
            if pool.is_some() && is_default(best.as_ref()) {
                break;
            }
        }
        Ok(match (best.map(|found| found.scalar), pool) {
            (Some(Scalar::Value(value)), _) => Some(value),
            (Some(Scalar::Text(index)), Some(pool)) => {
                pool.text(self.source, index, MAX_STRING)?.map(Value::Text)
            }
            _ => None,
        })
    }

    /// The best value in one package, if the package is the id's.
    fn in_package(&mut self, package: &Chunk, id: u32) -> Result<Option<RankedValue>, Miss> {
        if !self.is_package(package, id)? {
            return Ok(None);
        }
        let mut chunks = Chunks::inside(self.source, package.at)?;
        let mut best = None;
        while let Some(chunk) = self.step(&mut chunks)? {
            if chunk.kind != TYPE {
                continue;
            }
            let Some(kind) = TypeChunk::open(self.source, &chunk)? else { continue };
            if u32::from(kind.id) != (id >> 16) & 0xff {
                continue;
            }
            let scalar = kind.entry(self.source, id & 0xffff)?;
            best = better(best, scalar.map(|scalar| RankedValue { scalar, rank: kind.rank }));
            if is_default(best.as_ref()) {
                break;
            }
        }
        Ok(best)
    }

    /// The values of one resource in all configurations, at most `MAX_CONFIGURATIONS`, in the table's order.
    pub(crate) fn choices(&mut self, id: u32) -> Result<Vec<Choice>, Miss> {
        let (pool, scalars) = self.scalars(id, u64::MAX)?;
        let mut choices = Vec::with_capacity(scalars.len());
        for (config, scalar) in scalars {
            let value = match (scalar, pool) {
                (Scalar::Value(value), _) => Some(value),
                (Scalar::Text(index), Some(pool)) => {
                    pool.text(self.source, index, MAX_STRING)?.map(Value::Text)
                }
                (Scalar::Text(_), None) => None,
            };
            choices.extend(value.map(|value| Choice { config, value }));
        }
        Ok(choices)
    }

    /// The values of one resource in all configurations, and the pool of their texts. Of a type's chunks only
    /// those count that begin within `range` bytes of the first.
    fn scalars(&mut self, id: u32, range: u64) -> Result<Scalars, Miss> {
        let mut chunks = Chunks::inside(self.source, 0)?;
        let (mut pool, mut found) = (None, Vec::new());
        while let Some(chunk) = self.step(&mut chunks)? {
            match chunk.kind {
                STRING_POOL if pool.is_none() => pool = StringPool::open(self.source, chunk.at)?,
                PACKAGE if self.is_package(&chunk, id)? => self.collect(&chunk, id, range, &mut found)?,
                _ => {}
            }
            if pool.is_some() && !found.is_empty() {
                break;
            }
        }
        Ok((pool, found))
    }

    /// The values in one package. The chunks of a type follow each other: the next type ends the search.
    fn collect(
        &mut self,
        package: &Chunk,
        id: u32,
        range: u64,
        found: &mut Vec<(Config, Scalar)>,
    ) -> Result<(), Miss> {
        let mut chunks = Chunks::inside(self.source, package.at)?;
        let mut first = None;
        while let Some(chunk) = self.step(&mut chunks)? {
            let kind = if chunk.kind == TYPE { TypeChunk::open(self.source, &chunk)? } else { None };
            let is_wanted = kind.as_ref().is_some_and(|kind| u32::from(kind.id) == (id >> 16) & 0xff);
            let is_past = first.is_some() && !is_wanted && !found.is_empty();
            let is_far = first.is_some_and(|first| chunk.at - first > range);
            if is_past || is_far || found.len() >= MAX_CONFIGURATIONS {
                break;
            }
            let Some(kind) = kind.filter(|_| is_wanted) else { continue };
            first.get_or_insert(chunk.at);
            if let Some(scalar) = kind.entry(self.source, id & 0xffff)? {
                found.extend(TypeChunk::config(self.source, &chunk)?.map(|config| (config, scalar)));
            }
        }
        Ok(())
    }

    /// Whether the package is the id's.
    fn is_package(&mut self, package: &Chunk, id: u32) -> Result<bool, Miss> {
        let package_id = u32_at(self.source.get(package.at, 12)?, 8);
        // A shared library's own package is 0 until it is loaded.
        Ok(package_id == Some(id >> 24) || package_id == Some(0))
    }

    fn step(&mut self, chunks: &mut Chunks) -> Result<Option<Chunk>, Miss> {
        let Some(left) = self.steps_left.checked_sub(1) else {
            return Ok(None);
        };
        self.steps_left = left;
        chunks.next(self.source)
    }
}

/// The one whose configuration suits better, the earlier one if both suit the same.
fn better(old: Option<RankedValue>, new: Option<RankedValue>) -> Option<RankedValue> {
    match (old, new) {
        (Some(old), Some(new)) if new.rank < old.rank => Some(new),
        (old, new) => old.or(new),
    }
}

fn is_default(found: Option<&RankedValue>) -> bool {
    found.is_some_and(|found| found.rank == Suitability::Default)
}
