"""The log of e-mails for staff, and the mailbox of a local installation."""
