"""`giao …`. The commands of the library load no Django; `serve` and `demo` do, inside themselves."""
