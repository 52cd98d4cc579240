use super::Place;

/// A value and the place where the user wrote it, if it came from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// What was written.
    pub value: T,
    /// Where; `None` for a value that came from a flag, the environment or the library.
    pub place: Option<Place>,
}

impl<T> Located<T> {
    /// A value that no file holds.
    pub fn unplaced(value: T) -> Self {
        Self { value, place: None }
    }

    /// Keeps the place and changes the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: change(self.value), place: self.place }
    }
}

impl<T> From<T> for Located<T> {
    fn from(value: T) -> Self {
        Self::unplaced(value)
    }
}
