"""The app spec: its objects, its JSON Schema, and the two stages that make a file usable: parse, then compile."""
