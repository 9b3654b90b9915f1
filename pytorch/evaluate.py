"""
Trains a stranger's model from nothing on protected copies of albums, and on the originals, and tests both on clean
photos, as `npm run evaluate` does.
"""

import argparse
import json
import pathlib
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import torch

from .albums import MINIMUM_PHOTOS, SplitAlbum, split_albums
from .class_filters import MAXIMUM_CLASSES
from .conditions import Source, conditions_of
from .copies import album_copies, held_out_pictures
from .countermeasures import COUNTERMEASURES_IN_WORDS, is_countermeasure
from .device import machine_in_words, open_device
from .files import replace_file
from .generator import Generator, load_generator
from .photo_noise import PhotoNoise, photo_noises
from .pictures import album_pictures
from .record import command_line, now
from .rows import AlbumCount, Row, Setting, Start, add_line, distinct, read_rows, row_key, row_line, start_line
from .stranger import USUAL, WIDTHS, Diverged, TrainingRun
from .table import markdown_report
from .trainings import Task, keep_pictures, open_pool, train_all
from .uploads import UPLOADS_IN_WORDS, is_upload


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pytorch.evaluate", description=__doc__)

    def several(name: str, how: str, metavar: str = "NAME", kind: type = str) -> None:
        parser.add_argument(
            name, action="append", default=[], metavar=metavar, type=kind, help=f"{how}; may be repeated"
        )

    parser.add_argument("folder", type=pathlib.Path, nargs="?", help="a folder of albums: each sub-folder is one")
    parser.add_argument("--generator", type=pathlib.Path, default=pathlib.Path("assets/generator"))
    parser.add_argument("--per-album", type=int, help="use at most this many photos of each album")
    parser.add_argument("--epochs", type=int, default=100, help="how often each photo is learned from")
    parser.add_argument("--seeds", type=int, default=3, help="trainings a row, each with a seed of its own")
    parser.add_argument("--strength", type=float, default=8, help="ρ_u in units of 1/255")
    parser.add_argument("--seed", type=int, default=5, help="seed of the protection")
    several("--upload", f"after an upload: {UPLOADS_IN_WORDS}")
    several("--countermeasure", f"with a countermeasure: {COUNTERMEASURES_IN_WORDS}")
    several("--architecture", f"by another network: {', '.join(name for name in WIDTHS if name != USUAL)}")
    several("--share", "when only this share of each album is protected: 1 to 99", "PERCENT", int)
    several("--originals-too", "train on originals after this upload or with this countermeasure as well")
    parser.add_argument("--processes", type=int, default=4, help="models trained side by side")
    parser.add_argument("--work", type=pathlib.Path, help="keep finished trainings in this file, and go on with it")
    parser.add_argument("--rows", type=pathlib.Path, help="train nothing: the table of what --work has kept here")
    parser.add_argument("--json", type=pathlib.Path, help="write the trainings here")
    parser.add_argument("--table", type=pathlib.Path, help="write the table here, as Markdown")
    options = parser.parse_args()
    wrong = problem_of(options)
    if wrong is not None:
        parser.error(wrong)
    return options


def problem_of(options: argparse.Namespace) -> str | None:
    """What is wrong with the options, or None."""
    for upload in options.upload:
        if not is_upload(upload):
            return f"{upload} is not an upload that can be evaluated: choose {UPLOADS_IN_WORDS}"
    for each in options.countermeasure:
        if not is_countermeasure(each):
            return f"{each} is not a way of training: choose {COUNTERMEASURES_IN_WORDS}"
    for each in options.architecture:
        if each not in WIDTHS:
            return f"{each} is not a network: choose {', '.join(WIDTHS)}"
    for each in options.originals_too:
        if each not in (*options.upload, *options.countermeasure):
            return f"--originals-too {each} needs --upload or --countermeasure {each}"
    if (options.folder is None) == (options.rows is None):
        return "name a folder of albums, or --rows"
    if any(not 0 < share < 100 for share in options.share):
        return "--share is to be 1 to 99"
    if min(options.epochs, options.seeds, options.processes) < 1 or not 0 < options.strength <= 32:
        return "--epochs, --seeds and --processes are to be at least 1, --strength above 0 and at most 32"
    if options.per_album is not None and options.per_album < MINIMUM_PHOTOS:
        return f"--per-album is to be at least {MINIMUM_PHOTOS}"
    return None


def main() -> None:
    options = parse_options()
    try:
        starts, rows = read_rows(options.rows) if options.rows else evaluate(options)
        if not rows:
            raise ValueError(f"There is no training in {options.rows}.")
    except Diverged:
        sys.exit("A model’s training went astray: its loss is no number any more. Start it again.")
    except (ValueError, OSError) as wrong:
        sys.exit(str(wrong))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; with --work the same command goes on.")
    rows = distinct(rows)
    report = markdown_report(starts, rows)
    if options.table:
        replace_file(options.table, lambda beside: beside.write_text(report, encoding="utf-8"))
    if options.json:
        lines = [json.loads(line) for line in [*map(start_line, starts), *map(row_line, rows)]]
        text = json.dumps(lines, indent=1, ensure_ascii=False) + "\n"
        replace_file(options.json, lambda beside: beside.write_text(text, encoding="utf-8"))
    print(report)


def evaluate(options: argparse.Namespace) -> tuple[list[Start], list[Row]]:
    """The trainings that were asked for, those kept from an earlier start among them, and the starts that made them."""
    albums, content = split_albums(options.folder, options.per_album)
    if len(albums) > MAXIMUM_CLASSES:
        raise ValueError(f"There are {len(albums)} albums, but the generator can tell only {MAXIMUM_CLASSES} apart.")
    device = open_device()
    generator = load_generator(options.generator, device)
    counts = tuple(AlbumCount(album.name, len(album.training), len(album.held_out)) for album in albums)
    setting = Setting(generator.name, generator.sha256, options.seed, counts, content, options.epochs)
    starts, kept = read_rows(options.work) if options.work else ([], [])
    if starts and starts[0].setting != setting:
        raise ValueError(f"{options.work} is of another generator, other albums or settings: name another file.")
    conditions = conditions_of(
        options.upload, options.countermeasure, options.architecture, options.share, options.originals_too
    )
    asked = {row_key(each, options.strength, seed) for each in conditions for seed in range(1, options.seeds + 1)}
    rows = [row for row in kept if (row.condition, row.rho_u, row.seed) in asked]
    missing = asked - {(row.condition, row.rho_u, row.seed) for row in rows}
    if not missing:
        return starts, rows
    command = command_line("pytorch.evaluate", sys.argv[1:], options.folder, "folder of albums")
    starts.append(Start(command, now(), machine_in_words(), setting))
    keep(options.work, start_line(starts[-1]))
    tell(f"{len(missing)} of {len(asked)} models are to be trained, {options.epochs} epochs each.")

    noises = None
    if any(condition.pictures == "protected" for condition, _, _ in missing):
        tell("Making the noise …")
        noises = noises_of(albums, generator, options.strength, options.seed, device)
    sources = sorted({condition.source for condition, _, _ in missing}, key=str)
    with tempfile.TemporaryDirectory(prefix="stillgrain-evaluate-") as folder, open_pool(options.processes) as pool:
        tell("Making the copies …")
        held_out = pathlib.Path(folder, "held-out.pt")
        pictures = pool.map(held_out_pictures, [album.held_out for album in albums])
        keep_pictures(album_pictures(list(pictures)), held_out)
        training, psnr = kept_copies(pool, albums, noises, options.strength, sources, pathlib.Path(folder))

        def trained(task: Task, run: TrainingRun) -> None:
            condition, rho_u, seed = row_key(task.condition, options.strength, task.seed)
            row = Row(condition, rho_u, psnr if rho_u is not None else None, seed, run)
            rows.append(row)
            keep(options.work, row_line(row))
            tell(
                f"{condition.name}, seed {seed}: {100 * run.accuracy:.1f} %, best {100 * row.best:.1f} %, "
                f"{100 * run.curve[-1].training_accuracy:.0f} % of what it trained on; {run.seconds:.0f} s"
            )

        tasks = [Task(each, seed, options.epochs, training[each.source], held_out) for each, _, seed in missing]
        train_all(pool, tasks, trained)
    return starts, rows


def noises_of(
    albums: Sequence[SplitAlbum], generator: Generator, rho_u: float, seed: int, device: torch.device
) -> list[list[PhotoNoise]]:
    """The noise of every photo to train on, album by album, which have the classes in turn, as the app gives them."""
    photos = [photo for album in albums for photo in album.training]
    labels = [label for label, album in enumerate(albums) for _ in album.training]
    made = iter(photo_noises(generator, photos, labels, rho_u, seed, device))
    noises = [[next(made) for _ in album.training] for album in albums]
    torch.cuda.empty_cache()  # The trainings are processes of their own.
    return noises


def kept_copies(
    pool: ProcessPoolExecutor,
    albums: Sequence[SplitAlbum],
    noises: Sequence[list[PhotoNoise]] | None,
    rho_u: float,
    sources: Sequence[Source],
    folder: pathlib.Path,
) -> tuple[dict[Source, pathlib.Path], float | None]:
    """A file of pictures for each source, and the mean PSNR of the copies in dB, None without any."""
    photos = [album.training for album in albums]
    count = len(albums)
    made = list(pool.map(album_copies, photos, noises or [None] * count, [rho_u] * count, [sources] * count))
    files = {source: folder / f"{index}.pt" for index, source in enumerate(sources)}
    for source, file in files.items():
        keep_pictures(album_pictures([album.pictures[source] for album in made]), file)
    psnrs = [psnr for album in made for psnr in album.psnrs]
    return files, sum(psnrs) / len(psnrs) if psnrs else None


def keep(path: pathlib.Path | None, line: str) -> None:
    if path is not None:
        add_line(path, line)


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
