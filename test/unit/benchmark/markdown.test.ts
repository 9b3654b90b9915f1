import { describe, expect, it } from 'vitest';
import {
  inWords,
  leftOut,
  markdownTable,
  sectionMarkdown,
  withSection,
  type BenchmarkSection,
} from '../../../engine/benchmark/index.ts';

const context = { command: 'npm run benchmark', date: '2026-11-22T12:00:00.000Z', machine: 'a quiet one' };
const section = (title: string, cell: string): BenchmarkSection => ({
  id: title,
  title,
  columns: ['what', 'how much'],
  rows: [['time', cell]],
  notes: ['Measured.'],
  figures: {},
});

describe('a section in Markdown', () => {
  it('is a heading, a table and sentences', () => {
    expect(sectionMarkdown(section('Speed', '1|2'))).toBe(
      '## Speed\n\n| what | how much |\n| --- | --: |\n| time | 1\\|2 |\n\n- Measured.\n',
    );
    expect(markdownTable(['a'], [['1']])).toBe('| a |\n| --- |\n| 1 |');
    expect(sectionMarkdown(leftOut('x', 'Speed', 'no clock.'))).toBe('## Speed\n\n- Left out: no clock.\n');
  });

  it('tells the median and the ends', () => {
    expect(inWords({ median: 1.234, least: 1, most: 2, count: 5 })).toBe('1.23 (1.00 to 2.00)');
    expect(inWords({ median: 10.4, least: 9, most: 11, count: 5 }, 0)).toBe('10 (9 to 11)');
  });
});

describe('a file of sections', () => {
  it('is begun, grows, and keeps one of each heading, in its place', () => {
    const first = withSection('', section('Speed', 'old'), context);
    expect(first).toMatch(/^# Benchmarks\n/);
    expect(first).toContain(
      '- Command: `npm run benchmark`\n- Date: 2026-11-22T12:00:00.000Z\n- Machine: a quiet one\n',
    );
    const both = withSection(first, section('Speed of light', 'much'), context);
    const again = withSection(both, section('Speed', 'new'), context);
    expect(again.match(/^## .*/gm)).toEqual(['## Speed', '## Speed of light']);
    expect(again).not.toContain('old');
    expect(again).toContain('| time | new |');
    expect(again).toContain('| time | much |');
    expect(withSection(again, section('Speed', 'new'), context)).toBe(again);
  });
});
