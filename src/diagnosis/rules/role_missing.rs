//! `role-missing`: the role is not there, and no migration makes it: roles belong to the server, not to the database (42704).

use crate::diagnosis::WayOut;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::bare;
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::outcome::Culprit;
use crate::scenario::Cause;
use crate::schema::Kind;

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    let Trouble::Missing(wanted) = trouble else { return None };
    let role = &wanted.iter().find(|wanted| wanted.object.kind == Kind::Role)?.object;
    let culprit = Culprit {
        migration: Some(inquiry.failed.id.clone()),
        place: inquiry.found.place.clone(),
        object: Some(role.to_string()),
        deed: format!("needs {role}, which nothing here makes"),
    };
    let name = bare(&role.name);
    let setup = format!("make it part of the environment: [setup] roles = [\"{name}\"]");
    Some(
        Diagnosis::of(Cause::RoleMissing)
            .about(role)
            .blame(culprit)
            .way_out(WayOut::words(setup))
            .way_out(WayOut::insert(format!("CREATE ROLE {}", role.name), &inquiry.failed.id)),
    )
}
