use tokio_postgres::Client;

/// What belongs to the whole server, as one comparable text per kind: roles and their memberships and
/// settings, tablespaces, replication slots, `ALTER SYSTEM` settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Globals(Vec<String>);

const READ: &str = "\
SELECT item FROM (
    SELECT pg_catalog.format('role %s %s %s %s %s %s %s %s', rolname, rolsuper, rolinherit,
        rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls) AS item
        FROM pg_catalog.pg_roles
    UNION ALL SELECT pg_catalog.format('member %s of %s', m.rolname, r.rolname)
        FROM pg_catalog.pg_auth_members a
        JOIN pg_catalog.pg_roles m ON m.oid = a.member
        JOIN pg_catalog.pg_roles r ON r.oid = a.roleid
    UNION ALL SELECT pg_catalog.format('setting of role %s: %s', r.rolname, s.setconfig)
        FROM pg_catalog.pg_db_role_setting s
        LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole WHERE s.setdatabase = 0
    UNION ALL SELECT pg_catalog.format('tablespace %s', spcname) FROM pg_catalog.pg_tablespace
    UNION ALL SELECT pg_catalog.format('replication slot %s', slot_name)
        FROM pg_catalog.pg_replication_slots
    UNION ALL SELECT pg_catalog.format('ALTER SYSTEM %s = %s', name, setting)
        FROM pg_catalog.pg_file_settings WHERE sourcefile LIKE '%postgresql.auto.conf'
) AS items ORDER BY item";

/// `pg_file_settings` is for superusers; a URL's user may not be one.
const READ_PLAIN: &str = "\
SELECT pg_catalog.format('role %s %s', rolname, rolcanlogin) AS item
    FROM pg_catalog.pg_roles ORDER BY 1";

impl Globals {
    /// Reads them.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub async fn read(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let rows = match client.query_typed(READ, &[]).await {
            Ok(rows) => rows,
            Err(error) if error.as_db_error().is_some() => {
                client.query_typed(READ_PLAIN, &[]).await?
            }
            Err(error) => return Err(error),
        };
        Ok(Self(rows.iter().map(|row| row.get(0)).collect()))
    }

    /// What is there now and was not there before, for people: `role joe`.
    #[must_use]
    pub fn added_since(&self, before: &Self) -> Vec<String> {
        let new = self.0.iter().filter(|item| !before.0.contains(item));
        new.map(|item| shown(item).to_owned()).collect()
    }

    /// Names of roles that are there now and were not there before.
    #[must_use]
    pub fn roles_added_since(&self, before: &Self) -> Vec<String> {
        let name = |item: &String| Some(item.strip_prefix("role ")?.split(' ').next()?.to_owned());
        let known: Vec<_> = before.0.iter().filter_map(name).collect();
        self.0.iter().filter_map(name).filter(|role| !known.contains(role)).collect()
    }
}

/// An item as people should see it: a role without its attributes.
fn shown(item: &str) -> &str {
    match item.strip_prefix("role ").and_then(|rest| rest.split(' ').next()) {
        Some(name) => &item[.."role ".len() + name.len()],
        None => item,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_role_is_shown_by_its_name() {
        let before = Globals(vec!["role postgres t".into()]);
        let after = Globals(vec!["role joe f t f".into(), "role postgres t".into()]);
        assert_eq!(after.added_since(&before), ["role joe"]);
        assert_eq!(after.roles_added_since(&before), ["joe"]);
        assert_eq!(before.added_since(&after), Vec::<String>::new());
    }
}
