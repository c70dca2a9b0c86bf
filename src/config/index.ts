/** Inputs to configuration: all problems at once, before any call leaves the runner. */
import type { Config } from '../model/config.ts';
import { DEFAULTS, INPUT_NAMES, type InputName } from './inputs/index.ts';
import { toConfig } from './mapping.ts';
import { parseInputs } from './parse.ts';
import { type RawInputs, textOf } from './raw-inputs.ts';
import { brokenRules } from './rules.ts';
import { invalidInput } from './table.ts';

/**
 * The typed configuration of a run.
 * Throws `invalid-input` with every bad input's name, value and allowed forms.
 */
export function readConfig(raw: RawInputs): Config {
  const text = (name: InputName): string => textOf(raw, name);
  const { inputs, problems } = parseInputs(text);
  const changed = new Set(INPUT_NAMES.filter((name) => !['', DEFAULTS[name]].includes(text(name).trim())));
  const kubeconfig = raw.kubeconfigProblem === undefined ? [] : [`\`kubeconfig\`: ${raw.kubeconfigProblem}`];
  const all = [...problems, ...kubeconfig, ...brokenRules({ text, changed, trigger: raw.trigger })];
  if (inputs === undefined || all.length > 0) throw invalidInput(all);
  return toConfig(inputs, raw.runId);
}
