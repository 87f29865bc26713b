"""The thin edge over confluent-kafka's synchronous classes, for the threads of an executor.

`producer` and `consumer` speak in batches; `error` is where librdkafka's errors become
`ConnectError`s. Imports nothing of aiokafka. A client belongs to one task; only a producer's
`poll` may come from a second thread.
"""
