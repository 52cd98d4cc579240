use crate::migration::{Migration, MigrationId};
use crate::place::Problem;

/// Tools with one history row per version stop at the second file of a version, when they come to
/// record it. It needs an identity of its own here: its file name. `why` is what the tool says of it.
pub(super) fn refuse_seconds(migrations: &mut [Migration], why: &str) {
    migrations.sort_by(|left, right| {
        left.version
            .number_order(&right.version)
            .then_with(|| left.up.source().path().cmp(right.up.source().path()))
    });
    for at in 1..migrations.len() {
        let (before, rest) = migrations.split_at_mut(at);
        let (first, second) = (&before[at - 1], &mut rest[0]);
        if !second.version.is(first.version.as_str()) {
            continue;
        }
        let message =
            format!("{} has the version {} too: {why}", first.file_name(), second.version);
        let help = "give it a version of its own";
        second.refused = Some(Problem::error(message).at(second.up.place(0..0)).help(help));
        second.id = MigrationId::new(second.file_name());
    }
}
