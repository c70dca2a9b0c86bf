/** What an operation is: an input that is parsed, permissions that it asks for, an answer. */
import type { z } from 'zod';
import { authorise, type Permission } from './authorise.ts';
import { ServiceError } from './errors.ts';
import type { Principal } from './principals.ts';
import type { State } from './state.ts';

/** What a request tells of where it comes from. */
export interface Origin {
  /** Undefined for an unsigned request. */
  principal: Principal | undefined;
  userAgent: string;
  /** The region that the request is for. */
  region: string;
}

/** One call under way. */
export class Call {
  readonly state: State;
  readonly requestId: string;
  readonly userAgent: string;
  readonly region: string;
  readonly #principal: Principal | undefined;
  /** The resource of the call itself, for the record. */
  resource: string | undefined;
  /** The actions that the caller was asked to be allowed, in order. */
  readonly asked: string[] = [];

  constructor(state: State, requestId: string, origin: Origin) {
    this.state = state;
    this.requestId = requestId;
    this.userAgent = origin.userAgent;
    this.region = origin.region;
    this.#principal = origin.principal;
  }

  get principal(): Principal {
    if (this.#principal === undefined)
      throw new ServiceError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
    return this.#principal;
  }

  /** Lets the call go on only if the caller's policies allow this; throws the access error otherwise. */
  permit(permission: Permission): void {
    this.resource ??= permission.resource;
    this.asked.push(permission.action);
    authorise(this.state, this.principal, {
      ...permission,
      context: { 'aws:UserAgent': this.userAgent, ...permission.context },
    });
  }
}

/** An operation of a service: reads its input with a schema, then answers. */
export interface Operation {
  run(input: unknown, call: Call): unknown;
}

export type Operations = Record<string, Operation>;

/** Makes an operation. Input that does not fit the schema is refused before the handler runs. */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  handler: (input: z.output<Schema>, call: Call) => unknown,
): Operation {
  return {
    run(input, call) {
      const parsed = schema.safeParse(input);
      if (parsed.success) return handler(parsed.data, call);
      const [issue] = parsed.error.issues;
      const where = issue?.path.join('.') ?? '';
      throw new ServiceError(
        'ValidationError',
        `1 validation error detected: Value at '${where}' failed to satisfy constraint: ${issue?.message ?? ''}`,
      );
    },
  };
}
