"""Sandbox of untrusted documents: a process with few rights, whose crash costs one document (ADR 0009).

    ChildProcess (adapters/child_process.py) --starts--> zygote --forks, for each document--> child

The zygote has loaded the parsers, has given up network, files and signals (confinement.py), and never sees a document.
A child reads one document under limits (limits.py), answers in bounded frames (wire.py), and ends.
"""
