use super::*;
use crate::place::SourceText;

#[test]
fn points_at_the_place_in_the_scenario() {
    let text = "description = \"x\"\nimages = \"postgres:17\"\n";
    let place = SourceText::new("scenarios/a.toml", text).place(18..24);
    let problem = Problem::error("unknown key `images`")
        .at(place)
        .label("not known")
        .help("did you mean `image`?");
    insta::assert_snapshot!(render_problem(&problem, Style::Plain), @r#"
    error: unknown key `images`
     --> scenarios/a.toml:2:1
      |
    2 | images = "postgres:17"
      | ^^^^^^ not known
      |
      = help: did you mean `image`?
    "#);
}

#[test]
fn tells_all_problems_with_an_empty_line_between() {
    let problems = Problems(vec![
        Problem::error("the folder is empty").path("migrations"),
        Problem::warning("nothing is checked"),
    ]);
    insta::assert_snapshot!(render_problems(&problems, Style::Plain), @r#"
    error: the folder is empty
    --> migrations

    warning: nothing is checked
    "#);
    assert_eq!(render_problems(&Problems::default(), Style::Plain), "");
}

#[test]
fn of_many_that_say_the_same_the_rest_are_only_named() {
    let each = |at| Problem::error("no number").path(format!("{at}.sql"));
    let six = Problems((0..6).map(each).collect());
    assert_eq!(render_problems(&six, Style::Plain).matches("error: no number").count(), 6);
    let many = Problems((0..30).map(each).chain([Problem::error("another")]).collect());
    let text = render_problems(&many, Style::Plain);
    assert_eq!(text.matches("error: no number").count(), 5);
    assert!(text.contains("the same 25 times more: no number"), "{text}");
    assert!(text.contains("5.sql, 6.sql, ") && text.contains(", and 5 more"), "{text}");
    assert!(text.contains("error: another"), "{text}");
}
