"""How the fold bears load, size and company, seen from outside its processes.

A fold is a process: ``bench.fold`` where it shall end with the log, ``bench.scaling.member`` where
it shall go on. How far it has come is what its cursors say to a read-committed subscriber; what it
costs is what the system says of the process. All that is known of its code is in `subject`.
"""
