/** What goes over the line to a trial's process: one request at a time, one reply to each. */
import { z } from 'zod';
import { RUNTIME_IDS } from './candidates.ts';

const numbers = z.instanceof(Float32Array<ArrayBufferLike>);

export const trialRequest = z.discriminatedUnion('kind', [
  /** Which runtimes this installation has. */
  z.object({ kind: z.literal('candidates') }),
  /** Opens one and computes the gradients of the trial's problems. */
  z.object({
    kind: z.literal('prepare'),
    id: z.enum(RUNTIME_IDS),
    generatorFolder: z.string(),
    threads: z.number().int().min(1).nullable(),
  }),
  /** Computes the first of them again and again. */
  z.object({ kind: z.literal('time'), runs: z.number().int().min(1) }),
]);
export type TrialRequest = z.infer<typeof trialRequest>;

export const trialReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('candidates'), ids: z.array(z.enum(RUNTIME_IDS)) }),
  /** `seconds` is of one gradient, warm where warming up is quick. */
  z.object({ kind: z.literal('prepared'), gradients: z.array(numbers), seconds: z.number() }),
  z.object({ kind: z.literal('timed'), seconds: z.array(z.number()).min(1) }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
]);
export type TrialReply = z.infer<typeof trialReply>;
