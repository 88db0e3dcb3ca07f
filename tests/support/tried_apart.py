"""Routes with ids that need more around them than the table of `test_z1_pairs` makes."""

TRIED_APART = {
    # Only an address whose mail came back: tests/cli/test_bounces.py.
    "reminders.address_mended",
    # Needs every question answered: tried with the wrong ids there, taken in test_plans.
    "plans.accept",
    # Only somebody who never signed in is invited again: tried with the wrong ids there, taken in test_people.
    "admin.person_invite_again",
    # Need late work: tried with the wrong ids in test_urging.
    "urging.unit",
    "urging.ask",
    "urging.letter",
}
