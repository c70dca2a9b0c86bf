/** What a run is given from outside, and the text that counts for each input. */
import { DEFAULTS, type InputName } from './inputs/index.ts';
import type { Trigger } from './trigger.ts';

export interface RawInputs {
  /** The text of each input as the runner gives it; absent means empty. */
  readonly texts: Readonly<Record<string, string>>;
  /** The region of the job's environment, for a workflow that names none; may be empty. */
  readonly region: string;
  readonly runId: string;
  readonly trigger: Trigger;
  /** What is wrong with the kubeconfig, in words that quote nothing of it. Told from the text, or the file that it names. */
  readonly kubeconfigProblem?: string | undefined;
}

/** An expression that came out empty means what leaving the input out means. */
export function textOf(raw: RawInputs, name: InputName): string {
  const text = raw.texts[name] ?? '';
  if (text.trim() !== '') return text;
  return name === 'aws-region' ? raw.region : (DEFAULTS[name] ?? '');
}
