use std::sync::Arc;

use super::Change;
use crate::migration::{Migration, MigrationId, Script, Version};
use crate::outcome::Excluded;
use crate::place::SourceText;
use crate::plan::{CasePlan, PrepStep};

impl Change {
    /// The plan of a case with this change made; `None` where it cannot be made: what is to be moved or left out is a part of
    /// the seed state, say.
    #[must_use]
    pub fn made_in(&self, case: &CasePlan) -> Option<CasePlan> {
        let mut case = case.clone();
        match self {
            Self::Include(migrations) => {
                case.excluded.retain(|excluded| !migrations.contains(&excluded.migration));
                let is_replayed = |migration: &&Arc<Migration>| {
                    migrations.contains(&migration.id)
                        || case.chain.iter().any(|known| known.id == migration.id)
                };
                let set = case.set.clone();
                case.chain = set.migrations().iter().filter(is_replayed).cloned().collect();
            }
            Self::Exclude(migration) => leave_out(&mut case, migration)?,
            Self::MoveBefore { migration, before } => {
                let moved = take(&mut case.chain, migration)?;
                let at = position(&case.chain, before)?;
                case.chain.insert(at, moved);
            }
            Self::MoveAfter { migration, after } => {
                let moved = take(&mut case.chain, migration)?;
                let at = position(&case.chain, after)?;
                case.chain.insert(at + 1, moved);
            }
            Self::Say { sql, migration, at } => {
                let known = position(&case.chain, migration)?;
                let changed = case.chain.get(known)?.saying(sql, *at);
                *case.chain.get_mut(known)? = Arc::new(changed);
            }
            Self::Insert { sql, before } => {
                let at = position(&case.chain, before)?;
                let source = SourceText::new("new_migration.sql", format!("{sql};"));
                let id = MigrationId::new("a new migration");
                let new = Migration::new(id, Version::new("new"), Script::new(source));
                case.chain.insert(at, Arc::new(new));
            }
        }
        Some(case)
    }
}

fn leave_out(case: &mut CasePlan, migration: &MigrationId) -> Option<()> {
    let left_out = take(&mut case.chain, migration)?;
    case.seeding
        .retain(|step| !matches!(step, PrepStep::Migrate(seeded) if seeded.id == *migration));
    case.excluded.push(Excluded {
        migration: migration.clone(),
        file: left_out.up.source().path().to_owned(),
        reason: "tried out".into(),
    });
    Some(())
}

fn position(chain: &[Arc<Migration>], id: &MigrationId) -> Option<usize> {
    chain.iter().position(|migration| migration.id == *id)
}

fn take(chain: &mut Vec<Arc<Migration>>, id: &MigrationId) -> Option<Arc<Migration>> {
    position(chain, id).map(|at| chain.remove(at))
}
