"""``dougong test``: run the tests that app specs carry."""

commands: list[object] = []
