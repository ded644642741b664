"""Changing a draft of an app in the browser."""
