"""The client of the API itself: signed requests, responses, pagination."""
