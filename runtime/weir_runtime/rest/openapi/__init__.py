"""The API as an OpenAPI 3.1 document, made of the routes.

`document.build` walks the routes; what they promise stands beside the endpoints, the shapes of
bodies in `wire`. What any request can meet (no JSON accepted, the worker is starting) is added to
each operation by `response`.

Source: OpenAPI Specification 3.1.1.
"""
