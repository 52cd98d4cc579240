//! A seed whose history table does not say what was run: who is blamed was run and not recorded, or recorded and not run.

use std::collections::BTreeSet;

use super::WayOut;
use super::inquiry::Inquiry;
use super::objects::{culprit_of, maker_of};
use super::verdict::Diagnosis;
use super::way_out::listed;
use crate::lineage::{Author, Lineage, Opening, Readings};
use crate::migration::{Migration, MigrationId, Pattern};
use crate::plan::PrepStep;
use crate::scenario::Cause;
use crate::schema::ObjectId;

/// Adds what the history has to do with it.
pub(super) fn with_history(mut diagnosis: Diagnosis, inquiry: &Inquiry<'_>) -> Diagnosis {
    if diagnosis.cause == Cause::MissingFromSet
        && let Some(pretended) = pretended(&diagnosis, inquiry)
    {
        return pretended;
    }
    let blamed: Vec<_> =
        diagnosis.culprits.iter().filter_map(|culprit| culprit.migration.clone()).collect();
    let is_itself = blamed.iter().all(|id| *id == inquiry.failed.id);
    if is_itself
        && diagnosis.cause == Cause::AlreadyExists
        && let Some(line) = in_dump(inquiry)
    {
        diagnosis.culprits.clear();
        diagnosis.details = vec![line];
    }
    let told = blamed.iter().filter_map(|id| of_seed(id, inquiry));
    diagnosis.details.extend(told);
    let not_recorded = not_recorded(inquiry);
    if diagnosis.cause == Cause::AlreadyExists && not_recorded.contains(&inquiry.failed.id) {
        diagnosis.ways_out.insert(0, record(&not_recorded));
    }
    diagnosis
}

/// What the seed state has run, and its history table does not tell.
fn not_recorded(inquiry: &Inquiry<'_>) -> Vec<MigrationId> {
    let (mut run, mut recorded) = (BTreeSet::new(), BTreeSet::new());
    for step in &inquiry.case.seeding {
        match step {
            PrepStep::Unrecorded(migration) => run.insert(&migration.id),
            PrepStep::Record(migration) => recorded.insert(&migration.id),
            _ => continue,
        };
    }
    let migrations = inquiry.case.set.migrations();
    let dumped = &migrations[..dumped(inquiry).unwrap_or_default()];
    run.extend(dumped.iter().map(|it| &it.id).filter(|id| !recorded.contains(id)));
    let all = migrations.iter().map(|it| &it.id);
    all.filter(|id| run.contains(id)).cloned().collect()
}

/// As the tools have it: `force` (golang-migrate), `migrate resolve --applied` (Prisma), `baseline` (Flyway).
fn record(migrations: &[MigrationId]) -> WayOut {
    const MANY: usize = 3;
    let named = match migrations {
        [first, .., last] if migrations.len() > MANY => {
            format!("{first} to {last} ({} migrations)", migrations.len())
        }
        few => listed(few),
    };
    WayOut::words(format!(
        "on a database like this one, record {named} in the history table as applied, without running anything"
    ))
}

/// The dump is at a later migration than the one that failed, whose record is left out.
fn in_dump(inquiry: &Inquiry<'_>) -> Option<String> {
    let (seed, failed) = (&inquiry.case.seed, inquiry.failed);
    let within = &inquiry.case.set.migrations()[..dumped(inquiry)?];
    let through = seed.through.as_ref()?;
    within.iter().any(|it| it.id == failed.id).then(|| {
        format!(
            "the dump is at {}, so it holds {}, and the history table does not say so",
            through.value, failed.id
        )
    })
}

/// How many migrations the dump of the seed is at.
fn dumped(inquiry: &Inquiry<'_>) -> Option<usize> {
    let seed = &inquiry.case.seed;
    let through = seed.through.as_ref().filter(|_| seed.dump.is_some())?;
    let last = inquiry.case.set.last_position(&Pattern::new(&through.value).ok()?)?;
    Some(last + 1)
}

/// What the seed did with a migration that its history does not tell.
fn of_seed(id: &MigrationId, inquiry: &Inquiry<'_>) -> Option<String> {
    inquiry.case.seeding.iter().find_map(|step| match step {
        PrepStep::Unrecorded(migration) if migration.id == *id => {
            Some(format!("the seed state has run {id}, and its history table does not say so"))
        }
        PrepStep::Interrupted { migration, statements } if migration.id == *id => {
            let of = migration.up.statements().len();
            Some(format!(
                "an earlier run of {id} stopped after statement {statements} of {of}, which is committed"
            ))
        }
        _ => None,
    })
}

/// What is missing would have been made by a migration that is recorded, and was not run.
fn pretended(diagnosis: &Diagnosis, inquiry: &Inquiry<'_>) -> Option<Diagnosis> {
    let object: ObjectId = diagnosis.objects.first()?.parse().ok()?;
    inquiry.case.seeding.iter().find_map(|step| match step {
        PrepStep::Pretended(migration) => would_make(migration, &object, inquiry),
        _ => None,
    })
}

fn would_make(
    migration: &std::sync::Arc<Migration>,
    object: &ObjectId,
    inquiry: &Inquiry<'_>,
) -> Option<Diagnosis> {
    let before = inquiry
        .past
        .authors()
        .iter()
        .take_while(|author| author.migration().is_none_or(|it| it.id != inquiry.failed.id));
    let authors: Vec<_> = before.cloned().chain([Author::Migration(migration.clone())]).collect();
    let opening = Opening::for_set(&inquiry.case.set);
    let lineage = Lineage::of(&authors, &opening, &Readings::new());
    let maker = maker_of(&lineage, object).filter(|maker| maker.author + 1 == authors.len())?;
    let deed = format!("would have made {object}: it is recorded as applied, and was not run");
    let culprit = crate::outcome::Culprit {
        object: Some(object.to_string()),
        ..culprit_of(&lineage, maker, deed)
    };
    let advice = format!("run {} by hand, or take its row out of the history table", migration.id);
    Some(
        Diagnosis::of(Cause::MissingFromSet)
            .about(object)
            .blame(culprit)
            .detail(format!("the history table says that {} was applied", migration.id))
            .way_out(WayOut::words(advice))
            .way_out(WayOut::exclude(&inquiry.failed.id)),
    )
}
