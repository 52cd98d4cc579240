"""The parts of ci/passes-accuracy: see there, and docs/passes-accuracy.md."""
