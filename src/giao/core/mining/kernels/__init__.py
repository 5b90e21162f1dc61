"""The loops over events, compiled: each walks whole cases, holds no lock and starts no thread of its own.

Columns come as read-only contiguous arrays (`ground.fixed`), so that each kernel is compiled once for each width of code.
"""
