import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Quitting, type QuitQuestion } from '../../../../electron/main/quitting.ts';

interface Bench {
  quitting: Quitting;
  /** Comes as Electron's event does. Answers whether the program may end. */
  beforeQuit: () => boolean;
  lost: string[];
  questions: QuitQuestion[];
  answer: (isMeant: boolean) => Promise<void>;
  closed: () => Promise<void>;
  /** What has been done, in order. */
  done: string[];
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function open(lost: string[] = []): Bench {
  const questions: QuitQuestion[] = [];
  const done: string[] = [];
  let reply = Promise.withResolvers<boolean>();
  const closing = Promise.withResolvers<undefined>();
  const quitting = new Quitting({
    lost: () => lost,
    ask: (question) => {
      questions.push(question);
      reply = Promise.withResolvers<boolean>();
      return reply.promise;
    },
    close: async () => {
      done.push('close');
      await closing.promise;
    },
    quit: () => done.push('quit'),
    relaunch: () => done.push('relaunch'),
  });
  return {
    quitting,
    beforeQuit: () => {
      let isHeld = false;
      quitting.beforeQuit({ preventDefault: () => (isHeld = true) });
      return !isHeld;
    },
    lost,
    questions,
    answer: async (isMeant) => {
      reply.resolve(isMeant);
      await turn();
    },
    closed: async () => {
      closing.resolve(undefined);
      await turn();
    },
    done,
  };
}

describe('quitting', () => {
  test('puts everything down first, without a question when nothing would be lost', async () => {
    const { quitting, beforeQuit, questions, done, closed } = open();
    expect(beforeQuit()).toBe(false);
    expect(beforeQuit()).toBe(false);
    expect([questions, done, quitting.isClosing]).toEqual([[], ['close'], true]);
    await closed();
    expect(done).toEqual(['close', 'quit']);
    expect(beforeQuit()).toBe(true);
  });

  test('asks when work would be lost, says which, and goes on when it was not meant', async () => {
    const { quitting, beforeQuit, questions, answer, done } = open(['adding photos', 'exporting copies']);
    beforeQuit();
    expect(questions.map(({ message }) => message)).toEqual([
      'Stillgrain is still adding photos and exporting copies.',
    ]);
    expect(beforeQuit()).toBe(false);
    expect(questions).toHaveLength(1);
    await answer(false);
    expect([done, quitting.isClosing]).toEqual([[], false]);
    beforeQuit();
    await answer(true);
    expect([questions.length, done]).toEqual([2, ['close']]);
  });

  test('does not wait for an answer when the work has ended meanwhile', async () => {
    const { beforeQuit, lost, answer, done, closed } = open(['adding photos']);
    beforeQuit();
    lost.length = 0;
    expect(beforeQuit()).toBe(false);
    await closed();
    await answer(true);
    expect(done).toEqual(['close', 'quit']);
  });

  test('asks nothing when the system ends', () => {
    const { quitting, beforeQuit, questions, done } = open(['adding photos']);
    quitting.force();
    expect(done).toEqual(['quit']);
    beforeQuit();
    expect([questions, done]).toEqual([[], ['quit', 'close']]);
  });

  test('lets the program be there again when it was started meanwhile', async () => {
    const { quitting, beforeQuit, done, closed } = open();
    beforeQuit();
    quitting.wantAgain();
    await closed();
    expect(done).toEqual(['close', 'relaunch', 'quit']);
  });

  test('ends though nothing can be asked, nor put down', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue(undefined);
    onTestFinished(() => error.mockRestore());
    const quit = vi.fn<() => void>();
    const fail = (): Promise<never> => Promise.reject(new Error('no'));
    const quitting = new Quitting({ lost: () => ['adding photos'], ask: fail, close: fail, quit, relaunch: quit });
    quitting.beforeQuit({ preventDefault: () => undefined });
    await turn();
    expect(quit).toHaveBeenCalledTimes(1);
  });
});
