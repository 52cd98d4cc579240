/// The glob of those tags that look like releases, as `releases = "v*"` takes it; none where no tag does.
#[must_use]
pub fn release_glob<T: AsRef<str>>(tags: &[T]) -> Option<&'static str> {
    let is_version =
        |text: &str| text.starts_with(|it: char| it.is_ascii_digit()) && text.contains('.');
    let forms: [(&str, &str); 4] =
        [("release/", "release/*"), ("release-", "release-*"), ("", "[0-9]*"), ("v", "v*")];
    let said = |prefix: &str| {
        let rests = tags.iter().filter_map(|tag| tag.as_ref().strip_prefix(prefix));
        rests.filter(|rest| is_version(rest)).count()
    };
    // Of forms that are as frequent the last is taken.
    let (glob, count) = forms
        .into_iter()
        .map(|(prefix, glob)| (glob, said(prefix)))
        .max_by_key(|(_, count)| *count)?;
    (count > 0).then_some(glob)
}
