//! The pages of rules, for readers who do not have this repository at hand.

use crate::scenario::Rule;

/// What a page says of a rule, as Markdown: what it means, and how it is mended. Links lead nowhere from where it is read, so
/// only their words are left.
pub(super) fn help(rule: Rule) -> String {
    let page = page(rule);
    let mend = part(page, "How to mend it");
    without_links(&format!("{}\n\n**How to mend it.** {mend}", part(page, "What it means")))
}

/// The address of the page, where the package says where its repository is.
pub(super) fn address(rule: Rule, repository: &str) -> Option<String> {
    let repository = repository.trim_end_matches('/');
    let version = env!("CARGO_PKG_VERSION");
    (!repository.is_empty()).then(|| format!("{repository}/blob/v{version}/docs/rules/{rule}.md"))
}

fn part(page: &'static str, title: &str) -> &'static str {
    let after = page.split_once(&format!("\n## {title}\n")).map_or("", |(_, after)| after);
    after.split("\n## ").next().unwrap_or_default().trim()
}

/// `[lock](../lock.md)` becomes `lock`.
fn without_links(text: &str) -> String {
    let mut parts = text.split("](");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if let Some(open) = plain.rfind('[') {
            plain.remove(open);
        }
        plain.push_str(part.split_once(')').map_or(part, |(_, rest)| rest));
    }
    plain
}

fn page(rule: Rule) -> &'static str {
    match rule {
        Rule::DuplicateVersion => include_str!("../../../docs/rules/duplicate-version.md"),
        Rule::LateVersion => include_str!("../../../docs/rules/late-version.md"),
        Rule::VersionGap => include_str!("../../../docs/rules/version-gap.md"),
        Rule::Naming => include_str!("../../../docs/rules/naming.md"),
        Rule::Depends => include_str!("../../../docs/rules/depends.md"),
        Rule::DoubleDefinition => include_str!("../../../docs/rules/double-definition.md"),
        Rule::Syntax => include_str!("../../../docs/rules/syntax.md"),
        Rule::NotInTransaction => include_str!("../../../docs/rules/not-in-transaction.md"),
        Rule::OwnTransaction => include_str!("../../../docs/rules/own-transaction.md"),
        Rule::ConditionalLogic => include_str!("../../../docs/rules/conditional-logic.md"),
        Rule::Destructive => include_str!("../../../docs/rules/destructive.md"),
        Rule::EmptyFile => include_str!("../../../docs/rules/empty-file.md"),
        Rule::RefusedByTool => include_str!("../../../docs/rules/refused-by-tool.md"),
        Rule::ToolSurprise => include_str!("../../../docs/rules/tool-surprise.md"),
        Rule::Unreadable => include_str!("../../../docs/rules/unreadable.md"),
        Rule::ExclusionExpired => include_str!("../../../docs/rules/exclusion-expired.md"),
        Rule::AppliedChanged => include_str!("../../../docs/rules/applied-changed.md"),
        Rule::NotRecorded => include_str!("../../../docs/rules/not-recorded.md"),
        Rule::VersionTaken => include_str!("../../../docs/rules/version-taken.md"),
        Rule::RetiredWithoutReason => include_str!("../../../docs/rules/retired-without-reason.md"),
        Rule::StaleExpectation => include_str!("../../../docs/rules/stale-expectation.md"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_says_what_it_means_and_how_it_is_mended_and_has_no_links() {
        for rule in Rule::ALL {
            let help = help(*rule);
            let (means, mend) = help.split_once("**How to mend it.** ").unwrap();
            assert!(means.len() > 40 && mend.len() > 10, "{rule}: {help}");
            assert!(!help.contains("]("), "{rule}: {help}");
        }
        let retired = help(Rule::RetiredWithoutReason);
        assert!(retired.contains("The lock keeps it."), "{retired}");
    }

    #[test]
    fn a_page_has_an_address_where_the_repository_has_one() {
        let rule = Rule::Syntax;
        assert_eq!(address(rule, ""), None);
        let address = address(rule, "https://example.org/m/").unwrap();
        assert!(address.starts_with("https://example.org/m/blob/v"), "{address}");
        assert!(address.ends_with("/docs/rules/syntax.md"), "{address}");
    }
}
