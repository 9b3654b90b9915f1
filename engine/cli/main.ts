/** The engine's own command line: everything that works without a window. */
import { Command } from 'commander';
import { benchmarkCommand } from './benchmark.ts';
import { doctorCommand } from './doctor.ts';
import { evaluateCommand } from './evaluate.ts';
import { evaluatePaperCommand } from './evaluatePaper.ts';
import { protectCommand } from './protect.ts';
import { trainGeneratorCommand } from './trainGenerator.ts';
import { visibilityCommand } from './visibility.ts';

await new Command('stillgrain')
  .description('Adds a faint noise to photos, so that models trained on them learn less about the pictures.')
  .addCommand(protectCommand())
  .addCommand(evaluateCommand())
  .addCommand(evaluatePaperCommand())
  .addCommand(visibilityCommand())
  .addCommand(trainGeneratorCommand())
  .addCommand(benchmarkCommand())
  .addCommand(doctorCommand())
  .parseAsync();
