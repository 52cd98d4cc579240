//! What the harness adds to the server's own time. `ci/bench` runs it; `docs/performance.md` holds its
//! figures and says how to read them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the tables are what it is for")]

mod apply;
mod base;
mod cases;
mod check;
mod growth;
mod load;
mod memory;
mod passes;
mod psql;
mod rows;
mod servers;
mod sets;
mod starts;
mod table;

use std::error::Error;

use clap::{Parser, ValueEnum};

use servers::Kind;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// `apply` against one psql session that does the same
    Apply,
    /// From nothing to the first statement, for each kind of server
    Start,
    /// One more case on a warm server
    Case,
    /// Cost per migration, from 100 to 3,000
    Growth,
    /// All passes over two databases, against psql once for each file
    Passes,
    /// Filling 300 tables with generated rows
    Rows,
    /// A change of the last of 300 migrations, compared with its base
    Base,
    /// Reading, hashing and splitting 3,000 files of 5 KB
    Load,
    /// Checking 1,000 files of 5 KB, against parsing them once
    Check,
    /// The harness's own memory with a large dump; takes minutes
    Memory,
}

/// Prints one Markdown table per part.
#[derive(Debug, Parser)]
struct Arguments {
    /// Parts to measure [default: all but memory]
    #[arg(value_enum)]
    parts: Vec<Part>,

    /// The server that both sides of a comparison use
    #[arg(long, value_enum, default_value = "local")]
    server: Kind,

    /// The image of container servers
    #[arg(long, default_value = "postgres:17")]
    image: String,

    /// How often each thing is measured; figures are medians
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,

    /// The size of the dump of `memory`
    #[arg(long, default_value_t = 1024)]
    dump_mib: u64,

    /// A folder of migrations to compare in `apply` and `passes`, instead of generated ones
    #[arg(long)]
    migrations: Option<std::path::PathBuf>,

    /// Cargo gives this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Arguments {
    fn wants(&self, part: Part) -> bool {
        if self.parts.is_empty() { part != Part::Memory } else { self.parts.contains(&part) }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    println!("{}\n", machine());
    if arguments.wants(Part::Apply) {
        apply::measure(&arguments).await?;
    }
    if arguments.wants(Part::Start) {
        starts::measure(&arguments).await?;
    }
    if arguments.wants(Part::Case) {
        cases::measure(&arguments).await?;
    }
    if arguments.wants(Part::Growth) {
        growth::measure(&arguments).await?;
    }
    if arguments.wants(Part::Passes) {
        passes::measure(&arguments).await?;
    }
    if arguments.wants(Part::Rows) {
        rows::measure(&arguments).await?;
    }
    if arguments.wants(Part::Base) {
        base::measure(&arguments).await?;
    }
    if arguments.wants(Part::Load) {
        load::measure(&arguments)?;
    }
    if arguments.wants(Part::Check) {
        check::measure(&arguments)?;
    }
    if arguments.wants(Part::Memory) {
        memory::measure(&arguments)?;
    }
    Ok(())
}

/// Processors and load: on a busy machine only ratios mean something.
fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown").to_owned();
    format!("{processors} processors, load average {load} at the start")
}
