#!/usr/bin/env python3
"""Types a hub's token on a terminal, and shows that it is not shown, and that Ctrl-C leaves the terminal as it was.

    python3 Tests/Trials/prompt.py
"""

import fcntl
import os
import pty
import signal
import subprocess
import termios

import trials


class Terminal:
    """A terminal that a command runs on."""

    def __init__(self, shop):
        self.shop = shop
        self.keyboard, self.screen = pty.openpty()
        shop.stack.callback(os.close, self.keyboard)
        shop.stack.callback(os.close, self.screen)
        self.shown = b""

    def start(self, *words, directory):
        """Starts the command, in a session of its own that has this terminal."""
        self.shown = b""
        self.process = subprocess.Popen(
            [str(self.shop.command), *words], cwd=directory, env=self.shop.environment, stdin=self.screen,
            stdout=self.screen, stderr=self.screen, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.shop.stack.callback(self.process.kill)

    def read_until(self, text):
        """Reads on until something stands on the screen."""
        while text not in self.shown:
            self.shown += os.read(self.keyboard, 4096)

    def type(self, text):
        os.write(self.keyboard, text)

    @property
    def echoes(self):
        return bool(termios.tcgetattr(self.screen)[3] & termios.ECHO)


def late(*_):
    raise trials.Failure("the terminal did not show what was to come")


def trial(shop, options):
    hub = trials.Hub(shop, shop.path / "hub")
    token = shop.token(hub.data)
    hub.start()
    # Whatever never comes must not be waited for.
    signal.signal(signal.SIGALRM, late)
    signal.alarm(120)
    ada = shop.path / "ada"
    shop.call("init", ada, "--curator", "Ada")
    shop.call("remote", "add", "hub", hub.address, directory=ada)
    terminal = Terminal(shop)
    for words in (["sync"], ["sync", "--watch"]):
        terminal.start(*words, directory=ada)
        terminal.read_until(b"typed: ")
        if terminal.echoes:
            raise trials.Failure("a token would be shown as it is typed")
        terminal.type(b"\x03")
        if terminal.process.wait() != -signal.SIGINT or not terminal.echoes:
            raise trials.Failure(f"Ctrl-C at the prompt of {words} did not end it, or left a terminal without echo")
    terminal.start("sync", directory=ada)
    terminal.read_until(b"typed: ")
    terminal.type(token.encode() + b"\n")
    terminal.read_until(b"equal")
    if terminal.process.wait() != 0 or token.encode() in terminal.shown or not terminal.echoes:
        raise trials.Failure(f"a token that was typed was not taken, or shown: {terminal.shown.decode()}")
    print("a token is taken from the terminal and not shown, and Ctrl-C leaves the terminal as it was")
    hub.stop()


if __name__ == "__main__":
    trials.run(trial, trials.arguments(__doc__).parse_args())
