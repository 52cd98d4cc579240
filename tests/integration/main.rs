//! Integration tests: one binary.

mod junit_is_strict;
