"""The floor every other package stands on: settings, errors, database, people, events, outbox, encoder, redaction."""
