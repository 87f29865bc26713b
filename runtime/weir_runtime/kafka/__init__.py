"""The only importer of the two Kafka clients.

`control` (aiokafka, on the event loop of the worker): internal topics, group calls, admin calls.
`data` (confluent-kafka, in the threads of an executor): producers and consumers of tasks.
`ports` says what the layers above ask for and imports neither, so that an executor never loads
aiokafka and a worker never loads librdkafka.
"""
