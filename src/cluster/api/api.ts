/** Asks the API server for lists and objects, all over one connection. */
import type { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import type { Clock, Log } from '../../model/ports.ts';
import { type ClusterAccess, withSession } from '../access/cluster-access.ts';
import { retryWhileBusy } from '../retry-while-busy.ts';
import { errorKindOf } from '../stderr.ts';
import { type Answered, objectIn } from './answer.ts';
import type { ApiAnswer, ApiRequest } from './connection.ts';
import { findPath } from './kinds.ts';
import { type ListRequest, readPages } from './pages.ts';

/** Sends one request; an answer that never came is one that says why. Throws `cancelled`. */
export type Send = (request: ApiRequest) => Promise<ApiAnswer>;

export interface ClusterApiOptions {
  readonly send: Send;
  readonly access: Pick<ClusterAccess, 'confirm'>;
  /** The explained Failure for what the API server said. */
  readonly failure: (tried: string, said: string) => Failure;
  readonly clock: Clock;
  readonly log: Log;
  /** Told each time that the API server has no time. */
  readonly onBusy?: () => void;
}

export interface ClusterApi {
  /** All objects of a kind, by pages. Throws the explained Failure. */
  list<T>(request: ListRequest<T>): Promise<readonly T[]>;
  /** One object; undefined when there is none. Throws the explained Failure. */
  find<T>(tried: string, path: string, schema: z.ZodType<T>): Promise<T | undefined>;
  /** Sends an object that the API server only tries, and gives what it made of it, or said. */
  tryOut<T>(
    tried: string,
    path: string,
    body: object,
    schema: z.ZodType<T>,
  ): Promise<Answered<T | undefined>>;
  /** Where all objects of a kind are listed; undefined when the API server itself says that it has no such kind. */
  pathOf(tried: string, group: string, resource: string): Promise<string | undefined>;
  readonly failure: ClusterApiOptions['failure'];
}

/** Asks over `send`. Finds the path of a kind once, and repeats what a busy API server refused. */
export function createClusterApi(options: ClusterApiOptions): ClusterApi {
  const { send, access, failure } = options;
  const known = new Map<string, string>();
  const sendOnce = shared(send);
  /** Once more where the token was refused: by a new connection, which reads the token that there is now. */
  const asSignedIn = async <T>(call: () => Promise<Answered<T>>): Promise<Answered<T>> => {
    const first = await withSession(access, call());
    return errorKindOf(first.stderr) === 'unauthorized' ? await withSession(access, call()) : first;
  };
  /** Repeats what a busy API server refused. */
  const ask = async <T>(tried: string, call: () => Promise<Answered<T>>): Promise<Answered<T>> =>
    await retryWhileBusy(options, tried, async () => await asSignedIn(call));
  const orFailure = <T>(
    tried: string,
    { code, stderr, value }: Answered<T>,
    other?: (said: string) => Failure,
  ): T => {
    if (code === 0) return value;
    throw other !== undefined && errorKindOf(stderr) === 'other' ? other(stderr) : failure(tried, stderr);
  };
  return {
    list: async (request) => {
      const { tried, onOther } = request;
      return orFailure(tried, await ask(tried, () => readPages(send, request)), onOther);
    },
    find: async (tried, path, schema) => {
      const asked = await ask(tried, async () =>
        objectIn(await send({ method: 'GET', path, tried }), schema),
      );
      return isAbsent(asked.stderr) ? undefined : orFailure(tried, asked);
    },
    tryOut: async (tried, path, body, schema) =>
      await ask(tried, async () =>
        objectIn(await send({ method: 'POST', path: `${path}?dryRun=All`, body, tried }), schema),
      ),
    pathOf: async (tried, group, resource) => {
      const kind = `${resource}.${group}`;
      const asked = async () => await ask(tried, () => findPath(sendOnce, tried, group, resource));
      const path = known.get(kind) ?? orFailure(tried, await asked());
      if (path !== undefined) known.set(kind, path);
      return path;
    },
    failure,
  };
}

/** There is no such object. Of a kind that is not there, the API server says something else. */
function isAbsent(said: string): boolean {
  return said.includes('(NotFound)') && errorKindOf(said) !== 'unknown-resource';
}

/** Those who ask the same at the same time share one answer. */
function shared(send: Send): Send {
  const open = new Map<string, Promise<ApiAnswer>>();
  return async (request) => {
    const { path } = request;
    const answer = open.get(path) ?? send(request).finally(() => open.delete(path));
    open.set(path, answer);
    return await answer;
  };
}
