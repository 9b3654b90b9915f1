/** Keys of the loupe and of compare. */
import type { Shortcut } from '../lib/keys.ts';
import { route } from '../state/route.svelte.ts';
import { viewer } from '../state/viewer.svelte.ts';

const group = 'Loupe and compare';
const when = () => route.screen === 'album' && viewer.isOpen;
const { zoom } = viewer;
const STEP = 0.15;

export const viewerKeys: readonly Shortcut[] = [
  { keys: ['g', 'Escape'], help: 'Back to the grid', group, when, run: () => viewer.close() },
  {
    keys: ['ArrowLeft'],
    help: 'Previous and next photo',
    shown: ['ArrowLeft', 'ArrowRight'],
    group,
    when,
    run: () => viewer.go(-1),
  },
  { keys: ['ArrowRight'], help: '', group, when, run: () => viewer.go(1) },
  { keys: ['e', 'Enter'], help: 'Loupe', group, when, run: () => viewer.setMode('loupe') },
  { keys: ['y'], help: 'Compare, and back', group, when, run: () => viewer.toggleCompare() },
  {
    keys: ['s'],
    help: 'Split or side by side',
    group,
    when,
    run: () => viewer.setMode(viewer.mode === 'split' ? 'side' : 'split'),
  },
  {
    keys: ['n'],
    help: 'The noise, eight times stronger',
    group,
    when,
    run: () => viewer.setMode(viewer.mode === 'noise' ? 'loupe' : 'noise'),
  },
  {
    keys: ['\\'],
    help: 'Hold for the original',
    group,
    when,
    run: () => (viewer.holding = true),
    release: () => (viewer.holding = false),
  },
  { keys: ['z'], help: 'Whole photo or 100 %', group, when, run: () => zoom.toggle() },
  { keys: ['+', '='], help: 'Zoom in and out', shown: ['+', '-'], group, when, run: () => zoom.step(1) },
  { keys: ['-'], help: '', group, when, run: () => zoom.step(-1) },
  {
    keys: ['shift+ArrowLeft'],
    help: 'Move the view',
    shown: ['shift+ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
    group,
    when,
    run: () => zoom.pan(-STEP, 0),
  },
  { keys: ['shift+ArrowRight'], help: '', group, when, run: () => zoom.pan(STEP, 0) },
  { keys: ['shift+ArrowUp'], help: '', group, when, run: () => zoom.pan(0, -STEP) },
  { keys: ['shift+ArrowDown'], help: '', group, when, run: () => zoom.pan(0, STEP) },
  {
    keys: ['['],
    help: 'Move the divider',
    shown: ['[', ']'],
    group,
    when,
    run: () => (viewer.split = Math.max(0, viewer.split - 0.05)),
  },
  {
    keys: [']'],
    help: '',
    group,
    when,
    run: () => (viewer.split = Math.min(1, viewer.split + 0.05)),
  },
  { keys: ['i'], help: 'Information and history', group, when, run: () => (viewer.info = !viewer.info) },
];
