"""The jars of the embedded stack: fetched once per user, each checked against a committed hash.

`jars.sha256` beside this file lists them, so that a start resolves no dependencies: what is listed
is fetched, checked and used, and nothing else is. After changing `COORDINATES`,
`python -m console.stack.jars --pin` resolves them again and rewrites the list.
"""

import errno
import hashlib
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from jgo.maven import Artifact, MavenContext, PythonResolver
from jgo.parse import Coordinate
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from console.stack.errors import StackError
from console.stack.pins import PINS_FILE, Pin, cache_folder, read_pins

KAFKA_VERSION = "4.3.1"
STORE_VERSION = "1.47.0"
COORDINATES = {
    "kafka": [
        f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}",
        f"org.apache.kafka:kafka-tools:{KAFKA_VERSION}",
        # Kafka logs through slf4j and brings no binding: without one its errors are lost.
        "org.slf4j:slf4j-simple:1.7.36",
    ],
    "store": [
        f"de.bwaldvogel:mongo-java-server-core:{STORE_VERSION}",
        "org.xerial:sqlite-jdbc:3.54.1.0",
        "org.slf4j:slf4j-simple:2.0.17",
    ],
    "compiler": ["org.eclipse.jdt:ecj:3.46.100"],
}
PARALLEL_DOWNLOADS = 8

Downloaded = Callable[[int], None]
"""Told the number of bytes that just arrived."""


def ensure_jars(console: Console, pins_file: Path = PINS_FILE) -> None:
    """Fetch the jars that the cache lacks, showing a progress bar, and check every jar.

    Raises StackError when a jar cannot be fetched or does not have its pinned hash.
    """
    folder = cache_folder(pins_file)
    missing = []
    for pin in read_pins(pins_file):
        if (folder / pin.file).exists():
            _check(folder / pin.file, pin)
        else:
            missing.append(pin)
    if missing:
        with _progress(console, len(missing)) as (jar_done, downloaded):
            _fetch_all(missing, folder, jar_done, downloaded)


def _fetch_all(
    pins: list[Pin], folder: Path, jar_done: Callable[[], None], downloaded: Downloaded
) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A jar gets its name in the cache only when it is whole and has the right hash, so an
        # interrupted download leaves nothing that a later start could take for a jar.
        with (
            tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as staging,
            ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool,
        ):
            context = _maven(Path(staging), downloaded)
            futures = [pool.submit(_fetch, context, pin, folder) for pin in pins]
            try:
                for future in futures:
                    future.result()
                    jar_done()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    except (OSError, RuntimeError) as error:
        raise StackError(_fetch_failure(error, folder)) from error


def _fetch(context: MavenContext, pin: Pin, folder: Path) -> None:
    staged = _artifact(context, pin.path).resolve()
    _check(staged, pin)
    target = folder / pin.file
    target.parent.mkdir(parents=True, exist_ok=True)
    staged.rename(target)


def _fetch_failure(error: OSError | RuntimeError, folder: Path) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"the disk is full: no room for the jars in {folder}"
    if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"cannot write the jars to {folder}: {error.strerror} (XDG_CACHE_HOME moves it)"
    return (
        "cannot download the jars of the broker and the store (needed once): no connection to the "
        f"Maven repository ({type(error).__name__})"
    )


def _check(jar: Path, pin: Pin) -> None:
    with jar.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != pin.sha256:
        raise StackError(
            f"{jar} is not the pinned jar: its sha256 is {actual[:12]}…, not {pin.sha256[:12]}…; "
            "delete it and start again"
        )


def _artifact(context: MavenContext, path: PurePosixPath) -> Artifact:
    """The artifact at `group/artifact/version/artifact-version[-classifier].jar`."""
    *group, name, version, _ = path.parts
    classifier = path.stem.removeprefix(f"{name}-{version}").removeprefix("-")
    return context.project(".".join(group), name).at_version(version).artifact(classifier, "jar")


def _maven(repository: Path, downloaded: Downloaded) -> MavenContext:
    @contextmanager
    def report(_name: str, _size: int) -> Iterator[Downloaded]:
        yield downloaded

    # No local repositories: what is used was fetched, not found lying on the machine.
    return MavenContext(
        resolver=PythonResolver(progress_callback=report),
        repo_cache=repository,
        local_repos=[],
        timeout=20,
    )


@contextmanager
def _progress(console: Console, jars: int) -> Iterator[tuple[Callable[[], None], Downloaded]]:
    columns = (
        TextColumn("Downloading jars (once)"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[megabytes]:.1f} MB"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("jars", total=jars, megabytes=0.0)
        received = 0

        def jar_done() -> None:
            progress.advance(task)

        def downloaded(count: int) -> None:
            nonlocal received
            received += count
            progress.update(task, megabytes=received / 1e6)

        yield jar_done, downloaded


def _resolve(context: MavenContext, coordinates: Iterable[str]) -> Iterator[Artifact]:
    roots = [context.create_dependency(Coordinate.parse(text)) for text in coordinates]
    direct, transitive = context.resolver.resolve(roots)
    for dependency in [*direct, *transitive]:
        yield dependency.artifact


def write_pins(
    console: Console,
    file: Path = PINS_FILE,
    wanted: Mapping[str, Sequence[str]] = COORDINATES,
) -> None:
    """Resolve `wanted`, download every jar and rewrite the committed list (maintainers)."""
    lines = []
    with tempfile.TemporaryDirectory() as folder, _progress(console, 1) as (_, downloaded):
        repository = Path(folder)
        context = _maven(repository, downloaded)
        for jar_set, coordinates in wanted.items():
            for artifact in _resolve(context, coordinates):
                jar = artifact.resolve()
                sha256 = hashlib.sha256(jar.read_bytes()).hexdigest()
                lines.append(f"{sha256}  {jar_set}/{jar.relative_to(repository).as_posix()}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--pin"]:
        sys.exit("usage: python -m console.stack.jars --pin")
    write_pins(Console())
