"""Between the lanes of a ticket: replies to the requester, their messages, and files."""
