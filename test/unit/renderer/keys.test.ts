import { describe, expect, it } from 'vitest';
import { endOfEditing, nameOf, printed, Shortcuts, type KeyPress } from '../../../renderer/src/lib/keys.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

describe('names of keys', () => {
  it('are the same on every system', () => {
    expect(nameOf(press('A', { ctrlKey: true }), false)).toBe('mod+a');
    expect(nameOf(press('a', { metaKey: true }), true)).toBe('mod+a');
    expect(nameOf(press('a', { metaKey: true }), false)).toBe('other+a');
  });

  it('name Shift only where it is not needed to type the character', () => {
    expect(nameOf(press('?', { shiftKey: true }), false)).toBe('?');
    expect(nameOf(press('O', { shiftKey: true, ctrlKey: true }), false)).toBe('mod+shift+o');
    expect(nameOf(press('ArrowLeft', { shiftKey: true }), false)).toBe('shift+ArrowLeft');
    expect(nameOf(press(' '), false)).toBe('Space');
  });

  it('are those of the Latin letters where a layout has letters of another script', () => {
    expect(nameOf(press('п', { code: 'KeyG' }), false)).toBe('g');
    expect(nameOf(press('Ф', { code: 'KeyA', ctrlKey: true, shiftKey: true }), false)).toBe('mod+shift+a');
    // A Thai vowel sign.
    expect(nameOf(press('\u0e37', { code: 'KeyN' }), false)).toBe('n');
  });

  it('are those of what is typed where a layout has it, wherever that is', () => {
    // AZERTY, and the German ö and € (the right Alt with E).
    expect(nameOf(press('a', { code: 'KeyQ' }), false)).toBe('a');
    expect(nameOf(press('ö', { code: 'Semicolon' }), false)).toBe('ö');
    expect(nameOf(press('€', { code: 'KeyE' }), false)).toBe('€');
  });

  it('name Alt only where it is not needed to type the character', () => {
    // On German Macs.
    expect(nameOf(press('\\', { code: 'Digit7', altKey: true, shiftKey: true }), true)).toBe('\\');
    expect(nameOf(press('[', { code: 'Digit5', altKey: true }), true)).toBe('[');
    expect(nameOf(press('ø', { code: 'KeyO', altKey: true }), true)).toBe('alt+o');
    expect(nameOf(press('ArrowLeft', { altKey: true }), true)).toBe('alt+ArrowLeft');
  });

  it('are printed as on keyboards', () => {
    expect(printed('mod+shift+o', false)).toEqual(['Ctrl', 'Shift', 'O']);
    expect(printed('mod+a', true)).toEqual(['⌘', 'A']);
    expect(printed('+', false)).toEqual(['+']);
  });
});

describe('shortcuts', () => {
  it('run when they may, and say whether they did', () => {
    const shortcuts = new Shortcuts();
    let runs = 0;
    let allowed = false;
    const stop = shortcuts.register([
      { keys: ['g', 'Escape'], help: 'Grid', group: 'Views', when: () => allowed, run: () => (runs += 1) },
    ]);
    expect(shortcuts.press(press('g'), false)).toBe(false);
    allowed = true;
    expect(shortcuts.press(press('Escape'), false)).toBe(true);
    expect(shortcuts.press(press('g', { ctrlKey: true }), false)).toBe(false);
    expect(runs).toBe(1);
    stop();
    expect(shortcuts.press(press('g'), false)).toBe(false);
  });

  it('a held key runs once and is released once', () => {
    const shortcuts = new Shortcuts();
    const log: string[] = [];
    shortcuts.register([
      { keys: ['\\'], help: 'Original', group: 'Views', run: () => log.push('down'), release: () => log.push('up') },
    ]);
    // On a German Mac, where the key types something else when it goes up after Option.
    const held = press('\\', { code: 'Digit7', altKey: true, shiftKey: true });
    shortcuts.press(held, true);
    shortcuts.press({ ...held, repeat: true }, true);
    shortcuts.release('KeyX');
    expect(log).toEqual(['down']);
    shortcuts.release('Digit7');
    shortcuts.releaseAll();
    expect(log).toEqual(['down', 'up']);
  });

  it('bring their own help, by group, without those that have none', () => {
    const shortcuts = new Shortcuts();
    const run = () => undefined;
    shortcuts.register([
      { keys: ['e'], help: 'Loupe', group: 'A', run },
      { keys: ['?'], help: 'Keys', group: 'B', run },
      { keys: ['Enter'], help: '', group: 'A', run },
      { keys: ['g'], help: 'Grid', group: 'A', run },
    ]);
    expect(shortcuts.help().map(({ group, shortcuts: list }) => [group, list.map(({ help }) => help)])).toEqual([
      ['A', ['Loupe', 'Grid']],
      ['B', ['Keys']],
    ]);
  });
});

it('Enter and Esc end the editing of a field, but not while an input method composes a word', () => {
  const end = (key: string, isComposing: boolean) => endOfEditing({ key, isComposing });
  expect([end('Enter', false), end('Escape', false), end('a', false)]).toEqual(['keep', 'discard', null]);
  expect([end('Enter', true), end('Escape', true)]).toEqual([null, null]);
});
