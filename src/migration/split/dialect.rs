/// Which scripts a text is one of: what is special in it beside SQL itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// psql: backslash commands, and data after `COPY … FROM stdin`.
    Psql,
    /// SQL alone: a backslash is the server's to refuse, and nothing follows a `COPY`.
    Server,
    /// SQL, and data after `COPY … FROM stdin`, but no backslash commands.
    ServerAndCopy,
}

impl Dialect {
    pub(super) fn has_commands(self) -> bool {
        self == Self::Psql
    }

    pub(super) fn has_copy_data(self) -> bool {
        self != Self::Server
    }
}
