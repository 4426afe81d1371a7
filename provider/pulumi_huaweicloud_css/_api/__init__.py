"""The API as it is: one signed request, its response, and the rules for pages."""
