"""The parts of ci/diagnosis-accuracy: see there, and docs/diagnosis.md."""
