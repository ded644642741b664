"""People: the organisation, its departments, who somebody is, signing in, and who is asked at a step."""
