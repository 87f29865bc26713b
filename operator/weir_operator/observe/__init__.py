"""What every part reports with: the root of errors, and the set-up of logs.

The lowest layer: it imports no other part of the operator.
"""
