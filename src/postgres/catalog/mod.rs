//! Reads the schema of a database as a [`Catalog`](crate::schema::Catalog).
//!
//! [`read`] is the one to call; [`read_in_transaction`] is for somebody who is inside a transaction and wants to see what
//! it has done so far. Both send one message of a fixed number of queries, whatever the size of the schema, and need no
//! rights but to connect. The queries are in `sql/`, one file per kind of object.
//!
//! Who reads one database often prepares the queries ([`Prepared`]), and keeps a [`Reading`]: [`read_again`] then asks for sums over the rows
//! of the catalog by buckets of relations and functions, for the sums of each in the buckets that have changed, and for those alone
//! whose sums are other ones; or, where the locks of a transaction tell what it may have changed, for those alone.

mod again;
mod answers;
mod ask;
mod changed;
mod grants;
mod prepared;
mod queries;
mod read;
mod reading;
mod row;

pub use again::{Moment, read_again};
pub use changed::{Changed, Relations, is_of_rest};
pub use prepared::Prepared;
pub use read::{read, read_in_transaction};
pub use reading::Reading;
