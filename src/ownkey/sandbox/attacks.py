"""Attacks on the walls, as commands that succeed (exit 0) where the walls do not hold.

The numbers are those of docs/attacks. They find in their environment: `OUTSIDE`, a folder that
is not theirs; `TARGET`, a process outside; `SOCKET`, `ABSTRACT`, `TCP` and `UDP`, what listens
outside; `SHARED`, a file in the system's /tmp; `PYTHON`. In the workspace there are `link`, to
a key in `~/.ssh`, and a repository without hooks.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Judge = Literal["exit", "host"]
"""Whether the attack knows itself if it succeeded, or only what is found outside tells."""

CANARY = "canary-not-a-key-51f0"


class Attack(NamedTuple):
    id: str
    what: str
    script: str
    judge: Judge = "exit"
    control: bool = True
    """Whether it succeeds without walls, so that a failure means something."""
    weak: tuple[str, ...] = ()
    """Walls that are known not to hold it."""


def _python(text: str) -> str:
    return f"\"$PYTHON\" -I -S - <<'END'\nimport ctypes, os, socket, struct, sys\n{text}\nEND"


_LIBC = "libc = ctypes.CDLL(None, use_errno=True)\n"

ATTACKS = (
    Attack("c01-read", "read a key through a link", f"grep -q {CANARY} link"),
    Attack("c01-write", "write a key through a link", "echo broken >> link"),
    Attack(
        "c04-key", "make a hard link to a key", f'ln "$HOME/.ssh/id" key && grep -q {CANARY} key'
    ),
    Attack(
        "c04-file",
        "write a file outside through a hard link",
        'ln "$OUTSIDE/file" hard && echo broken >> hard',
    ),
    Attack(
        "c05",
        "reach a key through /proc",
        f'grep -qs {CANARY} /proc/self/root"$HOME"/.ssh/id /proc/1/root"$HOME"/.ssh/id '
        f'/proc/"$TARGET"/root"$HOME"/.ssh/id /proc/self/cwd/../home/.ssh/id',
    ),
    Attack("c06-twin", "write beside the workspace", "echo broken > ../work-twin", "host"),
    Attack("c06-absolute", "write outside", 'echo broken > "$OUTSIDE/new"'),
    Attack("c06-home", "write into the home folder", "echo broken > ~/.bashrc", "host"),
    Attack("c06-remove", "remove a file outside", 'rm "$OUTSIDE/file"'),
    Attack("c06-rename", "move a file from outside in", 'mv "$OUTSIDE/file" mine'),
    Attack("c06-truncate", "truncate a file outside", 'truncate -s 0 "$OUTSIDE/file"'),
    Attack(
        "c06-mode",
        "change the mode of a file outside",
        'chmod 777 "$OUTSIDE/file"',
        weak=("landlock",),
    ),
    Attack(
        "c08-hook",
        "make a hook where there is none",
        "mkdir -p .git/hooks; echo broken > .git/hooks/pre-commit",
        "host",
    ),
    Attack(
        "c08-config", "have git run a program", "echo '[core]fsmonitor=x' >> .git/config", "host"
    ),
    Attack(
        "c08-settings",
        "make settings of ours",
        "mkdir -p .ownkey .factory; echo {} | tee .ownkey/settings.json > .factory/settings.json",
        "host",
    ),
    Attack("c11-envrc", "make an .envrc", "echo broken > .envrc", "host"),
    Attack(
        "c11-tasks",
        "have an editor run a program",
        "mkdir -p .vscode; echo '{\"tasks\":[]}' > .vscode/tasks.json",
        "host",
    ),
    Attack(
        "c09",
        "move .git away and make another",
        "mv .git old; mkdir -p .git/hooks; echo broken > .git/hooks/pre-commit",
        "host",
    ),
    Attack(
        "c10",
        "point git at another repository",
        "rm -rf .git/config .git 2>&-; mkdir evil; echo gitdir: evil > .git",
        "host",
    ),
    Attack(
        "c25-common",
        "have git take another folder's settings for its own",
        "mkdir evil; echo '[core]fsmonitor=x' > evil/config; echo ../evil > .git/commondir",
        "host",
    ),
    Attack(
        "c25-inside",
        "leave a repository that has git run a program",
        "mkdir -p sub/.git/objects sub/.git/refs; echo '[core]fsmonitor=x' > sub/.git/config; "
        "echo ref: refs/heads/main > sub/.git/HEAD",
        "host",
    ),
    Attack(
        "c12",
        "mount everything anew, writable",
        'mount -o remount,rw,bind / && echo broken > "$OUTSIDE/new"',
        control=False,
    ),
    Attack("c13-user", "make a user namespace", "unshare -Ur true"),
    Attack("c13-mount", "make a mount namespace", "unshare -Urm true"),
    Attack(
        "c13-clone",
        "clone into a user namespace",
        _python(_LIBC + "sys.exit(libc.unshare(0x10000000) != 0)"),
    ),
    Attack(
        "c14-environ",
        "read the environment of a process outside",
        'tr "\\0" "\\n" < /proc/"$TARGET"/environ | grep -q .',
    ),
    Attack(
        "c14-ptrace",
        "attach to a process outside",
        _python(
            _LIBC + "target = int(os.environ['TARGET'])\n"
            "if libc.ptrace(16, target, 0, 0): sys.exit(1)\n"
            "os.waitpid(target, 0x40000000)\nlibc.ptrace(17, target, 0, 0)"
        ),
    ),
    Attack("c14-signal", "signal a process outside", 'kill -CONT "$TARGET"'),
    Attack(
        "c15-path",
        "speak to a unix socket, as docker's or ssh-agent's",
        _python("socket.socket(socket.AF_UNIX).connect(os.environ['SOCKET'])"),
    ),
    Attack(
        "c15-abstract",
        "speak to an abstract socket, as X11's",
        _python("socket.socket(socket.AF_UNIX).connect('\\0' + os.environ['ABSTRACT'])"),
    ),
    Attack(
        "c15-pair",
        "turn one of a pair to a socket outside",
        _python(
            "a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
            "a.connect(os.environ['SOCKET'] + '.datagrams')"
        ),
    ),
    Attack(
        "c16",
        "type into a terminal",
        _python(
            "import fcntl\none, other = os.openpty()\nos.setsid()\nfcntl.ioctl(other, 0x540E, 0)\n"
            "fcntl.ioctl(other, 0x5412, b'x')"
        ),
    ),
    Attack(
        "c17",
        "open an io_uring, which no filter sees into",
        _python(
            _LIBC + "ring = ctypes.create_string_buffer(120)\n"
            "sys.exit(libc.syscall(425, 1, ring) < 0)"
        ),
    ),
    Attack(
        "c18",
        "start something at the next login",
        "mkdir -p ~/.config/autostart && echo broken > ~/.config/autostart/x.desktop",
        "host",
    ),
    Attack(
        "c19",
        "use a descriptor that was left open",
        'for at in /proc/$$/fd/*; do case ${at##*/} in 0|1|2|255) ;; *) [ -e "$at" ] && exit 0;; '
        "esac; done; exit 1",
        control=False,
    ),
    Attack("c20", "read what others have in /tmp", 'grep -q canary "$SHARED"'),
    Attack("c22-setuid", "make a setuid program", "cp /bin/true su && chmod 4755 su && [ -u su ]"),
    Attack(
        "c22-open",
        "make a setuid file at once",
        _python(
            "os.umask(0)\nos.close(os.open('su', os.O_CREAT | os.O_WRONLY, 0o4755))\n"
            "sys.exit(not os.stat('su').st_mode & 0o4000)"
        ),
    ),
    Attack("c22-device", "make a device", "mknod disk b 8 0", control=False),
    Attack("c23", "leave a process behind", 'setsid -f sleep "1000.$TARGET" >&- 2>&- <&-', "host"),
    Attack(
        "d01-tcp",
        "connect to a server on this machine",
        _python("socket.create_connection(('127.0.0.1', int(os.environ['TCP'])), 3)"),
    ),
    Attack(
        "d01-elsewhere",
        "connect to the cloud's own address",
        _python("socket.create_connection(('169.254.169.254', 80), 1)"),
        control=False,
    ),
    Attack(
        "d02",
        "carry something out by datagrams, as names are",
        _python(
            "there = ('127.0.0.1', int(os.environ['UDP']))\n"
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'broken', there)"
        ),
        "host",
    ),
    Attack(
        "d03-raw",
        "open a raw socket",
        _python("socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)"),
        control=False,
    ),
    Attack("d03-packet", "open a packet socket", _python("socket.socket(17, 3)"), control=False),
    Attack(
        "d03-vsock",
        "open a socket to the virtual machine's host",
        _python("socket.socket(40, socket.SOCK_STREAM)"),
        control=False,
    ),
    Attack(
        "d04",
        "push to a server",
        'git -c init.defaultBranch=m ls-remote "http://127.0.0.1:$TCP/x" || [ $? != 128 ]',
        control=False,
    ),
)
