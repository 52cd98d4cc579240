use super::ImageMention;
use crate::place::Place;

/// What is known of images. The table of well-known images is the edge's.
pub trait KnowsImages {
    /// The major version that an image's name says.
    fn major(&self, image: &str) -> Option<u32>;

    /// Whether an image has an extension; `None` where nothing is known of the image.
    fn has(&self, image: &str, extension: &str) -> Option<bool>;

    /// An image that has an extension, of this major version.
    fn image_with(&self, extension: &str, major: Option<u32>) -> Option<String>;
}

/// An extension that migrations create, and that does not come with Postgres.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededExtension {
    /// Its name.
    pub name: String,
    /// Which migration creates it, and where: `005_vector.sql:3`.
    pub by: String,
}

/// The images of a scenario, and why these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// The images; none where no file names any.
    pub images: Vec<String>,
    /// Why, a sentence each.
    pub reasons: Vec<String>,
}

/// Chooses images for migrations: those that files name, one for each name and major version. One that lacks an extension gives
/// way to one that has it, where such a one is known.
#[must_use]
pub fn choose(
    mentions: &[ImageMention],
    needed: &[NeededExtension],
    known: &impl KnowsImages,
) -> Choice {
    let mut choice = Choice::default();
    let mut kinds = Vec::new();
    for mention in mentions {
        let (image, at) = (&mention.image, at(&mention.place));
        let kind = (repository(image).to_owned(), known.major(image));
        if kinds.contains(&kind) {
            let is_another =
                !mentions.iter().take_while(|it| *it != mention).any(|it| it.image == *image);
            if is_another {
                choice.reasons.push(format!(
                    "{at} says {image}, which is of a version that is here already."
                ));
            }
            continue;
        }
        kinds.push(kind);
        let image = choice.replaced(image, &at, needed, known);
        if !choice.images.contains(&image) {
            choice.images.push(image);
        }
    }
    if mentions.is_empty() {
        choice.without_mentions(needed, known);
    }
    choice
}

/// The version for which an image is proposed where nothing says which one.
const USUAL: u32 = 17;

impl Choice {
    fn replaced(
        &mut self,
        image: &str,
        at: &str,
        needed: &[NeededExtension],
        known: &impl KnowsImages,
    ) -> String {
        let lacks = |it: &&NeededExtension| known.has(image, &it.name) == Some(false);
        let Some(NeededExtension { name, by }) = needed.iter().find(lacks) else {
            self.reasons.push(format!("{at} says {image}."));
            return image.to_owned();
        };
        let has_all =
            |other: &String| needed.iter().all(|it| known.has(other, &it.name) != Some(false));
        let other = known.image_with(name, known.major(image)).filter(has_all);
        let way_out = match &other {
            Some(other) => format!("{other} has it"),
            None => "name one that has it".to_owned(),
        };
        self.reasons.push(format!(
            "{at} says {image}, which lacks the extension {name} that {by} creates; {way_out}."
        ));
        other.unwrap_or_else(|| image.to_owned())
    }

    fn without_mentions(&mut self, needed: &[NeededExtension], known: &impl KnowsImages) {
        self.reasons.push("No file here names an image of Postgres.".into());
        for lacking in needed {
            let (name, by) = (&lacking.name, &lacking.by);
            match known.image_with(name, Some(USUAL)) {
                Some(image) if self.images.is_empty() => {
                    self.reasons
                        .push(format!("{image} has the extension {name}, which {by} creates."));
                    self.images.push(image);
                }
                _ => self
                    .reasons
                    .push(format!("{by} creates the extension {name}: name an image that has it.")),
            }
        }
    }
}

/// `compose.yml:5`
fn at(place: &Place) -> String {
    format!("{}:{}", place.source().path().display(), place.line_column().line)
}

fn repository(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or(image);
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}
