//! Which values a column may get.

use super::class::{Class, Kind};
use super::expression::{Expression, Hints, Row, Seen, columns_of, hints, parse, truth};
use super::facts::Column;
use super::forms;
use super::pattern::sample;
use super::samples::{awkward, distinct, letters, of_table};

/// How much is dared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// Everything that is allowed.
    Awkward,
    /// Only what most tables would take.
    Tame,
    /// Texts that look like what the name of their column says: `email`, `url`, `version`.
    Named,
    /// All texts in one form, by its number below [`Style::FORMS`].
    Form(usize),
}

impl Style {
    /// How many forms of texts there are.
    pub const FORMS: usize = forms::COUNT;

    /// All, the most daring first.
    pub fn all() -> impl Iterator<Item = Self> {
        let forms = (0..Self::FORMS).map(Self::Form);
        [Self::Awkward, Self::Tame, Self::Named].into_iter().chain(forms)
    }
}

/// The values of one column.
#[derive(Debug)]
pub(super) struct Choices {
    /// Values that come again and again.
    pub(super) often: Vec<String>,
    /// Values that are different from each other; as many as rows are wanted, if there are as many.
    pub(super) once: Vec<String>,
    /// Whether it may be null.
    pub(super) nullable: bool,
}

/// A row of one column.
struct Single<'a> {
    names: [&'a str; 2],
    value: Option<Seen>,
}

impl Row for Single<'_> {
    fn value(&self, column: &str) -> Option<Seen> {
        if self.names.contains(&column) { self.value.clone() } else { None }
    }
}

/// Works out the values of a column. `checks` are those of `table`; `needed` different values are wanted, those from
/// `offset` on.
pub(super) fn choices(
    table: &str,
    column: &Column,
    kind: &Kind,
    checks: &[Expression],
    style: Style,
    (offset, needed): (usize, usize),
) -> Choices {
    let own: Vec<_> = checks
        .iter()
        .filter(|check| columns_of(check).iter().eq([&column.name]))
        .chain(&kind.checks)
        .collect();
    let accepts = |value: Option<&str>| {
        let row = Single { names: [&column.name, "VALUE"], value: kind.seen(value) };
        own.iter().all(|check| truth(check, &row) != Some(false))
    };
    let mut told = Hints::default();
    for check in checks {
        hints(check, &column.name, &mut told);
    }
    for check in &kind.checks {
        hints(check, "VALUE", &mut told);
    }
    let hinted = hinted(&kind.class, &told, offset, needed);
    let mut often = hinted.clone();
    often.truncate(24);
    match (style, &kind.class) {
        (style, Class::Json) => often.extend(json(column.default.as_deref(), style)),
        (Style::Awkward, class) => often.extend(awkward(class)),
        (style, Class::Text(most)) if style != Style::Tame => {
            let texts = offset..offset + 6;
            often.extend(texts.filter_map(|at| form(style, (table, &column.name), at, *most)));
        }
        (_, class) => {
            often.extend((offset..offset + 6).filter_map(|at| distinct(class, at)));
            often.extend(awkward(class).into_iter().take(1));
        }
    }
    if let Some(Expression::Text(text)) = column.default.as_deref().map(parse).map(uncast) {
        often.push(text);
    }
    keep(&mut often, &accepts);
    let more = (offset..offset + needed * 2).filter_map(|at| match &kind.class {
        Class::Text(most) => form(style, (table, &column.name), at, *most),
        class => distinct(class, at),
    });
    let mut once: Vec<_> = hinted.into_iter().chain(more).collect();
    keep(&mut once, &accepts);
    if once.is_empty() {
        once.clone_from(&often);
    }
    let nullable = !column.not_null && !kind.not_null && accepts(None);
    Choices { often, once, nullable }
}

/// A text that is different for each number. Every other one is of this table only: some rows of two tables agree, and some do
/// not.
fn form(
    style: Style,
    (table, column): (&str, &str),
    at: usize,
    most: Option<usize>,
) -> Option<String> {
    let text = match style {
        Style::Awkward | Style::Tame => (at % 2 == 1).then(|| of_table(table, at)),
        Style::Named => forms::by_name(column, at),
        Style::Form(form) => forms::form(form, at),
    };
    let fits = |text: &String| most.is_none_or(|most| text.chars().count() <= most);
    text.filter(fits).or_else(|| distinct(&Class::Text(most), at))
}

/// What a constant is before it is cast.
fn uncast(expression: Expression) -> Expression {
    match expression {
        Expression::Cast(inner, _) => uncast(*inner),
        other => other,
    }
}

/// Leaves what is accepted, each once. Where nothing is, the server may know better.
fn keep(values: &mut Vec<String>, accepts: &dyn Fn(Option<&str>) -> bool) {
    let mut kept: Vec<String> = Vec::new();
    for value in values.iter().filter(|value| accepts(Some(value))) {
        if !kept.contains(value) {
            kept.push(value.clone());
        }
    }
    if !kept.is_empty() {
        *values = kept;
    }
}

/// What the default says is meant: arrays or objects. Where none says so, also what nobody has forbidden: a list, and the null
/// of JSON, which is not that of SQL and comes of serializers.
fn json(default: Option<&str>, style: Style) -> Vec<String> {
    if default.is_some_and(|default| default.trim_start_matches('\'').starts_with('[')) {
        let lists = ["[]", r#"["wért"]"#, r#"["a", "a"]"#];
        return lists.map(str::to_owned).to_vec();
    }
    let mut values = awkward(&Class::Json);
    if default.is_none() && style == Style::Awkward {
        values.extend(["[]", "null"].map(str::to_owned));
    }
    values
}

/// Values that the constants in checks lead to.
fn hinted(class: &Class, told: &Hints, offset: usize, needed: usize) -> Vec<String> {
    let mut values = Vec::new();
    match class {
        Class::Whole(..) | Class::Decimal(_) | Class::Float(_) => {
            for number in &told.numbers {
                let steps = (0..=needed.min(60)).flat_map(|step| {
                    #[expect(clippy::cast_precision_loss, reason = "steps are few")]
                    let step = step as f64;
                    [number + step, number - step]
                });
                values.extend(
                    steps
                        .filter(|it| it.fract() == 0.0 || !matches!(class, Class::Whole(..)))
                        .map(|it| it.to_string()),
                );
            }
        }
        Class::Text(_) | Class::Padded(_) => {
            values.extend(told.texts.iter().cloned());
            for pattern in &told.patterns {
                values.extend(
                    (offset..offset + needed.min(200)).filter_map(|at| sample(pattern, at)),
                );
            }
            for length in &told.lengths {
                for length in [*length, length + 1, length.saturating_sub(1)] {
                    values.extend(
                        (offset..offset + needed.min(100)).filter_map(|at| letters(at, length)),
                    );
                }
            }
        }
        Class::Bytes => values.extend(told.lengths.iter().flat_map(|length| {
            (offset..offset + needed.min(100))
                .map(move |at| format!(r"\x{at:0width$x}", width = length * 2))
        })),
        Class::Labels(labels) => {
            values.extend(told.texts.iter().filter(|text| labels.contains(text)).cloned());
        }
        Class::List(_) => {
            let all = told.texts.clone();
            values
                .extend(all.iter().map(|text| super::samples::braces(std::slice::from_ref(text))));
            for length in told.lengths.iter().filter(|length| **length < 20) {
                let items = if all.is_empty() { vec!["1".to_owned()] } else { all.clone() };
                let items: Vec<_> = items.into_iter().cycle().take(*length).collect();
                values.push(super::samples::braces(&items));
            }
        }
        Class::Json | Class::Truth => {}
        _ => values.extend(told.texts.iter().cloned()),
    }
    if matches!(class, Class::Date | Class::Moment) {
        values = values.iter().flat_map(|text| around(text)).collect();
    }
    values
}

/// A moment that is a limit, and a little after it.
fn around(text: &str) -> Vec<String> {
    let date = text.split([' ', 'T']).next().unwrap_or_default();
    let mut values = vec![text.to_owned()];
    if let Some((month, day)) = date.rsplit_once('-')
        && let Ok(day) = day.parse::<u32>()
    {
        values.extend((day + 1..=28).take(9).map(|day| format!("{month}-{day:02}")));
    }
    values
}
