"""The tests; a package, so that they and what supports them have names that nothing else has."""
