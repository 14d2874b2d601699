"""Where documents from anybody are read: a process that may do little, and that nothing is lost with (ADR 0009).

    ChildProcess (adapters/child_process.py) --starts--> zygote --forks, for each document--> child

The zygote has loaded the parsers, has given up the network, the files and the signals (confinement.py), and never sees
a document. A child reads one under limits (limits.py), says what it found in bounded frames (wire.py), and ends.
"""
