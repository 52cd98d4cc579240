//! Containers, local binaries and a server given by its URL: the same scenarios come to the same ends.

use migration_replay::outcome::{RunOutcome, Verdict};
use migration_replay::postgres::BackendChoice;
use migration_replay::report::{Shown, Style, summary};
use rstest::rstest;

use crate::support::{Project, UrlServer, docker_or_say_why, local_or_say_why};

const USERS: (&str, &str) =
    ("migrations/001_users.sql", "create table users (id integer primary key, email text);\n");
const POSTS: (&str, &str) = (
    "migrations/002_posts.sql",
    "create table posts (id integer primary key, author integer references users);\n\
     insert into posts select id, id from users;\n",
);
/// Fails on its second line.
const BROKEN: (&str, &str) = (
    "broken/003_index.sql",
    "create table tags (name text);\ncreate index tags_colour on tags (colour);\n",
);
/// Says something else on a populated database.
const FORKED: (&str, &str) = (
    "forked/002_posts.sql",
    "do $$ begin
        if not exists (select from users) then create table posts (id integer); end if;
     end $$;\n",
);
/// A dump as `pg_dump` writes one, shortened.
const DUMP: (&str, &str) = (
    "scenarios/at_001.sql",
    "SET search_path = '';\nCREATE TABLE public.users (id integer NOT NULL, email text);\n\
     COPY public.users (id, email) FROM stdin;\n1\tone;two\n2\t\\N\n\\.\n\
     ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);\n",
);

const SCENARIOS: &[(&str, &str)] = &[
    ("scenarios/fresh.toml", "migrations = '../migrations'\nimage = 'postgres:15'\n"),
    (
        "scenarios/rows.toml",
        "migrations = '../migrations'\nimage = 'postgres:15'
         [[seed]]\nname = 'two-users'\nthrough = '001'\nsql = ['users.sql']
         [[expect.query]]\nsql = 'select id, author from posts order by id'\nequals = [[1, 1], [2, 2]]\n",
    ),
    ("scenarios/users.sql", "insert into users values (1, 'a'), (2, 'b');\n"),
    (
        "scenarios/dump.toml",
        "migrations = '../migrations'\nimage = 'postgres:15'
         [[seed]]\nname = 'dump'\ndump = 'at_001.sql'\nthrough = '001'
         [[expect.query]]\nsql = 'select email from users order by id'\nequals = ['one;two', 'null']\n",
    ),
    ("scenarios/broken.toml", "migrations = '../broken'\nimage = 'postgres:15'\n"),
    (
        "scenarios/role.toml",
        "migrations = '../migrations'\nimage = 'postgres:15'
         [setup]\nroles = ['backends_reader']
         [[seed]]\nname = 'fresh'\n[[seed]]\nname = 'at-001'\nthrough = '001'
         [[expect.query]]\nsql = 'select current_user'\nequals = 'backends_reader'\nrole = 'backends_reader'\n",
    ),
    (
        "scenarios/forked.toml",
        "migrations = '../forked'\nimage = 'postgres:15'
         [[seed]]\nname = 'one-user'\nthrough = '001'\nsql = ['users.sql']\n",
    ),
];

/// Every case, and how it ends on any kind of server: verdict, and where it fails and with what.
const ENDS: &[(&str, Verdict, &[&str])] = &[
    (
        "broken@postgres:15/fresh",
        Verdict::Failed,
        &["apply 003_index.sql 42703 at broken/003_index.sql:2: column public.tags.colour"],
    ),
    ("dump@postgres:15/dump", Verdict::Passed, &[]),
    ("forked@postgres:15/one-user", Verdict::Failed, &["converge - - at -: table public.posts"]),
    ("fresh@postgres:15/fresh", Verdict::Passed, &[]),
    ("role@postgres:15/at-001", Verdict::Passed, &[]),
    ("role@postgres:15/fresh", Verdict::Passed, &[]),
    ("rows@postgres:15/two-users", Verdict::Passed, &[]),
];

fn project() -> Project {
    let project = Project::new(SCENARIOS);
    for (path, sql) in [USERS, POSTS, DUMP, BROKEN, FORKED] {
        project.write(path, sql);
    }
    project.write("forked/001_users.sql", USERS.1);
    project
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Container,
    Local,
    Url,
}

#[rstest]
#[case::container(Kind::Container)]
#[case::local(Kind::Local)]
#[case::url(Kind::Url)]
#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_server_gives_the_same_answers(#[case] kind: Kind) {
    let mut url_server = None;
    let backend = match kind {
        Kind::Container if docker_or_say_why().await => BackendChoice::Container,
        Kind::Local if local_or_say_why().await => BackendChoice::Local,
        Kind::Url => {
            let Some(server) = UrlServer::start().await else { return };
            let url = server.url.clone();
            url_server = Some(server);
            BackendChoice::Url(url)
        }
        Kind::Container | Kind::Local => return,
    };
    let project = project();
    let (outcome, _) =
        project.replay(backend, |harness| harness.settings.allow_server_objects = true).await;
    let expected = ENDS.iter().map(|(case, verdict, failures)| {
        ((*case).to_owned(), *verdict, failures.iter().map(ToString::to_string).collect())
    });
    let expected: Vec<_> = expected.collect();
    assert_eq!(
        ends(&project, &outcome),
        expected,
        "{}",
        summary(&outcome, Shown::All, Style::Plain)
    );
    if let Some(server) = url_server {
        assert_eq!(server.strangers().await, Vec::<String>::new(), "left on the server");
        server.stop().await;
    }
}

fn ends(project: &Project, outcome: &RunOutcome) -> Vec<(String, Verdict, Vec<String>)> {
    let root = format!("{}/", project.path("").display()).replace("//", "/");
    let mut ends: Vec<_> = outcome
        .cases
        .iter()
        .map(|case| {
            let failures = case.failures.iter().map(|failure| {
                let found = &failure.found;
                let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".into());
                let mut place = or_none(found.place.as_ref().map(ToString::to_string));
                place = place.replace(&root, "");
                let mut objects = found.objects.join(", ");
                if !objects.is_empty() {
                    objects.insert_str(0, ": ");
                }
                // Line is enough: columns have a test of their own.
                let place = place.split(':').take(2).collect::<Vec<_>>().join(":");
                format!(
                    "{} {} {} at {place}{objects}",
                    found.phase,
                    or_none(found.migration.as_ref().map(ToString::to_string)),
                    or_none(found.error.sqlstate.as_ref().map(ToString::to_string)),
                )
            });
            (case.head.name.clone(), case.final_verdict(), failures.collect())
        })
        .collect();
    ends.sort_by(|left, right| left.0.cmp(&right.0));
    ends
}
