/** What goes over the line between the main process and a host: calls with an id, progress, replies. */
import { z } from 'zod';
import type { Failure } from '../../engine/errors.ts';

/** The types of each call: what it takes, what it answers, what is told while it runs. */
export type CallTypes = Record<string, { input: unknown; output: unknown; progress: unknown }>;

/** The schemas of the same calls; both ends check with them what they receive. */
export type Calls<T extends CallTypes> = {
  [M in keyof T]: {
    input: z.ZodType<T[M]['input']>;
    output: z.ZodType<T[M]['output']>;
    progress: z.ZodType<T[M]['progress']>;
  };
};

/** The call types that a set of schemas stands for. */
export type TypesOf<S extends Record<string, Record<'input' | 'output' | 'progress', z.ZodType>>> = {
  [M in keyof S]: {
    input: z.infer<S[M]['input']>;
    output: z.infer<S[M]['output']>;
    progress: z.infer<S[M]['progress']>;
  };
};

const id = z.number().int().positive();

export const toHost = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id, method: z.string(), input: z.unknown() }),
  z.object({ kind: z.literal('abort'), id }),
]);
export type ToHost = z.infer<typeof toHost>;

/** A code that we do not know cannot arrive: both ends are built from one source. */
const failure = z.object({
  code: z.custom<Failure['code']>((value) => typeof value === 'string'),
  problem: z.string(),
  remedy: z.string(),
  file: z.string().nullable(),
});

export const fromHost = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), id, progress: z.unknown() }),
  z.object({ kind: z.literal('done'), id, output: z.unknown() }),
  z.object({ kind: z.literal('failed'), id, failure }),
]);
export type FromHost = z.infer<typeof fromHost>;
