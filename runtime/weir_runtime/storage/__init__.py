"""The three stores: configs, statuses, offsets.

Each is a replayed `kafka.ports.Log` read by pure code: `config_record` and `config_replay` for
configs, `status_record` and `offset_index` for the others; on Kafka's topics the bytes are
Java's. The log is a topic or its in-memory twin (`memory_log`), offsets also a file; all pass one
test suite. `ports` holds the protocols that herder and worker are written against;
`internal_topic` makes and checks the topics.
"""
