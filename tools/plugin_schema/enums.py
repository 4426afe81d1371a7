"""Texts that are one of a few: how their types are called in other languages, and what each value means."""

from __future__ import annotations

# By the values, as the Python side's Literals have them: the type's name, what it is, and what each value means.
ENUMS: dict[tuple[str, ...], tuple[str, str, tuple[str, ...]]] = {
    ("RUNNING", "SUCCESS", "FAIL", "NOT_FAIL"): (
        "StatusFilter",
        "Which records to read, by their status.",
        ("Backups that are running.", "Successful backups.", "Failed backups.", "Running or successful backups."),
    ),
    ("Manual", "Auto"): (
        "JobType",
        "What started a backup.",
        ("Somebody did.", "The schedule did."),
    ),
    ("fail", "collect"): (
        "OnError",
        "What becomes of a cluster that could not be read, or whose backups are not good enough.",
        ("The call fails, and its one error lists all clusters that failed.", "It is in the output `errors`."),
    ),
    ("passed", "pending", "failed"): (
        "VerdictState",
        "What a gate makes of a cluster's backups.",
        ("They are good enough.", "A running backup may still change the verdict.", "They are not good enough."),
    ),
}
