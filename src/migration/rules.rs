use crate::named::named;


