"""The exit codes of `css-logs`; `css-logs gate` promises them."""

PASSED = 0
FAILED = 1
WRONG_USAGE = 2
PENDING = 3
NOT_READ = 4
INTERRUPTED = 130

IN_SHORT = "Exit codes: 0 done, 2 usage error, 4 the records could not be read, 130 interrupted."
