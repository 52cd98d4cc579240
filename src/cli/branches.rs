use clap::Args;

/// The branches that the files of this one are held against.
#[derive(Debug, Args)]
pub(super) struct BranchArguments {
    /// The branch that this one goes into. What it had where they parted is settled: it is not judged, and
    /// keeps its versions; those that it got since are taken
    #[arg(long, value_name = "REF")]
    pub(super) base: Option<String>,

    /// Another branch whose versions are taken; may be given several times
    #[arg(long = "branch", value_name = "REF")]
    pub(super) branches: Vec<String>,
}
