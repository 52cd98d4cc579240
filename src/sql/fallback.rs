use super::reader::Reader;
use super::syntax::{Is, Node};
use super::words::fold_identifier;
use super::{Act, Guard, Named, Verb};
use crate::schema::Kind;

/// The words after `CREATE`, `ALTER` and `DROP` that say what sort of object follows, longer ones first.
const KINDS: &[(&str, Kind)] = &[
    ("operator family", Kind::OperatorFamily),
    ("operator class", Kind::OperatorClass),
    ("materialized view", Kind::MaterializedView),
    ("foreign data wrapper", Kind::ForeignDataWrapper),
    ("text search configuration", Kind::TextSearchConfiguration),
    ("text search dictionary", Kind::TextSearchDictionary),
    ("foreign table", Kind::ForeignTable),
    ("event trigger", Kind::EventTrigger),
    ("access method", Kind::AccessMethod),
    ("aggregate", Kind::Aggregate),
    ("collation", Kind::Collation),
    ("conversion", Kind::Conversion),
    ("domain", Kind::Type),
    ("extension", Kind::Extension),
    ("function", Kind::Function),
    ("index", Kind::Index),
    ("language", Kind::Language),
    ("policy", Kind::Policy),
    ("procedure", Kind::Procedure),
    ("publication", Kind::Publication),
    ("role", Kind::Role),
    ("rule", Kind::Rule),
    ("schema", Kind::Schema),
    ("sequence", Kind::Sequence),
    ("server", Kind::Server),
    ("statistics", Kind::Statistics),
    ("subscription", Kind::Subscription),
    ("table", Kind::Table),
    ("trigger", Kind::Trigger),
    ("type", Kind::Type),
    ("user mapping", Kind::UserMapping),
    ("user", Kind::Role),
    ("view", Kind::View),
];

/// Words that may stand between the verb and the kind, or between the kind and the name.
const BETWEEN: &[&str] = &[
    "or",
    "replace",
    "temp",
    "temporary",
    "local",
    "global",
    "unlogged",
    "unique",
    "recursive",
    "constraint",
    "trusted",
    "procedural",
    "concurrently",
    "if",
    "not",
    "exists",
    "only",
];

impl Reader {
    /// What a statement does whose syntax the grammar does not know: verb, kind and name, from its words.
    pub(super) fn act_in_words(&self, tokens: &[Node<'_>]) -> Option<Act> {
        let (verb, rest) = tokens.split_first()?;
        let verb = match verb.kind() {
            Is::CREATE_KW => Verb::Create,
            Is::ALTER_KW => Verb::Alter("definition"),
            Is::DROP_KW => {
                Verb::Drop { cascade: rest.iter().any(|it| it.kind() == Is::CASCADE_KW) }
            }
            _ => return None,
        };
        let mut words = Words { tokens: rest, guard: Guard::None };
        words.pass();
        let kind = words.kind()?;
        words.pass();
        let guard = words.guard;
        let (named, first, last) = words.name(kind)?;
        let on = words.relation();
        let object = match (kind, on) {
            (Kind::Trigger | Kind::Policy | Kind::Rule, on) => on?.member(kind, named.name),
            (Kind::Index, Some(on)) => Named::new(Kind::Index, on.schema, named.name),
            (Kind::UserMapping, _) => return None,
            _ => named,
        };
        let span = first.place_of(first.written().start..last.written().end);
        let mut act = self.act(verb, object, span);
        act.guard = guard;
        Some(act)
    }
}

/// The tokens that are not read yet.
struct Words<'a, 't> {
    tokens: &'a [Node<'t>],
    guard: Guard,
}

impl<'t> Words<'_, 't> {
    fn next(&mut self) -> Option<Node<'t>> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(*first)
    }

    /// Passes the words between, and keeps what they say of a guard.
    fn pass(&mut self) {
        while let Some(token) = self.tokens.first() {
            let word = token.text().to_ascii_lowercase();
            if !BETWEEN.contains(&word.as_str()) {
                return;
            }
            self.guard = match word.as_str() {
                "replace" => Guard::OrReplace,
                "if" => Guard::IfExists,
                "not" if self.guard == Guard::IfExists => Guard::IfNotExists,
                _ => self.guard,
            };
            self.next();
        }
    }

    fn kind(&mut self) -> Option<Kind> {
        let said: Vec<_> =
            self.tokens.iter().take(3).map(|token| token.text().to_ascii_lowercase()).collect();
        let said = said.join(" ");
        let is_said = |words: &str| {
            said.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        let (words, kind) = KINDS.iter().find(|(words, _)| is_said(words))?;
        words.split(' ').for_each(|_| {
            self.next();
        });
        Some(*kind)
    }

    /// A qualified name, with its first and last token.
    fn name(&mut self, kind: Kind) -> Option<(Named, Node<'t>, Node<'t>)> {
        let first = self.next().filter(|token| is_word(*token))?;
        let mut parts = vec![fold_identifier(first.text())];
        let mut last = first;
        while self.tokens.first().is_some_and(|token| token.kind() == Is::DOT) {
            self.next();
            last = self.next().filter(|token| is_word(*token))?;
            parts.push(fold_identifier(last.text()));
        }
        let name = parts.pop()?;
        Some((Named::new(kind, parts.pop(), name), first, last))
    }

    /// The relation after `ON`.
    fn relation(&mut self) -> Option<Named> {
        let at = self.tokens.iter().position(|token| token.kind() == Is::ON_KW)?;
        self.tokens = self.tokens.get(at + 1..)?;
        self.pass();
        self.name(Kind::Table).map(|(named, ..)| named)
    }
}

fn is_word(token: Node<'_>) -> bool {
    token.kind() == Is::IDENT || token.kind().is_keyword()
}
