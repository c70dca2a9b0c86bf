/** Inputs as a runner gives them, and what a run makes of them. */
import { readConfig } from '../../src/config/index.ts';
import type { InputName } from '../../src/config/inputs/index.ts';
import type { Config } from '../../src/model/config.ts';
import { Failure } from '../../src/model/failure.ts';

/** The `with:` block of a workflow. */
export type With = Partial<Record<InputName, string>>;

/** What every workflow has to say. */
export const LEAST: With = { identity: 'irsa', 'cluster-name': 'space-prod', 'secret-prefixes': 'prod/' };

export function read(inputs: With, event = 'push', region = 'eu-central-1'): Config {
  const trigger = { event, payload: '', ref: 'refs/heads/main' };
  return readConfig({ texts: { ...LEAST, ...inputs }, region, runId: '1234', trigger });
}

/** What is said about bad inputs, line by line; empty when nothing is wrong. */
export function problems(inputs: With, event?: string, region?: string): readonly string[] {
  try {
    read(inputs, event, region);
    return [];
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== 'invalid-input') throw error;
    return error.details.said.split('\n').slice(1);
  }
}
