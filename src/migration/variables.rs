use std::collections::BTreeMap;

/// Values for the placeholders of a layout, by name: `[setup] variables`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variables(pub BTreeMap<String, String>);

impl Variables {
    /// The value of a placeholder.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether none is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
