//! What a case will lack, looked up before its first statement: one query for each server, and none where no file wants
//! anything.

use std::sync::Arc;

use super::case::CaseRun;
use super::pool::SharedServer;
use crate::outcome::{Event, Found, Lack};
use crate::postgres::Server;
use crate::preflight::{Extent, Offer, Want, lacks};

impl CaseRun<'_> {
    /// Tells what the server has not, of what the files of the case want.
    pub(super) async fn foresee(&self) -> Vec<Lack> {
        let wants = self.pool.files.wants(self.case);
        let Some(extent) = wants.iter().map(Want::extent).max() else { return Vec::new() };
        let Some(offer) = self.server.offer(extent).await else { return Vec::new() };
        let lacks = lacks(self.case, &wants, &offer);
        if !lacks.is_empty() {
            let case = self.emitter.case;
            self.emitter.event(Event::Lacking { case, lacks: lacks.clone() });
        }
        lacks
    }
}

impl SharedServer {
    /// What the server has; `None` where it does not tell.
    async fn offer(&self, extent: Extent) -> Option<Arc<Offer>> {
        let mut offers = self.offers.lock().await;
        if let Some(known) = offers.get(&extent) {
            return known.clone();
        }
        let offer = read(&self.server, extent).await.map(Arc::new);
        offers.insert(extent, offer.clone());
        offer
    }
}

/// A server that does not answer is told by the case's own first statement.
async fn read(server: &Server, extent: Extent) -> Option<Offer> {
    let admin = server.admin().await.ok()?;
    let rows = admin.query_typed(&extent.query(), &[]).await.ok()?;
    Some(Offer::of(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2)))))
}

/// Says at each failure that was seen coming that it was.
pub(super) fn tell_foreseen(lacks: &[Lack], found: &mut [Found]) {
    for found in found {
        let is_it = |lack: &&Lack| {
            let same_file = match &lack.migration {
                Some(migration) => found.migration.as_ref() == Some(migration),
                None => found.file.as_deref() == Some(lack.place.source().path()),
            };
            same_file && found.statement_index == Some(lack.statement)
        };
        let because = lacks
            .iter()
            .find(is_it)
            .map(|lack| format!("known before the first statement: {lack}"));
        found.because.extend(because);
    }
}
