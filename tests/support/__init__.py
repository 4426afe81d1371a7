"""What tests of several folders need: servers, projects, processes, a clock, and rules written a second time."""
