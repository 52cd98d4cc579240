//! Replays Postgres migrations onto disposable servers, as scenario files say.
