"""One JSON request a line on standard input, one JSON answer a line on standard output."""

import json
import sys
import time


def serve(handlers):
    """Answers each request by the handler that its "kind" names, until standard input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr  # Whatever else prints must not come between the answers.
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = handlers[request["kind"]](request)
        except Exception as error:  # Told to whoever asked; the next request may well succeed.
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


def timed(work, seconds):
    """Does `work` for about so many seconds, after one time that is not counted."""
    work()
    runs, started = 0, time.perf_counter()
    while True:
        work()
        runs += 1
        passed = time.perf_counter() - started
        if passed >= seconds:
            return {"runs": runs, "seconds": passed}
