"""What goes wrong while an export runs, made to go wrong: kills, restarts, cut connections, full disks.

`scene` is the tiny centre and its undisturbed package, `nursery` starts commands quickly, `killer` ends them, `servers`
are database servers of our own, `proxy` stands before one, `disk` is a small disk, `statements` says what a reader may
ask, `leaks` looks for a password. `python -m tests.interruptions` is the long round that `make nightly` runs.
"""
