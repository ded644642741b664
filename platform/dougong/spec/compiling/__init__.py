"""The parts of the second stage: each judges one part of a spec and makes what it can of it."""
