import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import type { z } from 'zod';
import { toFailure, UserError } from '../../engine/errors.ts';
import { explainCatalogError } from '../catalog/index.ts';
import { requests, type Channel, type Input, type Outputs, type Reply } from './contract.ts';

/** What answers a request; its input has been checked. */
export type Handler<C extends Channel> = (input: Input<C>) => Outputs[C] | Promise<Outputs[C]>;
export type Handlers = { [C in Channel]: Handler<C> };

/** The part of an ipc event that tells who asks. */
export type Sender = Pick<IpcMainInvokeEvent, 'senderFrame' | 'sender'>;

/** True for our own page in a window's main frame, and for nobody else. */
export function isOwnPage(event: Sender): boolean {
  const frame = event.senderFrame;
  if (frame === null || frame !== event.sender.mainFrame) return false;
  const url = URL.parse(frame.url);
  return url !== null && url.protocol === 'app:' && url.host === 'main';
}

/** Registers a handler for every channel of the contract. */
export function registerHandlers(ipc: Pick<IpcMain, 'handle'>, handlers: Handlers): void {
  for (const channel of Object.keys(requests)) {
    if (isChannel(channel)) register(ipc, channel, handlers[channel]);
  }
}

/** Every call goes through here: sender, input, reply. What is thrown crosses as a failure, in words. */
function register<C extends Channel>(ipc: Pick<IpcMain, 'handle'>, channel: C, handler: Handler<C>): void {
  ipc.handle(channel, async (event, input: unknown): Promise<Reply<Outputs[C]>> => {
    try {
      if (!isOwnPage(event)) {
        throw new UserError('bad-setting', 'This page may not ask Stillgrain for anything.', 'Close it.');
      }
      return { ok: true, value: await handler(parseInput(channel, input)) };
    } catch (thrown) {
      const meaning = explainCatalogError(thrown);
      if (!(meaning instanceof UserError)) console.error(channel, thrown);
      return { ok: false, failure: toFailure(meaning) };
    }
  });
}

/** The contract's schemas, each with the type of its own channel. */
const schemas: { [C in Channel]: z.ZodType<Input<C>> } = requests;

function parseInput<C extends Channel>(channel: C, input: unknown): Input<C> {
  const parsed = schemas[channel].safeParse(input);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new UserError('bad-setting', `This cannot be done with these settings (${wrong}).`, 'Choose other settings.');
}

function isChannel(name: string): name is Channel {
  return Object.hasOwn(requests, name);
}
