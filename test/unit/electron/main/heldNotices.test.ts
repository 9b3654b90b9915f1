import { expect, test } from 'vitest';
import { HeldNotices } from '../../../../electron/main/heldNotices.ts';

test('notices wait for a page, each once, and then reach it at once', () => {
  const shown: string[] = [];
  const notices = new HeldNotices(({ kind, sentence }) => shown.push(`${kind}: ${sentence}`));
  notices.tell({ kind: 'error', sentence: 'The disk is full.' });
  notices.tell({ kind: 'warning', sentence: 'A runtime was dropped.' });
  notices.tell({ kind: 'error', sentence: 'The disk is full.' });
  expect(shown).toEqual([]);
  expect(notices.sentences()).toEqual(['A runtime was dropped.', 'The disk is full.']);

  notices.pageOpened();
  expect(shown).toEqual(['warning: A runtime was dropped.', 'error: The disk is full.']);
  expect(notices.sentences()).toEqual([]);
  notices.tell({ kind: 'info', sentence: 'Here.' });
  expect(shown).toHaveLength(3);

  notices.pageClosed();
  notices.tell({ kind: 'info', sentence: 'Gone.' });
  expect(shown).toHaveLength(3);
});
