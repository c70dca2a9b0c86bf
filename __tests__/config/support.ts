/** Inputs as a runner gives them, with the defaults of action.yml itself. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config/index.ts';
import type { InputName } from '../../src/config/schema.ts';
import type { Config } from '../../src/model/config.ts';
import { Failure } from '../../src/model/failure.ts';

const file = z.object({ inputs: z.record(z.string(), z.object({ default: z.string().optional() })) });
const { inputs } = file.parse(parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')));

export const DEFAULTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(inputs).flatMap(([name, { default: value }]) =>
    // GitHub evaluates expressions before the action sees them.
    value === undefined || value.startsWith('$') ? [] : [[name, value]],
  ),
);

export type Given = Partial<Record<InputName, string>>;

/** What every workflow has to say. */
export const LEAST: Given = { identity: 'irsa', 'cluster-name': 'space-prod', 'secret-prefixes': 'prod/' };

export function read(given: Given, event = 'push', region = 'eu-central-1'): Config {
  const all: Record<string, string> = { ...LEAST, ...given };
  return readConfig({ inputs: all, defaults: DEFAULTS, region, runId: '1234', event });
}

/** What is said about bad inputs, line by line; empty when nothing is wrong. */
export function problems(given: Given, event?: string, region?: string): readonly string[] {
  try {
    read(given, event, region);
    return [];
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== 'invalid-input') throw error;
    return error.details.said.split('\n').slice(1);
  }
}
