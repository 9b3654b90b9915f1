import { NOISE_VERSION } from '../protect/index.ts';
import {
  difficultyAt,
  MASKED_SHARE,
  warmUpFor,
  type Assessment,
  type CurvePoint,
  type Schedule,
  type TrainingSettings,
} from '../sem/index.ts';
import type { ViewDistribution } from '../views/index.ts';

export interface ModelCard {
  name: string;
  licence: string;
  /** Of the file of weights. */
  sha256: string;
  data: { what: string; licence: string; pictures: number };
  command: string;
  machine: string;
  date: string;
  settings: TrainingSettings;
  curve: readonly CurvePoint[];
  schedules: readonly Schedule[];
  assessment: Assessment;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** What each part of the training had, and from which step on where it was changed on the way. */
function inTurn(schedules: readonly Schedule[], words: (schedule: Schedule) => string): string {
  const changes = schedules.filter((each, i) => i === 0 || words(each) !== words(schedules[i - 1] ?? each));
  return changes.map((each) => (each.from === 0 ? '' : `from step ${each.from} on `) + words(each)).join('; ');
}

const stepsInWords = ({ steps }: Schedule): string => `${steps}`;

const paceInWords = ({ pace: { raiseAbove, lowerBelow, up, down } }: Schedule): string =>
  `up by ${up} a step above an accuracy of ${raiseAbove}, down by ${down} below ${lowerBelow}`;

/** How a training that was interrupted and went on otherwise came to be, as its last command alone does not make it again. */
const howToRepeat = (schedules: readonly Schedule[]): string =>
  schedules.length < 2
    ? ''
    : ', begun with ' +
      schedules
        .map(({ steps }, i) => {
          const next = schedules[i + 1];
          return `\`--steps ${steps}\`${next ? `, interrupted at step ${next.from}, gone on with ` : ''}`;
        })
        .join('');

const percentOf = ([least, most]: readonly [number, number], factor: number): string =>
  `${Math.round(factor * least)} to ${Math.round(factor * most)}`;

/** T in words. */
function viewsInWords(views: ViewDistribution): string {
  const share = (p: number): string => `${Math.round(100 * p)} %`;
  return [
    `crops of ${percentOf(views.crop, 100)} % of the short edge, aspect up to ${views.aspect}`,
    `the whole picture ${share(views.wholeProbability)}`,
    `mirrored ${share(views.flipProbability)}`,
    `shrunk to ${percentOf(views.shrink, 100)} % and enlarged ${share(views.shrinkProbability)}`,
    `JPEG ${percentOf(views.jpegQuality, 1)} at the size of the view ${share(views.jpegProbability)}`,
    `grey ${share(views.greyProbability)}`,
    `contrast and saturation up to ±${share(views.colour)} and brightness up to ±${share(views.colour / 2)} ${share(views.colourProbability)}`,
  ].join(', ');
}

/** What the difficulty that training reached was made of: a curriculum that ended early has not met all of it. */
function reached({ attack }: TrainingSettings, level: number): string {
  const { attack: met, uploadShare } = difficultyAt(level, attack);
  return (
    `${level.toFixed(2)} of 1: views as uploads are treated in ${percent(uploadShare)} of the batches, ` +
    `an adversary of up to ${met.rhoA.toFixed(2)}/255`
  );
}

/** The model card as Markdown: every number in it comes from the run that it describes. */
export function modelCard(card: ModelCard): string {
  const { settings, assessment, curve } = card;
  const { network, noise, attack } = settings;
  const last = curve.at(-1);
  const rows = curve.filter(
    (point, i) =>
      point.step % Math.max(100, Math.round(settings.steps / 20 / 100) * 100) === 0 || i === curve.length - 1,
  );
  return `# Model card: ${card.name}

A generator f′θ for stable error-minimizing noise (SEM, Liu et al., AAAI 2024): a small residual network that reads the
noise of ${network.classes} target classes in pictures of any content. Stillgrain optimizes each photo's noise against it.

| | |
|---|---|
| licence of the weights | ${card.licence} |
| data | ${card.data.what}; ${card.data.pictures} pictures |
| licence of the data | ${card.data.licence} |
| SHA-256 of the weights | \`${card.sha256}\` |
| command | \`${card.command}\`${howToRepeat(card.schedules)} |
| seed | ${settings.seed} |
| machine | ${card.machine} |
| date | ${card.date} |
| time | ${((last?.seconds ?? 0) / 60).toFixed(0)} minutes |

## Settings
| | |
|---|---|
| network | residual, views of ${network.inputSize} × ${network.inputSize}, widths ${network.widths.join(', ')}, ${network.blocks} block(s) a stage |
| steps M | ${inTurn(card.schedules, stepsInWords)} |
| batch | ${settings.batch} |
| optimizer | SGD, learning rate ${settings.learningRate} along half a cosine, momentum ${settings.momentum}, weight decay ${settings.weightDecay} |
| defensive noise | ρ_u ${noise.rhoU}/255, α_u ${noise.alphaU}/255, K_u ${noise.steps} (none in the first ${warmUpFor(settings.steps)} steps), J ${noise.views}, from the class's filter, in ${Math.round(100 * MASKED_SHARE)} % of the pictures masked |
| views T | ${viewsInWords(noise.distribution)}; before them random crops and mirroring |
| random perturbation | ρ_r ${noise.rhoR}/255 |
| adversarial perturbation | at difficulty 1: ρ_a ${attack.rhoA}/255, α_a ${attack.alphaA}/255, K_a ${attack.steps}; none below 0.5 |
| labels | ${settings.labels === 'album' ? 'drawn independently of the picture; the difficulty follows the accuracy' : 'the class of the picture'} |
| difficulty, 0 to 1 | ${inTurn(card.schedules, paceInWords)} (running mean) |
| difficulty reached | ${reached(settings, Math.max(0, ...curve.map(({ level }) => level)))} |

## Accuracy on ${assessment.pictures} pictures that it was not trained on
Random labels, noise of ${assessment.rhoU}/255 as a photo gets it (noise version ${NOISE_VERSION}, masked; from one view a step), fresh upload views. Chance is ${percent(1 / network.classes)}.

| pictures | accuracy |
|---|---|
| without noise | ${percent(assessment.plainAccuracy)} |
| with noise | ${percent(assessment.protectedAccuracy)} |
| with noise, under PGD (${assessment.attack.rhoA}/255, ${assessment.attack.steps} steps) | ${percent(assessment.attackedAccuracy)} |

## Training curve
Accuracy is of one batch, on what the network sees at that difficulty. All points are in \`training.json\`.

| step | loss | accuracy | difficulty |
|---|---|---|---|
${rows.map((p) => `| ${p.step} | ${p.loss.toFixed(3)} | ${p.accuracy.toFixed(2)} | ${p.level.toFixed(2)} |`).join('\n')}

## Limits
It was made to protect photos against models that are trained from nothing on the protected copies. It says nothing about
models that were trained before, and it is not unbreakable: see the measured table in \`EVALUATION.md\`.${
    assessment.attackedAccuracy < 2 / network.classes
      ? `\nIt is not robust in the sense of Algorithm 1: under PGD it reads next to none of the noise, as the table above says.`
      : ''
  }
`;
}
