/** The outputs of a run, as later steps of a job get them. */
import { z } from 'zod';
import type { Mode } from '../../src/model/config.ts';
import type { RunRecord } from '../../src/model/record.ts';
import { type Outputs, outputs } from '../../src/report/outputs.ts';
import type { WorldParts } from '../support/factories.ts';
import { planned } from './records.ts';

/** A run that has looked and planned, and has not come to a verdict. */
export function looked(
  parts: WorldParts,
  overrides: Partial<RunRecord> = {},
  mode: Mode = 'plan',
): RunRecord {
  const { verdict: _verdict, ...record } = planned(parts, { mode });
  return { ...record, ...overrides };
}

export const all = (record: RunRecord): Outputs =>
  outputs(record, { plan: '/tmp/plan.json', verification: '/tmp/v.json' });

export const parsed = (text: string | undefined): unknown => JSON.parse(text ?? 'null');

export const listIn = (text: string | undefined, key: string): readonly unknown[] =>
  z.array(z.unknown()).parse(z.record(z.string(), z.unknown()).parse(parsed(text))[key]);
