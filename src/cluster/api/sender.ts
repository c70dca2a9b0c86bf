/** Sends requests over one connection, which is made when the first is sent and lasts as long as the job. */
import { Failure } from '../../model/failure.ts';
import { errorMessage } from '../../tools/error-message.ts';
import { NOT_OF_API_SERVER } from '../stderr.ts';
import type { Send } from './api.ts';
import { type ApiAnswer, type ApiConnection, connectToApi, type ConnectionOptions } from './connection.ts';

/** All that is read, and the dry runs of pods. */
const ALLOWED = {
  methods: ['GET', 'POST'],
  paths: String.raw`^/(apis?(/.*)?|\.well-known/openid-configuration)$`,
} as const;

export interface Sender {
  readonly send: Send;
  /** Ends the connection, when one was made. None is made after that: what is still to be sent fails. */
  close(): Promise<void>;
}

/** A connection, and how many requests are on their way over it. */
interface Used {
  readonly connection: Promise<ApiConnection>;
  onTheWay: number;
  /** Nothing more is sent over it. */
  isRetired: boolean;
}

/**
 * A connection whose program has ended is made anew for the next request; the one that met it gets the answer that there was none.
 * Where a single request breaks, the others on the same connection go on.
 */
export function createSender(options: ConnectionOptions): Sender {
  let current: Used | undefined;
  const all = new Set<Used>();
  let made = 0;
  let closed = false;
  /** Connects on a new socket: the program before may not have ended yet, and removes its socket when it does. */
  const connect = (): Used => {
    made += 1;
    const connection = connectToApi(options, { ...ALLOWED, name: `api-${made}` });
    const used = { connection, onTheWay: 0, isRetired: false };
    all.add(used);
    return used;
  };
  const retire = (used: Used): void => {
    used.isRetired = true;
    if (current === used) current = undefined;
  };
  const stop = async (used: Used): Promise<void> => {
    all.delete(used);
    const opened = await used.connection.catch(() => undefined);
    await opened?.stop();
  };
  const take = async (): Promise<Used> => {
    if (closed) throw new Error('the run has ended');
    const before = current;
    if (before !== undefined && !(await isOpen(before.connection))) {
      retire(before);
      await stop(before);
    }
    current ??= connect();
    current.onTheWay += 1;
    return current;
  };
  const send: Send = async (request) =>
    await options.kubectl.during(async () => {
      const used = await take();
      try {
        const answer = await (await used.connection).send(request);
        // kubectl keeps a token for a minute: another one reads what the file has now.
        if (answer.status === 401) retire(used);
        return answer;
      } catch (error) {
        if (error instanceof Failure) throw error;
        return noAnswer(error);
      } finally {
        used.onTheWay -= 1;
        // Others may still wait for their answer on it.
        if (used.isRetired && used.onTheWay === 0) await stop(used);
      }
    });
  const close = async (): Promise<void> => {
    closed = true;
    await Promise.all([...all].map(stop));
  };
  return { send, close };
}

async function isOpen(connection: Promise<ApiConnection>): Promise<boolean> {
  return await connection.then(
    (one) => one.isOpen(),
    () => false,
  );
}

function noAnswer(error: unknown): ApiAnswer {
  return { status: 502, body: `${NOT_OF_API_SERVER}: none came (${errorMessage(error)})` };
}
