"""The rows as Markdown, as engine/evaluate/table.ts, with what is needed to repeat them."""

import statistics
from collections.abc import Sequence

from .conditions import order_of
from .masking import BUSY, FLOOR
from .pictures import INPUT_SIZE
from .rows import Row, Start
from .settings import photo_noise_settings
from .stranger import BATCH, TEST_EVERY, USUAL, WIDTHS


def strengths_of(rows: Sequence[Row]) -> list[float]:
    """ρ_u of all protected rows, in units of 1/255: that of most rows first, the others as they rise."""
    found = [row.rho_u for row in rows if row.rho_u is not None]
    most = max(found, key=found.count, default=None)
    return sorted(set(found), key=lambda rho_u: (rho_u != most, rho_u))


def markdown_report(starts: Sequence[Start], rows: Sequence[Row]) -> str:
    """
    A section with a table for each strength.

    starts: at least one; all of one setting
    """
    strengths = strengths_of(rows)
    first = starts[0]
    chance = 1 / len(first.setting.albums)
    # The originals once: they have no strength.
    main = [row for row in rows if row.rho_u is None or row.rho_u == strengths[0]]
    parts = [f"## Evaluation of {first.date[:10]}", rows_table(main, chance)]
    for rho_u in strengths[1:]:
        parts += [f"At {rho_u:g}/255:", rows_table([row for row in rows if row.rho_u == rho_u], chance)]
    parts.append("\n".join(f"- {fact}" for fact in _facts(starts, rows, strengths)))
    return "\n\n".join(parts) + "\n"


def rows_table(rows: Sequence[Row], chance: float) -> str:
    """
    Accuracy on clean held-out photos for each seed, mean and spread over the seeds, and the mean of each model's best
    epoch. A cell without a training is empty.
    """
    seeds = sorted({row.seed for row in rows})
    lines = [
        ["trained on", *(f"seed {seed}" for seed in seeds), "mean", "spread", "best epoch"],
        ["---"] + ["--:"] * (len(seeds) + 3),
    ]
    for condition in sorted({row.condition for row in rows}, key=order_of):
        own = {row.seed: row for row in rows if row.condition == condition}
        accuracies = [row.run.accuracy for row in own.values()]
        spread = f"± {100 * statistics.stdev(accuracies):.1f}" if len(accuracies) > 1 else "–"
        lines.append(
            [
                condition.name,
                *(_percent(own[seed].run.accuracy) if seed in own else "" for seed in seeds),
                _percent(statistics.mean(accuracies)),
                spread,
                _percent(statistics.mean(row.best for row in own.values())),
            ]
        )
    lines.append(["guessing", *[_percent(chance)] * (len(seeds) + 1), "–", _percent(chance)])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _facts(starts: Sequence[Start], rows: Sequence[Row], strengths: Sequence[float]) -> list[str]:
    setting = starts[-1].setting
    albums = ", ".join(f"{each.name} ({each.training} + {each.held_out})" for each in setting.albums)
    facts = [f"Command: `{command}`" for command in dict.fromkeys(start.command for start in starts)]
    facts += [
        f"Date: {', '.join(dict.fromkeys(start.date for start in starts))}",
        f"Machine: {'; '.join(dict.fromkeys(start.machine for start in starts))}; "
        f"{sum(row.run.seconds for row in rows):.0f} s of training, added up",
        f"Albums (training + held-out photos): {albums}",
        f"Protection: {_protection(starts, rows, strengths)}",
        f"Stranger: residual network, widths {'-'.join(map(str, WIDTHS[USUAL]))}, 1 block(s) a stage, {INPUT_SIZE} "
        f"pixels, from nothing, {setting.epochs} epochs, batch {BATCH}; accuracy on clean held-out photos after the "
        "last epoch, mean over the albums; spread is the standard deviation over the seeds; best epoch is what early "
        f"stopping could reach with clean photos to choose by, tested every {TEST_EVERY} epochs",
    ]
    for name, widths in WIDTHS.items():
        if name != USUAL and any(row.condition.architecture == name for row in rows):
            facts.append(f"{name}: widths {'-'.join(map(str, widths))}, 1 a stage, trained the same way")
    return facts


def _protection(starts: Sequence[Start], rows: Sequence[Row], strengths: Sequence[float]) -> str:
    if not strengths:
        return "none (originals only)"
    settings = photo_noise_settings(strengths[0])
    qualities = []
    for rho_u in strengths:
        # Only where every photo is protected: the same copies in all of these rows.
        psnrs = [row.psnr for row in rows if row.rho_u == rho_u and row.condition.share == 100 and row.psnr is not None]
        if psnrs:
            qualities.append(f"{statistics.mean(psnrs):.1f} dB at {rho_u:g}/255")
    generator = starts[-1].setting
    return (
        f"{', '.join(f'{rho_u:g}/255' for rho_u in strengths)}, {settings.steps} steps, {settings.views} views a step, "
        f"momentum {settings.momentum:g}, masked (floor {FLOOR:g}, busy {BUSY:g}), "
        f"generator {generator.generator} ({generator.sha256[:12]}), lossless copies, mean PSNR {', '.join(qualities)}"
    )
