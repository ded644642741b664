"""What an app is, and everything that can be done with one: the platform under the builder and the runtime."""
