"""The desk: tickets, queues, priorities, clocks, and what the next tier reads."""
