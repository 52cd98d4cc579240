use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::words::identifier;
use crate::sql::{Guard, Named, Verb};

impl Reader {
    /// `CREATE ROLE`, `CREATE USER` and `CREATE GROUP`. Options are not kept: a password may be among them.
    pub(super) fn create_role(&mut self, node: Node<'_>) {
        let Some(name) = node.child(Is::ROLE) else { return };
        let role = Named::new(Kind::Role, None, identifier(name));
        self.does(Verb::Create, role, name);
        if let Some(options) = node.child(Is::ROLE_OPTION_LIST) {
            self.roles_below(options);
        }
    }

    /// `ALTER ROLE`, `ALTER USER` and `ALTER GROUP`.
    pub(super) fn alter_role(&mut self, node: Node<'_>) {
        let Some(name) = node.child(Is::ROLE_REF).and_then(role_name) else { return };
        let role = Named::new(Kind::Role, None, identifier(name));
        let renamed = node.child(Is::ROLE_RENAME_TO).and_then(|to| to.child(Is::ROLE));
        let verb = match renamed {
            Some(new) => Verb::Rename(identifier(new)),
            None => Verb::Alter("options"),
        };
        self.does(verb, role, name);
        let members = node.child_of(&[Is::ADD_USERS, Is::DROP_USERS, Is::ROLE_OPTION_LIST]);
        if let Some(members) = members {
            self.roles_below(members);
        }
    }

    /// `DROP ROLE`, `DROP USER` and `DROP GROUP`.
    pub(super) fn drop_role(&mut self, node: Node<'_>) {
        for name in node.all(Is::ROLE_REF).filter_map(role_name) {
            let role = Named::new(Kind::Role, None, identifier(name));
            let mut act = self.act(Verb::Drop { cascade: false }, role, name.span());
            if node.has(Is::IF_EXISTS) {
                act.guard = Guard::IfExists;
            }
            self.add(act);
        }
    }

    /// Roles that are named below a node; `public` and `current_user` are none.
    pub(super) fn roles_below(&mut self, node: Node<'_>) {
        for name in node.descendants().filter(|below| below.kind() == Is::ROLE_NAME_REF) {
            let role = identifier(name);
            if role != "public" {
                self.uses(Named::new(Kind::Role, None, role), name.span());
            }
        }
    }
}

fn role_name(node: Node<'_>) -> Option<Node<'_>> {
    node.child(Is::ROLE_NAME_REF)
}
