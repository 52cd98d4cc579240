//! Every scenario file is a test, and rstest's `#[files]` looks for them when compiling: a new file must
//! make the tests compile again.

fn main() {
    for folder in ["scenarios", "tests/scenarios"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
