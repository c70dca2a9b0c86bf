/** One row of a table of inputs. */
import type { Identity } from '../../model/config.ts';
import type { Form } from '../forms.ts';

/** What every action's inputs have. */
export interface InputRow<T = unknown> {
  /** How its text is understood. */
  readonly form: Form<T>;
  /** The default in action.yml. An expression such as `${{ github.token }}` is worked out by the runner. */
  readonly default?: string;
  readonly required?: true;
  /** The description that action.yml and the README show. */
  readonly description: string;
  /** Never shown in a message, whatever is wrong with it. */
  readonly secret?: true;
  /** Messages quote the value only where it plainly is no secret: credentials may be given here by mistake, or the whole value is kept as one. */
  readonly mayHoldSecret?: true;
}

/** An input of the main action. */
export interface InputDefinition<T = unknown> extends InputRow<T> {
  /** Whether another value makes another plan: it is then part of the plan's digest. */
  readonly inDigest: boolean;
  /** It shapes the role that this action makes, so it can't stand beside `role-arn`. */
  readonly shapesRole?: true;
  /** It, or its value `when`, means something to one identity only; `otherwise`: why, and what to do with the other, in words. */
  readonly of?: { readonly only: Identity; readonly when?: string; readonly otherwise: string };
}
