use crate::report::style::Tone;

/// An explanation in sections, before it has a format.
pub(super) struct Page {
    pub(super) title: String,
    /// What has to be known before all else.
    pub(super) note: Option<String>,
    pub(super) sections: Vec<Section>,
}

pub(super) struct Section {
    pub(super) title: &'static str,
    /// The answer in a sentence.
    pub(super) verdict: Option<(Tone, String)>,
    pub(super) rows: Vec<Row>,
}

/// Something that is so, with the line of the file where it is written.
pub(super) struct Row {
    pub(super) line: Option<usize>,
    pub(super) text: String,
    pub(super) tone: Option<Tone>,
    /// What belongs to it, on lines of their own.
    pub(super) notes: Vec<String>,
}

impl Row {
    pub(super) fn new(line: Option<usize>, text: String) -> Self {
        Self { line, text, tone: None, notes: Vec::new() }
    }

    pub(super) fn toned(self, tone: Tone) -> Self {
        Self { tone: Some(tone), ..self }
    }
}
