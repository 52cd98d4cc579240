//! What statements do and speak of, as data: a line of SQL, and what is read in it.

mod told;

use rstest::rstest;
use told::{acts, told, uses};

#[rstest]
#[case::table(
    "create table app.users (id bigint primary key, email varchar(20) not null)",
    "create table app.users; .create column app.users.id = bigint primary key; \
     .create column app.users.email = character varying(20) not null; \
     .create constraint app.users.users_pkey = primary key (id); .create index app.users_pkey = unique (id)"
)]
#[case::rename("alter table a rename to b", "rename table a to b")]
#[case::drop(
    "drop table if exists a, s.b cascade",
    "drop table a cascade if there; drop table s.b cascade if there"
)]
fn says_what_a_statement_does(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(acts(sql), expected);
}

#[rstest]
#[case::alias(
    "select u.email from users u join app.orders o on o.user_id = u.id where total > 1",
    "use column users.email; use table users; use table app.orders; use column app.orders.user_id; use column users.id; \
     use column .total among users, app.orders"
)]
fn says_what_a_statement_speaks_of(#[case] sql: &str, #[case] expected: &str) {
    assert_eq!(uses(sql), expected);
}

#[test]
fn a_fault_does_not_hide_the_rest() {
    assert_eq!(
        told("drop table a; nonsense"),
        "drop table a; fault expected command, found IDENT at 14..22"
    );
}
