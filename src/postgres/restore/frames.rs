use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// The frames of a Zstandard file, one after the other (RFC 8878, section 3): tools that compress in parallel write several.
pub(super) enum Frames {
    Between(BufReader<File>),
    Inside(Box<StreamingDecoder<BufReader<File>, FrameDecoder>>),
    AtTheEnd,
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(self, Self::AtTheEnd) {
                Self::AtTheEnd => return Ok(0),
                Self::Between(mut file) => {
                    if !file.fill_buf()?.is_empty() {
                        let decoder = StreamingDecoder::new(file).map_err(io::Error::other)?;
                        *self = Self::Inside(Box::new(decoder));
                    }
                }
                Self::Inside(mut decoder) => {
                    let read = decoder.read(buffer)?;
                    if read > 0 || buffer.is_empty() {
                        *self = Self::Inside(decoder);
                        return Ok(read);
                    }
                    *self = Self::Between(decoder.into_inner());
                }
            }
        }
    }
}
