# The two commands: make run, make test. All the work is in dev.py.
PYTHON ?= python3

run test prove bench lock:
	@"$(PYTHON)" dev.py $@ $(ARGS)

.PHONY: run test prove bench lock
