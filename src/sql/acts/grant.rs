use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::names_of;
use crate::sql::words::identifier;
use crate::sql::{Named, Verb};

impl Reader {
    /// `GRANT` and `REVOKE`: of privileges on objects, or of roles to roles.
    pub(super) fn grant(&mut self, node: Node<'_>) {
        let objects = node.child(Is::ON_PRIVILEGE_OBJECTS_CLAUSE).and_then(Node::first_node);
        match objects {
            Some(objects) => self.grant_on(node, objects),
            None => self.grant_of_roles(node),
        }
        for part in node.children() {
            if matches!(part.kind(), Is::ROLE_REF_LIST | Is::GRANTED_BY_CLAUSE) {
                self.roles_below(part);
            }
        }
    }

    fn grant_on(&mut self, node: Node<'_>, objects: Node<'_>) {
        let on_all = matches!(
            objects.kind(),
            Is::PRIVILEGE_ALL_FUNCTIONS_IN_SCHEMA
                | Is::PRIVILEGE_ALL_PROCEDURES_IN_SCHEMA
                | Is::PRIVILEGE_ALL_ROUTINES_IN_SCHEMA
                | Is::PRIVILEGE_ALL_SEQUENCES_IN_SCHEMA
                | Is::PRIVILEGE_ALL_TABLES_IN_SCHEMA
        );
        let list = objects.child_of(&[
            Is::FUNCTION_SIG_LIST,
            Is::PROCEDURE_SIG_LIST,
            Is::ROUTINE_SIG_LIST,
        ]);
        let names = list.unwrap_or(objects).children();
        for (name, object) in names.filter_map(|name| Some((name, names_of(name)?))) {
            if on_all {
                self.uses(object, name.span());
                continue;
            }
            self.does(Verb::Alter("grants"), object.clone(), name);
            if object.kind == Kind::Table {
                let privileges = node.child_of(&[Is::REVOKE_COMMAND_LIST, Is::ALL_PRIVILEGES]);
                if let Some(list) = privileges {
                    self.columns_below(list, &object);
                }
            }
        }
    }

    /// `GRANT a TO b`.
    fn grant_of_roles(&mut self, node: Node<'_>) {
        let list = node.child(Is::REVOKE_COMMAND_LIST);
        let names = list.into_iter().flat_map(Node::descendants);
        for name in names.filter(|below| below.kind() == Is::ROLE_NAME_REF) {
            let role = Named::new(Kind::Role, None, identifier(name));
            self.does(Verb::Alter("members"), role, name);
        }
    }

    /// `ALTER DEFAULT PRIVILEGES`.
    pub(super) fn default_privileges(&mut self, node: Node<'_>) {
        let schemas = node.child(Is::IN_SCHEMAS);
        for schema in schemas.into_iter().flat_map(|clause| clause.all(Is::SCHEMA_REF)) {
            self.uses_named(Kind::Schema, schema);
        }
        let action = node.child_of(&[Is::GRANT_DEFAULT_PRIVILEGES, Is::REVOKE_DEFAULT_PRIVILEGES]);
        let target = action.and_then(|action| {
            action
                .children()
                .find(|child| format!("{:?}", child.kind()).starts_with("PRIVILEGE_TARGET"))
        });
        let name = target.map(|target| target.text().to_ascii_lowercase()).unwrap_or_default();
        let within: Vec<_> = schemas.into_iter().flat_map(|it| it.all(Is::SCHEMA_REF)).collect();
        let names = within.iter().map(|schema| Some(identifier(*schema)));
        let everywhere = within.is_empty().then_some(None);
        for schema in names.chain(everywhere).collect::<Vec<_>>() {
            let object = Named::new(Kind::DefaultPrivileges, schema, name.clone());
            self.does(Verb::Alter("grants"), object, target.unwrap_or(node));
        }
        if let Some(roles) = node.child(Is::FOR_ROLES) {
            self.roles_below(roles);
        }
        if let Some(roles) = action.and_then(|action| action.child(Is::ROLE_REF_LIST)) {
            self.roles_below(roles);
        }
    }
}
