"""Connect's REST API over HTTP: routes, request models, one error table, listeners.

`server.Server` binds the listeners and hands each request to `dispatch.Dispatcher`: match the raw
path, negotiate, read the body within its limits, call one endpoint of `endpoint/`, encode. What is
asked of the worker goes through `herder.surface.Herder` and nothing else.

Source: org.apache.kafka.connect.runtime.rest (4.3.1); statuses, texts and headers as observed.
"""
