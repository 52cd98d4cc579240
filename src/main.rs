//! The `migration-replay` program.

mod cli;

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let ending = match arguments.command {
        cli::Command::Run(run) => cli::run(run).await,
        cli::Command::Qualify(qualify) => Box::pin(cli::qualify(qualify)).await,
        cli::Command::Repro(repro) => cli::repro(repro).await,
        cli::Command::Init(init) => cli::init(init),
        cli::Command::Check(check) => cli::check(check),
        cli::Command::New(new) => cli::new(new),
        cli::Command::Renumber(renumber) => cli::renumber(renumber),
        cli::Command::Lock(lock) => cli::lock(&lock),
        cli::Command::Clean(clean) => cli::clean(clean).await,
        cli::Command::History(history) => cli::history(&history).await,
        cli::Command::Graph(graph) => cli::graph(&graph).await,
        cli::Command::Explain(explain) => cli::explain(*explain).await,
        cli::Command::Describe(describe) => Box::pin(cli::describe(describe)).await,
        cli::Command::Baseline(baseline) => Box::pin(cli::baseline(baseline)).await,
        cli::Command::Exclusions(exclusions) => cli::exclusions(exclusions).await,
        cli::Command::Status(status) => cli::status(&status).await,
        cli::Command::Verify(verify) => Box::pin(cli::verify(verify)).await,
        cli::Command::Report(report) => cli::report(report),
        cli::Command::Retire(retire) => cli::retire(*retire).await,
        cli::Command::Doctor(doctor) => cli::doctor(doctor).await,
        cli::Command::Schema(schema) => cli::schema(&schema),
        cli::Command::Completions(completions) => cli::completions(&completions),
        cli::Command::Man(man) => cli::man(&man),
    };
    ExitCode::from(ending.code())
}
