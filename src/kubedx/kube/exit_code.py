"""What the exit code of a container tells.

https://tldp.org/LDP/abs/html/exitcodes.html and signal(7); a process that a signal kills ends with 128 plus its number.
"""

_MEANINGS = {
    0: "the command ended without an error",
    1: "the program ended with an error of its own",
    2: "the program was called wrongly, or panicked",
    126: "the command exists but cannot be executed",
    127: "the command was not found",
    128: "the program ended with an invalid exit code, or the container did not start",
    255: "the program ended with an exit code out of range",
}

_SIGNALS = {
    1: ("SIGHUP", "was told to hang up"),
    2: ("SIGINT", "was interrupted"),
    3: ("SIGQUIT", "was told to quit"),
    4: ("SIGILL", "ran an instruction that this CPU does not know"),
    5: ("SIGTRAP", "hit a trap"),
    6: ("SIGABRT", "aborted itself"),
    7: ("SIGBUS", "touched memory that cannot be reached"),
    8: ("SIGFPE", "made an arithmetic error"),
    9: ("SIGKILL", "was killed: out of memory, failed liveness probe, or end of its grace period"),
    11: ("SIGSEGV", "touched memory that is not its own"),
    13: ("SIGPIPE", "wrote to a closed connection"),
    14: ("SIGALRM", "ran into its own alarm"),
    15: ("SIGTERM", "was told to end"),
    24: ("SIGXCPU", "used up its CPU time"),
    25: ("SIGXFSZ", "wrote a file larger than allowed"),
    31: ("SIGSYS", "made a system call that is not allowed"),
}
_LAST_SIGNAL = 64


def exit_code_meaning(code: int) -> str:
    """What an exit code usually means, in a few words; empty where only the program itself knows."""
    if code in _MEANINGS:
        return _MEANINGS[code]
    signal = code - 128
    if signal in _SIGNALS:
        name, deed = _SIGNALS[signal]
        return f"the program {deed} ({name})"
    return f"the program was ended by signal {signal}" if 0 < signal <= _LAST_SIGNAL else ""
